import type { Tx } from '../data/database';
import {
  claimKey,
  fingerprint,
  type IdempotencyScope,
  keepAnswer,
  releaseKey,
} from '../data/idempotency.repository';
import { type Problem, problem } from '../kernel/problem';
import type { RequestContext } from './request-context';

export interface KeyedInput {
  readonly dryRun: boolean;
  readonly idempotencyKey?: string | null;
}

interface Answer {
  readonly kind: 'success' | 'warning' | 'error';
}

/**
 * Answers an input once per idempotency key: a retry gets the first answer again and writes nothing. An Error does
 * not use the key up, and a dry run neither reads nor stores one.
 */
export async function answerUnderKey<Report extends Answer>(
  tx: Tx,
  { siteId, caller, clock }: RequestContext,
  operation: string,
  input: KeyedInput,
  answer: () => Promise<Report>,
  refuse: (problems: readonly Problem[]) => Report,
): Promise<Report> {
  const { idempotencyKey: key, dryRun, ...counted } = input;
  if (dryRun || key === undefined || key === null) return answer();
  const scope: IdempotencyScope = {
    siteId,
    operation,
    caller: caller.id,
    key,
    fingerprint: fingerprint(counted),
    now: clock().getTime(),
  };
  const claim = await claimKey<Report>(tx, scope);
  if (claim.kind === 'replay') return claim.answer;
  if (claim.kind === 'reused') {
    return refuse([problem('IDEMPOTENCY_KEY_REUSED', {}, { path: ['idempotencyKey'] })]);
  }
  const report = await answer();
  if (report.kind === 'error') await releaseKey(tx, scope);
  else await keepAnswer(tx, scope, report);
  return report;
}
