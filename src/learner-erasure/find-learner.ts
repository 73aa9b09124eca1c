import { idNumber } from '../contract/id-number';
import { exactlyOne } from '../contract/one-reference';
import type { Tx } from '../data/database';
import {
  findLearnerNames,
  findLearnersBy,
  type LearnerKey,
  type LearnerNames,
} from '../data/reference.repository';
import { isUnmatchable } from '../data/sql';
import { fold } from '../kernel/fold';
import { type Problem, problem } from '../kernel/problem';
import type { EraseLearnerInput } from './erase-learner.input';

/** The one way in which an input names a learner. */
export interface LearnerReference {
  readonly field: keyof typeof NAMED_BY;
  readonly value: string;
}

/** What the database looks up by, and what has to be written as sent. */
const NAMED_BY = {
  learnerId: { column: 'id', name: 'id', isLoose: false },
  candidateLogin: { column: 'login_folded', name: 'login', isLoose: true },
  candidateRefNumber: { column: 'ref_number', name: 'refNumber', isLoose: false },
  candidateEmail: { column: 'email_folded', name: 'email', isLoose: true },
} as const satisfies Partial<
  Record<
    keyof EraseLearnerInput,
    { readonly column: LearnerKey | 'id'; readonly name: keyof LearnerNames; readonly isLoose: boolean }
  >
>;

const FIELDS = Object.keys(NAMED_BY) as readonly LearnerReference['field'][];

/**
 * The reference of an input; where one was forgotten, nothing gets here.
 * @throws GraphQLError BAD_USER_INPUT
 */
export function referenceIn(input: EraseLearnerInput): LearnerReference {
  return exactlyOne(Object.fromEntries(FIELDS.map((field) => [field, input[field]]))) as LearnerReference;
}

/** The learner whom a reference names exactly as stored, or why nobody is erased. */
export async function findLearner(
  tx: Tx,
  siteId: number,
  { field, value }: LearnerReference,
): Promise<{ readonly id: number } | { readonly problem: Problem }> {
  const { column, name, isLoose } = NAMED_BY[field];
  const similar = isUnmatchable(value) ? [] : await findSimilar(tx, siteId, column, value);
  const [learner, ...others] = similar.filter((each) => String(each[name]) === value);
  const place = { path: ['input', field] };
  if (learner === undefined) {
    const hint = isLoose && similar.length > 0 ? SPELLED_OTHERWISE : undefined;
    return { problem: problem('LEARNER_NOT_FOUND', { field }, { ...place, ...(hint && { hint }) }) };
  }
  if (others.length === 0) return learner;
  const ambiguous = {
    ...place,
    severity: 'ERROR',
    hint: 'Name the learner by learnerId or by login.',
  } as const;
  return { problem: problem('LEARNER_AMBIGUOUS', { consequence: 'nobody is erased' }, ambiguous) };
}

const SPELLED_OTHERWISE =
  'A learner is stored with another spelling of it; send it exactly as stored, or the learnerId.';

async function findSimilar(
  tx: Tx,
  siteId: number,
  column: LearnerKey | 'id',
  value: string,
): Promise<LearnerNames[]> {
  if (column === 'id') return findLearnerNames(tx, siteId, [idNumber(value)]);
  const sought = column === 'ref_number' ? value : fold(value);
  const found = await findLearnersBy(tx, siteId, column, [sought], []);
  return findLearnerNames(
    tx,
    siteId,
    found.map(({ id }) => id),
  );
}
