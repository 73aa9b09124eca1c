import type { TrackingKey } from '../../data/consolidated-tracking.repository';

/** Of two bits a key in a hundred million bits: of a million keys, one in ten thousand seems to have come before. */
const BYTES = 16 * 1_024 * 1_024;
const BITS = BYTES * 8;
const HASHES = 4;

/**
 * The keys of the rows of earlier windows, in memory that does not grow with the file. Of a key that did not come it
 * says so; of very few it says that they came, and they did not: what is told of them is only that nothing is promised.
 */
export class EarlierKeys {
  readonly #bits = new Uint8Array(BYTES);

  /** Whether it came before. */
  has(key: TrackingKey | undefined): boolean {
    if (key === undefined) return false;
    for (const bit of bitsOf(key)) {
      if (((this.#bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }

  add(key: TrackingKey | undefined): void {
    if (key === undefined) return;
    for (const bit of bitsOf(key)) {
      this.#bits[bit >>> 3] = (this.#bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
  }
}

function bitsOf({ registrationId, lovId }: TrackingKey): number[] {
  const first = mixed(registrationId, lovId);
  const second = mixed(lovId ^ 0x5bd1e995, registrationId) | 1;
  return Array.from({ length: HASHES }, (_, turn) => ((first + Math.imul(turn, second)) >>> 0) % BITS);
}

/** The finaliser of MurmurHash3 over both. */
function mixed(a: number, b: number): number {
  let hash = Math.imul(a, 0xcc9e2d51) ^ Math.imul(b, 0x1b873593);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
