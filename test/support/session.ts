import type { Database, Tx } from '../../src/data/database';
import { overriding } from './databases';

/**
 * The same database, every use of which first runs these statements on its connection. Settings of a session need
 * this: a connection of the pool is known only inside a transaction, so reads run in one as well.
 */
export function withSession(database: Database, ...statements: string[]): Database {
  const prepared = <Result>(work: (tx: Tx) => Promise<Result>) =>
    database.transaction(async (tx) => {
      for (const statement of statements) await tx.manager.query(statement);
      return work(tx);
    });
  return overriding(database, { read: prepared, transaction: prepared });
}
