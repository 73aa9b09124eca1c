import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTable, INSTANT, INTEGER, INTEGER_KEY, nullableVarchar, varchar } from './schema';

/** Which tracking is gone, so that whoever keeps a copy can follow. */
export class DeletedTracking1700000013000 implements MigrationInterface {
  name = 'DeletedTracking1700000013000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, {
      name: 'deleted_tracking',
      columns: {
        site_id: INTEGER_KEY,
        registration_id: INTEGER_KEY,
        lov_id: INTEGER_KEY,
        learner_id: INTEGER,
        session_id: INTEGER,
        deleted_at: INSTANT,
        reason: varchar(20),
        import_id: nullableVarchar(36),
      },
      indexes: {
        ix_deleted_tracking_page: ['site_id', 'deleted_at', 'registration_id', 'lov_id'],
        ix_deleted_tracking_age: ['deleted_at'],
      },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTable(runner, 'deleted_tracking');
  }
}
