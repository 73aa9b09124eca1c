import { groupBy } from '../kernel/group-by';
import {
  type CountedLov,
  type RegistrationTotals,
  type TrackedLov,
  totalsIn,
} from '../kernel/registration-totals';
import { TRACKING_STATUSES } from '../kernel/tracking-status';
import { type Cells, type Columns, cellsOf, selected, wholeNumber, word } from './cells';
import type { Tx } from './database';
import { ConsolidatedTrackingEntity } from './entities/consolidated-tracking.entity';
import { TrainingLovEntity } from './entities/training-lov.entity';
import { chunks, placeholders } from './sql';
import { columnsOf, tableOf } from './table';

/** A registration, and the training that its session runs. */
export interface RegistrationInTraining {
  readonly registrationId: number;
  readonly trainingId: number;
}

/** Rows that are read by one statement, and about as many LOVs of trainings are held at a time. */
const SLICE = 2_000;

/**
 * The totals of registrations, by their ids. However many LOVs there are, and however many rows are stored of them, a
 * few thousand of either are held at a time.
 */
export async function findRegistrationTotals(
  tx: Tx,
  siteId: number,
  registrations: readonly RegistrationInTraining[],
): Promise<Map<number, RegistrationTotals>> {
  const byTraining = groupBy(registrations, ({ trainingId }) => trainingId);
  const found = new Map<number, RegistrationTotals>();
  let trainings = new Map<number, ReturnType<typeof totalsIn>>();
  let held = 0;

  const total = async () => {
    const totalsOf = new Map(
      [...trainings].flatMap(([trainingId, totals]) =>
        (byTraining.get(trainingId) ?? []).map(({ registrationId }) => [registrationId, totals] as const),
      ),
    );
    for await (const [registrationId, tracking] of rowsOfOwners(tx, siteId, [...totalsOf.keys()], TRACKING)) {
      const totals = totalsOf.get(registrationId);
      if (totals !== undefined) found.set(registrationId, totals(tracking));
    }
    trainings = new Map();
    held = 0;
  };

  for await (const [trainingId, lovs] of rowsOfOwners(tx, siteId, [...byTraining.keys()], MEMBERSHIPS)) {
    trainings.set(trainingId, totalsIn(lovs));
    held += lovs.length;
    if (held >= SLICE) await total();
  }
  await total();
  return found;
}

type Owned<Row> = Row & { readonly ownerId: number };

/** A table whose key is the site, an owner and an LOV. */
interface OwnedRows<Row> {
  readonly table: string;
  readonly owner: string;
  readonly columns: Columns<Row>;
  readonly cells: Cells<Row>;
}

const MEMBERSHIP = columnsOf(TrainingLovEntity, 'lovId', 'mandatory', 'points');
const MEMBERSHIPS: OwnedRows<CountedLov> = {
  table: tableOf(TrainingLovEntity).name,
  owner: tableOf(TrainingLovEntity).columns.trainingId,
  columns: MEMBERSHIP,
  cells: cellsOf(MEMBERSHIP),
};

const TRACKED = columnsOf(
  ConsolidatedTrackingEntity,
  'lovId',
  'status',
  'progression',
  'timeSpentSeconds',
  'firstAccessDate',
  'lastAccessDate',
);
const TRACKING: OwnedRows<TrackedLov> = {
  table: tableOf(ConsolidatedTrackingEntity).name,
  owner: tableOf(ConsolidatedTrackingEntity).columns.registrationId,
  columns: TRACKED,
  cells: { ...cellsOf(TRACKED), status: word(TRACKING_STATUSES) },
};

/**
 * The rows of each of these owners, in the order of their ids. They are read in slices in the order of the key, so that
 * each statement ends where its slice does.
 */
async function* rowsOfOwners<Row extends { readonly lovId: number }>(
  tx: Tx,
  siteId: number,
  owners: readonly number[],
  { table, owner, columns, cells }: OwnedRows<Row>,
): AsyncGenerator<readonly [owner: number, rows: readonly Row[]]> {
  for (const chunk of chunks([...owners].sort((a, b) => a - b))) {
    let waiting = chunk;
    // What was read of the first that waits.
    let held: readonly Row[] = [];
    while (waiting.length > 0) {
      const [first = 0] = waiting;
      const slice = await tx.query(
        `SELECT t.${owner} AS ownerId, ${selected(columns, 't')} FROM ${table} t ${tx.dialect.forceIndex('PRIMARY')}
         WHERE t.site_id = ? AND t.${owner} IN ${placeholders(waiting.length)} AND (t.${owner} > ? OR t.lov_id > ?)
         ORDER BY t.${owner}, t.lov_id LIMIT ?`,
        [siteId, ...waiting, first, held.at(-1)?.lovId ?? 0, SLICE],
        { ...cells, ownerId: wholeNumber } as Cells<Owned<Row>>,
      );
      const byOwner = new Map<number, readonly Row[]>(groupBy(slice, ({ ownerId }) => ownerId));
      byOwner.set(first, [...held, ...(byOwner.get(first) ?? [])]);
      // Where the slice is full there may be more of its last owner.
      const cut = slice.length < SLICE ? undefined : slice.at(-1)?.ownerId;
      const whole = cut === undefined ? waiting : waiting.slice(0, waiting.indexOf(cut));
      for (const id of whole) yield [id, byOwner.get(id) ?? []];
      held = cut === undefined ? [] : (byOwner.get(cut) ?? []);
      waiting = waiting.slice(whole.length);
      if (waiting.length > 0) await tx.giveWay?.();
    }
  }
}
