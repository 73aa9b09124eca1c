import type { Tx } from './database';
import type { CompletionStatus } from './entities/activity-assessment.entity';
import type { ElementKind } from './entities/course-element.entity';
import type { RecordTable } from './reference-data.repository';
import { chunks, rowPlaceholders, tupleIn } from './sql';

/** The tables that say what is in a course and who may edit it, row by row; instants are epoch milliseconds. */

/** A boolean as databases keep it. */
export type Flag = 0 | 1;

export interface UserValues {
  readonly syncKey: string;
  readonly isExternal: Flag;
  readonly isDeleted: Flag;
}

export interface GrantValues {
  readonly userId: number;
  readonly organisationId: number;
}

/** What a training is as a course. */
export interface CourseValues {
  readonly guid: string;
  readonly title: string;
  readonly syncKey: string;
  readonly isExternal: Flag;
  readonly isDeleted: Flag;
  readonly isArchived: Flag;
  readonly objectivesEnabled: Flag;
}

export interface ScaleValues {
  readonly courseId: number | null;
  readonly title: string;
}

export interface GradeValues {
  readonly scaleId: number;
  readonly title: string;
  readonly position: number;
}

export interface ObjectiveValues {
  readonly parentId: number | null;
  readonly uniqueId: string;
  readonly uniqueIdFolded: string;
  readonly title: string;
  readonly titleFolded: string;
  readonly isPublished: Flag;
  readonly isLeaf: Flag;
}

export interface CourseObjectiveValues {
  readonly courseId: number;
  readonly objectiveId: number;
}

export interface ElementValues {
  readonly courseId: number;
  readonly parentId: number | null;
  readonly kind: ElementKind;
  readonly syncKey: string;
  readonly title: string;
  readonly active: Flag;
  readonly position: number;
  readonly isDeleted: Flag;
  readonly updatedAt: number;
}

export interface ActivityRowValues {
  readonly elementId: number;
  readonly description: string | null;
  readonly deadline: number | null;
  readonly mandatory: Flag;
  readonly assessmentId: number | null;
  readonly maxScore: number | null;
  readonly assessmentVisible: Flag;
  readonly locked: Flag;
  readonly learningObjectiveAssessment: string;
  readonly allowStudentsSetCompletion: Flag;
}

export interface ElementObjectiveValues {
  readonly elementId: number;
  readonly objectiveId: number;
  readonly position: number;
}

export interface ActivityAssessmentValues {
  readonly elementId: number;
  readonly learnerId: number;
  readonly status: CompletionStatus;
  readonly gradeId: number | null;
  readonly score: number | null;
  readonly updatedAt: number;
}

export interface ObjectiveAssessmentValues {
  readonly elementId: number;
  readonly objectiveId: number;
  readonly learnerId: number;
  readonly outcome: string;
  readonly updatedAt: number;
}

export const USERS: RecordTable<UserValues> = {
  name: 'user',
  columns: { syncKey: 'sync_key', isExternal: 'is_external', isDeleted: 'is_deleted' },
};

export const GRANTS: RecordTable<GrantValues> = {
  name: 'organisation_grant',
  columns: { userId: 'user_id', organisationId: 'organisation_id' },
};

export const COURSES: RecordTable<CourseValues> = {
  name: 'training',
  columns: {
    guid: 'guid',
    title: 'title',
    syncKey: 'sync_key',
    isExternal: 'is_external',
    isDeleted: 'is_deleted',
    isArchived: 'is_archived',
    objectivesEnabled: 'objectives_enabled',
  },
};

export const SCALES: RecordTable<ScaleValues> = {
  name: 'assessment_scale',
  columns: { courseId: 'course_id', title: 'title' },
};

export const GRADES: RecordTable<GradeValues> = {
  name: 'assessment_grade',
  columns: { scaleId: 'scale_id', title: 'title', position: 'position' },
};

