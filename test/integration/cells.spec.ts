/** What each driver makes of what each engine answers, however the statement reaches it. */
import {
  double,
  flag,
  instant,
  nullable,
  text,
  UNREAD,
  UnexpectedCell,
  wholeNumber,
} from '../../src/data/cells';
import type { Tx } from '../../src/data/database';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';

const WAYS = ['query', 'prepared'] as const;

describe.each(DATABASE_KINDS)('what is read on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await test.query("INSERT INTO site (id, name, use_score) VALUES (1, 'One', 1), (2, 'Two', 0)");
    await test.query(
      `INSERT INTO learner (id, site_id, login, login_folded, created_at)
       VALUES (5, 1, 'ada', 'ada', '2024-02-29 12:34:56.789')`,
    );
  });
  afterAll(() => test.drop());

  describe.each(WAYS)('by tx.%s', (way) => {
    const read = <Result>(work: (query: Tx['query']) => Promise<Result>) =>
      test.database.read((tx) => work(tx[way]));

    it('conditions, stored ones and those of the statement, are true or false', async () => {
      const rows = await read((query) =>
        query(
          `SELECT s.use_score AS kept, l.id IS NOT NULL AS joined, s.id = 1 AS compared, s.id IN (2, 3) AS listed,
             EXISTS (SELECT 1 FROM learner x WHERE x.site_id = s.id) AS existing,
             CASE WHEN s.id = 1 THEN 1 ELSE 0 END AS chosen
           FROM site s LEFT JOIN learner l ON l.site_id = s.id ORDER BY s.id`,
          [],
          { kept: flag, joined: flag, compared: flag, listed: flag, existing: flag, chosen: flag },
        ),
      );
      expect(rows).toEqual([
        { kept: true, joined: true, compared: true, listed: false, existing: true, chosen: true },
        { kept: false, joined: false, compared: false, listed: true, existing: false, chosen: false },
      ]);
    });

    it('ids, counts and what is computed of them are numbers', async () => {
      const [row] = await read((query) =>
        query(
          `SELECT MAX(id) AS highest, COUNT(*) AS total, MAX(id) + 1 AS next, COALESCE(MAX(id), 0) AS known,
             2147483648 AS large, 9007199254740991 AS largest, -5 AS negative FROM learner`,
          [],
          {
            highest: wholeNumber,
            total: wholeNumber,
            next: wholeNumber,
            known: wholeNumber,
            large: wholeNumber,
            largest: wholeNumber,
            negative: wholeNumber,
          },
        ),
      );
      expect(row).toEqual({
        highest: 5,
        total: 1,
        next: 6,
        known: 5,
        large: 2_147_483_648,
        largest: Number.MAX_SAFE_INTEGER,
        negative: -5,
      });
    });

    it('of nothing there is null', async () => {
      const sql = 'SELECT MAX(id) AS last, MAX(created_at) AS at FROM learner WHERE site_id = 9';
      const cells = { last: nullable(wholeNumber), at: nullable(instant) };
      expect(await read((query) => query(sql, [], cells))).toEqual([{ last: null, at: null }]);
    });

    it('texts and instants are what was stored', async () => {
      const sql = 'SELECT login, created_at AS createdAt, email FROM learner';
      const cells = { login: text, createdAt: instant, email: nullable(text) };
      expect(await read((query) => query(sql, [], cells))).toEqual([
        { login: 'ada', createdAt: Date.UTC(2024, 1, 29, 12, 34, 56, 789), email: null },
      ]);
    });

    // It would be another number.
    it('a whole number of more than 53 bits is refused', async () => {
      const sql = 'SELECT 9007199254740993 AS id FROM site';
      await expect(read((query) => query(sql, [], { id: wholeNumber }))).rejects.toThrow(UnexpectedCell);
    });

    it('a text is no flag and no number', async () => {
      const sql = "SELECT '0' AS cell FROM site";
      for (const cell of [flag, wholeNumber, double]) {
        await expect(read((query) => query(sql, [], { cell }))).rejects.toThrow(UnexpectedCell);
      }
    });

    it('a statement whose cells nobody reads answers nothing', async () => {
      expect(await read(async (query) => query('SELECT id FROM site'))).toBeUndefined();
      expect(await read((query) => query('SELECT id FROM site WHERE id = 1', [], UNREAD))).toEqual([
        { id: 1 },
      ]);
    });
  });
});
