import { Pipeline } from '../../data/pipeline';
import { ByLists } from './by-lists';

/** A value that records are found by. */
type Value = string | number;

/** A cell that names a record. */
export interface ReferenceCell<Reference, Found, Key> {
  readonly name: string;
  /** The value by which the cell is compared; null where it is not given. */
  of(reference: Reference): Value | null;
  in(record: Found): Value | null;
  /** What it is looked up by; null where that takes more than the cell. */
  readonly key: Key | null;
}

/**
 * The records of one kind that the rows of a request name: asked for once, found by any of their cells. Each cell has
 * an index of its own, so that one is enough to find few records, and the others narrow them down.
 */
export class Records<Reference, Found extends { readonly id: number }, Key> {
  readonly #cells: readonly IndexedCell<Reference, Found, Key>[];
  readonly #find: (key: Key, values: readonly Value[]) => Promise<readonly Found[]>;
  readonly #byId = new Map<number, Found>();
  readonly #arriving = new Pipeline<void>();
  readonly #narrowed = new ByLists<readonly Found[]>();

  constructor(
    cells: readonly ReferenceCell<Reference, Found, Key>[],
    find: (key: Key, values: readonly Value[]) => Promise<readonly Found[]>,
  ) {
    this.#cells = cells.map((cell) => ({ cell, asked: new Set(), index: undefined }));
    this.#find = find;
  }

  /** Hands the look-ups of values not asked for before to the database. */
  ask(references: readonly (Reference | null)[]): void {
    for (const { cell, asked } of this.#cells) {
      if (cell.key === null) continue;
      const values: Value[] = [];
      for (const reference of references) {
        const value = reference === null ? null : cell.of(reference);
        if (value === null || asked.has(value)) continue;
        asked.add(value);
        values.push(value);
      }
      if (values.length === 0) continue;
      this.#arriving.add(this.#find(cell.key, values).then((found) => this.add(found)));
    }
  }

  /** Resolves when everything that was asked for so far is there. */
  async arrived(): Promise<void> {
    await this.#arriving.answers();
  }

  add(found: readonly Found[]): void {
    for (const record of found) {
      if (this.#byId.has(record.id)) continue;
      this.#byId.set(record.id, record);
      for (const { cell, index } of this.#cells)
        if (index !== undefined) enter(index, cell.in(record), record);
    }
  }

  /**
   * What matches everything that the reference gives; the same list for rows that give the same. What one of its cells
   * finds must be there; what others find may still arrive.
   */
  matching(reference: Reference): readonly Found[] {
    const lists: (readonly Found[])[] = [];
    for (const indexed of this.#cells) {
      const value = indexed.cell.of(reference);
      if (value !== null) lists.push(this.#indexOf(indexed).get(value) ?? NOTHING);
    }
    const [first = NOTHING] = lists;
    if (lists.length <= 1) return first;
    const shortest = lists.reduce((least, list) => (list.length < least.length ? list : least));
    const isMatch = (record: Found) => this.#isMatch(record, reference);
    if (shortest.length <= 1) return shortest.every(isMatch) ? shortest : NOTHING;
    return this.#narrowed.getOrMake(lists, () => shortest.filter(isMatch));
  }

  #isMatch(record: Found, reference: Reference): boolean {
    return this.#cells.every(({ cell }) => {
      const value = cell.of(reference);
      return value === null || cell.in(record) === value;
    });
  }

  /** The cells that match nothing even alone. */
  unmatched(reference: Reference): readonly string[] {
    return this.#cells.flatMap((indexed) => {
      const value = indexed.cell.of(reference);
      return value === null || this.#indexOf(indexed).has(value) ? [] : [indexed.cell.name];
    });
  }

  /** Made when the first reference gives the cell: most requests use one or two of a kind. */
  #indexOf(indexed: IndexedCell<Reference, Found, Key>): Map<Value, Found[]> {
    if (indexed.index !== undefined) return indexed.index;
    const index = new Map<Value, Found[]>();
    for (const record of this.#byId.values()) enter(index, indexed.cell.in(record), record);
    indexed.index = index;
    return index;
  }
}

function enter<Found>(index: Map<Value, Found[]>, value: Value | null, record: Found): void {
  if (value === null) return;
  const others = index.get(value);
  if (others === undefined) index.set(value, [record]);
  else others.push(record);
}

interface IndexedCell<Reference, Found, Key> {
  readonly cell: ReferenceCell<Reference, Found, Key>;
  readonly asked: Set<Value>;
  index: Map<Value, Found[]> | undefined;
}

const NOTHING: readonly never[] = [];
