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
import { instantFromSql } from '../../src/kernel/dates';
import { fold } from '../../src/kernel/fold';
import type { CourseWorld, ModelActivity, ModelElement } from './custom-activity-model';
import type { TestDatabase } from './databases';

/** Before the clock of tests. */
export const STORED_AT = Date.UTC(2025, 0, 1);

const PLAIN_ACTIVITY: ModelActivity = {
  description: null,
  deadline: null,
  mandatory: false,
  assessmentId: null,
  maxScore: null,
  assessmentVisible: false,
  locked: false,
  learningObjectiveAssessment: 'DO_NOT_USE',
  allowStudentsSetCompletion: false,
  learningObjectives: [],
};

function element(id: number, fields: Partial<ModelElement>): ModelElement {
  return {
    id,
    syncKey: null,
    courseId: 1,
    parentId: null,
    kind: 'CUSTOM_ACTIVITY',
    title: `Element ${id}`,
    active: true,
    isDeleted: false,
    updatedAt: STORED_AT,
    activity: null,
    assessed: 'no',
    objectiveAssessed: false,
    ...fields,
  };
}

function activity(
  id: number,
  fields: Partial<ModelElement>,
  values: Partial<ModelActivity> = {},
): ModelElement {
  return element(id, { ...fields, activity: { ...PLAIN_ACTIVITY, ...values } });
}

const open = { isExternal: false, isDeleted: false };

/** Course 1 has everything; the others have one fault each. Ids are those of the vendor's sample where it has any. */
export const theCourseWorld: CourseWorld = {
  siteId: 1,
  siteName: 'Site 1',
  useScore: true,
  organisations: [
    { id: 1, parentId: null, syncKey: 'region', name: 'Region' },
    { id: 2, parentId: 1, syncKey: 'school', name: 'School' },
    { id: 3, parentId: 1, syncKey: 'neighbour', name: 'Neighbour' },
  ],
  users: [
    { ...open, id: 2, syncKey: 'editor', organisationIds: [1] },
    { ...open, id: 3, syncKey: 'external', isExternal: true, organisationIds: [1] },
    { ...open, id: 4, syncKey: 'deleted', isDeleted: true, organisationIds: [1] },
    { ...open, id: 5, syncKey: 'neighbour', organisationIds: [3] },
    { ...open, id: 6, syncKey: null, organisationIds: [2] },
  ],
  courses: [
    course(1, 'course', {
      objectivesEnabled: true,
      objectives: ['CustomActivityLO1'],
      sessions: [
        [1, 2],
        [1, 3],
      ],
    }),
    course(2, 'external', { isExternal: true }),
    course(3, 'deleted', { isDeleted: true }),
    course(4, 'archived', { isArchived: true }),
    course(5, 'plain', { sessions: [[4]] }),
    course(6, 'homeless', { organisationId: null }),
  ],
  elements: [
    element(10, { kind: 'FOLDER', syncKey: 'folder' }),
    element(11, { kind: 'FOLDER', syncKey: 'other-folder' }),
    element(12, { kind: 'FOLDER', syncKey: 'deleted-folder', isDeleted: true }),
    element(13, { kind: 'OTHER', syncKey: 'page' }),
    element(14, { kind: 'FOLDER', syncKey: 'folder-elsewhere', courseId: 5 }),
    activity(
      11939,
      { syncKey: 'activity', parentId: 10, title: 'Homework' },
      {
        description: '<p>Read</p>',
        deadline: Date.UTC(2024, 4, 5, 6, 7, 8, 900),
        assessmentId: 1,
        learningObjectiveAssessment: 'OUTCOME_STATUS',
        learningObjectives: ['CustomActivityLO1'],
      },
    ),
    activity(11940, { syncKey: 'deleted-activity', isDeleted: true }),
    activity(11941, { syncKey: 'activity-elsewhere', courseId: 5 }),
    activity(11942, { syncKey: null, active: false }),
    activity(11943, { syncKey: 'graded', assessed: 'grade' }, { assessmentId: 1 }),
    activity(11944, { syncKey: 'scored', assessed: 'score' }, { maxScore: 10 }),
    activity(11945, { syncKey: 'completed', assessed: 'status' }, { allowStudentsSetCompletion: true }),
    activity(
      11946,
      { syncKey: 'objectives-assessed', objectiveAssessed: true },
      {
        learningObjectiveAssessment: 'OUTCOME_STATUS',
        learningObjectives: ['CustomActivityLO1', 'CustomActivityLO2'],
      },
    ),
    activity(11947, { syncKey: 'in-deleted-folder', parentId: 12 }),
    activity(11948, { syncKey: 'odd-folder', courseId: 5, title: 'a <b> title' }, { assessmentId: 3 }),
    activity(11949, { syncKey: 'by-score' }, { maxScore: 7.5 }),
  ],
  scales: [
    { id: 1, courseId: null, gradeIds: [1, 2] },
    { id: 2, courseId: null, gradeIds: [3] },
    { id: 3, courseId: 1, gradeIds: [4] },
    { id: 4, courseId: 5, gradeIds: [5] },
  ],
  objectives: [
    { id: 1, uniqueId: 'LO-SUBJECT', parentId: null, isPublished: true, isLeaf: false },
    { id: 2, uniqueId: 'CustomActivityLO1', parentId: 1, isPublished: true, isLeaf: true },
    { id: 3, uniqueId: 'CustomActivityLO2', parentId: 1, isPublished: true, isLeaf: true },
    { id: 4, uniqueId: 'LO-3', parentId: 1, isPublished: true, isLeaf: true },
    { id: 5, uniqueId: 'LO-DRAFT', parentId: 1, isPublished: false, isLeaf: true },
  ],
};

