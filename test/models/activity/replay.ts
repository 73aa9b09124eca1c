/**
 * idempotencyKey, as in the import: only Success and Warning use a key up, a dry run neither reads nor stores one,
 * and the first answer is given again for 24 hours. The model has one caller.
 */
import { type Answer, isGiven, type Problem, problem, type Stored, type UpdateInput } from './world';

const KEPT_FOR = 24 * 60 * 60 * 1000;

/** Open: the key of a dry run is judged as well, though it is not used. */
export function problemOfKey({ idempotencyKey }: UpdateInput): Problem[] {
  if (!isGiven(idempotencyKey)) return [];
  const isUsable =
    idempotencyKey.trim() !== '' && [...idempotencyKey].length <= 255 && !/\p{Cc}/u.test(idempotencyKey);
  return isUsable ? [] : [problem('IDEMPOTENCY_KEY_INVALID', 'idempotencyKey')];
}

/** The answer to give again, or null where the update has to run. */
export function replayOf(stored: Stored, input: UpdateInput, clock: number): Answer | 'REUSED' | null {
  if (!isGiven(input.idempotencyKey) || input.dryRun === true) return null;
  const kept = stored.keptAnswers.find(
    (each) => each.key === input.idempotencyKey && clock - each.at < KEPT_FOR,
  );
  if (kept === undefined) return null;
  return isSameInput(kept.input, input) ? kept.answer : 'REUSED';
}

/** Open: absent and null are two inputs, as in rows of the import; the order of the members does not count. */
function isSameInput(left: UpdateInput, right: UpdateInput): boolean {
  return written(left) === written(right);
}

export function keep(stored: Stored, input: UpdateInput, answer: Answer, clock: number): Stored {
  if (!isGiven(input.idempotencyKey)) return stored;
  const others = stored.keptAnswers.filter((each) => each.key !== input.idempotencyKey);
  return { ...stored, keptAnswers: [...others, { key: input.idempotencyKey, input, answer, at: clock }] };
}

function written(input: UpdateInput): string {
  const { idempotencyKey: _key, dryRun: _dryRun, ...rest } = input;
  const members = Object.entries(rest).filter(([, value]) => value !== undefined);
  return JSON.stringify(members.sort(([left], [right]) => (left < right ? -1 : 1)));
}
