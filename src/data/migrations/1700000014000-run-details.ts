import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  addFlag,
  addNullable,
  createIndex,
  createTable,
  dropColumn,
  dropIndex,
  dropTable,
  INTEGER,
  INTEGER_KEY,
  JSON_TEXT,
  NULLABLE_INTEGER,
  nullableVarchar,
  type TableSpec,
  TEXT,
  varcharKey,
} from './schema';

const DETAILS: TableSpec = {
  name: 'import_run_detail',
  columns: {
    site_id: INTEGER_KEY,
    import_id: varcharKey(36),
    kind: varcharKey(20),
    part: INTEGER_KEY,
    entries: INTEGER,
    first_id: NULLABLE_INTEGER,
    last_id: NULLABLE_INTEGER,
    ids: TEXT,
    content: JSON_TEXT,
  },
  indexes: { ix_import_run_detail_ids: ['site_id', 'kind', 'last_id', 'import_id', 'part'] },
};

/** What is kept of the rows of a run, whether it was undone, and indexes for what is removed when it is old. */
export class RunDetails1700000014000 implements MigrationInterface {
  name = 'RunDetails1700000014000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, DETAILS);
    await addNullable(runner, 'import_run', 'undo_of', nullableVarchar(36));
    await addNullable(runner, 'import_run', 'undone_by', nullableVarchar(36));
    await addFlag(runner, 'import_run', 'details_kept', false);
    await createIndex(runner, 'import_run', 'ix_import_run_kept', ['details_kept', 'started_at']);
    await createIndex(runner, 'audit_entry', 'ix_audit_kept', ['at']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, 'audit_entry', 'ix_audit_kept');
    await dropIndex(runner, 'import_run', 'ix_import_run_kept');
    await dropColumn(runner, 'import_run', 'details_kept');
    await dropColumn(runner, 'import_run', 'undone_by');
    await dropColumn(runner, 'import_run', 'undo_of');
    await dropTable(runner, DETAILS.name);
  }
}
