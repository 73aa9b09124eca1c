import { COURSE_OBJECTIVES, deleteRows, GRANTS, linkIfAbsent } from '../data/course-data.repository';
import type { Tx } from '../data/database';
import { findRows } from '../data/reference-data.repository';
import { countObjectiveUses } from '../data/referrers.repository';
import type { RecordTable } from '../data/table';
import { mapInTurns, nextTurn } from '../event-loop/turns';
import { idOf } from './check-records';
import type { StoredReferenceData } from './find-stored';
import type { CellPath, FoundProblems } from './found-problems';
import type { LoadedRows } from './given-cells';
import { RECORD_KINDS } from './kinds/all';
import type { Leaving } from './leaving';
import { keyOf, type RecordName, type ReferredName } from './record-kind';
import type { ResolvedRows } from './resolve-references';
import { present } from './sent-or-kept';
import type { Ids } from './write-records';

type Link = Readonly<Record<string, number>>;

/** A list of a row that replaces what the record has: the pairs of ids that are kept of it. */
interface SetKind {
  readonly owner: RecordName;
  readonly list: string;
  readonly member: ReferredName;
  readonly table: RecordTable<Link>;
  readonly ownerId: string;
  readonly memberId: string;
}

const GRANTED: SetKind = {
  owner: 'users',
  list: 'organisations',
  member: 'organisations',
  table: GRANTS as unknown as RecordTable<Link>,
  ownerId: 'userId',
  memberId: 'organisationId',
};

const IN_COURSE: SetKind = {
  owner: 'trainings',
  list: 'objectives',
  member: 'learningObjectives',
  table: COURSE_OBJECTIVES as unknown as RecordTable<Link>,
  ownerId: 'courseId',
  memberId: 'objectiveId',
};

export interface PlannedSet {
  readonly kind: SetKind;
  readonly removed: readonly Link[];
  readonly added: readonly { readonly owner: string; readonly member: string }[];
  /** Keys of the records whose sets change. */
  readonly changed: ReadonlySet<string>;
}

export async function planSets(
  tx: Tx,
  siteId: number,
  rows: LoadedRows,
  stored: StoredReferenceData,
  resolved: ResolvedRows,
  leaving: Leaving,
  found: FoundProblems,
): Promise<PlannedSet[]> {
  const granted = await planSet(tx, siteId, GRANTED, rows, stored, resolved, leaving);
  const inCourse = await planSet(tx, siteId, IN_COURSE, rows, stored, resolved, leaving);
  await refuseUsedObjectives(tx, siteId, inCourse, rows, stored, found);
  return [granted, inCourse];
}

async function planSet(
  tx: Tx,
  siteId: number,
  kind: SetKind,
  rows: LoadedRows,
  stored: StoredReferenceData,
  resolved: ResolvedRows,
  leaving: Leaving,
): Promise<PlannedSet> {
  const { owner, list, member, table, ownerId, memberId } = kind;
  await nextTurn();
  const wanted = new Map<string, ReadonlySet<string>>();
  for (const [index, row] of rows[owner].entries()) {
    const members = resolved[owner][index]?.lists[list];
    if (members !== undefined) wanted.set(keyOf(RECORD_KINDS[owner], row), members);
  }
  const ownerIds = [...wanted.keys()].flatMap((key) => idOf(stored, owner, key) ?? []);
  const linked = new Map<number, Map<number, Link>>();
  for (const link of await findRows(tx, siteId, table, ownerId, ownerIds)) {
    const ofOwner = linked.get(present(link[ownerId])) ?? new Map<number, Link>();
    linked.set(present(link[ownerId]), ofOwner.set(present(link[memberId]), link));
  }
  await nextTurn();
  const removed: Link[] = [];
  const added: { owner: string; member: string }[] = [];
  const changed = new Set<string>();
  for (const [key, members] of wanted) {
    const before = linked.get(idOf(stored, owner, key) ?? 0) ?? new Map<number, Link>();
    for (const name of members) {
      const id = idOf(stored, member, name);
      if (id !== undefined && before.delete(id)) continue;
      added.push({ owner: key, member: name });
      changed.add(key);
    }
    // What is left of them is not wanted.
    for (const [id, link] of before) {
      removed.push(link);
      changed.add(key);
      leaving.add({ table: table.name, column: table.columns[memberId]?.name ?? '' }, id);
    }
  }
  return { kind, removed, added, changed };
}

/** An element has no learning objective that its course does not have. */
async function refuseUsedObjectives(
  tx: Tx,
  siteId: number,
  { removed }: PlannedSet,
  rows: LoadedRows,
  stored: StoredReferenceData,
  found: FoundProblems,
): Promise<void> {
  const pairs = removed.map(
    ({ courseId, objectiveId }) => [present(courseId), present(objectiveId)] as const,
  );
  const uses = await countObjectiveUses(tx, siteId, pairs);
  if (uses.size === 0) return;
  for (const [index, { guid }] of rows.trainings.entries()) {
    const count = uses.get(idOf(stored, 'trainings', guid as string) ?? 0);
    const path: CellPath = ['trainings', index, 'learningObjectiveIds'];
    if (count === undefined) continue;
    const hint = 'Leave in the list what elements of the course have, or take it from them first.';
    found.add('STILL_REFERENCED', { references: `activities: ${count}` }, path, hint);
  }
}

export async function writeSets(
  tx: Tx,
  siteId: number,
  sets: readonly PlannedSet[],
  ids: Readonly<Record<RecordName, Ids>>,
): Promise<void> {
  for (const { kind, removed, added } of sets) {
    const { table, ownerId, memberId, owner, member } = kind;
    const tuples = removed.map((link) => [present(link[ownerId]), present(link[memberId])]);
    await deleteRows(tx, siteId, table, [ownerId, memberId], tuples);
    const links = await mapInTurns(added, (each) => ({
      [ownerId]: present(ids[owner].get(each.owner)),
      [memberId]: present(ids[member].get(each.member)),
    }));
    await linkIfAbsent(tx, siteId, table, links);
  }
}
