/**
 * A transaction that the database ends in the middle leaves nothing behind, whatever was on its way: on servers, with
 * real victims while the rows are written.
 */
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { wholeNumber } from '../../src/data/cells';
import type { Database } from '../../src/data/database';
import { openDatabase } from '../../src/data/open-database';
import { type Api, apiOn } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { describeEachServer, openTestDatabase, overriding, type TestDatabase } from '../support/databases';
import { IMPORT, type ImportAnswer, importRows } from '../support/import-cases';
import { storeWorld } from '../support/world';

/** Three statements of rows. */
const LEARNERS = 3_000;
const ROWS = Array.from({ length: LEARNERS }, (_, index) => classRow(index + 1));
const TABLES = ['consolidated_tracking', 'import_run', 'audit_entry', 'idempotency_entry'];

describeEachServer('no autocommit, write deadline: an import that the database ends on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;
  let outside: Connection;
  let threads: readonly number[];

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await storeWorld(test, classWorld({ learners: LEARNERS }));
  });
  afterAll(() => test.drop());

  let inside: Database;
  /** How often the import began. */
  let tries: number;
  beforeEach(async () => {
    for (const table of TABLES) await test.query(`DELETE FROM ${table}`);
    inside = await openDatabase(test.target, { limits: { readMs: 20_000, writeMs: 20_000 } });
    tries = 0;
    const counting: Database['transaction'] = (work, options) =>
      inside.transaction(async (tx) => {
        tries += 1;
        const [row] = await tx.query('SELECT CONNECTION_ID() AS id', [], { id: wholeNumber });
        threads = [Number(row?.id)];
        return work(tx);
      }, options);
    api = apiOn(test, { database: overriding(inside, { transaction: counting }) });
    outside = await createConnection((test.target as { url: string }).url);
    await outside.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  });
  afterEach(async () => {
    await outside.end();
    await inside.close();
  });

  /** Holds the LOV that all rows are about, so that the import waits at its first row, having locked all learners'. */
  async function holdTheLov(): Promise<void> {
    await outside.query('START TRANSACTION');
    // Much to roll back: of two in a deadlock, the server chooses the other one.
    await outside.query("UPDATE learner SET email = 'held@example.org', email_folded = 'held@example.org'");
    await outside.query(
      'SELECT * FROM learning_object_version FORCE INDEX (uq_lov_id) WHERE site_id = 1 AND id = 1 FOR UPDATE',
    );
  }

  async function untilWriting(): Promise<void> {
    for (;;) {
      const [rows] = await outside.query<RowDataPacket[]>('SHOW FULL PROCESSLIST');
      const isWriting = rows.some(
        ({ Id, Info }) =>
          threads?.includes(Number(Id)) && /INSERT INTO consolidated_tracking/.test(String(Info)),
      );
      if (isWriting) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function counts(): Promise<Record<string, number>> {
    const found: Record<string, number> = {};
    for (const table of TABLES) {
      const [row] = await test.query<{ total: number | string }>(`SELECT COUNT(*) AS total FROM ${table}`);
      found[table] = Number(row?.total);
    }
    return found;
  }

  const WHOLE = { consolidated_tracking: LEARNERS, import_run: 1, audit_entry: 1, idempotency_entry: 1 };

  async function expectWhole(importing: Promise<ImportAnswer>): Promise<void> {
    const { summary } = await importing;
    expect(summary).toMatchObject({ received: LEARNERS, created: LEARNERS, unchanged: 0 });
    expect(await counts()).toEqual(WHOLE);
  }

  it('as the victim of a deadlock: it runs again, and is whole', async () => {
    await holdTheLov();
    const importing = importRows(api, ROWS, { idempotencyKey: 'key' });
    await untilWriting();
    await outside.query('SELECT id FROM registration WHERE site_id = 1 AND id = 1 FOR UPDATE');
    await outside.query('ROLLBACK');
    await expectWhole(importing);
    expect(tries).toBeGreaterThan(1);
  });

  it.each(['KILL QUERY', 'KILL CONNECTION'])('by %s: it runs again, and is whole', async (kill) => {
    await holdTheLov();
    const importing = importRows(api, ROWS, { idempotencyKey: 'key' });
    await untilWriting();
    await outside.query(`${kill} ${threads[0]}`);
    await outside.query('ROLLBACK');
    await expectWhole(importing);
    expect(tries).toBeGreaterThan(1);
  });

  it('by a lock wait without end: it answers SERVICE_BUSY, and nothing is written', async () => {
    await inside.close();
    inside = await openDatabase(test.target, { limits: { readMs: 20_000, writeMs: 3_000 } });
    await holdTheLov();
    const input = { rows: ROWS, idempotencyKey: 'key' };
    const result = await api.execute(IMPORT, { input });
    expect(result.errors?.[0]?.originalError).toMatchObject({ code: 'SERVICE_BUSY', retryable: true });
    await outside.query('ROLLBACK');
    expect(await counts()).toEqual({
      consolidated_tracking: 0,
      import_run: 0,
      audit_entry: 0,
      idempotency_entry: 0,
    });
    await expectWhole(importRows(api, ROWS, { idempotencyKey: 'key' }));
  });
});
