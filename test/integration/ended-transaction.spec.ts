import { setTimeout as pause } from 'node:timers/promises';
import { UNREAD, wholeNumber } from '../../src/data/cells';
import type { Tx } from '../../src/data/database';
import { DATABASE_KINDS, openTestDatabase, SQLITE, type TestDatabase } from '../support/databases';

/** As SQLite does by itself where a disk is full or fails. Servers: `database-trouble.spec.ts`, `npm run test:faults`. */
describe('a transaction that the embedded database ends', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(SQLITE);
  });
  afterAll(() => test.drop());

  const insert = (id: number, or = '') => `INSERT ${or} INTO site (id, name) VALUES (${id}, 'Ended')`;
  const stored = () => test.query("SELECT id FROM site WHERE name = 'Ended'");

  it.each([
    ['at once', ''],
    [
      'in turns',
      'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000) SELECT COUNT(*) FROM n',
    ],
  ])('leaves nothing of the statements that were sent after its end, %s', async (_, long) => {
    const work = test.database.transaction(async ({ query }) => {
      const sent = [query(insert(101)), ...(long === '' ? [] : [query(long, [], UNREAD)])];
      sent.push(query(insert(101, 'OR ROLLBACK')), query(insert(102)), query(insert(103)));
      const settled = await Promise.allSettled(sent);
      expect(settled.slice(-3).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    });
    await expect(work).rejects.toThrow(/UNIQUE/);
    expect(await stored()).toEqual([]);
  });

  it('does not touch the next one', async () => {
    await test.database.transaction(({ query }) => query(insert(104)));
    expect(await stored()).toEqual([{ id: 104 }]);
  });
});

describe.each(DATABASE_KINDS)('a transaction that has ended on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  afterAll(() => test.drop());

  const insert = (id: number) => `INSERT INTO site (id, name) VALUES (${id}, 'Late')`;
  const WAYS = {
    query: ({ query }: Tx, id: number) => query(insert(id)),
    prepared: ({ prepared }: Tx, id: number) => prepared(insert(id)),
    manager: ({ manager }: Tx, id: number) => manager.query(insert(id)),
  };
  const GIVEN_UP = new Error('given up');

  it.each(
    Object.entries(WAYS).flatMap(([name, send]) =>
      ['committed', 'rolled back'].map((end) => ({ name, send, end })),
    ),
  )('takes no statement any more by $name, $end', async ({ send, end }) => {
    await test.query('DELETE FROM site');
    let late: Promise<unknown> | undefined;
    const work = test.database.transaction(async (tx) => {
      late = pause(50).then(() => send(tx, 2));
      late.catch(() => {});
      await tx.query(insert(1));
      if (end === 'rolled back') throw GIVEN_UP;
    });
    if (end === 'rolled back') await expect(work).rejects.toBe(GIVEN_UP);
    else await work;
    // The next one is on the same connection, and under way when the statement comes.
    await test.database.transaction(async ({ query }) => {
      await query(insert(3));
      // TypeORM has words of its own for a connection that was given back.
      await expect(late).rejects.toThrow(/has ended|already released/);
    });
    const stored = await test.database.read(({ query }) =>
      query('SELECT id FROM site ORDER BY id', [], { id: wholeNumber }),
    );
    expect(stored.map(({ id }) => id)).toEqual(end === 'committed' ? [1, 3] : [3]);
  });
});
