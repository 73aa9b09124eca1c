import { randomInt } from 'node:crypto';
import type { Tx } from './database';

/** For a look whether something can be written. */
export const CHECK_LIMIT_MS = 1_500;
/** A database that was full, or broken, counts as such for so long, unless something is written meanwhile. */
export const BROKEN_FOR_MS = 30_000;

/** Writes, to see whether that can be done: one row, so that many servers write hardly more than one does. */
export async function checkWriting(tx: Tx): Promise<void> {
  const value = randomInt(2 ** 31);
  const overwrite = tx.dialect.overwriting(['id'], ['value']);
  await tx.query(`INSERT INTO write_check (id, value) VALUES (1, ?) ${overwrite}`, [value]);
}
