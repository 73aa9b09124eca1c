import { instantFromSql, instantToSql } from '../kernel/dates';
import type { Tx } from './database';
import { placeholders } from './sql';

/** Counts of one import; all but `received` and `withWarnings` add up to `received`. */
export interface ImportCounts {
  readonly received: number;
  readonly created: number;
  readonly replaced: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly superseded: number;
  readonly rejected: number;
  readonly withWarnings: number;
}

export interface ImportRunRecord extends ImportCounts {
  readonly id: string;
  readonly caller: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly writeMode: string;
  readonly errorPolicy: string;
  readonly dateTimeFormat: string;
  readonly timeZone: string;
  readonly defaultTime: string;
  readonly timeSpentFormat: string;
  readonly defaultScoreMax: number | null;
}

const COLUMNS = {
  id: 'id',
  caller: 'caller',
  startedAt: 'started_at',
  finishedAt: 'finished_at',
  writeMode: 'write_mode',
  errorPolicy: 'error_policy',
  dateTimeFormat: 'date_time_format',
  timeZone: 'time_zone',
  defaultTime: 'default_time',
  timeSpentFormat: 'time_spent_format',
  defaultScoreMax: 'default_score_max',
  received: 'received',
  created: 'created',
  replaced: 'replaced',
  unchanged: 'unchanged',
  deleted: 'deleted',
  superseded: 'superseded',
  rejected: 'rejected',
  withWarnings: 'with_warnings',
} as const satisfies Record<keyof ImportRunRecord, string>;

const FIELDS = Object.keys(COLUMNS) as (keyof ImportRunRecord)[];

export async function insertImportRun(tx: Tx, siteId: number, run: ImportRunRecord): Promise<void> {
  const values = { ...run, startedAt: instantToSql(run.startedAt), finishedAt: instantToSql(run.finishedAt) };
  await tx.query(
    `INSERT INTO import_run (site_id, ${Object.values(COLUMNS).join(', ')}) VALUES ${placeholders(FIELDS.length + 1)}`,
    [siteId, ...FIELDS.map((field) => values[field])],
  );
}

export async function findImportRun(
  tx: Tx,
  siteId: number,
  importId: string,
): Promise<ImportRunRecord | undefined> {
  type Row = Omit<ImportRunRecord, 'startedAt' | 'finishedAt'> & {
    startedAt: string | Date;
    finishedAt: string | Date;
  };
  const columns = FIELDS.map((field) => `${COLUMNS[field]} AS ${field}`).join(', ');
  const rows = await tx.query<Row>(`SELECT ${columns} FROM import_run WHERE site_id = ? AND id = ?`, [
    siteId,
    importId,
  ]);
  const row = rows.find((candidate) => candidate.id === importId);
  return (
    row && { ...row, startedAt: instantFromSql(row.startedAt), finishedAt: instantFromSql(row.finishedAt) }
  );
}
