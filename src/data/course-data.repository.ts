import { cellWriter, columnNames, flag, wholeNumber } from './cells';
import type { Tx } from './database';
import { AssessmentGradeEntity } from './entities/assessment-grade.entity';
import { AssessmentScaleEntity } from './entities/assessment-scale.entity';
import { CourseElementEntity } from './entities/course-element.entity';
import { CourseObjectiveEntity } from './entities/course-objective.entity';
import { LearningObjectiveEntity } from './entities/learning-objective.entity';
import { OrganisationGrantEntity } from './entities/organisation-grant.entity';
import { UserEntity } from './entities/user.entity';
import { chunks, placeholders, rowPlaceholders } from './sql';
import { knownBy, type RecordTable, recordTable, type ValuesOf } from './table';

/**
 * The tables that say what is in a course and who may edit it, and their records row by row; instants are epoch
 * milliseconds.
 */

export const USERS = knownBy(recordTable(UserEntity, 'syncKey', 'isExternal', 'isDeleted'), 'syncKey');
export type UserValues = ValuesOf<typeof USERS>;

export const GRANTS = recordTable(OrganisationGrantEntity, 'userId', 'organisationId');

export const SCALES = recordTable(AssessmentScaleEntity, 'courseId', 'syncKey', 'title');
export type ScaleValues = ValuesOf<typeof SCALES>;

export const GRADES = recordTable(
  AssessmentGradeEntity,
  'scaleId',
  'title',
  'position',
  'minPercent',
  'maxPercent',
);
export type GradeValues = ValuesOf<typeof GRADES>;

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
  const wholeNumbers = Object.fromEntries(columns.map((name) => [name, 'integer' as const]));
  for (const chunk of chunks(tuples)) {
    const keys = chunk.map((tuple) => [siteId, ...tuple]);
    const { sql, values } = tx.dialect.deleteByKeys({ table: table.name, key: wholeNumbers, keys });
    await tx.query(sql, values);
  }
}

/** Makes leaves of those of the learning objectives that have none below them, and of no others. */
export async function refreshLeaves(tx: Tx, siteId: number, objectiveIds: readonly number[]): Promise<void> {
  const { name, columns } = OBJECTIVES;
  const { dialect } = tx;
  for (const chunk of chunks(objectiveIds)) {
    const ids = placeholders(chunk.length);
    const objectives = await tx.query(
      `SELECT id, is_leaf AS isLeaf FROM ${name} WHERE site_id = ? AND id IN ${ids}`,
      [siteId, ...chunk],
      { id: wholeNumber, isLeaf: flag },
    );
    const parents = await tx.query(
      `SELECT DISTINCT parent_id AS id FROM ${name} ${dialect.forceIndex('ix_learning_objective_parent')}
       WHERE site_id = ? AND parent_id IN ${ids}`,
      [siteId, ...chunk],
      { id: wholeNumber },
    );
    const parentIds = new Set(parents.map(({ id }) => id));
    for (const isLeaf of [true, false]) {
      const wrong = objectives.filter((each) => each.isLeaf !== isLeaf && parentIds.has(each.id) !== isLeaf);
      if (wrong.length === 0) continue;
      const { sql, values } = dialect.updateByKeys(
        {
          table: name,
          key: { site_id: 'integer', id: 'integer' },
          keys: wrong.map(({ id }) => [siteId, id]),
        },
        { sql: `${columns.isLeaf.name} = ?`, values: [Number(isLeaf)] },
      );
      await tx.query(sql, values);
    }
  }
}
