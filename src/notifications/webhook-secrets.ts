import { randomBytes } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import type { KeptSecret } from '../data/webhook.repository';

/** As Standard Webhooks writes a signing key. */
const PREFIX = 'whsec_';
const KEY_BYTES = 32;
const ROTATION_MS = 24 * 60 * 60 * 1_000;
/** Each one more signs every delivery once more. */
const MAX_FORMER = 4;

/** Signs deliveries: `whsec_` and 32 random bytes in base64. */
export function makeSecret(): string {
  return `${PREFIX}${randomBytes(KEY_BYTES).toString('base64')}`;
}

export function keyOf(secret: string): Uint8Array {
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}

/** As it is kept in the database: a JWE by the first sealing key, or as it is where there is none. */
export async function seal(secret: string, [key]: readonly Uint8Array[]): Promise<string> {
  if (key === undefined) return secret;
  return new CompactEncrypt(Buffer.from(secret))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(key);
}

/** Undefined where none of the keys opens it. */
async function open(kept: string, keys: readonly Uint8Array[]): Promise<string | undefined> {
  if (kept.startsWith(PREFIX)) return kept;
  for (const key of keys) {
    try {
      return Buffer.from((await compactDecrypt(kept, key)).plaintext).toString();
    } catch (error) {
      if (!(error instanceof errors.JWEDecryptionFailed)) throw error;
    }
  }
  return undefined;
}

/** The newest comes first, then those that it has replaced and that are still good; undefined where one is not legible. */
export async function openAll(
  secrets: readonly KeptSecret[],
  sealingKeys: readonly Uint8Array[],
  now: number,
): Promise<readonly Uint8Array[] | undefined> {
  const good = secrets.filter((each) => isGood(each, now));
  const opened = await Promise.all(good.map(({ secret }) => open(secret, sealingKeys)));
  return opened.includes(undefined) ? undefined : opened.map((secret) => keyOf(secret ?? ''));
}

/** With a new one in front; the others that are still good stay so for a day. Undefined where they are too many. */
export function rotated(
  secrets: readonly KeptSecret[],
  secret: string,
  now: number,
): readonly KeptSecret[] | undefined {
  const former = secrets
    .filter((each) => isGood(each, now))
    .map((each) => ({ ...each, until: each.until ?? now + ROTATION_MS }));
  return former.length > MAX_FORMER ? undefined : [{ secret, until: null }, ...former];
}

export function isGood({ until }: KeptSecret, now: number): boolean {
  return until === null || now < until;
}
