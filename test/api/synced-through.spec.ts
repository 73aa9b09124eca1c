/** Source: docs/rules/import.md, "Reading back". */

import { setTimeout as pause } from 'node:timers/promises';
import type { Database, Tx } from '../../src/data/database';
import { openDatabase } from '../../src/data/open-database';
import { instantFromSql, instantToSql } from '../../src/kernel/dates/instants';
import { DATABASE_KINDS, databaseNow, openTestDatabase, type TestDatabase } from '../support/databases';
import { present } from '../support/present';

const DAY = 24 * 60 * 60 * 1_000;

const syncedThrough = (database: Database) => database.read((tx) => tx.syncedThrough());
const stamp = (database: Database) => database.transaction((tx) => tx.stamp());

/** A write that has its instant, and ends when it is told to. */
async function underWay(database: Database) {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let stamped = (_: number): void => {};
  const at = new Promise<number>((resolve) => {
    stamped = resolve;
  });
  const work = database.transaction(async (tx) => {
    stamped(await tx.stamp());
    await ended;
  });
  const write = {
    at: await at,
    end: async () => {
      end();
      await work;
    },
  };
  begun.push(write);
  return write;
}

const begun: { end(): Promise<void> }[] = [];

describe.each(DATABASE_KINDS)('syncedThrough on $kind', (kind) => {
  let test: TestDatabase;

  beforeEach(async () => {
    test = await openTestDatabase(kind);
  });
  afterEach(async () => {
    await Promise.all(begun.splice(0).map((write) => write.end()));
    await test.drop();
  });

  const marks = async () =>
    (await test.query<{ id: string; at: string | Date }>('SELECT id, at FROM write_mark ORDER BY at')).map(
      ({ id, at }) => ({ id, at: instantFromSql(at) }),
    );

  it('is not after the instant of a write that is under way, and after that of one that has ended', async () => {
    const write = await underWay(test.database);
    expect(await syncedThrough(test.database)).toBeLessThanOrEqual(write.at);
    await write.end();
    while ((await syncedThrough(test.database)) <= write.at) await pause(50);
  });

  it('never runs back, and no instant is before it', async () => {
    let told = 0;
    for (let round = 0; round < 20; round++) {
      const at = await stamp(test.database);
      expect(at).toBeGreaterThanOrEqual(told);
      const through = await syncedThrough(test.database);
      expect(through).toBeGreaterThanOrEqual(told);
      told = through;
    }
  });

  it('is by the clock of the database, which is read once for a transaction', async () => {
    const before = await databaseNow(test);
    const [first, second] = await test.database.transaction(async (tx) => {
      const at = await tx.stamp();
      await pause(5);
      return [at, await tx.stamp()];
    });
    expect(first).toBe(second);
    expect(first).toBeGreaterThanOrEqual(before);
    expect(first).toBeLessThanOrEqual((await databaseNow(test)) + 5);
  });

  it('does not follow a clock that is set back', async () => {
    await stamp(test.database);
    const ahead = (await databaseNow(test)) + DAY;
    await test.query(`UPDATE write_mark SET at = '${instantToSql(ahead)}'`);
    const told = await syncedThrough(test.database);
    expect(told).toBe(ahead);
    const other = await openDatabase(test.target);
    expect(await stamp(other)).toBeGreaterThanOrEqual(ahead);
    await other.close();
    expect(await syncedThrough(test.database)).toBeGreaterThanOrEqual(ahead);
  });

  it('is moved on where nobody has written for days', async () => {
    await stamp(test.database);
    const ago = (await databaseNow(test)) - 2 * DAY;
    await test.query(`DELETE FROM write_mark WHERE id <> 'clock'`);
    await test.query(`UPDATE write_mark SET at = '${instantToSql(ago)}'`);
    expect(await syncedThrough(test.database)).toBe(ago);
    while ((await syncedThrough(test.database)) < ago + DAY) await pause(50);
  });

  it('a dry run has an instant, and no mark', async () => {
    const before = await marks();
    const at = await test.database.transaction((tx) => tx.stamp(), { writesNothing: true });
    expect(at).toBeGreaterThan(0);
    expect(await marks()).toEqual(before);
  });

  it('a read has no instant', async () => {
    await expect(test.database.read((tx) => tx.stamp())).rejects.toThrow('Only a transaction');
  });

  if (kind.kind === 'sqlite') return;

  const LONG_AGO = '2020-01-01 00:00:00.000';

  it('stays with a mark that was left behind, until somebody looks at it', async () => {
    await stamp(test.database);
    await test.query(`INSERT INTO write_mark (id, at) VALUES ('left-behind', '${LONG_AGO}')`);
    expect(await syncedThrough(test.database)).toBe(instantFromSql(LONG_AGO));
    while ((await syncedThrough(test.database)) === instantFromSql(LONG_AGO)) await pause(50);
    expect((await marks()).map(({ id }) => id)).not.toContain('left-behind');
  });

  it('stays with the mark of a write that is held, however old it is', async () => {
    const write = await underWay(test.database);
    const held = present((await marks()).find(({ id }) => id !== 'clock'));
    const other = await openDatabase(test.target);
    for (let round = 0; round < 3; round++) {
      await stamp(other);
      await pause(1_100);
    }
    expect(await syncedThrough(other)).toBe(held.at);
    expect(held.at).toBeLessThanOrEqual(write.at);
    await other.close();
    await write.end();
  });

  it('a write whose mark is gone takes another one', async () => {
    await stamp(test.database);
    await test.query(`DELETE FROM write_mark WHERE id <> 'clock'`);
    const told = await syncedThrough(test.database);
    const write = await underWay(test.database);
    expect(write.at).toBeGreaterThanOrEqual(told);
    expect(await syncedThrough(test.database)).toBeLessThanOrEqual(write.at);
    await write.end();
  });

  it('as many writes as there are connections have their marks', async () => {
    const stamps = Array.from({ length: 30 }, () =>
      test.database.transaction(async (tx: Tx) => {
        const at = await tx.stamp();
        await pause(20);
        return at;
      }),
    );
    const told = await syncedThrough(test.database);
    for (const at of await Promise.all(stamps)) expect(at).toBeGreaterThanOrEqual(told);
  });

  it('a server that has ended leaves no mark', async () => {
    const other = await openDatabase(test.target);
    await stamp(other);
    await other.close();
    expect((await marks()).map(({ id }) => id)).toEqual(['clock']);
  });
});
