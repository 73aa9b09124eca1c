import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addCounter, dropColumn } from './schema';

/** Tables whose rows are locked, and written by that where several nodes write. */
const TABLES = ['site', 'registration', 'course_element'] as const;

export class WrittenLocks1700000005000 implements MigrationInterface {
  name = 'WrittenLocks1700000005000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await addCounter(runner, table, 'lock_count');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...TABLES].reverse()) await dropColumn(runner, table, 'lock_count');
  }
}
