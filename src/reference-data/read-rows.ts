import { inTurns, mapInTurns } from '../event-loop/turns';
import { checkRow, line } from './cells';
import type { FoundProblems } from './found-problems';
import { isRemoval, type LoadedRows, type Row } from './given-cells';
import { KIND_NAMES, RECORD_KINDS, ROW_KINDS } from './kinds/all';
import type { ReferenceRows, RowKind } from './reference-rows';

/** The rows by kind. One that removes a record is left with what names it. */
export async function readRows(sent: ReferenceRows): Promise<LoadedRows> {
  const rows: Partial<Record<RowKind, readonly Row[]>> = {};
  for (const kind of KIND_NAMES) {
    rows[kind] = await mapInTurns((sent[kind] ?? []) as unknown as readonly Row[], (row) =>
      isRemoval(row) ? removing(kind, row) : row,
    );
  }
  return rows as LoadedRows;
}

function removing(kind: RowKind, row: Row): Row {
  const named = Object.fromEntries(ROW_KINDS[kind].identity.map((field) => [field, row[field]]));
  const isFlagged =
    kind in RECORD_KINDS && RECORD_KINDS[kind as keyof typeof RECORD_KINDS].hanging === undefined;
  return { ...named, action: 'REMOVE', ...(isFlagged ? { isDeleted: true } : {}) };
}

/** Everything that can be wrong with a cell by itself. */
export async function checkCells(
  { site }: ReferenceRows,
  rows: LoadedRows,
  found: FoundProblems,
): Promise<void> {
  const path = ['site', 'name'] as const;
  if (site?.name === null) found.add('VALUE_MISSING', { field: 'name' }, path);
  else if (site?.name !== undefined) line(site.name, path, found);
  if (site?.useScore === null) found.add('VALUE_MISSING', { field: 'useScore' }, ['site', 'useScore']);
  for (const kind of KIND_NAMES) {
    const { cells } = ROW_KINDS[kind];
    await inTurns(rows[kind].entries(), ([index, row]) => checkRow(row, cells, [kind, index], found));
  }
}
