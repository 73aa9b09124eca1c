/** What becomes of work on a database server when the network or the server fails, by a real network between them. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import { UNREAD, wholeNumber } from '../../src/data/cells';
import type { Database, DatabaseNotice } from '../../src/data/database';
import { openDatabase } from '../../src/data/open-database';
import { describeEachServer, openTestDatabase, type TestDatabase } from '../support/databases';
import { type Network, networkTo, through } from '../support/network';

const CONNECTIONS = 10;
const LIMITS = { readMs: 20_000, writeMs: 30_000 };

describeEachServer('trouble on the way to $kind', (kind) => {
  let test: TestDatabase;
  let url: string;
  let network: Network;
  let database: Database;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    ({ url } = test.target as { url: string });
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    await test.query('DELETE FROM site');
    network = await networkTo(url);
    database = await openDatabase({ kind: 'mysql', url: through(network, url) }, { limits: LIMITS });
  });
  afterEach(async () => {
    await network.cut();
    await database.close();
  });

  const insert = (id: number) => (tx: Parameters<Parameters<Database['transaction']>[0]>[0]) =>
    tx.query('INSERT INTO site (id, name) VALUES (?, ?)', [id, `site ${id}`]);
  const stored = async () =>
    (await test.query<{ id: number }>('SELECT id FROM site ORDER BY id')).map(({ id }) => id);
  const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  /** Runs as many transactions as there are connections, each up to its COMMIT, whose answer gets lost. */
  async function losingAnswers(isRepeatable: boolean): Promise<PromiseSettledResult<unknown>[]> {
    let begun = 0;
    let begin = (): void => {};
    const allBegun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const running = range(CONNECTIONS).map((id) =>
      database.transaction(
        async (tx) => {
          if (isRepeatable && (await tx.query('SELECT id FROM site WHERE id = ?', [id], UNREAD)).length > 0)
            return;
          await insert(id)(tx);
          begun += 1;
          if (begun === CONNECTIONS) {
            network.swallowAnswers();
            begin();
          }
          await allBegun;
        },
        { isRepeatable },
      ),
    );
    await allBegun;
    while (network.unanswered() < CONNECTIONS) await new Promise((resolve) => setImmediate(resolve));
    network.recover();
    return Promise.allSettled(running);
  }

  it('ten COMMITs without an answer: their outcome is unknown, and the next ones are served', async () => {
    const results = await losingAnswers(false);
    for (const result of results) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { code: 'OUTCOME_UNKNOWN', retryable: false },
      });
    }
    await database.transaction(insert(CONNECTIONS + 1));
    expect(await stored()).toEqual(range(CONNECTIONS + 1));
  });

  it('ten COMMITs without an answer that may be run again are', async () => {
    const results = await losingAnswers(true);
    for (const result of results) expect(result.status).toBe('fulfilled');
    expect(await stored()).toEqual(range(CONNECTIONS));
  });

  it('statements whose answers get lost are run again once the network is back', async () => {
    let tries = 0;
    await database.transaction(async (tx) => {
      tries += 1;
      if (tries === 1) {
        network.stall();
        setTimeout(() => network.recover(), 500);
      }
      await insert(1)(tx);
    });
    expect(tries).toBeGreaterThan(1);
    expect(await stored()).toEqual([1]);
    const sql = 'SELECT id FROM site';
    expect(await database.read((tx) => tx.query(sql, [], { id: wholeNumber }))).toEqual([{ id: 1 }]);
  });

  it('connections that went dead while nobody used them are not used again', async () => {
    await Promise.all(range(CONNECTIONS).map(() => database.read((tx) => tx.query('SELECT SLEEP(0.2)'))));
    network.stall();
    setTimeout(() => network.recover(), 500);
    await database.transaction(insert(1));
    expect(await stored()).toEqual([1]);
  });

  it('a statement that takes long is waited for', async () => {
    const sql = 'SELECT SLEEP(5) AS slept';
    const rows = await database.read((tx) => tx.query(sql, [], { slept: wholeNumber }));
    expect(rows).toEqual([{ slept: 0 }]);
  });

  it('a network that does not come back: SERVICE_BUSY at the deadline, and nothing is written', async () => {
    const hasty = await openDatabase(
      { kind: 'mysql', url: through(network, url) },
      { limits: { readMs: 2_000, writeMs: 2_000 } },
    );
    const writing = hasty.transaction(async (tx) => {
      network.stall();
      await insert(1)(tx);
    });
    await expect(writing).rejects.toMatchObject({ code: 'SERVICE_BUSY', retryable: true });
    await expect(hasty.ping()).rejects.toBeInstanceOf(Error);
    expect(await stored()).toEqual([]);
    network.recover();
    await hasty.close();
  });

  it('more work than connections waits for one no longer than its deadline', async () => {
    let end = (): void => {};
    const held = new Promise<void>((resolve) => {
      end = resolve;
    });
    const holding = range(CONNECTIONS).map(() => database.transaction(() => held));
    const late = database.transaction(insert(1), { deadline: performance.now() + 500 });
    await expect(late).rejects.toMatchObject({ code: 'SERVICE_BUSY' });
    end();
    await Promise.all(holding);
    await database.transaction(insert(2));
    expect(await stored()).toEqual([2]);
  });

  it('the server works no longer on what its deadline has ended', async () => {
    const long = database.read((tx) => tx.query("SELECT BENCHMARK(2000000000, SHA2('x', 512))"), {
      deadline: performance.now() + 1_000,
    });
    await expect(long).rejects.toMatchObject({ code: 'SERVICE_BUSY' });
    expect(database.load()).toMatchObject({ connectionsInUse: 0 });
    const atWork = async () =>
      (
        await test.query<{ Info: string | null }>('SELECT INFO AS Info FROM information_schema.processlist')
      ).filter(({ Info }) => Info?.startsWith('SELECT BENCHMARK'));
    // By itself it would go on for as long as a statement may.
    for (let looks = 0; looks < 50 && (await atWork()).length > 0; looks++) await pause(100);
    expect(await atWork()).toEqual([]);
  });

  it('a database that nobody can reach is DATABASE_UNAVAILABLE', async () => {
    await network.cut();
    await expect(database.read((tx) => tx.query('SELECT 1'))).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      retryable: true,
    });
    await expect(database.ping()).rejects.toBeInstanceOf(Error);
    network = await networkTo(url);
  });

  describe('with two hosts', () => {
    let two: Database;
    let notices: DatabaseNotice[];
    beforeEach(async () => {
      notices = [];
      two = await openDatabase(
        { kind: 'mysql', url: through(network, url), moreUrls: [url] },
        { limits: LIMITS, onNotice: (notice) => notices.push(notice) },
      );
    });
    afterEach(() => two.close());

    it.each(['cut', 'stall'] as const)('%s: work goes on at the second', async (trouble) => {
      await two.transaction(insert(1));
      const writing = two.transaction(async (tx) => {
        if ((await tx.query('SELECT id FROM site WHERE id = 2', [], UNREAD)).length > 0) return;
        if (notices.length === 0) await network[trouble]();
        await insert(2)(tx);
      });
      await writing;
      await two.transaction(insert(3));
      expect(await stored()).toEqual([1, 2, 3]);
      expect(notices.map((notice) => notice.kind)).toEqual(['host-left', 'host-taken']);
      if (trouble === 'cut') network = await networkTo(url);
    });

    it('the first is away at the start', async () => {
      await network.cut();
      const started = await openDatabase({ kind: 'mysql', url: through(network, url), moreUrls: [url] });
      await started.transaction(insert(1));
      expect(await stored()).toEqual([1]);
      await started.close();
      network = await networkTo(url);
    });
  });

  describe('what is left on the server', () => {
    let outside: Connection;
    beforeEach(async () => {
      outside = await createConnection(url);
    });
    afterEach(() => outside.end());

    it('no read leaves a transaction open', async () => {
      await Promise.all(range(CONNECTIONS).map(() => database.read((tx) => tx.query('SELECT id FROM site'))));
      // Would wait for a transaction that has read the table.
      await outside.query('SET SESSION lock_wait_timeout = 5');
      await outside.query('ALTER TABLE site ADD COLUMN passing INT NULL');
      await outside.query('ALTER TABLE site DROP COLUMN passing');
    });
  });
});
