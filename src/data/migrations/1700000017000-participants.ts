import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addNullable, createIndex, dropColumn, dropIndex, NULLABLE_TEXT } from './schema';

/** A comment on what a participant was given, and pages of the participants of a course. */
export class Participants1700000017000 implements MigrationInterface {
  name = 'Participants1700000017000';

  async up(runner: QueryRunner): Promise<void> {
    await addNullable(runner, 'activity_assessment', 'comment', NULLABLE_TEXT);
    await createIndex(runner, 'registration', 'ix_registration_session_learner', [
      'site_id',
      'session_id',
      'learner_id',
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, 'registration', 'ix_registration_session_learner');
    await dropColumn(runner, 'activity_assessment', 'comment');
  }
}
