import { isIP } from 'node:net';

/** A value of the environment that cannot be read; the message says how it must be. */
export class ValueFault extends Error {}

const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;
/** 32 bytes in base64. */
const SEALING_KEY = /^[A-Za-z0-9+/]{43}=$/;

export function addresses(text: string): readonly string[] {
  const list = text.split(',').map((each) => each.trim());
  const isAddress = (each: string) => {
    const [address = '', prefix] = each.split('/');
    const family = isIP(address);
    return (
      family > 0 &&
      (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= BITS[family === 4 ? 4 : 6]))
    );
  };
  if (list.every(isAddress)) return list;
  throw new ValueFault('must be IP addresses or ranges such as 10.0.0.0/8, separated by commas');
}

const BITS = { 4: 32, 6: 128 } as const;

/** The first seals, all of them open: so one can take the place of another. */
export function sealingKeys(text: string): readonly Uint8Array[] {
  const keys = text.split(',').map((each) => each.trim());
  if (keys.every((key) => SEALING_KEY.test(key))) return keys.map((key) => Buffer.from(key, 'base64'));
  throw new ValueFault(
    'must be 32 random bytes in base64, as of: openssl rand -base64 32; or several of them, separated by commas',
  );
}

/** A key in the form of Standard Webhooks. */
export function webhookKey(text: string): Buffer {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const key = Buffer.from(base64, 'base64');
  if (key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES) return key;
  throw new ValueFault(
    `must be whsec_ and then ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} random bytes in base64, as of: openssl rand -base64 32`,
  );
}
