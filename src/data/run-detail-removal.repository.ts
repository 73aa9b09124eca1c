import { cellsOf, selected } from './cells';
import type { Tx } from './database';
import { ImportRunDetailEntity } from './entities/import-run-detail.entity';
import { columnsOf, tableOf } from './table';

const { name: TABLE, columns: NAMES } = tableOf(ImportRunDetailEntity);
const PLACE = columnsOf(ImportRunDetailEntity, 'kind', 'part');

/** Parts are some ten kilobytes each. */
const PARTS_REMOVED_AT_ONCE = 50;

/** Removes some of what is kept of the rows of a run; answers whether there may be more. */
export async function removeRunDetails(tx: Tx, siteId: number, importId: string): Promise<boolean> {
  const parts = await tx.query(
    `SELECT ${selected(PLACE)} FROM ${TABLE} WHERE ${NAMES.siteId} = ? AND ${NAMES.importId} = ?
     LIMIT ${PARTS_REMOVED_AT_ONCE}`,
    [siteId, importId],
    cellsOf(PLACE),
  );
  if (parts.length === 0) return false;
  const { sql, values } = tx.dialect.deleteByKeys({
    table: TABLE,
    key: {
      [NAMES.siteId]: 'integer',
      [NAMES.importId]: 'text',
      [NAMES.kind]: 'text',
      [NAMES.part]: 'integer',
    },
    keys: parts.map(({ kind, part }) => [siteId, importId, kind, part]),
  });
  await tx.query(sql, values);
  return parts.length === PARTS_REMOVED_AT_ONCE;
}
