/** What the tests of hostile input share. */
import type { ImportAnswer } from './import-cases';
import type { StoredRow } from './import-types';

export const LEARNERS = 100;
export const MILLION = 10 ** 6;
/** Deeper than the stack of a recursive walk. */
export const DEEP = nested(200_000);

export function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < depth; level++) value = [value];
  return value;
}

export const SQL_TEXTS = [
  "'; DROP TABLE learner; --x",
  "' OR '1'='1",
  "\\' OR 1=1 --x",
  '" OR ""="',
  '`; DELETE FROM learner; #',
  "'||(SELECT 1)||'",
  '/*! UNION SELECT 1 */',
  '%',
  '_',
  '\\',
  "\\'",
  '?',
  '??',
  ':login',
  '@@version',
  "x'41'",
  '\b\u001a\u001b',
];

/** What an import writes. */
export const WRITTEN_TABLES = ['consolidated_tracking', 'import_run', 'idempotency_entry'];

export function trackingOf(answer: ImportAnswer) {
  const tracking = answer.rows.flatMap((row) => (row.tracking === null ? [] : [row.tracking]));
  return tracking
    .map(({ id, learnerId, sessionId, trainingId, lovCode, lovGuid, ...values }) => values)
    .sort((a, b) => Number(a.registrationId) - Number(b.registrationId));
}

export function asAnswered(stored: StoredRow) {
  const date = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());
  return {
    ...stored,
    registrationId: String(stored.registrationId),
    lovId: String(stored.lovId),
    firstAccessDate: date(stored.firstAccessDate),
    firstCompletionDate: date(stored.firstCompletionDate),
    lastAccessDate: date(stored.lastAccessDate),
    updatedAt: date(stored.updatedAt),
  };
}
