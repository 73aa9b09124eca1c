import type { Tx } from '../data/database';
import { findRecords } from '../data/reference-data.repository';
import { nextTurn } from '../event-loop/turns';
import type { FoundProblems } from './found-problems';
import { givenCells, type LoadedRows } from './given-cells';
import { KIND_NAMES, ofEachRecord, RECORD_KINDS, RECORD_NAMES, ROW_KINDS } from './kinds/all';
import type { RecordKind, RecordName, StoredRecord } from './record-kind';

/** What the site holds of the records of a kind that the rows name. */
export interface StoredRecords {
  readonly byKey: ReadonlyMap<string, StoredRecord>;
  /** Keys, by the property that records are named by, and what it holds. */
  readonly keyBy: Readonly<Record<string, ReadonlyMap<string, string>>>;
}

export type StoredReferenceData = { readonly [Name in RecordName]: StoredRecords };

/** One statement for each kind, each property that it is named by, and chunk of names. */
export async function findStored(
  tx: Tx,
  siteId: number,
  rows: LoadedRows,
  found: FoundProblems,
): Promise<StoredReferenceData> {
  const named = await namesIn(rows, found);
  const stored: Partial<Record<RecordName, StoredRecords>> = {};
  for (const name of RECORD_NAMES) {
    const records: StoredRecord[] = [];
    for (const [property, names] of named[name]) {
      const some = await findRecords(tx, siteId, RECORD_KINDS[name].table, property, names);
      for (const record of some) records.push(record);
      await nextTurn();
    }
    stored[name] = indexed(RECORD_KINDS[name], records);
  }
  return stored as StoredReferenceData;
}

/** What rows name of each kind, by property. */
async function namesIn(rows: LoadedRows, found: FoundProblems) {
  const named = ofEachRecord(() => new Map<string, Set<string>>());
  const add = (to: RecordName, property: string, names: readonly { readonly value: string }[]) => {
    const known = named[to].get(property) ?? new Set();
    named[to].set(property, known);
    for (const { value } of names) known.add(value);
  };
  for (const kind of KIND_NAMES) {
    if (rows[kind].length > 0) await nextTurn();
    const { references, lists } = ROW_KINDS[kind];
    for (const { to, by } of [...Object.values(references), ...Object.values(lists)]) {
      for (const [field, property] of Object.entries(by)) {
        add(to, property, givenCells(rows, kind, field, found));
      }
    }
  }
  for (const name of RECORD_NAMES) {
    const { key, unique } = RECORD_KINDS[name];
    for (const field of [key, ...unique]) add(name, field, givenCells(rows, name, field, found));
  }
  return named;
}

function indexed({ key, unique }: RecordKind, records: readonly StoredRecord[]): StoredRecords {
  const keyBy: Record<string, Map<string, string>> = {};
  for (const property of unique) {
    keyBy[property] = new Map(
      records.flatMap((record) =>
        record[property] === null ? [] : [[record[property] as string, record[key] as string]],
      ),
    );
  }
  return { byKey: new Map(records.map((record) => [record[key] as string, record])), keyBy };
}
