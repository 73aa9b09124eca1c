import type { RequestContext } from '../access/request-context';
import type { Tx } from '../data/database';
import {
  claimKey,
  fingerprint,
  type IdempotencyScope,
  keepAnswer,
  releaseKey,
} from '../data/idempotency.repository';
import { type Problem, problem } from '../kernel/problem';

export interface KeyedInput {
  readonly dryRun?: boolean | null;
  readonly idempotencyKey?: string | null;
}

/** Absent and null mean false. */
export function isDryRun({ dryRun }: KeyedInput): boolean {
  return dryRun === true;
}

/** A dry run neither reads nor stores a key. */
export function usesKey(input: KeyedInput): boolean {
  return !isDryRun(input) && (input.idempotencyKey ?? null) !== null;
}

/**
 * Counts the rows of an input, at most once: at once where it uses no key, and otherwise when what is returned is
 * called, by whoever is the first under the key. A retry under a key is charged nothing.
 */
export async function chargeRows(
  { takeRows }: RequestContext,
  input: KeyedInput,
  rows: number,
): Promise<() => Promise<void>> {
  let charged: Promise<void> | undefined;
  const charge = (writtenBefore?: number) => {
    charged ??= takeRows(rows, writtenBefore);
    return charged;
  };
  if (!usesKey(input)) await charge();
  return () => charge(0);
}

interface Answer {
  readonly kind: 'success' | 'warning' | 'error';
}

/**
 * Runs the transaction of an input that may have an idempotency key. Where the answer of COMMIT is lost, it is run
 * again under its key, and learns what became of the first.
 */
export function transactUnderKey<Result>(
  { database }: RequestContext,
  input: KeyedInput,
  work: (tx: Tx) => Promise<Result>,
  rows?: number,
): Promise<Result> {
  return database.transaction(work, {
    ...(rows === undefined ? {} : { rows }),
    isRepeatable: (input.idempotencyKey ?? null) !== null,
    writesNothing: isDryRun(input),
  });
}

/**
 * Answers an input once per idempotency key: a retry gets the first answer again and writes nothing. An Error does
 * not use the key up, and a dry run neither reads nor stores one.
 */
export async function answerUnderKey<Report extends Answer>(
  tx: Tx,
  { siteId, caller }: RequestContext,
  operation: string,
  input: KeyedInput,
  answer: () => Promise<Report>,
  refuse: (problems: readonly Problem[]) => Report,
  /** What an earlier version took the fingerprint of, where that was something else. */
  former: object = input,
): Promise<Report> {
  const { idempotencyKey: key, dryRun: _, ...counted } = input;
  if (!usesKey(input) || key === undefined || key === null) return answer();
  const scope: IdempotencyScope = {
    siteId,
    operation,
    caller: caller.id,
    key,
    fingerprint: fingerprint(counted),
    ...(former === input ? {} : { formerFingerprint: () => fingerprint(former) }),
  };
  const claim = await claimKey<Report>(tx, scope);
  if (claim.kind === 'replay') return { ...claim.answer, replayed: true };
  if (claim.kind === 'erased') return refuse([problem('ANSWER_ERASED', {}, { path: ['idempotencyKey'] })]);
  if (claim.kind === 'reused') {
    return refuse([problem('IDEMPOTENCY_KEY_REUSED', {}, { path: ['idempotencyKey'] })]);
  }
  const report = await answer();
  if (report.kind === 'error') await releaseKey(tx, scope);
  else await keepAnswer(tx, scope, report);
  return report;
}
