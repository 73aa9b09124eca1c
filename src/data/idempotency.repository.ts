import { createHash } from 'node:crypto';
import { flag, nullable, text } from './cells';
import type { Tx } from './database';
import { GZIP, pack, unpack } from './packed';
import { removeSome } from './remove-some';

/** How long an answer is replayed, by the clock of the database: one server must not forget what another one keeps. */
export const KEEP_SECONDS = 24 * 60 * 60;

/** In the place of an answer that named somebody who was erased: nothing that was packed looks so. */
export const ERASED_ANSWER = '""';

export interface IdempotencyScope {
  readonly siteId: number;
  readonly operation: string;
  readonly caller: string;
  readonly key: string;
  /** What the key belongs to: a request with the same key and another fingerprint is refused. */
  readonly fingerprint: string;
  /** As an earlier version took it: keys live a day, and an upgrade may fall into it. */
  readonly formerFingerprint?: () => string;
}

export type Claim<Answer> =
  /** This request is the first; its answer is to be kept or the key released before the transaction ends. */
  | { readonly kind: 'first' }
  | { readonly kind: 'replay'; readonly answer: Answer }
  /** It named a learner who was erased since. */
  | { readonly kind: 'erased' }
  | { readonly kind: 'reused' };

/** Digest of an input as JSON; what JSON has no word for (Infinity, NaN) counts as itself, not as null. */
export function fingerprint(input: unknown): string {
  const json = JSON.stringify(input, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
  return sha256(json);
}

/**
 * Takes the key for this transaction. While another transaction holds it, the insert waits for that one to end:
 * so a concurrent copy waits and then finds the first answer, or is the first itself.
 */
export async function claimKey<Answer>(tx: Tx, scope: IdempotencyScope): Promise<Claim<Answer>> {
  await insertEntryIfAbsent(tx, scope);
  const [entry] = await tx.query(
    `SELECT fingerprint, CAST(answer AS CHAR) AS answer, expires_at <= ${tx.dialect.now} AS hasExpired
     FROM idempotency_entry WHERE ${SCOPE}`,
    scopeValues(scope),
    { fingerprint: text, answer: nullable(text), hasExpired: flag },
  );
  // Entries of others have an answer, or are not there: only the own one, just inserted, has none.
  if (entry === undefined || entry.answer === null) return { kind: 'first' };
  if (entry.hasExpired) {
    await releaseKey(tx, scope);
    await insertEntryIfAbsent(tx, scope);
    return { kind: 'first' };
  }
  if (entry.fingerprint !== scope.fingerprint && entry.fingerprint !== scope.formerFingerprint?.()) {
    return { kind: 'reused' };
  }
  if (entry.answer === ERASED_ANSWER) return { kind: 'erased' };
  return { kind: 'replay', answer: await unpack<Answer>(entry.answer, GZIP) };
}

export async function keepAnswer(tx: Tx, scope: IdempotencyScope, answer: unknown): Promise<void> {
  await tx.query(`UPDATE idempotency_entry SET answer = ? WHERE ${SCOPE}`, [
    await pack(answer, GZIP),
    ...scopeValues(scope),
  ]);
}

export async function releaseKey(tx: Tx, scope: IdempotencyScope): Promise<void> {
  await tx.query(`DELETE FROM idempotency_entry WHERE ${SCOPE}`, scopeValues(scope));
}

/** Which of these keys have an answer that is replayed. */
export async function findKeptKeys(
  tx: Tx,
  { siteId, operation, caller }: Pick<IdempotencyScope, 'siteId' | 'operation' | 'caller'>,
  keys: readonly string[],
): Promise<string[]> {
  if (keys.length === 0) return [];
  const byHash = new Map(keys.map((key) => [sha256(key), key]));
  const hashes = [...byHash.keys()];
  const kept = await tx.query(
    `SELECT key_hash AS keyHash FROM idempotency_entry
     WHERE site_id = ? AND operation = ? AND caller = ? AND ${tx.dialect.tupleIn(['key_hash'], hashes.length)}
     AND answer IS NOT NULL AND expires_at > ${tx.dialect.now}`,
    [siteId, operation, caller, ...hashes],
    { keyHash: text },
  );
  return kept.flatMap(({ keyHash }) => byHash.get(keyHash) ?? []);
}

/** Answers are up to megabytes. */
const FORGOTTEN_AT_ONCE = 50;

/** Forgets some of what is no longer replayed, on every site; answers whether there may be more. */
export function forgetExpiredKeys(tx: Tx): Promise<boolean> {
  return removeSome(tx, {
    table: 'idempotency_entry',
    key: { site_id: 'integer', operation: 'text', caller: 'text', key_hash: 'text' },
    where: `expires_at <= ${tx.dialect.now}`,
    values: [],
    limit: FORGOTTEN_AT_ONCE,
  });
}

const SCOPE = 'site_id = ? AND operation = ? AND caller = ? AND key_hash = ?';

function scopeValues(scope: IdempotencyScope) {
  return [scope.siteId, scope.operation, scope.caller, sha256(scope.key)];
}

/**
 * Where the entry is there already it stays as it is, and is locked. A plain INSERT would lock it for reading: when
 * the first request gives its key back, all that wait for it would have that lock, and each wait for the others.
 */
async function insertEntryIfAbsent(tx: Tx, scope: IdempotencyScope): Promise<void> {
  await tx.query(
    `INSERT INTO idempotency_entry (site_id, operation, caller, key_hash, fingerprint, expires_at)
     VALUES (?,?,?,?,?,${tx.dialect.fromNow}) ${tx.dialect.ifAbsent('site_id')}`,
    [...scopeValues(scope), scope.fingerprint, KEEP_SECONDS],
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
