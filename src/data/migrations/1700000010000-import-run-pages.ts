import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex } from './schema';

const TABLE = 'import_run';

/** Indexes for pages of import runs, of all callers and of one. */
export class ImportRunPages1700000010000 implements MigrationInterface {
  name = 'ImportRunPages1700000010000';

  async up(runner: QueryRunner): Promise<void> {
    await createIndex(runner, TABLE, 'ix_import_run_at', ['site_id', 'started_at', 'id']);
    await createIndex(runner, TABLE, 'ix_import_run_caller', ['site_id', 'caller', 'started_at', 'id']);
    await dropIndex(runner, TABLE, 'ix_import_run_started');
  }

  async down(runner: QueryRunner): Promise<void> {
    await createIndex(runner, TABLE, 'ix_import_run_started', ['site_id', 'started_at']);
    await dropIndex(runner, TABLE, 'ix_import_run_caller');
    await dropIndex(runner, TABLE, 'ix_import_run_at');
  }
}