function course(id: number, syncKey: string, fields: Partial<CourseWorld['courses'][number]>) {
  return {
    id,
    syncKey,
    organisationId: 2,
    isExternal: false,
    isDeleted: false,
    isArchived: false,
    objectivesEnabled: false,
    objectives: [],
    sessions: [],
    ...fields,
  };
}

/** The same world on another site: keys stay, ids are the site's own. */
export function onSite(world: CourseWorld, siteId: number): CourseWorld {
  const idIn = (id: number) => siteId * 100_000 + id;
  const nullableIdIn = (id: number | null) => (id === null ? null : idIn(id));
  return {
    ...world,
    siteId,
    siteName: `Site ${siteId}`,
    organisations: world.organisations.map((each) => ({
      ...each,
      id: idIn(each.id),
      parentId: nullableIdIn(each.parentId),
    })),
    users: world.users.map((each) => ({
      ...each,
      id: idIn(each.id),
      organisationIds: each.organisationIds.map(idIn),
    })),
    courses: world.courses.map((each) => ({
      ...each,
      id: idIn(each.id),
      organisationId: nullableIdIn(each.organisationId),
      sessions: each.sessions.map((learners) => learners.map(idIn)),
    })),
    elements: world.elements.map((each) => ({
      ...each,
      id: idIn(each.id),
      courseId: idIn(each.courseId),
      parentId: nullableIdIn(each.parentId),
      activity:
        each.activity === null
          ? null
          : { ...each.activity, assessmentId: nullableIdIn(each.activity.assessmentId) },
    })),
    scales: world.scales.map((each) => ({
      id: idIn(each.id),
      courseId: nullableIdIn(each.courseId),
      gradeIds: each.gradeIds.map(idIn),
    })),
    objectives: world.objectives.map((each) => ({
      ...each,
      id: idIn(each.id),
      parentId: nullableIdIn(each.parentId),
    })),
  };
}

