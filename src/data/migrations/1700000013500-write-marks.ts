import type { MigrationInterface, QueryRunner } from 'typeorm';
import { instantToSql } from '../../kernel/dates/instants';
import { createTable, dropTable, INSTANT, insertOnce, varcharKey } from './schema';

/** Instants before which no write under way is stamped. */
export class WriteMarks1700000013500 implements MigrationInterface {
  name = 'WriteMarks1700000013500';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'write_mark',
      columns: { id: varcharKey(36), at: INSTANT },
    });
    await insertOnce(runner, 'write_mark', { id: 'clock', at: instantToSql(Date.now()) });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'write_mark');
  }
}
