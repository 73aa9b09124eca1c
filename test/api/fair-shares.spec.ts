/** One site asks for all that a document may hold; what another one asks for is answered meanwhile. */
import { makeKey } from '../../src/access/api-key';
import { createSignIn } from '../../src/access/sign-in';
import { UNREAD } from '../../src/data/cells';
import { type DatabaseAccess, withinRequest } from '../../src/data/database';
import { apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';

const ALIASES = Array.from({ length: 60 }, (_, place) => `a${place}`);
const HEAVY = `{ ${ALIASES.map((alias) => `${alias}: auditLog { totalCount }`).join(' ')} }`;
const LIGHT = '{ apiKeys(first: 1) { nodes { id } } }';

describe.each(DATABASE_KINDS)('fair shares on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  afterAll(() => test.drop());

  /** The database as a request of the site has it, which notes whose reads are done. */
  function noting(siteId: number, id: string, done: string[]): DatabaseAccess {
    const database = withinRequest(test.database, { siteId, id });
    return {
      ...database,
      read: async (work) => {
        const result = await database.read(work);
        done.push(id);
        return result;
      },
    };
  }

  it('let another site read while one reads sixty times', async () => {
    const done: string[] = [];
    const heavy = apiOn(test, { siteId: 1, database: noting(1, 'heavy', done) }).run(HEAVY);
    // All sixty have asked before the other one does.
    await new Promise((resolve) => setImmediate(resolve));
    const light = apiOn(test, { siteId: 2, database: noting(2, 'light', done) }).run(LIGHT);
    await Promise.all([heavy, light]);
    expect(done).toHaveLength(2 * ALIASES.length + 1);
    expect(done.indexOf('light')).toBeLessThan(30);
  });

  it('let another site, and another caller, write while one writes sixty times', async () => {
    const done: string[] = [];
    const writes = (siteId: number, id: string, times: number) => {
      const database = withinRequest(test.database, { siteId, id });
      return Array.from({ length: times }, () =>
        database
          .transaction(({ query }) => query('SELECT COUNT(*) FROM audit_entry', [], UNREAD))
          .then(() => done.push(id)),
      );
    };
    const all = [...writes(1, 'heavy', 60), ...writes(1, 'colleague', 1), ...writes(2, 'another', 1)];
    await Promise.all(all);
    expect(done).toHaveLength(62);
    expect(done.indexOf('colleague')).toBeLessThan(30);
    expect(done.indexOf('another')).toBeLessThan(30);
  });

  it('let a caller read while strangers of sixty addresses try keys', async () => {
    const done: string[] = [];
    const signIn = createSignIn({
      database: test.database,
      limits: { signInPauseSeconds: async () => undefined, signInFailed: async () => {} },
      clock: () => new Date(),
      onError: (error) => {
        throw error;
      },
    });
    const strangers = ALIASES.map((_, index) =>
      signIn(`Bearer ${makeKey().text}`, `192.0.2.${index}`).then(({ kind: found }) => done.push(found)),
    );
    await new Promise((resolve) => setImmediate(resolve));
    await apiOn(test, { siteId: 1, database: noting(1, 'caller', done) }).run(LIGHT);
    await Promise.all(strangers);
    expect(done.filter((what) => what === 'refused')).toHaveLength(ALIASES.length);
    expect(done.indexOf('caller')).toBeLessThan(30);
  });

  it('let two large transactions run at a time, and small ones beside them', async () => {
    let atOnce = 0;
    let most = 0;
    const done: string[] = [];
    const run = (id: string, isLarge: boolean) =>
      test.database.transaction(
        async ({ query }) => {
          if (isLarge) most = Math.max(most, ++atOnce);
          for (let count = 0; count < 20; count++) {
            await query('SELECT COUNT(*) FROM audit_entry', [], UNREAD);
            await new Promise((resolve) => setImmediate(resolve));
          }
          if (isLarge) atOnce -= 1;
          done.push(id);
        },
        { rows: isLarge ? 10_000 : 1, owner: { siteId: 1, id } },
      );
    const large = Array.from({ length: 8 }, (_, index) => run(`large-${index}`, true));
    await Promise.all([...large, run('small', false)]);
    expect(done).toHaveLength(9);
    expect(most).toBe(kind.kind === 'sqlite' ? 1 : 2);
    // SQLite has one connection that writes.
    if (kind.kind !== 'sqlite') expect(done.indexOf('small')).toBeLessThan(6);
  });
});
