import { COURSE_OBJECTIVES, ELEMENTS, OBJECTIVES, USERS } from '../../data/course-data.repository';
import { ELEMENT_OBJECTIVES, OBJECTIVE_RESULTS } from '../../data/referrers.repository';
import { fold } from '../../kernel/fold';
import {
  action,
  clearable,
  elementSyncKey,
  flag,
  foldable,
  guid,
  kept,
  key,
  line,
  listOf,
  MAX_POSITION,
  needed,
  numberFrom,
  oneOf,
  syncKey,
} from '../cells';
import {
  type CourseElementInput,
  type LearningObjectiveRowInput,
  LOADED_ELEMENT_KINDS,
  type UserInput,
} from '../input/course-rows.input';
import { recordKind } from '../record-kind';
import { flagOrKept, present } from '../sent-or-kept';
import { hangsOn } from './hanging';

export const USER = recordKind({
  table: USERS,
  key: 'syncKey',
  cells: {
    syncKey: key(elementSyncKey),
    isExternal: kept(flag),
    isDeleted: kept(flag),
    organisationSyncKeys: clearable(listOf(syncKey)),
    action,
  },
  references: {},
  lists: { organisations: { to: 'organisations', by: { organisationSyncKeys: 'syncKey' } } },
  values: (row: UserInput, before) => ({
    syncKey: row.syncKey,
    isExternal: flagOrKept(row.isExternal, before?.isExternal),
    isDeleted: flagOrKept(row.isDeleted, before?.isDeleted),
  }),
});

/** Whether one is a leaf follows from what is below it (`write-leaves.ts`). */
export const LEARNING_OBJECTIVE = recordKind({
  table: OBJECTIVES,
  key: 'uniqueId',
  cells: {
    uniqueId: key(foldable),
    title: needed(foldable),
    parentUniqueId: clearable(line),
    isPublished: kept(flag),
    action,
  },
  references: { parentId: { to: 'learningObjectives', by: { parentUniqueId: 'uniqueId' } } },
  hanging: [
    hangsOn('learning objectives below it', OBJECTIVES, 'parentId'),
    hangsOn('trainings', COURSE_OBJECTIVES, 'objectiveId'),
    hangsOn('activities', ELEMENT_OBJECTIVES, 'objectiveId'),
    hangsOn('assessments of learning objectives', OBJECTIVE_RESULTS, 'objectiveId'),
  ],
  values: (row: LearningObjectiveRowInput, before) => {
    const title = present(row.title ?? before?.title);
    return {
      uniqueId: row.uniqueId,
      uniqueIdFolded: fold(row.uniqueId),
      title,
      titleFolded: fold(title),
      isPublished: flagOrKept(row.isPublished, before?.isPublished, true),
      isLeaf: before?.isLeaf ?? true,
    };
  },
});

/** By what names a row names a course. */
export const COURSE_NAMING = {
  to: 'trainings',
  by: { courseGuid: 'guid', courseSyncKey: 'syncKey' },
  isFixed: true,
} as const;

export const COURSE_CELLS = { courseGuid: clearable(guid), courseSyncKey: clearable(syncKey) };

export const COURSE_ELEMENT = recordKind({
  table: ELEMENTS,
  key: 'syncKey',
  cells: {
    syncKey: key(elementSyncKey),
    kind: needed(oneOf(...LOADED_ELEMENT_KINDS)),
    ...COURSE_CELLS,
    parentSyncKey: clearable(elementSyncKey),
    title: needed(line),
    position: kept(numberFrom(0, MAX_POSITION)),
    active: kept(flag),
    isDeleted: kept(flag),
    action,
  },
  fixed: ['kind'],
  references: {
    courseId: { ...COURSE_NAMING, isNeeded: true },
    parentId: { to: 'courseElements', by: { parentSyncKey: 'syncKey' } },
  },
  // Its position has been decided before (`place-elements.ts`).
  values: (row: CourseElementInput, before, now) => ({
    kind: present(row.kind ?? before?.kind),
    syncKey: row.syncKey,
    title: present(row.title ?? before?.title),
    active: flagOrKept(row.active, before?.active, true),
    position: present(row.position ?? before?.position),
    isDeleted: flagOrKept(row.isDeleted, before?.isDeleted),
    updatedAt: before?.updatedAt ?? now,
  }),
  // It always moves forward.
  stamped: (record, before, now) => ({ ...record, updatedAt: Math.max(now, before.updatedAt + 1) }),
});
