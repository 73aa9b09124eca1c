import type { RecordKind, RecordName, RowDescription } from '../record-kind';
import type { RowKind } from '../reference-rows';
import { COURSE_ELEMENT, LEARNING_OBJECTIVE, USER } from './courses';
import { LEARNER, LOV, ORGANISATION, SESSION, TRAINING } from './learning';
import { MEMBERSHIP, REGISTRATION, SCALE } from './linked';

/** In the order in which they are written: those that others refer to first. */
export const RECORD_KINDS: { readonly [Name in RecordName]: RecordKind } = {
  organisations: ORGANISATION,
  users: USER,
  learners: LEARNER,
  learningObjectives: LEARNING_OBJECTIVE,
  trainings: TRAINING,
  sessions: SESSION,
  lovs: LOV,
  courseElements: COURSE_ELEMENT,
};

export const RECORD_NAMES = Object.keys(RECORD_KINDS) as RecordName[];

export const ROW_KINDS: { readonly [Kind in RowKind]: RowDescription } = {
  ...RECORD_KINDS,
  memberships: MEMBERSHIP,
  registrations: REGISTRATION,
  scales: SCALE,
};

export const KIND_NAMES = Object.keys(ROW_KINDS) as RowKind[];

/** Something for every kind of records. */
export function ofEachRecord<Thing>(make: (name: RecordName, kind: RecordKind) => Thing) {
  const entries = RECORD_NAMES.map((name) => [name, make(name, RECORD_KINDS[name])]);
  return Object.fromEntries(entries) as { readonly [Name in RecordName]: Thing };
}
