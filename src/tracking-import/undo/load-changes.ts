import { findTracking } from '../../data/consolidated-tracking.repository';
import type { Tx } from '../../data/database';
import { findRunChanges, type KeptChange } from '../../data/import-run-detail.repository';
import { findLovsById, findSessionsBy } from '../../data/reference.repository';
import { inTurns, mapInTurns } from '../../event-loop/turns';
import type { RowSubject } from '../resolved-row';
import type { UndoneRow } from './decide-undo';

/**
 * What a run changed, in the order of its rows, and what is stored of it now. With `lock` the registrations are locked
 * before, in the order in which imports lock them.
 */
export async function loadChanges(
  tx: Tx,
  siteId: number,
  importId: string,
  options: { readonly lock: boolean },
  /** Of a run that has several. */
  window?: number,
): Promise<UndoneRow[]> {
  const changes = await findRunChanges(tx, siteId, importId, window);
  const found = await findTracking(tx, siteId, changes, options);
  const sessions = await findSessionsBy(tx, siteId, 'id', idsOf(changes, 'sessionId'));
  const lovs = await findLovsById(tx, siteId, idsOf(changes, 'lovId'));
  const sessionOf = new Map(sessions.map((session) => [session.id, session]));
  const lovOf = new Map(lovs.map((lov) => [lov.id, lov]));
  const trackingOf = new Map<string, RowSubject['tracking']>();
  await inTurns(found, (tracking) => trackingOf.set(keyOf(tracking), tracking));
  return mapInTurns(changes, (change) => ({
    index: change.row - 1,
    change,
    // A registration that was made anew has another id, and is another one.
    tracking: trackingOf.get(keyOf(change)) ?? null,
    session: sessionOf.get(change.sessionId) ?? null,
    lov: lovOf.get(change.lovId) ?? null,
  }));
}

function keyOf({ registrationId, lovId }: Pick<KeptChange, 'registrationId' | 'lovId'>): string {
  return `${registrationId} ${lovId}`;
}

function idsOf(changes: readonly KeptChange[], name: 'sessionId' | 'lovId'): number[] {
  return [...new Set(changes.map((change) => change[name]))];
}
