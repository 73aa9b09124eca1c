import type { CellPath, FoundProblems } from './found-problems';
import type { RowKind } from './reference-rows';

/** A row of any kind; its cells are what the rules of the kind have let through. */
export type Row = Readonly<Record<string, unknown>>;

/** The rows of every kind; those that remove a record say no more than which. */
export type LoadedRows = Readonly<Record<RowKind, readonly Row[]>>;

export interface GivenCell {
  /** Of the row, from 0. */
  readonly index: number;
  readonly value: string;
  readonly path: CellPath;
}

export function isRemoval({ action }: Row): boolean {
  return action === 'REMOVE';
}

/** The texts that rows give in a field, each item of a list by itself; cells that failed a check are left out. */
export function givenCells(
  rows: LoadedRows,
  kind: RowKind,
  field: string,
  found: FoundProblems,
): GivenCell[] {
  const cells: GivenCell[] = [];
  const add = (index: number, value: string, path: CellPath) => {
    if (!found.hasFailed(path)) cells.push({ index, value, path });
  };
  for (const [index, row] of rows[kind].entries()) {
    const value = row[field] as string | readonly string[] | null | undefined;
    if (value === null || value === undefined) continue;
    const path = [kind, index, field] as const;
    if (typeof value === 'string') add(index, value, path);
    else if (!found.hasFailed(path)) {
      for (const [item, text] of value.entries()) add(index, text, [...path, item]);
    }
  }
  return cells;
}

export function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== undefined && value !== null;
}
