import { type Problem, problemOf } from '../kernel/problem';
import { violations } from '../kernel/validation';
import type { Reference } from './rules/reference';

/** Two fields that name the same thing, or stand for the same value. */
export type Pair<Input> = readonly [keyof Input & string, keyof Input & string];

export interface PairRules<Input> {
  readonly exactlyOne: readonly Pair<Input>[];
  readonly atMostOne: readonly Pair<Input>[];
}

/** One field for each contradiction: the first of a pair where none is given, the second where both are. */
export function contradictingFields<Input>(input: Input, rules: PairRules<Input>): string[] {
  const fields: string[] = [];
  for (const [first, second] of rules.exactlyOne) {
    if (isGiven(input[first]) === isGiven(input[second])) fields.push(isGiven(input[first]) ? second : first);
  }
  for (const [first, second] of rules.atMostOne) {
    if (isGiven(input[first]) && isGiven(input[second])) fields.push(second);
  }
  return fields;
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
  contradictions: readonly string[],
  /** Of the input, where it is part of another. */
  path: readonly string[] = [],
): Problem[] {
  const found = [
    ...contradictions.map((field) => ({ field, code: 'INVALID_FORMAT' as const, params: {} })),
    ...violations(input, of).filter(({ field }) => !contradictions.includes(field)),
  ].sort((a, b) => ORDER.indexOf(a.field) - ORDER.indexOf(b.field));
  return found.map((each) => problemOf(each, { path: [...path, each.field] }));
}

/** Null where neither of the fields is given. */
export function referenceOf<Input>(input: Input, fields: Pair<Input>): Reference | null {
  for (const field of fields) {
    const value: unknown = input[field];
    if (typeof value === 'number' || typeof value === 'string') return { field, value };
  }
  return null;
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
