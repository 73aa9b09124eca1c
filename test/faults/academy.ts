/**
 * What requests refer to, the same in every run. Ids are known beforehand: a stored row is compared with what was sent
 * without asking the server which is which. Names are of the kind that no log may hold (`test/support/markers.ts`).
 */
export const SITE_ID = 1;
/** All of them are registered in session 1; registration n is that of learner n. */
export const LEARNERS = 3_000;
/** All of them belong to the training of session 1. */
export const LOVS = 600;
/** Of course 2. */
export const ACTIVITIES = 300;
/** Of course 2, in session 2: who is notified of an update. */
export const PARTICIPANTS = 3;

export const COURSE_KEY = 'course-2';
export const EDITOR_KEY = 'faults.editor';
export const SESSION_GUID = 'session-1';
export const FIRST_TITLE = 'Element 0';
export const FIRST_DESCRIPTION = '<p>To do.</p>';

export const learnerLogin = (learner: number) => `learner-${learner}`;
export const lovCode = (lov: number) => `LOV-${lov}`;
export const activityKey = (activity: number) => `activity-${activity}`;

export type Cell = string | number | null;

export interface SeedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

const NOW = '2024-01-01 00:00:00.000';

function table(name: string, columns: readonly string[], rows: SeedTable['rows']): SeedTable {
  return { name, columns, rows };
}

function numbered(count: number, row: (number: number) => readonly Cell[]): SeedTable['rows'] {
  return Array.from({ length: count }, (_, index) => row(index + 1));
}

/** In the order in which they refer to each other. */
export function seedTables(): readonly SeedTable[] {
  return [
    table('site', ['id', 'name', 'use_score'], [[SITE_ID, 'Faults', 1]]),
    table(
      'organisation',
      ['id', 'site_id', 'parent_id', 'sync_key', 'name'],
      [[1, SITE_ID, null, 'organisation', 'Organisation']],
    ),
    table(
      'learner',
      ['id', 'site_id', 'organisation_id', 'login', 'login_folded', 'ref_number', 'created_at'],
      numbered(LEARNERS, (id) => [id, SITE_ID, 1, learnerLogin(id), learnerLogin(id), `R-${id}`, NOW]),
    ),
    table(
      'training',
      ['id', 'site_id', 'organisation_id', 'guid', 'path_code', 'sync_key', 'title'],
      numbered(2, (id) => [id, SITE_ID, 1, `training-${id}`, `PATH-${id}`, `course-${id}`, `Course ${id}`]),
    ),
    table(
      'session',
      ['id', 'site_id', 'training_id', 'guid', 'title'],
      numbered(2, (id) => [id, SITE_ID, id, `session-${id}`, `Session ${id}`]),
    ),
    table(
      'learning_object_version',
      ['id', 'site_id', 'code', 'guid', 'title', 'provider', 'kind'],
      numbered(LOVS, (id) => [id, SITE_ID, lovCode(id), `lov-${id}`, `LOV ${id}`, 'PARTNER', 'CONTENT']),
    ),
    table(
      'training_lov',
      ['site_id', 'training_id', 'lov_id'],
      numbered(LOVS, (id) => [SITE_ID, 1, id]),
    ),
    table(
      'registration',
      ['id', 'site_id', 'learner_id', 'session_id'],
      [
        ...numbered(LEARNERS, (id) => [id, SITE_ID, id, 1]),
        ...numbered(PARTICIPANTS, (id) => [LEARNERS + id, SITE_ID, id, 2]),
      ],
    ),
    table(
      'user',
      ['id', 'site_id', 'sync_key', 'is_external', 'is_deleted'],
      [[1, SITE_ID, EDITOR_KEY, 0, 0]],
    ),
    table('organisation_grant', ['site_id', 'user_id', 'organisation_id'], [[SITE_ID, 1, 1]]),
    table(
      'course_element',
      [
        'id',
        'site_id',
        'course_id',
        'parent_id',
        'kind',
        'sync_key',
        'title',
        'active',
        'position',
        'is_deleted',
        'updated_at',
      ],
      numbered(ACTIVITIES, (id) => [
        id,
        SITE_ID,
        2,
        null,
        'CUSTOM_ACTIVITY',
        activityKey(id),
        FIRST_TITLE,
        1,
        id,
        0,
        NOW,
      ]),
    ),
    table(
      'custom_activity',
      [
        'site_id',
        'element_id',
        'description',
        'mandatory',
        'assessment_visible',
        'locked',
        'learning_objective_assessment',
        'allow_students_set_completion',
      ],
      numbered(ACTIVITIES, (id) => [SITE_ID, id, FIRST_DESCRIPTION, 0, 1, 0, 'DO_NOT_USE', 0]),
    ),
  ];
}
