import {
  action,
  type CellRules,
  clearable,
  elementSyncKey,
  flag,
  guid,
  kept,
  key,
  line,
  listOf,
  MAX_GRADES,
  MAX_POINTS,
  MAX_POSITION,
  numberFrom,
  objectOf,
} from '../cells';
import type { GradeInput, ScaleInput } from '../input/course-rows.input';
import type { MembershipInput, RegistrationInput } from '../input/learning-rows.input';
import type { RowDescription } from '../record-kind';
import { COURSE_CELLS, COURSE_NAMING } from './courses';

/** The kinds whose records are found by what they refer to. */

const MEMBERSHIP_CELLS: CellRules<MembershipInput> = {
  trainingGuid: clearable(guid),
  trainingPathCode: clearable(line),
  lovGuid: key(guid),
  mandatory: kept(flag),
  position: clearable(numberFrom(0, MAX_POSITION)),
  points: clearable(numberFrom(0, MAX_POINTS)),
  action,
};

export const MEMBERSHIP: RowDescription = {
  cells: MEMBERSHIP_CELLS,
  identity: ['trainingGuid', 'trainingPathCode', 'lovGuid'],
  references: {
    training: {
      to: 'trainings',
      by: { trainingGuid: 'guid', trainingPathCode: 'pathCode' },
      isNeeded: true,
    },
    lov: { to: 'lovs', by: { lovGuid: 'guid' }, isNeeded: true },
  },
  lists: {},
};

const REGISTRATION_CELLS: CellRules<RegistrationInput> = {
  learnerLogin: clearable(line),
  learnerRefNumber: clearable(line),
  sessionGuid: key(guid),
  removeTracking: clearable(flag),
  action,
};

export const REGISTRATION: RowDescription = {
  cells: REGISTRATION_CELLS,
  identity: ['learnerLogin', 'learnerRefNumber', 'sessionGuid', 'removeTracking'],
  references: {
    learner: {
      to: 'learners',
      by: { learnerLogin: 'login', learnerRefNumber: 'refNumber' },
      isNeeded: true,
    },
    session: { to: 'sessions', by: { sessionGuid: 'guid' }, isNeeded: true },
  },
  lists: {},
};

const PERCENT = clearable(numberFrom(0, 100));

const GRADE_CELLS: CellRules<GradeInput> = { title: key(line), minPercent: PERCENT, maxPercent: PERCENT };

const SCALE_CELLS: CellRules<ScaleInput> = {
  syncKey: clearable(elementSyncKey),
  title: kept(line),
  ...COURSE_CELLS,
  grades: clearable(listOf(objectOf(GRADE_CELLS), MAX_GRADES)),
  action,
};

export const SCALE: RowDescription = {
  cells: SCALE_CELLS,
  identity: ['syncKey', 'title', 'courseGuid', 'courseSyncKey'],
  references: { course: COURSE_NAMING },
  lists: {},
};
