import { cellsOf, columnNames, selected } from './cells';
import type { Tx } from './database';
import { CourseElementEntity } from './entities/course-element.entity';
import { LearningObjectiveEntity } from './entities/learning-objective.entity';
import { OrganisationEntity } from './entities/organisation.entity';
import { type Stored, withId } from './reference-data.repository';
import { chunks, placeholders } from './sql';
import { type RecordTable, recordTable } from './table';

/** The tables whose records are part of others of their kind. */
export const ORGANISATION_TREE = recordTable(OrganisationEntity, 'parentId');
export const OBJECTIVE_TREE = recordTable(LearningObjectiveEntity, 'parentId');
export const COURSE_ELEMENT_TREE = recordTable(CourseElementEntity, 'parentId');

/** The records named and everything above them: one statement per chunk, however deep they lie. */
export async function findAncestors<Values extends { readonly parentId: number | null }>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Values>,
  ids: Iterable<number>,
): Promise<Stored<Values>[]> {
  const found: Stored<Values>[] = [];
  const columns = withId(table);
  const names = columnNames(columns);
  const ofParent = names.map((name) => `parent.${name}`).join(', ');
  for (const chunk of chunks([...new Set(ids)])) {
    const rows = await tx.query<Stored<Values>>(
      `WITH RECURSIVE above (${names.join(', ')}) AS (
         SELECT ${names.join(', ')} FROM ${table.name}
         WHERE site_id = ? AND id IN ${placeholders(chunk.length)}
         UNION
         SELECT ${ofParent} FROM ${table.name} parent JOIN above ON parent.id = above.parent_id
         WHERE parent.site_id = ?
       )
       SELECT ${selected(columns)} FROM above`,
      [siteId, ...chunk, siteId],
      cellsOf(columns),
    );
    for (const row of rows) found.push(row);
  }
  return found;
}
