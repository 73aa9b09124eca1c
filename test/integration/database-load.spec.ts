import type { DatabaseLoad } from '../../src/data/database';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';

const CONNECTIONS = { sqlite: 1, mariadb: 10, mysql: 10 } as const;

describe.each(DATABASE_KINDS)('the load of a database on $kind', ({ kind, ...rest }) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase({ kind, ...rest });
  });
  afterAll(() => test.drop());

  async function loadIs(expected: DatabaseLoad): Promise<void> {
    for (;;) {
      const load = test.database.load();
      if (JSON.stringify(load) === JSON.stringify(expected)) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it('tells connections in use and idle, and what waits for one', async () => {
    const connections = CONNECTIONS[kind];
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const work = Array.from({ length: connections + 2 }, () =>
      test.database.transaction(async ({ manager }) => {
        await manager.query('SELECT 1');
        await gate;
      }),
    );
    await loadIs({ connectionsInUse: connections, connectionsIdle: 0, waiting: 2 });
    release();
    await Promise.all(work);
    await loadIs({ connectionsInUse: 0, connectionsIdle: connections, waiting: 0 });
  });

  it('is nothing once it is closed', async () => {
    const closed = await openTestDatabase({ kind, ...rest });
    await closed.drop();
    expect(closed.database.load()).toMatchObject({ connectionsInUse: 0, waiting: 0 });
  });
});
