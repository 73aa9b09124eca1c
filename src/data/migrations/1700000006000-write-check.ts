import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTable, INTEGER, INTEGER_KEY } from './schema';

/** What servers write to see whether they can. */
export class WriteCheck1700000006000 implements MigrationInterface {
  name = 'WriteCheck1700000006000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, { name: 'write_check', columns: { id: INTEGER_KEY, value: INTEGER } });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'write_check');
  }
}
