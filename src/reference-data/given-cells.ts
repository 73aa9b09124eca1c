import type { CellPath, FoundProblems } from './found-problems';
import type { ReferenceRows } from './reference-rows';

export type RowKind = Exclude<keyof ReferenceRows, 'site'>;
export type RowOf<Kind extends RowKind> = NonNullable<ReferenceRows[Kind]>[number];

/** The fields that hold text, or lists of it. */
type TextField<Row> = {
  [Field in keyof Row]-?: NonNullable<Row[Field]> extends string | readonly string[] ? Field & string : never;
}[keyof Row];

export interface GivenCell {
  /** Of the row, from 0. */
  readonly index: number;
  readonly value: string;
  readonly path: CellPath;
}

/** The texts that rows give in a field, each item of a list by itself; cells that failed a check are left out. */
export function givenCells<Kind extends RowKind>(
  rows: ReferenceRows,
  kind: Kind,
  field: TextField<RowOf<Kind>>,
  found: FoundProblems,
): GivenCell[] {
  const cells: GivenCell[] = [];
  const add = (index: number, value: string, path: CellPath) => {
    if (!found.hasFailed(path)) cells.push({ index, value, path });
  };
  for (const [index, row] of (rows[kind] ?? []).entries()) {
    const value = row[field as keyof typeof row] as string | readonly string[] | null | undefined;
    if (value === null || value === undefined) continue;
    if (typeof value === 'string') add(index, value, [kind, index, field]);
    else for (const [item, text] of value.entries()) add(index, text, [kind, index, field, item]);
  }
  return cells;
}
