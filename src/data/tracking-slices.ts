import { instant, wholeNumber } from './cells';
import type { Tx } from './database';
import type { TrackingPosition } from './tracking-order';
import { countRows, type TrackingWhere } from './tracking-where';

// A statement of the embedded database lets nobody else work before it is done. So what may go through a whole site
// does so in slices of its rows, and others have their turn in between.

/** Of rows that are looked at by one statement. */
const SLICE = 2_000;
/** What holds fewer is read at once. */
const MANY = 2_000;

/** Whether these are many rows. */
export async function holdsMany(tx: Tx, where: TrackingWhere): Promise<boolean> {
  const sql = `SELECT COUNT(*) AS total FROM (SELECT 1 ${where.ofCount(tx.dialect)} LIMIT ?) few`;
  const [row] = await tx.query(sql, [...where.values, MANY], { total: wholeNumber });
  return row?.total === MANY;
}

/** By registrations: a row that is changed meanwhile stays where it is, and is counted once. */
export async function countInSlices(tx: Tx, where: TrackingWhere): Promise<number> {
  let total = 0;
  let after = 0;
  for (;;) {
    const [end] = await tx.query(
      `SELECT registration_id AS id FROM consolidated_tracking WHERE site_id = ? AND registration_id > ?
       ORDER BY registration_id, lov_id LIMIT 1 OFFSET ?`,
      [where.siteId, after, SLICE],
      { id: wholeNumber },
    );
    const slice = where.and('t.registration_id > ?', [after]);
    if (end === undefined) return total + (await countRows(tx, slice, slice.ofCountSlice(tx.dialect)));
    const part = slice.and('t.registration_id <= ?', [end.id]);
    total += await countRows(tx, part, part.ofCountSlice(tx.dialect));
    after = end.id;
    await tx.giveWay?.();
  }
}

/** In the order of `where`; `find` reads what a slice has of it. */
export async function pageInSlices<Row>(
  tx: Tx,
  where: TrackingWhere,
  after: TrackingPosition | null,
  limit: number,
  find: (slice: TrackingWhere, limit: number) => Promise<Row[]>,
): Promise<Row[]> {
  const found: Row[] = [];
  for (let start = after; ; ) {
    const end = await endOfSlice(tx, where, start);
    const slice = where.after(tx.dialect, start);
    const part = end === undefined ? slice : slice.upTo(tx.dialect, end);
    found.push(...(await find(part, limit - found.length)));
    if (end === undefined || found.length === limit) return found;
    start = end;
    await tx.giveWay?.();
  }
}

/** The last row of the slice that begins there; undefined where the site has no more. */
async function endOfSlice(
  tx: Tx,
  where: TrackingWhere,
  start: TrackingPosition | null,
): Promise<TrackingPosition | undefined> {
  const passed = where.passed.after(tx.dialect, start);
  const [end] = await tx.query(
    `SELECT t.updated_at AS updatedAt, t.registration_id AS registrationId, t.lov_id AS lovId
     ${passed.ofSliceEnd(tx.dialect)} ${where.order.orderBy} LIMIT 1 OFFSET ?`,
    [...passed.values, SLICE],
    { updatedAt: instant, registrationId: wholeNumber, lovId: wholeNumber },
  );
  return end;
}
