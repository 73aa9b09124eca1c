import { AFTER_THE_CHECKS, CODES, isError, OF_ACCEPTED_ROWS, rowProblem } from './codes';
import { judgeRow, judgeWipe } from './judge-row';
import { type ReadRow, readRow } from './read-row';
import { type Resolved, resolve } from './references';
import type { Settings } from './settings';
import {
  type ImportInput,
  keyOf,
  type ModelProblem,
  type Stored,
  type Tracking,
  type TrackingValues,
  type World,
} from './types';

/** What becomes of one row, as if the rows were sent one by one. */
export interface Decision {
  readonly index: number;
  readonly fate: 'rejected' | 'skipped' | 'applied';
  readonly resolved: Resolved;
  /** Where the row is stored; empty on rejected rows. */
  readonly key: string;
  readonly problems: readonly ModelProblem[];
  /** What is told of it where it is rejected, whoever is to blame. */
  readonly found: readonly ModelProblem[];
}

export interface Decided {
  readonly decisions: readonly Decision[];
  readonly stored: Stored;
}

/** Takes the rows in their order; each sees what the rows of its key before it left. */
export function decideRows(
  world: World,
  stored: Stored,
  input: ImportInput,
  settings: Settings,
  clock: number,
): Decided {
  const state = new Map(stored);
  const decisions = input.rows.map((row, index): Decision => {
    const read = readRow(row, index, settings);
    const resolved = resolve(world, read.references, index);
    const place = resolved.key;
    const key = place === null ? '' : keyOf(place.learnerId, place.sessionId, place.lovId);
    const before = place === null ? undefined : (state.get(key) ?? null);

    const { after, problems: judgements } = read.wipes
      ? { after: null, problems: judgeWipe(read, index) }
      : judgeRow(read, index, before, settings, clock);
    const problems = inOrder([...read.problems, ...resolved.problems, ...judgements]);
    const found = ofRejected(problems);
    const decision = { index, resolved, key, found };
    if (place === null || problems.some(isError)) {
      return { ...decision, key: '', fate: 'rejected', problems: found };
    }
    if (read.wipes) {
      state.delete(key);
      return { ...decision, fate: 'applied', problems };
    }
    const older = rowProblem(index, AFTER_THE_CHECKS, CODES.rowOlderThanStored, 'lastAccessDate');
    const isOlder = isOlderThan(read, before ?? null);
    if (isOlder && settings.skipsOlderRows) {
      // Of its other problems only those of its references are told, for it acts on nothing.
      const ofReferences = problems.filter(({ check }) => check >= 5 && check <= 7);
      return { ...decision, fate: 'skipped', problems: [...ofReferences, older] };
    }
    if (after === null) throw new Error(`Row ${index + 1} has no errors and is not known in full`);
    state.set(key, put(after, place, before ?? null, clock));
    return { ...decision, fate: 'applied', problems: isOlder ? [...problems, older] : problems };
  });
  return { decisions, stored: state };
}

/** Only by a lastAccessDate that it sends; equal is not older. */
function isOlderThan({ values }: ReadRow, before: Tracking | null): boolean {
  const sent = values.lastAccessDate;
  const stored = before?.lastAccessDate ?? null;
  return sent.kind === 'value' && stored !== null && sent.value < stored;
}

/** The stored row, or the one that stays as it is: a row that is equal is not written. */
function put(
  after: TrackingValues,
  place: NonNullable<Resolved['key']>,
  before: Tracking | null,
  clock: number,
): Tracking {
  if (before !== null && isSame(before, after)) return before;
  return { ...after, ...place, updatedAt: clock };
}

/** The stored fields, in the order of the schema. */
export const FIELDS = [
  'firstAccessDate',
  'firstCompletionDate',
  'lastAccessDate',
  'progression',
  'score',
  'scoreMax',
  'timeSpentSeconds',
  'status',
] as const satisfies readonly (keyof TrackingValues)[];

export function isSame(one: TrackingValues | null, other: TrackingValues | null): boolean {
  if (one === null || other === null) return one === other;
  return FIELDS.every((field) => one[field] === other[field]);
}

/** In the order of the checks. */
// Open: the order within a check, and of problems that belong to none.
export function inOrder(problems: readonly ModelProblem[]): ModelProblem[] {
  return problems.toSorted((a, b) => a.check - b.check);
}

function ofRejected(problems: readonly ModelProblem[]): ModelProblem[] {
  return problems.filter(({ code }) => !OF_ACCEPTED_ROWS.has(code));
}
