import type { Tx } from '../data/database';
import { findRecords, LEARNERS } from '../data/reference-data.repository';
import { fold } from '../kernel/fold';
import type { StoredReferenceData } from './find-stored';
import type { FoundProblems } from './found-problems';
import { isRemoval, type LoadedRows } from './given-cells';

/** Imports find learners without regard to case: such a pair is hardly meant. */
export async function warnOfLogins(
  tx: Tx,
  siteId: number,
  rows: LoadedRows,
  stored: StoredReferenceData,
  found: FoundProblems,
): Promise<void> {
  const logins = rows.learners.map(({ login }) => login as string);
  const removed = new Set(logins.filter((_, index) => isRemoval(rows.learners[index] ?? {})));
  const isNew = (login: string) => !removed.has(login) && !stored.learners.byKey.has(login);
  const folded = logins
    .filter((login, index) => isNew(login) && !found.hasFailed(['learners', index, 'login']))
    .map(fold);
  const known = new Set(
    (await findRecords(tx, siteId, LEARNERS, 'loginFolded', folded))
      .filter(({ login }) => !removed.has(login))
      .map(({ loginFolded }) => loginFolded),
  );
  for (const [index, login] of logins.entries()) {
    const path = ['learners', index, 'login'] as const;
    if (!isNew(login) || found.hasFailed(path)) continue;
    const same = fold(login);
    if (known.has(same)) found.add('LOGIN_DIFFERS_IN_CASE', {}, path);
    known.add(same);
  }
}
