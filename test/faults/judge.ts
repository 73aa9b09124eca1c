import { PARTICIPANTS } from './academy';
import type { ImportCounts } from './answers';
import type { Entry, Journal } from './journal';
import { Model, rowKey } from './model';
import { keyHash, OPERATIONS, titleAfter } from './requests';
import type { Stored, StoredRun } from './stored';

const COUNTS = ['received', 'created', 'replaced', 'unchanged', 'deleted', 'superseded', 'rejected'] as const;

/**
 * Compares what is stored with an independent replay of the requests. Whoever asks sees to it that no request is under
 * way.
 */
export class Judge {
  readonly #journal: Journal;
  readonly #model = new Model();
  readonly #runIds = new Map<number, string>();
  readonly #keys = new Set<string>();
  readonly #replayed = new Set<Entry>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** What must not be, one line for each kind of finding. */
  judge(stored: Stored): string[] {
    const findings: string[] = [];
    const find = (text: string) => findings.push(text);
    const runs = runsBySerial(stored, find);
    const titles = new Map(stored.activities.map(({ id, title }) => [id, title]));
    for (const entry of this.#journal.entries) {
      // What is not there may still come: it is looked for every time.
      if (this.#replayed.has(entry)) continue;
      const { request, state } = entry;
      const run = runs.get(request.serial);
      const isStored =
        request.kind === 'import' ? run !== undefined : titles.get(request.activity) === titleAfter(request);
      if (state === 'refused' && isStored) find(`refused, and yet it is there: ${nameOf(entry)}`);
      // Of several acknowledged updates the last title counts, which is compared below.
      if (state === 'acknowledged' || isStored) this.#replay(entry, run, find);
    }
    this.#compareTracking(stored, find);
    this.#compareRuns(stored, find);
    this.#compareKeys(stored, find);
    this.#compareActivities(stored, find);
    return summarised(findings);
  }

  /** Whether the request was found to be stored. */
  isStored(entry: Entry): boolean {
    return this.#replayed.has(entry);
  }

  #replay(entry: Entry, run: StoredRun | undefined, find: (text: string) => void): void {
    const { request } = entry;
    this.#replayed.add(entry);
    if (request.key !== null) this.#keys.add(`${OPERATIONS[request.kind]} ${keyHash(request.key)}`);
    if (request.kind === 'update') {
      this.#model.update(request);
      return;
    }
    const expected = this.#model.import(request);
    if (run === undefined) {
      find(`acknowledged, and there is no record of it: ${nameOf(entry)}`);
      return;
    }
    this.#runIds.set(request.serial, run.id);
    if (entry.importId !== null && entry.importId !== run.id) {
      find(`acknowledged as another import than is recorded: ${nameOf(entry)}`);
    }
    const told = entry.counts;
    if (told !== null && textOf(told) !== textOf(run)) {
      find(`other counts are told than are recorded: ${nameOf(entry)}: ${textOf(told)}, ${textOf(run)}`);
    }
    if (expected !== null && textOf(expected) !== textOf(run)) {
      find(`other counts than the replay has: ${nameOf(entry)}: ${textOf(run)}, not ${textOf(expected)}`);
    }
  }

  #compareTracking({ tracking }: Stored, find: (text: string) => void): void {
    const missing = new Set(this.#model.rows.keys());
    for (const { learner, lov, importId, ...values } of tracking) {
      const key = rowKey({ lov, learner });
      const row = this.#model.rows.get(key);
      if (row === undefined) {
        find('a row is stored that no acknowledged request left there');
        continue;
      }
      missing.delete(key);
      const writers = [...row.writers.values()].map((serial) => this.#runIds.get(serial));
      if (!writers.includes(importId)) find('a row was last written by another import than the replay has');
      for (const name of Object.keys(row.values) as (keyof typeof values)[]) {
        if (values[name] !== row.values[name]) find(`a row has another ${name} than the replay has`);
      }
    }
    for (const _ of missing) find('a row is missing that an acknowledged request wrote');
  }

  #compareRuns({ runs, audited }: Stored, find: (text: string) => void): void {
    const expected = new Set(this.#runIds.values());
    for (const { id } of runs) {
      if (!expected.has(id)) find('an import is recorded that was not acknowledged');
    }
    const created = runs.filter((run) => this.#isMerge(run)).reduce((sum, run) => sum + run.created, 0);
    if (created !== this.#model.rowsCreatedByMerging) {
      find(`merging created ${this.#model.rowsCreatedByMerging} rows, and ${created} were told`);
    }
    const entries = audited.filter(({ operation }) => operation === OPERATIONS.import);
    for (const { targetId } of entries) {
      if (!expected.delete(targetId))
        find('the audit log has an import twice, or one that was not acknowledged');
    }
    for (const _ of expected) find('the audit log lacks an import that was acknowledged');
  }

  #isMerge({ serial }: StoredRun): boolean {
    const request = this.#journal.entries[serial - 1]?.request;
    return request?.kind === 'import' && request.writeMode === 'MERGE';
  }

  #compareKeys({ keys }: Stored, find: (text: string) => void): void {
    const missing = new Set(this.#keys);
    for (const { operation, keyHash: hash, isAnswered } of keys) {
      if (!missing.delete(`${operation} ${hash}`)) find('a key is stored whose request was not acknowledged');
      if (Number(isAnswered) !== 1) find('a key is stored without its answer');
    }
    for (const _ of missing) find('a key is not stored whose request was acknowledged');
  }

  #compareActivities({ activities, audited, notifications }: Stored, find: (text: string) => void): void {
    const entries = countBy(
      audited.filter(({ operation }) => operation === OPERATIONS.update),
      ({ targetId }) => targetId,
    );
    const updates = countBy(notifications, ({ updateId }) => updateId);
    const notified = countBy(
      [...new Map(notifications.map((each) => [each.updateId, each])).values()],
      ({ activity }) => String(activity),
    );
    for (const { id, title, description } of activities) {
      const model = this.#model.activity(id);
      if (title !== model.title) find('an activity has another title than the replay has');
      if (description !== model.description) find('an activity has another description than the replay has');
      if ((entries.get(String(id)) ?? 0) !== model.updates) {
        find('the audit log has another number of updates of an activity than the replay');
      }
      if ((notified.get(String(id)) ?? 0) !== model.notified) {
        find('another number of updates was notified than the replay has');
      }
    }
    for (const [, count] of updates) {
      if (count !== PARTICIPANTS) find(`an update notifies ${count} of ${PARTICIPANTS} participants`);
    }
  }
}

function runsBySerial({ runs }: Stored, find: (text: string) => void): Map<number, StoredRun> {
  const bySerial = new Map<number, StoredRun>();
  for (const run of runs) {
    if (bySerial.has(run.serial)) find('a request is recorded as two imports');
    bySerial.set(run.serial, run);
  }
  return bySerial;
}

/** One line for each kind of finding: a half-written import is thousands of rows. */
function summarised(findings: readonly string[]): string[] {
  const counted = countBy(findings, (text) => text);
  return [...counted].map(([text, count]) => (count === 1 ? text : `${text} (${count} times)`));
}

function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

function textOf(counts: ImportCounts | StoredRun): string {
  return COUNTS.map((name) => `${name} ${counts[name]}`).join(' ');
}

function nameOf({ request, state }: Entry): string {
  return `${request.kind} ${request.serial} of ${request.caller} (${state})`;
}
