import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  addFlag,
  addNullable,
  BOOLEAN,
  createTable,
  dropColumn,
  dropTable,
  INSTANT,
  INTEGER,
  INTEGER_KEY,
  JSON_TEXT,
  NULLABLE_INSTANT,
  NULLABLE_INTEGER,
  NULLABLE_TEXT,
  nullableVarchar,
  type TableSpec,
  TEXT,
  varchar,
  varcharKey,
} from './schema';

const JOB: TableSpec = {
  name: 'import_job',
  columns: {
    site_id: INTEGER_KEY,
    id: varcharKey(36),
    caller: varchar(100),
    key_id: nullableVarchar(36),
    idempotency_key: nullableVarchar(255),
    digest: varchar(64),
    state: varchar(30),
    phase: varchar(20),
    ordered: TEXT,
    progress: TEXT,
    failure: NULLABLE_TEXT,
    file_name: nullableVarchar(255),
    file_bytes: INTEGER,
    file_kept: BOOLEAN,
    results_kept: BOOLEAN,
    undo_of: nullableVarchar(36),
    created_at: INSTANT,
    started_at: NULLABLE_INSTANT,
    finished_at: NULLABLE_INSTANT,
    cancel_asked: BOOLEAN,
    fence: INTEGER,
    lease_until: NULLABLE_INSTANT,
  },
  uniques: { uq_import_job_key: ['site_id', 'caller', 'idempotency_key'] },
  indexes: {
    ix_import_job_at: ['site_id', 'created_at', 'id'],
    ix_import_job_caller: ['site_id', 'caller', 'created_at', 'id'],
    ix_import_job_state: ['site_id', 'state', 'created_at', 'id'],
    ix_import_job_caller_state: ['site_id', 'caller', 'state', 'created_at', 'id'],
    ix_import_job_undo: ['site_id', 'undo_of'],
    ix_import_job_due: ['state', 'lease_until'],
    ix_import_job_kept: ['site_id', 'file_kept', 'file_bytes'],
    ix_import_job_file: ['file_kept', 'finished_at'],
    ix_import_job_results: ['results_kept', 'finished_at'],
  },
};

const FILE: TableSpec = {
  name: 'import_job_file',
  columns: {
    site_id: INTEGER_KEY,
    job_id: varcharKey(36),
    kind: varcharKey(20),
    part: INTEGER_KEY,
    length: INTEGER,
    content: JSON_TEXT,
  },
};

/** Imports of files, and which runs of imports are still under way. */
export class ImportJobs1700000018000 implements MigrationInterface {
  name = 'ImportJobs1700000018000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, JOB);
    await createTable(runner, FILE);
    await addNullable(runner, 'import_run', 'windows', NULLABLE_INTEGER);
    await addFlag(runner, 'import_run', 'is_running', false);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'import_run', 'is_running');
    await dropColumn(runner, 'import_run', 'windows');
    await dropTable(runner, FILE.name);
    await dropTable(runner, JOB.name);
  }
}
