/**
 * The academy of the bench, the same in every run: 50,000 learners, 200 trainings, 2,000 sessions, 1,000 learning
 * object versions (30 in each training), 200,000 registrations, and 2,000 custom activities. Ids are known beforehand,
 * so that rows can refer to each other without asking the database.
 */
export const SITE_ID = 1;
export const LEARNERS = 50_000;
export const TRAININGS = 200;
export const SESSIONS = 2_000;
export const LOVS = 1_000;
export const REGISTRATIONS = 200_000;
export const LOVS_PER_TRAINING = 30;
export const ACTIVITIES = 2_000;
export const EDITOR = 'bench.editor';

const ORGANISATIONS = 10;
const NOW = '2024-01-01 00:00:00.000';

export type Cell = string | number | null;

export interface SeedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly count: number;
  /** The row with this id, from 1. */
  row(id: number): readonly Cell[];
}

export const learnerLogin = (id: number) => `learner.${String(id).padStart(6, '0')}`;
export const sessionGuid = (id: number) => `session-${String(id).padStart(5, '0')}`;
export const lovCode = (id: number) => `LOV-${String(id).padStart(4, '0')}`;
export const courseKey = (id: number) => `course-${String(id).padStart(3, '0')}`;
export const activityKey = (index: number) => `activity-${String(index).padStart(5, '0')}`;
export const folderKey = (course: number) => `folder-${String(course).padStart(3, '0')}`;

/** The learner of a registration, and which of the learner's four sessions it is. */
export const learnerOf = (registration: number) => ((registration - 1) % LEARNERS) + 1;
export const sessionOf = (registration: number) => {
  const place = Math.floor((registration - 1) / LEARNERS);
  return ((learnerOf(registration) * 7 + place * 503) % SESSIONS) + 1;
};
export const trainingOf = (session: number) => ((session - 1) % TRAININGS) + 1;
/** One of the 30 learning object versions of a training, from 0. */
export const lovOf = (training: number, place: number) => (((training - 1) * 5 + place) % LOVS) + 1;
/** The course of an activity, from 0. */
export const courseOf = (activity: number) => (activity % TRAININGS) + 1;

/** Folders come first, one for each course; then the activities. */
const elementId = (activity: number) => TRAININGS + activity + 1;

/** In the order in which they refer to each other. */
export const SEED: readonly SeedTable[] = [
  {
    name: 'site',
    columns: ['id', 'name', 'use_score'],
    count: 1,
    row: (id) => [id, 'Bench', 1],
  },
  {
    name: 'organisation',
    columns: ['id', 'site_id', 'parent_id', 'sync_key', 'name'],
    count: ORGANISATIONS,
    row: (id) => [id, SITE_ID, id === 1 ? null : 1, `organisation-${id}`, `Organisation ${id}`],
  },
  {
    name: 'learner',
    columns: [
      'id',
      'site_id',
      'organisation_id',
      'login',
      'login_folded',
      'ref_number',
      'email',
      'email_folded',
      'created_at',
    ],
    count: LEARNERS,
    row: (id) => {
      const login = learnerLogin(id);
      const email = `${login}@example.org`;
      return [id, SITE_ID, (id % ORGANISATIONS) + 1, login, login, `R-${id}`, email, email, NOW];
    },
  },
  {
    name: 'training',
    columns: ['id', 'site_id', 'organisation_id', 'guid', 'path_code', 'sync_key', 'title'],
    count: TRAININGS,
    row: (id) => [
      id,
      SITE_ID,
      (id % ORGANISATIONS) + 1,
      `training-${id}`,
      `PATH-${id}`,
      courseKey(id),
      `Training ${id}`,
    ],
  },
  {
    name: 'session',
    columns: ['id', 'site_id', 'training_id', 'guid', 'title'],
    count: SESSIONS,
    row: (id) => [id, SITE_ID, trainingOf(id), sessionGuid(id), `Session ${id}`],
  },
  {
    name: 'learning_object_version',
    columns: ['id', 'site_id', 'code', 'guid', 'title', 'provider', 'kind'],
    count: LOVS,
    row: (id) => [id, SITE_ID, lovCode(id), `lov-${id}`, `Learning object ${id}`, 'PARTNER', 'CONTENT'],
  },
  {
    name: 'training_lov',
    columns: ['site_id', 'training_id', 'lov_id'],
    count: TRAININGS * LOVS_PER_TRAINING,
    row: (id) => {
      const training = Math.floor((id - 1) / LOVS_PER_TRAINING) + 1;
      return [SITE_ID, training, lovOf(training, (id - 1) % LOVS_PER_TRAINING)];
    },
  },
  {
    name: 'registration',
    columns: ['id', 'site_id', 'learner_id', 'session_id'],
    count: REGISTRATIONS,
    row: (id) => [id, SITE_ID, learnerOf(id), sessionOf(id)],
  },
  {
    name: 'user',
    columns: ['id', 'site_id', 'sync_key', 'is_external', 'is_deleted'],
    count: 1,
    row: (id) => [id, SITE_ID, EDITOR, 0, 0],
  },
  {
    name: 'organisation_grant',
    columns: ['site_id', 'user_id', 'organisation_id'],
    count: 1,
    row: () => [SITE_ID, 1, 1],
  },
  {
    name: 'course_element',
    columns: [
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
    count: TRAININGS + ACTIVITIES,
    row: (id) => {
      if (id <= TRAININGS) {
        return [id, SITE_ID, id, null, 'FOLDER', folderKey(id), `Folder ${id}`, 1, 0, 0, NOW];
      }
      const activity = id - TRAININGS - 1;
      const course = courseOf(activity);
      const [key, title] = [activityKey(activity), `Activity ${activity}`];
      return [id, SITE_ID, course, course, 'CUSTOM_ACTIVITY', key, title, 1, activity + 1, 0, NOW];
    },
  },
  {
    name: 'custom_activity',
    columns: [
      'site_id',
      'element_id',
      'description',
      'deadline',
      'mandatory',
      'assessment_id',
      'max_score',
      'assessment_visible',
      'locked',
      'learning_objective_assessment',
      'allow_students_set_completion',
    ],
    count: ACTIVITIES,
    row: (id) => [SITE_ID, elementId(id - 1), '<p>To do.</p>', null, 0, null, 20, 1, 0, 'DO_NOT_USE', 0],
  },
];
