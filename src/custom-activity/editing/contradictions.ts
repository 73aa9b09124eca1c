import { type Problem, problemOf } from '../../kernel/problem';
import { type Violation, violations } from '../../kernel/validation';
import type { SentReference } from '../rules/sent-reference';

/** Two fields that name the same thing, or stand for the same value. */
export type Pair<Input> = readonly [keyof Input & string, keyof Input & string];

export interface PairRules<Input> {
  readonly exactlyOne: readonly Pair<Input>[];
  readonly atMostOne: readonly Pair<Input>[];
}

/** A field that contradicts another, or is missing, and what is wrong with it. */
export interface Contradiction {
  readonly field: string;
  readonly fault: string;
}

/** One for each pair: about the first field where none is given, about the second where both are. */
export function contradictionsIn<Input>(input: Input, rules: PairRules<Input>): Contradiction[] {
  const found: Contradiction[] = [];
  for (const [first, second] of [...rules.exactlyOne, ...rules.atMostOne]) {
    if (hasValue(input[first]) && hasValue(input[second])) {
      found.push({ field: second, fault: `it is given together with ${first}; send one of the two` });
    }
  }
  for (const [first, second] of rules.exactlyOne) {
    if (!hasValue(input[first]) && !hasValue(input[second])) {
      found.push({ field: first, fault: `it is missing, and so is ${second}; send one of the two` });
    }
  }
  return found;
}

/** The fields that check 1 can name, in the order in which it tells of them: that of the inputs. */
const ORDER: readonly string[] = [
  'vendorId',
  'courseId',
  'courseSyncKey',
  'parentSyncKey',
  'elementId',
  'elementSyncKey',
  'syncKey',
  'userId',
  'userSyncKey',
  'reason',
  'maxScore',
  'learningObjectives',
  'clearAssessment',
  'clearDeadline',
  'results',
  'learnerId',
  'learnerLogin',
  'score',
  'objectives',
  'idempotencyKey',
];

/** The contradictions, and what else is wrong with the form of an input: at most one problem a field. */
export function formatProblems<Input extends object>(
  of: new () => Input,
  input: Input,
  contradictions: readonly Contradiction[],
  /** Of the input, where it is part of another. */
  path: readonly string[] = [],
): Problem[] {
  const found = new Map<string, Omit<Violation, 'field'>>();
  for (const { field, fault } of contradictions) {
    found.set(field, { code: 'INVALID_FORMAT', params: { fault } });
  }
  for (const { field, ...violation } of violations(input, of)) {
    if (!found.has(field)) found.set(field, violation);
  }
  return [...found]
    .sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b))
    .map(([field, each]) => problemOf(each, { path: [...path, field] }));
}

/** Null where neither of the fields is given. */
export function referenceOf<Input>(input: Input, fields: Pair<Input>): SentReference | null {
  for (const field of fields) {
    const value: unknown = input[field];
    if (typeof value === 'number' || typeof value === 'string') return { field, value };
  }
  return null;
}

export function hasValue(value: unknown): boolean {
  return value !== undefined && value !== null;
}
