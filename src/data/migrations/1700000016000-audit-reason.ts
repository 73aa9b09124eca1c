import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addNullableText, dropColumn } from './schema';

/** Why something was done, where the operation asks for it. */
export class AuditReason1700000016000 implements MigrationInterface {
  name = 'AuditReason1700000016000';

  async up(runner: QueryRunner): Promise<void> {
    await addNullableText(runner, 'audit_entry', 'reason');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'audit_entry', 'reason');
  }
}
