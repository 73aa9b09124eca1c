import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { SITE_ID } from '../academy';
import type { World } from '../world';

const WAIT_LIMIT_MS = 20_000;
/** Who looks at `innodb_trx` again within 100 ms sees what was there at the last look, however often. */
const LOOK_EVERY_MS = 150;

/** Begins a transaction that takes no locks but those it is told to take. */
export async function beginOther(other: Connection): Promise<void> {
  await other.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  await other.query('SET SESSION innodb_lock_wait_timeout = 60');
  await other.beginTransaction();
}

/** Makes the transaction dearer than an import, so that in a deadlock the import is the victim. */
export async function changeAllLearners(other: Connection): Promise<void> {
  for (const prefix of ['A', 'B', 'C']) {
    await other.query('UPDATE learner SET ref_number = CONCAT(?, id) WHERE site_id = ?', [prefix, SITE_ID]);
  }
}

/** By the key that rows of tracking refer to: whoever inserts one waits. */
export async function lockLov(other: Connection, lov: number): Promise<void> {
  await other.query(
    'SELECT id FROM learning_object_version FORCE INDEX (uq_lov_id) WHERE site_id = ? AND id = ? FOR UPDATE',
    [SITE_ID, lov],
  );
}

export async function lockRegistration(other: Connection, registration: number): Promise<void> {
  await other.query('SELECT id FROM registration WHERE id = ? FOR UPDATE', [registration]);
}

/** Resolves when a transaction of the server under test waits for a lock; false where none does in time. */
export async function waitsForLock({ databaseServer }: World): Promise<boolean> {
  for (const startedAt = Date.now(); Date.now() - startedAt < WAIT_LIMIT_MS; await pause(LOOK_EVERY_MS)) {
    const waiting = await databaseServer.select(
      `SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'`,
    );
    if (waiting.length > 0) return true;
  }
  return false;
}
