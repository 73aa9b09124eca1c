/** The worlds of the model of updateCustomActivity as rows of a database, and back. */
import { ActivityAssessmentEntity } from '../../src/data/entities/activity-assessment.entity';
import { AssessmentGradeEntity } from '../../src/data/entities/assessment-grade.entity';
import { AssessmentScaleEntity } from '../../src/data/entities/assessment-scale.entity';
import { CourseElementEntity } from '../../src/data/entities/course-element.entity';
import { CourseObjectiveEntity } from '../../src/data/entities/course-objective.entity';
import { CustomActivityEntity } from '../../src/data/entities/custom-activity.entity';
import { ElementObjectiveEntity } from '../../src/data/entities/element-objective.entity';
import { LearnerEntity } from '../../src/data/entities/learner.entity';
import { LearningObjectiveEntity } from '../../src/data/entities/learning-objective.entity';
import { ObjectiveAssessmentEntity } from '../../src/data/entities/objective-assessment.entity';
import { OrganisationEntity } from '../../src/data/entities/organisation.entity';
import { OrganisationGrantEntity } from '../../src/data/entities/organisation-grant.entity';
import { RegistrationEntity } from '../../src/data/entities/registration.entity';
import { SessionEntity } from '../../src/data/entities/session.entity';
import { SiteEntity } from '../../src/data/entities/site.entity';
import { TrainingEntity } from '../../src/data/entities/training.entity';
import { UserEntity } from '../../src/data/entities/user.entity';
import { instantFromSql } from '../../src/kernel/dates/instants';
import { fold } from '../../src/kernel/fold';
import type { Activity, Element, Stored, World } from '../models/activity/world';
import type { TestDatabase } from './databases';
import { present } from './present';

/** Before the clock of tests. */
export const STORED_AT = Date.UTC(2025, 0, 1);

/** Stores a world with the very ids it names; its learners are those whom its sessions and results name. */
export async function storeActivityWorld(
  test: TestDatabase,
  world: World,
  stored: Pick<Stored, 'elements' | 'courseObjectives'>,
  siteName = `Site ${world.siteId}`,
): Promise<void> {
  const { siteId } = world;
  const objectiveIds = new Map(world.objectives.map(({ id, uniqueId }) => [uniqueId, id]));
  const objectiveId = (uniqueId: string) => present(objectiveIds.get(uniqueId));
  const activities = stored.elements.flatMap(({ id, activity }) =>
    activity === null ? [] : { id, activity },
  );
  await test.database.transaction(async ({ manager }) => {
    const insert = async (entity: new () => object, rows: readonly object[]) => {
      if (rows.length > 0)
        await manager.insert(
          entity,
          rows.map((row) => ({ ...row, siteId })),
        );
    };
    // It may hold a class already.
    if (!(await manager.existsBy(SiteEntity, { id: siteId }))) {
      await manager.insert(SiteEntity, { id: siteId, name: siteName, useScore: world.useScore });
    }
    await insert(OrganisationEntity, world.organisations);
    await insert(UserEntity, world.users);
    await insert(
      OrganisationGrantEntity,
      world.users.flatMap(({ id, organisationIds }) =>
        organisationIds.map((organisationId) => ({ userId: id, organisationId })),
      ),
    );
    await insert(
      TrainingEntity,
      world.courses.map((each) => ({ ...each, guid: `course-${each.id}`, title: `Course ${each.id}` })),
    );
    await insert(
      AssessmentScaleEntity,
      world.scales.map(({ id, courseId }) => ({ id, courseId, title: `Scale ${id}` })),
    );
    await insert(
      AssessmentGradeEntity,
      world.scales.flatMap(({ id, gradeIds }) =>
        gradeIds.map((gradeId, position) => ({
          ...{ id: gradeId, scaleId: id, position },
          title: `Grade ${gradeId}`,
        })),
      ),
    );
    await insert(
      LearningObjectiveEntity,
      world.objectives.map((each) => ({
        ...each,
        titleFolded: fold(each.title),
        uniqueIdFolded: fold(each.uniqueId),
      })),
    );
    await insert(
      CourseElementEntity,
      stored.elements.map(({ activity: _, updatedAt, ...each }) => ({
        ...each,
        updatedAt: new Date(updatedAt),
      })),
    );
    await insert(
      CustomActivityEntity,
      activities.map(({ id, activity: { learningObjectives: _, deadline, ...values } }) => ({
        ...values,
        elementId: id,
        deadline: deadline === null ? null : new Date(deadline),
      })),
    );
    await insert(
      CourseObjectiveEntity,
      stored.courseObjectives.flatMap(({ courseId, uniqueIds }) =>
        uniqueIds.map((uniqueId) => ({ courseId, objectiveId: objectiveId(uniqueId) })),
      ),
    );
    await insert(
      ElementObjectiveEntity,
      activities.flatMap(({ id, activity }) =>
        activity.learningObjectives.map((uniqueId, position) => ({
          ...{ elementId: id, position },
          objectiveId: objectiveId(uniqueId),
        })),
      ),
    );
    await insert(LearnerEntity, learnersOf(world));
    await insert(
      SessionEntity,
      world.sessions.map(({ id, courseId, endsAt }) => ({
        ...{ id, trainingId: courseId, guid: `session-${id}`, title: `Session ${id}`, startsAt: null },
        endsAt: endsAt === null ? null : new Date(endsAt),
      })),
    );
    await insert(
      RegistrationEntity,
      world.sessions.flatMap(({ id, learnerIds }) =>
        learnerIds.map((learnerId) => ({ learnerId, sessionId: id })),
      ),
    );
    const updatedAt = new Date(STORED_AT);
    await insert(
      ActivityAssessmentEntity,
      world.results.map((each) => ({ ...each, status: 'COMPLETED', updatedAt })),
    );
    await insert(
      ObjectiveAssessmentEntity,
      world.objectiveResults.map(({ uniqueId, ...each }) => ({
        ...{ ...each, outcome: 'MEETS', updatedAt },
        objectiveId: objectiveId(uniqueId),
      })),
    );
  });
}

