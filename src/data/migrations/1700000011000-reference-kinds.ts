import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  addFlag,
  addNullable,
  createIndex,
  dropColumn,
  dropIndex,
  NULLABLE_DOUBLE,
  NULLABLE_INTEGER,
  nullableVarchar,
} from './schema';

const COLUMNS = [
  { table: 'training_lov', column: 'position', kind: NULLABLE_INTEGER },
  { table: 'training_lov', column: 'points', kind: NULLABLE_DOUBLE },
  { table: 'assessment_scale', column: 'sync_key', kind: nullableVarchar(128) },
  { table: 'assessment_grade', column: 'min_percent', kind: NULLABLE_DOUBLE },
  { table: 'assessment_grade', column: 'max_percent', kind: NULLABLE_DOUBLE },
] as const;

/** What reference data says of memberships, scales and grades. */
export class ReferenceKinds1700000011000 implements MigrationInterface {
  name = 'ReferenceKinds1700000011000';

  async up(runner: QueryRunner): Promise<void> {
    await addFlag(runner, 'training_lov', 'mandatory', true);
    for (const { table, column, kind } of COLUMNS) await addNullable(runner, table, column, kind);
    await createIndex(
      runner,
      'assessment_scale',
      'uq_assessment_scale_sync_key',
      ['site_id', 'sync_key'],
      true,
    );
    await createIndex(runner, 'assessment_scale', 'ix_assessment_scale_title', ['site_id', 'title']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, 'assessment_scale', 'ix_assessment_scale_title');
    await dropIndex(runner, 'assessment_scale', 'uq_assessment_scale_sync_key');
    for (const { table, column } of [...COLUMNS].reverse()) await dropColumn(runner, table, column);
    await dropColumn(runner, 'training_lov', 'mandatory');
  }
}
