import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex } from './schema';

const INDEX = 'ix_deleted_tracking_learner';

/** Which registrations a learner had, those that are gone included: an erasure looks for them in what is packed. */
export class DeletedOfLearner1700000016500 implements MigrationInterface {
  name = 'DeletedOfLearner1700000016500';

  async up(runner: QueryRunner): Promise<void> {
    await createIndex(runner, 'deleted_tracking', INDEX, ['site_id', 'learner_id', 'registration_id']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, 'deleted_tracking', INDEX);
  }
}
