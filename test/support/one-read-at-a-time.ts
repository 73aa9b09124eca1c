import { Mutex } from 'async-mutex';
import type { Database } from '../../src/data/database';
import { overriding } from './databases';

/**
 * The database with one read after the other, as they are asked for. What parts of an answer ask for side by side is
 * read together where they ask at the same time, and that depends on how long others took: this way each takes its turn.
 */
export function oneReadAtATime(database: Database): Database {
  const turn = new Mutex();
  return overriding(database, {
    read: (work, options) => turn.runExclusive(() => database.read(work, options)),
  });
}
