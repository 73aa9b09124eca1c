import { FIRST_DESCRIPTION, FIRST_TITLE } from './academy';
import type { ImportCounts } from './answers';
import { descriptionAfter, type SentImport, type SentRow, type SentUpdate, titleAfter } from './requests';
import type { StoredTracking } from './stored';

/** A stored row, but for the import that wrote it. */
export type ModelRow = Omit<StoredTracking, 'learner' | 'lov' | 'importId'>;

export interface TrackedRow {
  readonly values: ModelRow;
  /** The last request of each caller that wrote it: one of them was the last of all. */
  readonly writers: ReadonlyMap<string, number>;
}

export interface ModelActivity {
  readonly title: string;
  readonly description: string;
  /** How many updates were made. */
  readonly updates: number;
  /** How many of them notified the participants. */
  readonly notified: number;
}

const UNTOUCHED: ModelActivity = {
  title: FIRST_TITLE,
  description: FIRST_DESCRIPTION,
  updates: 0,
  notified: 0,
};

const BLANK: ModelRow = {
  progression: null,
  score: null,
  scoreMax: null,
  timeSpent: null,
  firstAccess: null,
  lastAccess: null,
  firstCompletion: null,
  status: 'INCOMPLETE',
};

const STATUSES: Readonly<Record<string, string>> = { passed: 'PASSED', incomplete: 'INCOMPLETE' };

/**
 * What must be stored after the requests that it was given: the rules a second time, for plain rows only. Callers that
 * send one after the other to the same rows write different cells of them, so that their order does not matter.
 */
export class Model {
  /** By LOV and learner, as `rowKey` has them. */
  readonly rows = new Map<string, TrackedRow>();
  readonly #activities = new Map<number, ModelActivity>();
  /** Of all MERGE requests together: which of two that came at once created a row, only the server knows. */
  readonly #merged = new Set<string>();

  get rowsCreatedByMerging(): number {
    return this.#merged.size;
  }

  activity(activity: number): ModelActivity {
    return this.#activities.get(activity) ?? UNTOUCHED;
  }

  /** Answers the counts that its caller must be told; null where they depend on others. */
  import(request: SentImport): ImportCounts | null {
    const counts = { created: 0, replaced: 0, unchanged: 0, deleted: 0 };
    for (const row of request.rows) counts[this.#write(request, row)] += 1;
    if (request.writeMode === 'MERGE') return null;
    return { received: request.rows.length, ...counts, superseded: 0, rejected: 0 };
  }

  update(request: SentUpdate): void {
    const { updates, notified } = this.activity(request.activity);
    this.#activities.set(request.activity, {
      title: titleAfter(request),
      description: descriptionAfter(request),
      updates: updates + 1,
      notified: notified + Number(request.notify),
    });
  }

  #write(
    { writeMode, caller, serial }: SentImport,
    row: SentRow,
  ): 'created' | 'replaced' | 'unchanged' | 'deleted' {
    const key = rowKey(row);
    const before = this.rows.get(key);
    const isMerge = writeMode === 'MERGE';
    if (row.cells.trackingStatus === 'notAttempted') {
      this.rows.delete(key);
      return before === undefined ? 'unchanged' : 'deleted';
    }
    if (isMerge) this.#merged.add(key);
    const values = { ...(isMerge ? (before?.values ?? BLANK) : BLANK), ...valuesOf(row.cells) };
    if (before !== undefined && JSON.stringify(values) === JSON.stringify(before.values)) return 'unchanged';
    const writers = new Map(isMerge ? before?.writers : []).set(caller, serial);
    this.rows.set(key, { values, writers });
    return before === undefined ? 'created' : 'replaced';
  }
}

export function rowKey({ lov, learner }: { readonly lov: number; readonly learner: number }): string {
  return `${lov}/${learner}`;
}

function valuesOf(cells: SentRow['cells']): Partial<ModelRow> {
  const values: { -readonly [Name in keyof ModelRow]?: ModelRow[Name] } = {};
  if (cells.progression !== undefined) values.progression = Number(cells.progression);
  if (cells.score !== undefined) values.score = Number(cells.score);
  if (cells.scoreMax !== undefined) values.scoreMax = Number(cells.scoreMax);
  if (cells.timeSpent !== undefined) values.timeSpent = Number(cells.timeSpent);
  if (cells.firstAccessDate !== undefined) values.firstAccess = sqlInstant(cells.firstAccessDate);
  if (cells.lastAccessDate !== undefined) values.lastAccess = sqlInstant(cells.lastAccessDate);
  if (cells.firstCompletionDate !== undefined) values.firstCompletion = sqlInstant(cells.firstCompletionDate);
  if (cells.trackingStatus !== undefined) values.status = STATUSES[cells.trackingStatus] ?? '';
  return values;
}

/** Requests send ISO-8601 with milliseconds and Z. */
function sqlInstant(cell: string | number): string {
  return String(cell).replace('T', ' ').replace('Z', '');
}
