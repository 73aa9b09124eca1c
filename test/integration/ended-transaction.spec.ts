import { UNREAD } from '../../src/data/cells';
import { openTestDatabase, SQLITE, type TestDatabase } from '../support/databases';

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
