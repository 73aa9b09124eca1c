import { deleteRows } from '../data/course-data.repository';
import type { Tx } from '../data/database';
import { findMemberships } from '../data/reference.repository';
import {
  insertRecords,
  MEMBERSHIPS,
  type MembershipValues,
  overwriteRows,
} from '../data/reference-data.repository';
import { mapInTurns, nextTurn } from '../event-loop/turns';
import { idOf } from './check-records';
import type { StoredReferenceData } from './find-stored';
import type { CellPath, FoundProblems } from './found-problems';
import { isRemoval, type LoadedRows } from './given-cells';
import type { MembershipInput } from './input/learning-rows.input';
import { hangsOn } from './kinds/hanging';
import type { Leaving } from './leaving';
import type { RecordName } from './record-kind';
import type { ReferenceCounts } from './reference-rows';
import type { ResolvedRow, ResolvedRows } from './resolve-references';
import { flagOrKept, present, sentOrKept } from './sent-or-kept';
import { countOf, type Ids, isSame } from './write-records';

export interface PlannedMembership {
  readonly training: string;
  readonly lov: string;
  /** Undefined where only an LOV names the training. */
  readonly row: MembershipInput | undefined;
  readonly before: MembershipValues | undefined;
}

export interface PlannedMemberships {
  readonly named: readonly PlannedMembership[];
  /** Rows that remove what is not there. */
  readonly gone: number;
}

const OF_LOV = hangsOn('memberships', MEMBERSHIPS, 'lovId');

/** Those of the membership rows, and those that LOVs name besides. */
export async function planMemberships(
  tx: Tx,
  siteId: number,
  rows: LoadedRows,
  stored: StoredReferenceData,
  resolved: ResolvedRows,
  leaving: Leaving,
  found: FoundProblems,
): Promise<PlannedMemberships> {
  const named = namedMemberships(rows, resolved, found);
  await nextTurn();
  const pairs = named.flatMap(({ training, lov }) => {
    const ids = [idOf(stored, 'trainings', training), idOf(stored, 'lovs', lov)] as const;
    return ids[0] === undefined || ids[1] === undefined ? [] : [[ids[0], ids[1]] as const];
  });
  const before = new Map(
    (await findMemberships(tx, siteId, pairs)).map((each) => [pairOf(each.trainingId, each.lovId), each]),
  );
  const planned = await mapInTurns(named, (each) => {
    const ids = [idOf(stored, 'trainings', each.training), idOf(stored, 'lovs', each.lov)] as const;
    const known = before.get(pairOf(...ids));
    if (known !== undefined && isRemoved(each)) leaving.add(OF_LOV, known.lovId);
    return { ...each, before: known };
  });
  const gone = resolved.memberships.filter(({ references }) => !isWhole(references)).length;
  return { named: planned, gone };
}

function isWhole({ training, lov }: ResolvedRow['references']): boolean {
  return typeof training === 'string' && typeof lov === 'string';
}

type Named = Omit<PlannedMembership, 'before'>;

function namedMemberships(rows: LoadedRows, resolved: ResolvedRows, found: FoundProblems): Named[] {
  const named = new Map<string, Named>();
  const firsts = new Map<string, string>();
  for (const [index, { lists }] of resolved.lovs.entries()) {
    const lov = rows.lovs[index]?.guid as string;
    for (const training of lists.trainings ?? []) {
      named.set(pairOf(training, lov), { training, lov, row: undefined });
      firsts.set(pairOf(training, lov), `lovs[${index}]`);
    }
  }
  for (const [index, { references }] of resolved.memberships.entries()) {
    const { training, lov } = references;
    const row = rows.memberships[index] as unknown as MembershipInput;
    if (typeof training !== 'string' || typeof lov !== 'string') continue;
    const pair = pairOf(training, lov);
    const first = firsts.get(pair);
    // An LOV may name the training besides: the row says what the membership is.
    if (first !== undefined && (isRemoval(rows.memberships[index] ?? {}) || named.get(pair)?.row)) {
      const path: CellPath = ['memberships', index, 'lovGuid'];
      found.add('KEY_DUPLICATED', { field: 'The membership', first }, path);
    }
    named.set(pair, { training, lov, row });
    firsts.set(pair, `memberships[${index}]`);
  }
  return [...named.values()];
}

function pairOf(training: string | number | undefined, lov: string | number | undefined): string {
  return JSON.stringify([training, lov]);
}

function isRemoved({ row }: Named): boolean {
  return row?.action === 'REMOVE';
}

export async function writeMemberships(
  tx: Tx,
  siteId: number,
  { named: planned, gone: notThere }: PlannedMemberships,
  ids: Readonly<Record<RecordName, Ids>>,
): Promise<ReferenceCounts> {
  const gone = planned.filter(isRemoved);
  const removed = gone.flatMap(({ before }) => before ?? []);
  const kept = planned.filter((each) => !isRemoved(each));
  const records = await mapInTurns(kept, ({ training, lov, row, before }) => ({
    before,
    record: {
      trainingId: present(ids.trainings.get(training)),
      lovId: present(ids.lovs.get(lov)),
      mandatory: flagOrKept(row?.mandatory, before?.mandatory, true),
      position: sentOrKept(row?.position, before?.position),
      points: sentOrKept(row?.points, before?.points),
    },
  }));
  await nextTurn();
  const made = records.filter(({ before }) => before === undefined);
  const changed = records.filter(({ before, record }) => before && !isSame(MEMBERSHIPS, before, record));
  await insertRecords(
    tx,
    siteId,
    MEMBERSHIPS,
    made.map(({ record }) => record),
  );
  await overwriteRows(
    tx,
    siteId,
    MEMBERSHIPS,
    ['trainingId', 'lovId'],
    changed.map(({ record }) => record),
  );
  const keys = removed.map(({ trainingId, lovId }) => [trainingId, lovId]);
  await deleteRows(tx, siteId, MEMBERSHIPS, ['trainingId', 'lovId'], keys);
  return countOf({
    created: made.length,
    updated: changed.length,
    removed: removed.length,
    all: planned.length + notThere,
  });
}
