import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTable,
  dropTable,
  INSTANT,
  INTEGER_KEY,
  NULLABLE_INSTANT,
  NULLABLE_TEXT,
  nullableVarchar,
  TEXT,
} from './schema';

/** Where the notifications of a site are posted. */
export class Webhook1700000015000 implements MigrationInterface {
  name = 'Webhook1700000015000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'webhook',
      columns: {
        site_id: INTEGER_KEY,
        url: NULLABLE_TEXT,
        secrets: TEXT,
        since: INSTANT,
        last_delivery_at: NULLABLE_INSTANT,
        last_error: nullableVarchar(255),
      },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'webhook');
  }
}
