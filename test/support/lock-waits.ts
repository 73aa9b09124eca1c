import { setTimeout as pause } from 'node:timers/promises';
import type { TestDatabase } from './databases';

/** Whether a transaction on the test's database server waits for another one. */
async function isWaiting({ query }: TestDatabase): Promise<boolean> {
  const waiting = await query(
    `SELECT 1 FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id
     WHERE db = DATABASE() AND trx_state = 'LOCK WAIT'`,
  );
  return waiting.length > 0;
}

/** Answers when the work waits for another transaction, true, or is done, false. */
export async function waits(test: TestDatabase, work: Promise<unknown>): Promise<boolean> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  void work.then(done, done);
  // The table of transactions is renewed only where nobody has read it for a tenth of a second.
  while (!isDone && !(await isWaiting(test))) await pause(150);
  return !isDone;
}
