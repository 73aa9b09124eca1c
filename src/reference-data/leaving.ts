import { idOf } from './check-records';
import type { StoredReferenceData } from './find-stored';
import { isRemoval, type LoadedRows } from './given-cells';
import { RECORD_KINDS, RECORD_NAMES } from './kinds/all';
import { type Hanging, keyOf } from './record-kind';
import type { ResolvedRows } from './resolve-references';

type Column = Pick<Hanging, 'table' | 'column'>;

/** How many stored references to a record the request takes away, because it changes or removes what holds them. */
export class Leaving {
  private readonly counts = new Map<string, number>();

  add({ table, column }: Column, id: number): void {
    const key = `${table}.${column}.${id}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  of({ table, column }: Column, id: number): number {
    return this.counts.get(`${table}.${column}.${id}`) ?? 0;
  }
}

/** What the rows of records take away. */
export function leavingRecords(
  rows: LoadedRows,
  stored: StoredReferenceData,
  resolved: ResolvedRows,
  leaving: Leaving,
): void {
  for (const kind of RECORD_NAMES) {
    const described = RECORD_KINDS[kind];
    const { table, references, hanging } = described;
    for (const [index, row] of rows[kind].entries()) {
      const before = stored[kind].byKey.get(keyOf(described, row));
      if (before === undefined) continue;
      const isRemoved = isRemoval(row) && hanging !== undefined;
      for (const [property, { to }] of Object.entries(references)) {
        const id = before[property];
        const sent = resolved[kind][index]?.references[property];
        const stays = sent === undefined || (sent !== null && idOf(stored, to, sent) === id);
        if (typeof id !== 'number' || (stays && !isRemoved)) continue;
        leaving.add({ table: table.name, column: table.columns[property]?.name ?? '' }, id);
      }
    }
  }
}
