import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addNullableInstant, dropColumn } from './schema';

/** Until when a notification is tried, or when it was given up. */
export class NotificationEnd1700000007000 implements MigrationInterface {
  name = 'NotificationEnd1700000007000';

  async up(runner: QueryRunner): Promise<void> {
    await addNullableInstant(runner, 'notification', 'given_up_at');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'notification', 'given_up_at');
  }
}