/** Stores a world with the very ids it names; learners are numbered, as the sessions name them. */
export async function storeCourseWorld(test: TestDatabase, world: CourseWorld): Promise<void> {
  const { siteId } = world;
  const ofSite = <Row extends object>(rows: readonly Row[]) => rows.map((row) => ({ ...row, siteId }));
  const objectiveIds = new Map(world.objectives.map(({ id, uniqueId }) => [uniqueId, id]));
  const objectiveId = (uniqueId: string) => objectiveIds.get(uniqueId) as number;
  const learnerIds = [...new Set(world.courses.flatMap(({ sessions }) => sessions.flat()))];
  const activities = world.elements.flatMap((each) =>
    each.activity === null ? [] : [{ ...each, activity: each.activity }],
  );
  await test.database.transaction(async ({ manager }) => {
    const insert = async (entity: new () => object, rows: readonly object[]) => {
      if (rows.length > 0) await manager.insert(entity, ofSite(rows));
    };
    // It may hold a class already.
    if (!(await manager.existsBy(SiteEntity, { id: siteId }))) {
      await manager.insert(SiteEntity, { id: siteId, name: world.siteName, useScore: world.useScore });
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
          id: gradeId,
          scaleId: id,
          title: `Grade ${gradeId}`,
          position,
        })),
      ),
    );
    await insert(
      LearningObjectiveEntity,
      world.objectives.map((each) => {
        const title = `Objective ${each.uniqueId}`;
        return { ...each, title, titleFolded: fold(title), uniqueIdFolded: fold(each.uniqueId) };
      }),
    );
    await insert(
      CourseElementEntity,
      world.elements.map(({ activity: _, ...each }) => ({
        ...each,
        position: each.id,
        updatedAt: new Date(each.updatedAt),
      })),
    );
    await insert(
      CustomActivityEntity,
      activities.map(({ id, activity: values }) => ({
        ...values,
        elementId: id,
        deadline: values.deadline === null ? null : new Date(values.deadline),
      })),
    );
    await insert(
      CourseObjectiveEntity,
      world.courses.flatMap(({ id, objectives }) =>
        objectives.map((uniqueId) => ({ courseId: id, objectiveId: objectiveId(uniqueId) })),
      ),
    );
    await insert(
      ElementObjectiveEntity,
      activities.flatMap(({ id, activity: { learningObjectives } }) =>
        learningObjectives.map((uniqueId, position) => ({
          elementId: id,
          objectiveId: objectiveId(uniqueId),
          position,
        })),
      ),
    );
    await insert(
      LearnerEntity,
      learnerIds.map((id) => ({
        id,
        login: `learner-${siteId}-${id}`,
        loginFolded: `learner-${siteId}-${id}`,
        refNumber: null,
        email: null,
        emailFolded: null,
        createdAt: new Date(STORED_AT),
      })),
    );
    const sessions = world.courses.flatMap(({ id, sessions: those }) =>
      those.map((learners, index) => ({ id: id * 10 + index, trainingId: id, learners })),
    );
    await insert(
      SessionEntity,
      sessions.map(({ learners: _, ...each }) => ({
        ...each,
        guid: `session-${each.id}`,
        title: `Session ${each.id}`,
        startsAt: null,
        endsAt: null,
      })),
    );
    await insert(
      RegistrationEntity,
      sessions.flatMap(({ id, learners }) => learners.map((learnerId) => ({ learnerId, sessionId: id }))),
    );
    const assessed = { learnerId: learnerIds[0], updatedAt: new Date(STORED_AT) };
    await insert(
      ActivityAssessmentEntity,
      world.elements
        .filter((each) => each.assessed !== 'no')
        .map((each) => ({
          ...assessed,
          elementId: each.id,
          status: 'COMPLETED',
          gradeId: each.assessed === 'grade' ? (world.scales[0]?.gradeIds[0] ?? null) : null,
          score: each.assessed === 'score' ? 0 : null,
        })),
    );
    await insert(
      ObjectiveAssessmentEntity,
      world.elements
        .filter((each) => each.objectiveAssessed)
        .map((each) => ({
          ...assessed,
          elementId: each.id,
          objectiveId: objectiveId(each.activity?.learningObjectives[0] ?? ''),
          outcome: 'MEETS',
        })),
    );
  });
}

