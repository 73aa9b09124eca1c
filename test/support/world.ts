import type { EntityManager } from 'typeorm';
import { ConsolidatedTrackingEntity } from '../../src/data/entities/consolidated-tracking.entity';
import { LearnerEntity } from '../../src/data/entities/learner.entity';
import { LearningObjectVersionEntity } from '../../src/data/entities/learning-object-version.entity';
import { RegistrationEntity } from '../../src/data/entities/registration.entity';
import { SessionEntity } from '../../src/data/entities/session.entity';
import { SiteEntity } from '../../src/data/entities/site.entity';
import { TrainingEntity } from '../../src/data/entities/training.entity';
import { TrainingLovEntity } from '../../src/data/entities/training-lov.entity';
import { chunks } from '../../src/data/sql';
import { instantFromSql } from '../../src/kernel/dates/instants';
import { fold } from '../../src/kernel/fold';
import type { TrackingStatus } from '../models/import/types';
import type { TestDatabase } from './databases';
import type { StoredRow, World } from './import-types';

/** Stores a world with the very ids it names. */
export async function storeWorld(test: TestDatabase, world: World): Promise<void> {
  const { siteId } = world;
  await test.database.transaction(async ({ manager }) => {
    await manager.insert(SiteEntity, { id: siteId, name: `Site ${siteId}` });
    await insertAll(
      manager,
      LearnerEntity,
      world.learners.map((learner) => ({
        ...learner,
        siteId,
        loginFolded: fold(learner.login),
        emailFolded: learner.email === null ? null : fold(learner.email),
        createdAt: new Date(learner.createdAt),
      })),
    );
    await insertAll(
      manager,
      TrainingEntity,
      world.trainings.map((training) => ({ ...training, titleFolded: fold(training.title), siteId })),
    );
    await insertAll(
      manager,
      SessionEntity,
      world.sessions.map((session) => ({ ...session, titleFolded: fold(session.title), siteId })),
    );
    await insertAll(
      manager,
      LearningObjectVersionEntity,
      world.lovs.map(({ id, code, guid, provider, kind }) => ({
        id,
        code,
        guid,
        provider,
        kind: kind === 'EASYQUIZZ' ? ('EASYQUIZZ' as const) : ('CONTENT' as const),
        title: code,
        titleFolded: fold(code),
        siteId,
      })),
    );
    await insertAll(
      manager,
      TrainingLovEntity,
      world.lovs.flatMap((lov) =>
        lov.trainingIds.map((trainingId) => ({ siteId, trainingId, lovId: lov.id })),
      ),
    );
    await insertAll(
      manager,
      RegistrationEntity,
      world.registrations.map((registration) => ({ ...registration, siteId })),
    );
    if (world.stored.length > 0) await insertAll(manager, ConsolidatedTrackingEntity, trackingRows(world));
  });
}

/** However many they are. */
export async function insertAll(
  manager: EntityManager,
  entity: new () => object,
  rows: readonly object[],
): Promise<void> {
  for (const chunk of chunks(rows)) {
    // By default TypeORM reads the columns that have defaults back, of all rows with one statement that is too large.
    await manager
      .createQueryBuilder()
      .insert()
      .into(entity)
      .values([...chunk])
      .updateEntity(false)
      .execute();
  }
}

function trackingRows({ siteId, stored }: World) {
  const date = (instant: number | null) => (instant === null ? null : new Date(instant));
  return stored.map((row) => ({
    ...row,
    siteId,
    firstAccessDate: date(row.firstAccessDate),
    firstCompletionDate: date(row.firstCompletionDate),
    lastAccessDate: date(row.lastAccessDate),
    updatedAt: new Date(row.updatedAt),
    importId: 'before',
  }));
}

/** Everything stored, read past the API, in key order. */
export async function storedTracking(test: TestDatabase, siteId = 1): Promise<StoredRow[]> {
  const rows = await test.query<Record<string, string | number | Date | null>>(
    `SELECT * FROM consolidated_tracking WHERE site_id = ${siteId} ORDER BY registration_id, lov_id`,
  );
  const instant = (value: unknown) => (value === null ? null : instantFromSql(value as string | Date));
  return rows.map((row) => ({
    registrationId: row.registration_id as number,
    lovId: row.lov_id as number,
    firstAccessDate: instant(row.first_access_date),
    firstCompletionDate: instant(row.first_completion_date),
    lastAccessDate: instant(row.last_access_date),
    progression: row.progression as number | null,
    score: row.score as number | null,
    scoreMax: row.score_max as number | null,
    timeSpentSeconds: row.time_spent_seconds as number | null,
    status: row.status as TrackingStatus,
    updatedAt: instantFromSql(row.updated_at as string | Date),
  }));
}
