import { cellWriter, columnNames } from './cells';
import type { Tx } from './database';
import { ActivityAssessmentEntity } from './entities/activity-assessment.entity';
import { AssessmentGradeEntity } from './entities/assessment-grade.entity';
import { AssessmentScaleEntity } from './entities/assessment-scale.entity';
import { CourseElementEntity } from './entities/course-element.entity';
import { CourseObjectiveEntity } from './entities/course-objective.entity';
import { CustomActivityEntity } from './entities/custom-activity.entity';
import { ElementObjectiveEntity } from './entities/element-objective.entity';
import { LearningObjectiveEntity } from './entities/learning-objective.entity';
import { ObjectiveAssessmentEntity } from './entities/objective-assessment.entity';
import { OrganisationGrantEntity } from './entities/organisation-grant.entity';
import { SiteEntity } from './entities/site.entity';
import { TrainingEntity } from './entities/training.entity';
import { UserEntity } from './entities/user.entity';
import { chunks, rowPlaceholders } from './sql';
import { knownBy, type RecordTable, recordTable, type ValuesOf } from './table';

/**
 * The tables that say what is in a course and who may edit it, and their records row by row; instants are epoch
 * milliseconds.
 */

export const USERS = knownBy(recordTable(UserEntity, 'syncKey', 'isExternal', 'isDeleted'), 'syncKey');
export type UserValues = ValuesOf<typeof USERS>;

export const GRANTS = recordTable(OrganisationGrantEntity, 'userId', 'organisationId');

/** What a training is as a course. */
export const COURSES = knownBy(
  recordTable(
    TrainingEntity,
    'guid',
    'title',
    'syncKey',
    'isExternal',
    'isDeleted',
    'isArchived',
    'objectivesEnabled',
  ),
  'syncKey',
);
export type CourseValues = ValuesOf<typeof COURSES>;

export const SCALES = recordTable(AssessmentScaleEntity, 'courseId', 'title');

export const GRADES = recordTable(AssessmentGradeEntity, 'scaleId', 'title', 'position');

export const OBJECTIVES = recordTable(
  LearningObjectiveEntity,
  'parentId',
  'uniqueId',
  'uniqueIdFolded',
  'title',
  'titleFolded',
  'isPublished',
  'isLeaf',
);
export type ObjectiveValues = ValuesOf<typeof OBJECTIVES>;

export const COURSE_OBJECTIVES = recordTable(CourseObjectiveEntity, 'courseId', 'objectiveId');

export const ELEMENTS = knownBy(
  recordTable(
    CourseElementEntity,
    'courseId',
    'parentId',
    'kind',
    'syncKey',
    'title',
    'active',
    'position',
    'isDeleted',
    'updatedAt',
  ),
  'syncKey',
);
export type ElementValues = ValuesOf<typeof ELEMENTS>;

export const ACTIVITIES = recordTable(
  CustomActivityEntity,
  'elementId',
  'description',
  'deadline',
  'mandatory',
  'assessmentId',
  'maxScore',
  'assessmentVisible',
  'locked',
  'learningObjectiveAssessment',
  'allowStudentsSetCompletion',
);
export type ActivityRowValues = ValuesOf<typeof ACTIVITIES>;

export const ELEMENT_OBJECTIVES = recordTable(ElementObjectiveEntity, 'elementId', 'objectiveId', 'position');

export const ACTIVITY_ASSESSMENTS = recordTable(
  ActivityAssessmentEntity,
  'elementId',
  'learnerId',
  'status',
  'gradeId',
  'score',
  'updatedAt',
);

export const OBJECTIVE_ASSESSMENTS = recordTable(
  ObjectiveAssessmentEntity,
  'elementId',
  'objectiveId',
  'learnerId',
  'outcome',
  'updatedAt',
);

/** Adds pairs of ids to a table that holds nothing else; those that are there already stay. */
export async function linkIfAbsent<Row extends object>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Row>,
  rows: readonly Row[],
): Promise<void> {
  const columns = ['site_id', ...columnNames(table.columns)];
  const cellsOfRow = cellWriter(table.columns);
  for (const chunk of chunks(rows)) {
    await tx.query(
      `INSERT INTO ${table.name} (${columns.join(', ')})
       VALUES ${rowPlaceholders(chunk.length, columns.length)} ${tx.dialect.ifAbsent('site_id')}`,
      chunk.flatMap((row) => [siteId, ...cellsOfRow(row)]),
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
  const columns = ['site_id', ...key.map((property) => table.columns[property].name)];
  for (const chunk of chunks(tuples)) {
    await tx.query(
      `DELETE FROM ${table.name} WHERE ${tx.dialect.tupleIn(columns, chunk.length)}`,
      chunk.flatMap((tuple) => [siteId, ...tuple]),
    );
  }
}

export async function setUseScore(tx: Tx, siteId: number, useScore: boolean): Promise<void> {
  await tx.manager.update(SiteEntity, { id: siteId }, { useScore });
}
