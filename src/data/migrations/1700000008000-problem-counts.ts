import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addNullableText, dropColumn } from './schema';

/** Which problems the rows of an import had. */
export class ProblemCounts1700000008000 implements MigrationInterface {
  name = 'ProblemCounts1700000008000';

  async up(runner: QueryRunner): Promise<void> {
    await addNullableText(runner, 'import_run', 'problem_counts');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'import_run', 'problem_counts');
  }
}
