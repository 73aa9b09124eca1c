import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A key as its user holds it: `ct_` and a public id, and then the secret. Shown once, never stored. */
export interface NewKey {
  readonly id: string;
  readonly text: string;
  /** What is stored of the secret. */
  readonly secretHash: string;
}

const ID_BYTES = 8;
/** 256 random bits: nobody guesses them, so that a fast hash of them is as good as a slow one. */
const SECRET_BYTES = 32;
const KEY = /^ct_([\da-f]{16})_([\w-]{43})$/;

export function makeKey(): NewKey {
  const id = randomBytes(ID_BYTES).toString('hex');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { id, text: `ct_${id}_${secret}`, secretHash: hashOf(secret) };
}

/** The parts of a text that has the shape of a key. */
export function readKey(text: string): { readonly id: string; readonly secret: string } | undefined {
  const [, id, secret] = KEY.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** Takes the same time wherever the hashes differ. */
export function isSecretOf(secret: string, secretHash: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(secret), 'hex'), Buffer.from(secretHash, 'hex'));
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
