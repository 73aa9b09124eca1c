import { WrongAnswer } from '../client';
import type { SqliteStore } from '../sqlite-store';
import { STAGED_COLUMNS, stagedRow, TRACKING_COLUMNS } from '../tracking-rows';

/**
 * What the embedded database alone needs for the same rows: one prepared statement, run for each row within one
 * transaction, which finds the references by joins and overwrites what is stored. It judges and reports nothing.
 */
const CELLS = STAGED_COLUMNS.slice(3);
const OVERWRITTEN = TRACKING_COLUMNS.slice(3);

const UPSERT = `INSERT INTO consolidated_tracking (${TRACKING_COLUMNS.join(', ')})
  SELECT 1, r.id, v.id, ${CELLS.map(() => '?').join(', ')}, ?, 'bench'
  FROM learner l
    CROSS JOIN session s CROSS JOIN registration r CROSS JOIN learning_object_version v CROSS JOIN training_lov tl
  WHERE l.site_id = 1 AND l.login_folded = ? AND s.site_id = 1 AND s.guid = ?
    AND r.site_id = 1 AND r.learner_id = l.id AND r.session_id = s.id
    AND v.site_id = 1 AND v.code = ? AND tl.site_id = 1 AND tl.training_id = s.training_id AND tl.lov_id = v.id
  ON CONFLICT (site_id, registration_id, lov_id)
    DO UPDATE SET ${OVERWRITTEN.map((name) => `${name} = excluded.${name}`).join(', ')}`;

export type UpsertRows = readonly (readonly (string | number | null)[])[];

/** Made before the clock starts: the cells in the order of the statement. */
export function upsertRows(from: number, rows: number): UpsertRows {
  return Array.from({ length: rows }, (_, index) => {
    const [login = null, guid = null, code = null, ...cells] = stagedRow(from + index, 'REPLACE').map(
      withMilliseconds,
    );
    return [...cells, new Date().toISOString().slice(0, 23).replace('T', ' '), login, guid, code];
  });
}

/** The product stores instants with milliseconds, and SQLite stores what it gets. */
function withMilliseconds<Cell>(cell: Cell): Cell | string {
  return typeof cell === 'string' && /^\d{4}-\d\d-\d\d /.test(cell) ? `${cell}.000` : cell;
}

/** Answers the milliseconds. */
export function upsert({ database }: SqliteStore, rows: UpsertRows): number {
  const statement = database.prepare(UPSERT);
  const startedAt = performance.now();
  database.exec('BEGIN IMMEDIATE');
  let changes = 0;
  for (const row of rows) changes += statement.run(...row).changes;
  database.exec('COMMIT');
  const milliseconds = performance.now() - startedAt;
  if (changes !== rows.length) throw new WrongAnswer(`The upsert of ${rows.length} rows changed ${changes}`);
  return milliseconds;
}