function learnersOf({ siteId, sessions, results, objectiveResults }: World) {
  const ids = new Set([
    ...sessions.flatMap(({ learnerIds }) => learnerIds),
    ...[...results, ...objectiveResults].map(({ learnerId }) => learnerId),
  ]);
  return [...ids].map((id) => {
    const login = `learner-${siteId}-${id}`;
    const unknown = { refNumber: null, email: null, emailFolded: null };
    return { ...unknown, id, login, loginFolded: login, createdAt: new Date(STORED_AT) };
  });
}

/** Everything that updates can write but notifications, read past the API. */
export async function storedActivityWorld(
  test: TestDatabase,
  siteId = 1,
): Promise<Pick<Stored, 'elements' | 'courseObjectives'>> {
  const elements = await test.query(`SELECT * FROM course_element WHERE site_id = ${siteId} ORDER BY id`);
  const activities = await test.query(`SELECT * FROM custom_activity WHERE site_id = ${siteId}`);
  const linked = (table: 'element_objective' | 'course_objective', owner: string, order: string) =>
    test.query<{ owner: number; unique_id: string }>(
      `SELECT x.${owner} AS owner, o.unique_id FROM ${table} x
       JOIN learning_objective o ON o.site_id = x.site_id AND o.id = x.objective_id
       WHERE x.site_id = ${siteId} ORDER BY x.${owner}, ${order}`,
    );
  const ofElements = idsByOwner(await linked('element_objective', 'element_id', 'x.position'));
  const ofCourses = idsByOwner(await linked('course_objective', 'course_id', 'o.unique_id'));
  return {
    elements: elements.map((row) => {
      const id = row.id as number;
      const own = activities.find((each) => each.element_id === id);
      return elementFromRow(row, own === undefined ? null : activityFromRow(own, ofElements.get(id) ?? []));
    }),
    courseObjectives: [...ofCourses].map(([courseId, uniqueIds]) => ({ courseId, uniqueIds })),
  };
}

function idsByOwner(rows: readonly { owner: number; unique_id: string }[]): Map<number, string[]> {
  const ids = new Map<number, string[]>();
  for (const { owner, unique_id } of rows) ids.set(owner, [...(ids.get(owner) ?? []), unique_id]);
  return ids;
}

function elementFromRow(row: Record<string, unknown>, activity: Activity | null): Element {
  return {
    id: row.id as number,
    syncKey: row.sync_key as string | null,
    courseId: row.course_id as number,
    parentId: row.parent_id as number | null,
    position: row.position as number,
    kind: row.kind as Element['kind'],
    title: row.title as string,
    active: Boolean(row.active),
    isDeleted: Boolean(row.is_deleted),
    updatedAt: instantFromSql(row.updated_at as string | Date),
    activity,
  };
}

function activityFromRow(row: Record<string, unknown>, learningObjectives: readonly string[]): Activity {
  return {
    description: row.description as string | null,
    deadline: row.deadline === null ? null : instantFromSql(row.deadline as string | Date),
    mandatory: Boolean(row.mandatory),
    assessmentId: row.assessment_id as number | null,
    maxScore: row.max_score as number | null,
    assessmentVisible: Boolean(row.assessment_visible),
    locked: Boolean(row.locked),
    learningObjectiveAssessment: row.learning_objective_assessment as Activity['learningObjectiveAssessment'],
    allowStudentsSetCompletion: Boolean(row.allow_students_set_completion),
    learningObjectives,
  };
}