export const OBJECTIVES: RecordTable<ObjectiveValues> = {
  name: 'learning_objective',
  columns: {
    parentId: 'parent_id',
    uniqueId: 'unique_id',
    uniqueIdFolded: 'unique_id_folded',
    title: 'title',
    titleFolded: 'title_folded',
    isPublished: 'is_published',
    isLeaf: 'is_leaf',
  },
};

export const COURSE_OBJECTIVES: RecordTable<CourseObjectiveValues> = {
  name: 'course_objective',
  columns: { courseId: 'course_id', objectiveId: 'objective_id' },
};

export const ELEMENTS: RecordTable<ElementValues> = {
  name: 'course_element',
  columns: {
    courseId: 'course_id',
    parentId: 'parent_id',
    kind: 'kind',
    syncKey: 'sync_key',
    title: 'title',
    active: 'active',
    position: 'position',
    isDeleted: 'is_deleted',
    updatedAt: 'updated_at',
  },
  instants: ['updatedAt'],
};

export const ACTIVITIES: RecordTable<ActivityRowValues> = {
  name: 'custom_activity',
  columns: {
    elementId: 'element_id',
    description: 'description',
    deadline: 'deadline',
    mandatory: 'mandatory',
    assessmentId: 'assessment_id',
    maxScore: 'max_score',
    assessmentVisible: 'assessment_visible',
    locked: 'locked',
    learningObjectiveAssessment: 'learning_objective_assessment',
    allowStudentsSetCompletion: 'allow_students_set_completion',
  },
  instants: ['deadline'],
};

export const ELEMENT_OBJECTIVES: RecordTable<ElementObjectiveValues> = {
  name: 'element_objective',
  columns: { elementId: 'element_id', objectiveId: 'objective_id', position: 'position' },
};

export const ACTIVITY_ASSESSMENTS: RecordTable<ActivityAssessmentValues> = {
  name: 'activity_assessment',
  columns: {
    elementId: 'element_id',
    learnerId: 'learner_id',
    status: 'status',
    gradeId: 'grade_id',
    score: 'score',
    updatedAt: 'updated_at',
  },
  instants: ['updatedAt'],
};

export const OBJECTIVE_ASSESSMENTS: RecordTable<ObjectiveAssessmentValues> = {
  name: 'objective_assessment',
  columns: {
    elementId: 'element_id',
    objectiveId: 'objective_id',
    learnerId: 'learner_id',
    outcome: 'outcome',
    updatedAt: 'updated_at',
  },
  instants: ['updatedAt'],
};

/** Adds pairs of ids to a table that holds nothing else; those that are there already stay. */
export async function linkIfAbsent<Row extends object>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Row>,
  rows: readonly Row[],
): Promise<void> {
  const properties = Object.keys(table.columns) as (keyof Row)[];
  const columns = ['site_id', ...Object.values<string>(table.columns)];
  const nothing =
    tx.kind === 'sqlite' ? 'ON CONFLICT DO NOTHING' : 'ON DUPLICATE KEY UPDATE site_id = site_id';
  for (const chunk of chunks(rows)) {
    await tx.query(
      `INSERT INTO ${table.name} (${columns.join(', ')})
       VALUES ${rowPlaceholders(chunk.length, columns.length)} ${nothing}`,
      chunk.flatMap((row) => [siteId, ...properties.map((property) => row[property])]),
    );
  }
}

/** Removes the rows whose key properties together have one of the tuples. */
export async function deleteRows<Row extends object>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Row>,
  key: readonly (keyof Row)[],
  tuples: readonly (readonly number[])[],
): Promise<void> {
  const columns = ['site_id', ...key.map((property) => table.columns[property])];
  for (const chunk of chunks(tuples)) {
    await tx.query(
      `DELETE FROM ${table.name} WHERE ${tupleIn(tx.kind, columns, chunk.length)}`,
      chunk.flatMap((tuple) => [siteId, ...tuple]),
    );
  }
}

export async function setUseScore(tx: Tx, siteId: number, useScore: boolean): Promise<void> {
  await tx.query('UPDATE site SET use_score = ? WHERE id = ?', [Number(useScore), siteId]);
}