/** Everything that updates can write, read past the API: elements, activities, objectives of both kinds. */
export async function storedCourseWorld(test: TestDatabase, world: CourseWorld): Promise<CourseWorld> {
  const { siteId } = world;
  const elements = await test.query<Record<string, unknown>>(
    `SELECT * FROM course_element WHERE site_id = ${siteId} ORDER BY id`,
  );
  const activities = await test.query<Record<string, unknown>>(
    `SELECT * FROM custom_activity WHERE site_id = ${siteId}`,
  );
  const ofElements = await test.query<{ element_id: number; unique_id: string }>(
    `SELECT x.element_id, o.unique_id FROM element_objective x
     JOIN learning_objective o ON o.site_id = x.site_id AND o.id = x.objective_id
     WHERE x.site_id = ${siteId} ORDER BY x.element_id, x.position`,
  );
  const ofCourses = await test.query<{ course_id: number; unique_id: string }>(
    `SELECT x.course_id, o.unique_id FROM course_objective x
     JOIN learning_objective o ON o.site_id = x.site_id AND o.id = x.objective_id
     WHERE x.site_id = ${siteId} ORDER BY x.course_id, o.unique_id`,
  );
  const model = new Map(world.elements.map((each) => [each.id, each]));
  return {
    ...world,
    courses: world.courses.map((each) => ({
      ...each,
      objectives: ofCourses.filter((row) => row.course_id === each.id).map((row) => row.unique_id),
    })),
    elements: elements.map((row) => {
      const id = row.id as number;
      const own = activities.find((each) => each.element_id === id);
      const { assessed, objectiveAssessed } = model.get(id) as ModelElement;
      return {
        id,
        syncKey: row.sync_key as string | null,
        courseId: row.course_id as number,
        parentId: row.parent_id as number | null,
        kind: row.kind as ModelElement['kind'],
        title: row.title as string,
        active: Boolean(row.active),
        isDeleted: Boolean(row.is_deleted),
        updatedAt: instantFromSql(row.updated_at as string | Date),
        assessed,
        objectiveAssessed,
        activity: own === undefined ? null : activityFromRow(own, objectivesOf(id)),
      };
    }),
  };

  function objectivesOf(id: number): string[] {
    return ofElements.filter((row) => row.element_id === id).map((row) => row.unique_id);
  }
}

function activityFromRow(row: Record<string, unknown>, learningObjectives: readonly string[]): ModelActivity {
  return {
    description: row.description as string | null,
    deadline: row.deadline === null ? null : instantFromSql(row.deadline as string | Date),
    mandatory: Boolean(row.mandatory),
    assessmentId: row.assessment_id as number | null,
    maxScore: row.max_score as number | null,
    assessmentVisible: Boolean(row.assessment_visible),
    locked: Boolean(row.locked),
    learningObjectiveAssessment:
      row.learning_objective_assessment as ModelActivity['learningObjectiveAssessment'],
    allowStudentsSetCompletion: Boolean(row.allow_students_set_completion),
    learningObjectives,
  };
}

/** One element as it is stored. */
export async function storedElement(
  test: TestDatabase,
  world: CourseWorld,
  id: number,
): Promise<ModelElement> {
  const { elements } = await storedCourseWorld(test, world);
  return elements.find((each) => each.id === id) as ModelElement;
}

export interface StoredNotification {
  readonly id: string;
  readonly update_id: string;
  readonly element_id: number;
  readonly learner_id: number;
  readonly created_at: string | Date;
  readonly payload: string;
  readonly delivered_at: string | Date | null;
  readonly attempts: number;
  readonly next_attempt_at: string | Date;
  readonly last_error: string | null;
}

export function storedNotifications(test: TestDatabase, siteId = 1): Promise<StoredNotification[]> {
  return test.query<StoredNotification>(
    `SELECT * FROM notification WHERE site_id = ${siteId} ORDER BY update_id, learner_id`,
  );
}
