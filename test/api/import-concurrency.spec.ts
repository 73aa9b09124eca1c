/**
 * Imports at the same time end as if they had come one after the other, and nobody is told of it: locks, deadlocks
 * and busy databases are waited for and tried again; what stays busy is told as an error that can be retried.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Connection, createConnection } from 'mysql2/promise';
import { QueryFailedError } from 'typeorm';
import { findTracking } from '../../src/data/consolidated-tracking.repository';
import type { Database, Tx } from '../../src/data/database';
import { openDatabase } from '../../src/data/open-database';
import type { Query } from '../../src/data/statements';
import type { ImportInput, ImportRow } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, overriding, type TestDatabase } from '../support/databases';
import { serveApi } from '../support/http-api';
import {
  codes,
  ERROR,
  IMPORT,
  type ImportAnswer,
  importRows,
  outcomes,
  SUCCESS,
} from '../support/import-cases';
import type { StoredRow } from '../support/import-types';
import { withSession } from '../support/session';
import { storedTracking, storeWorld } from '../support/world';

const ROUNDS = 20;
const LEARNERS = 30;
const LOVS = 2;

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Keys of the class: each of these learners with each LOV. */
const keysOf = (learners: readonly number[]) =>
  learners.flatMap((learner) => range(1, LOVS).map((lov) => [learner, lov] as const));

const rowsOf = (learners: readonly number[], cells: (learner: number) => ImportRow) =>
  keysOf(learners).map(([learner, lov]) => {
    const { timeSpent: _, ...references } = classRow(learner, lov);
    return { ...references, ...cells(learner) };
  });

/** Turns an array round its middle by steps, so that any two orders differ. */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const key = (index: number) => ((index + 1) * (7919 + seed * 104_729)) % 10_007;
  return items
    .map((item, index) => [key(index), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

describe.each(DATABASE_KINDS)('imports at once on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
    await storeWorld(test, classWorld({ learners: LEARNERS, lovs: LOVS }));
  });
  beforeEach(() => clearImports());
  afterAll(() => test.drop());

  async function clearImports(): Promise<void> {
    for (const table of ['consolidated_tracking', 'import_run', 'idempotency_entry']) {
      await test.query(`DELETE FROM ${table}`);
    }
  }

  async function count(table: string): Promise<number> {
    const [row] = await test.query<{ total: number | string }>(`SELECT COUNT(*) AS total FROM ${table}`);
    return Number(row?.total);
  }

  async function storedByKey(): Promise<Map<string, StoredRow>> {
    return new Map((await storedTracking(test)).map((row) => [`${row.registrationId}:${row.lovId}`, row]));
  }

  /** The outcome of every key of an answer. */
  function outcomesByKey(rows: readonly ImportRow[], answer: ImportAnswer): Map<string, string> {
    return new Map(rows.map((row, index) => [nameOf(row), answer.rows[index]?.outcome ?? 'none']));
  }

  describe('two imports of the same rows in opposite order', () => {
    const early = range(1, 20);
    const late = range(11, LEARNERS);
    const shared = keysOf(range(11, 20)).map(([learner, lov]) => `${learner}:${lov}`);

    it(`REPLACE: end in one of the two serial states, ${ROUNDS} times`, async () => {
      for (const round of range(1, ROUNDS)) {
        await clearImports();
        const first = rowsOf(early, () => ({ score: round, scoreMax: 100 }));
        const second = rowsOf(late, (learner) => ({ timeSpent: 1000 + learner })).reverse();
        const [one, other] = await Promise.all([importRows(api, first), importRows(api, second)]);

        const ofOne = outcomesByKey(first, one);
        const ofOther = outcomesByKey(second, other);
        const isOneFirst = ofOne.get(shared[0] ?? '') === 'CREATED';
        const [winner, loser] = isOneFirst ? [ofOne, ofOther] : [ofOther, ofOne];
        expect([...winner.values()].every((outcome) => outcome === 'CREATED')).toBe(true);
        expect([...loser].map(([key, outcome]) => [key, outcome])).toEqual(
          [...loser.keys()].map((key) => [key, shared.includes(key) ? 'REPLACED' : 'CREATED']),
        );
        // The later one overwrote the earlier one, whole.
        const stored = await storedByKey();
        expect(stored.size).toBe(LEARNERS * LOVS);
        for (const [key, row] of stored) {
          const isOfFirst = ofOne.has(key) && !(isOneFirst && ofOther.has(key));
          expect([key, row.score, row.timeSpentSeconds]).toEqual([
            key,
            isOfFirst ? round : null,
            isOfFirst ? null : 1000 + row.registrationId,
          ]);
        }
        expect(await count('import_run')).toBe(2);
      }
    });

    it(`MERGE of different cells: no update is lost, ${ROUNDS} times`, async () => {
      const merge = { writeMode: 'MERGE' } as const;
      for (const round of range(1, ROUNDS)) {
        await clearImports();
        if (round % 2 === 0)
          await importRows(
            api,
            rowsOf(range(1, LEARNERS), () => ({ lastAccessDate: '2024-01-01' })),
          );
        const first = rowsOf(early, () => ({ score: round, scoreMax: 100 }));
        const second = rowsOf(late, (learner) => ({
          timeSpent: learner,
          firstAccessDate: '2023-01-01',
        })).reverse();
        const answers = await Promise.all([importRows(api, first, merge), importRows(api, second, merge)]);

        const created = answers.reduce((sum, { summary }) => sum + summary.created, 0);
        expect(created).toBe(round % 2 === 0 ? 0 : LEARNERS * LOVS);
        for (const row of (await storedByKey()).values()) {
          const learner = row.registrationId;
          expect(row).toMatchObject({
            score: early.includes(learner) ? round : null,
            scoreMax: early.includes(learner) ? 100 : null,
            timeSpentSeconds: late.includes(learner) ? learner : null,
            lastAccessDate: round % 2 === 0 ? Date.UTC(2024, 0, 1) : null,
          });
        }
      }
    });

    it(`an import that wipes rows beside one that writes them, ${ROUNDS} times`, async () => {
      for (const _ of range(1, ROUNDS)) {
        await clearImports();
        await importRows(
          api,
          rowsOf(range(1, LEARNERS), () => ({ score: 1 })),
        );
        const writes = rowsOf(range(1, LEARNERS), () => ({ score: 2 }));
        const wipes = rowsOf(range(1, LEARNERS), () => ({ trackingStatus: 'notAttempted' })).reverse();
        const [written, wiped] = await Promise.all([importRows(api, writes), importRows(api, wipes)]);
        const isWipedFirst = written.summary.created > 0;
        expect(wiped.summary.deleted).toBe(LEARNERS * LOVS);
        expect(written.summary).toMatchObject(
          isWipedFirst ? { created: LEARNERS * LOVS } : { replaced: LEARNERS * LOVS },
        );
        expect(await count('consolidated_tracking')).toBe(isWipedFirst ? LEARNERS * LOVS : 0);
      }
    });
  });

  it('sixteen imports of the same rows: every key tells the same order of them', async () => {
    for (const round of range(1, 3)) {
      await clearImports();
      const all = rowsOf(range(1, LEARNERS), () => ({}));
      const requests = range(1, 16).map((number) =>
        shuffled(all, number + round).map((row) => ({ ...row, score: number })),
      );
      const answers = await Promise.all(requests.map((rows) => importRows(api, rows)));

      // What each found before itself: nothing, or the score of the one before it.
      const orders = new Map<string, string[]>();
      for (const [index, answer] of answers.entries()) {
        for (const [place, row] of (requests[index] ?? []).entries()) {
          const change = answer.rows[place]?.changes.find(({ field }) => field === 'score');
          expect([answer.rows[place]?.outcome, change?.after]).toEqual([
            change?.before === null ? 'CREATED' : 'REPLACED',
            String(index + 1),
          ]);
          const key = nameOf(row);
          orders.set(key, [...(orders.get(key) ?? []), `${change?.before} ${change?.after}`]);
        }
      }
      const [order = []] = orders.values();
      expect(order.filter((step) => step.startsWith('null'))).toHaveLength(1);
      expect(new Set(order.map((step) => step.split(' ')[0])).size).toBe(16);
      for (const other of orders.values()) expect(other).toEqual(order);
      const before = new Set(order.map((step) => step.split(' ')[0]));
      const last = range(1, 16).find((number) => !before.has(String(number)));
      expect(new Set([...(await storedByKey()).values()].map((row) => row.score))).toEqual(new Set([last]));
    }
  });

  it('sixteen imports that overlap in part, in both modes, leave whole rows and exactly one CREATED per key', async () => {
    const requests = range(1, 16).map((number) => ({
      rows: shuffled(
        rowsOf(range((number % 8) * 2 + 1, (number % 8) * 2 + 15), () => ({})),
        number,
      ).map((row) => ({
        ...row,
        score: number,
        timeSpent: number,
      })),
      writeMode: number % 2 === 0 ? ('MERGE' as const) : ('REPLACE' as const),
    }));
    const answers = await Promise.all(
      requests.map(({ rows, writeMode }) => importRows(api, rows, { writeMode })),
    );
    const created = new Map<string, number>();
    for (const [index, { rows }] of requests.entries()) {
      for (const [key, outcome] of outcomesByKey(rows, answers[index] as ImportAnswer)) {
        expect(outcome).toMatch(/CREATED|REPLACED/);
        created.set(key, (created.get(key) ?? 0) + Number(outcome === 'CREATED'));
      }
    }
    expect([...created.values()].every((times) => times === 1)).toBe(true);
    const stored = await storedByKey();
    expect(new Set(stored.keys())).toEqual(new Set(created.keys()));
    for (const row of stored.values()) expect(row.timeSpentSeconds).toBe(row.score);
    expect(await count('import_run')).toBe(16);
  });

  describe('one request sent 50 times at once under one key', () => {
    const input: ImportInput = { rows: [classRow(1), classRow(2)], idempotencyKey: 'key' };
    let first: Database;
    let second: Database;

    beforeAll(async () => {
      first = await openDatabase(test.target);
      second = await openDatabase(test.target);
    });
    afterAll(async () => {
      await first.close();
      await second.close();
    });

    /** The database that a copy is sent to: one for all, or two in turn, as by two processes. */
    const spread: readonly (readonly [name: string, copies: number])[] = [
      ['one process', 1],
      ['two processes', 2],
    ];

    async function answered(database: Database, { rows, ...rest }: ImportInput): Promise<ImportAnswer> {
      const result = await apiOn(test, { database }).execute(IMPORT, { input: { rows, ...rest } });
      expect(result.errors).toBeUndefined();
      return JSON.parse(JSON.stringify(result.data)).importConsolidatedTracking;
    }

    const sendAll = (processes: number, inputs: readonly ImportInput[]) =>
      Promise.all(inputs.map((each, index) => answered(index % processes === 0 ? first : second, each)));

    it.each(spread)('%s: one effect and 50 equal answers', async (_name, processes) => {
      const answers = await sendAll(processes, Array(50).fill(input));
      expect(answers[0]).toMatchObject({ __typename: SUCCESS, summary: { created: 2 } });
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(await count('import_run')).toBe(1);
      expect(await count('consolidated_tracking')).toBe(2);
      expect(await count('idempotency_entry')).toBe(1);
    });

    it.each(spread)('%s: two inputs share the key, one of them is refused', async (_name, processes) => {
      const changed = { ...input, rows: [{ ...classRow(1), timeSpent: 7 }] };
      const inputs = Array.from({ length: 50 }, (_, index) => (index % 4 < 2 ? input : changed));
      const answers = await sendAll(processes, inputs);
      const accepted = answers.filter((answer) => answer.__typename === SUCCESS);
      const refused = answers.filter((answer) => answer.__typename === ERROR);
      expect([accepted.length, refused.length].sort()).toEqual([24, 26]);
      expect(new Set(accepted.map((answer) => answer.importId)).size).toBe(1);
      for (const answer of refused) {
        expect(answer).toMatchObject({ importId: null, rows: [], problems: [{ path: ['idempotencyKey'] }] });
        expect(codes(answer)).toEqual(['IDEMPOTENCY_KEY_REUSED']);
      }
      expect(await count('import_run')).toBe(1);
    });

    it.each(spread)('%s: an Error uses nothing up, and the key is free again', async (_name, processes) => {
      const bad = { ...input, rows: [{ ...classRow(1), candidateRefNumber: 'nobody' }] };
      const answers = await sendAll(processes, Array(50).fill(bad));
      expect(answers.map((answer) => answer.__typename)).toEqual(Array(50).fill(ERROR));
      expect(new Set(answers.map((answer) => answer.importId)).size).toBe(50);
      expect(await count('idempotency_entry')).toBe(0);
      const [corrected] = await sendAll(1, [input]);
      expect(corrected?.__typename).toBe(SUCCESS);
      expect(await sendAll(1, [input])).toEqual([corrected]);
    });

    it('a copy that comes after a restart gets the first answer', async () => {
      const [first] = await sendAll(1, [input]);
      const restarted = await openDatabase(test.target);
      expect(await answered(restarted, input)).toEqual(first);
      await restarted.close();
    });

    it('dry runs beside it neither read nor store the key', async () => {
      const answers = await sendAll(
        1,
        range(1, 20).map((number) => ({ ...input, dryRun: number % 2 === 0 })),
      );
      const dry = answers.filter((answer) => answer.dryRun);
      expect(dry).toHaveLength(10);
      for (const answer of dry) expect(answer.importId).toBeNull();
      expect(new Set(answers.filter((answer) => !answer.dryRun).map((answer) => answer.importId)).size).toBe(
        1,
      );
      expect(await count('import_run')).toBe(1);
    });
  });

  describe('a conflict at COMMIT', () => {
    /** Fails so many COMMITs of the database as a cluster or a busy file would; counts the tries. */
    function failingCommits(times: number, all = test.database): { database: Database; tries: () => number } {
      let tries = 0;
      const transaction = <Result>(work: (tx: Tx) => Promise<Result>) =>
        all.transaction(async (tx) => {
          tries += 1;
          if (tries <= times) failNextCommit(tx);
          return work(tx);
        });
      return { database: overriding(all, { transaction }), tries: () => tries };
    }

    /** What the driver does is as if the server had answered so: nothing is committed. */
    function failNextCommit(tx: { query: Tx['query'] }): void {
      const { query } = tx;
      const conflict =
        kind.kind === 'sqlite'
          ? Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' })
          : Object.assign(new Error('Deadlock found'), { errno: 1213, code: 'ER_LOCK_DEADLOCK' });
      tx.query = (async (...statement: Parameters<Query>) => {
        if (statement[0] !== 'COMMIT') return query(...statement);
        tx.query = query;
        // A deadlock rolls back on the server; a busy file leaves the transaction open.
        if (kind.kind !== 'sqlite') await query('ROLLBACK');
        throw new QueryFailedError('COMMIT', [], conflict);
      }) as Query;
    }

    it.each([1, 4])('%d times: the whole transaction is run again, and has one effect', async (times) => {
      const { database, tries } = failingCommits(times);
      const input = { idempotencyKey: 'key' };
      const answer = await importRows(api.as({ database }), [classRow(1)], input);
      expect(tries()).toBe(times + 1);
      expect(answer).toMatchObject({ __typename: SUCCESS, summary: { created: 1 } });
      expect(await count('import_run')).toBe(1);
      expect(await count('consolidated_tracking')).toBe(1);
      expect(await importRows(api, [classRow(1)], input)).toEqual(answer);
    });

    it('until the deadline: nothing is written, and the key is free', async () => {
      const short = await openDatabase(test.target, { limits: { readMs: 20_000, writeMs: 1_000 } });
      const { database, tries } = failingCommits(Number.POSITIVE_INFINITY, short);
      const input = { rows: [classRow(1)], idempotencyKey: 'key' };
      const result = await api.as({ database }).execute(IMPORT, { input });
      expect(result.errors?.[0]?.originalError).toMatchObject({ code: 'SERVICE_BUSY', retryable: true });
      expect(tries()).toBeGreaterThan(1);
      for (const table of ['import_run', 'consolidated_tracking', 'idempotency_entry']) {
        expect([table, await count(table)]).toEqual([table, 0]);
      }
      await short.close();
      expect((await importRows(api, input.rows, { idempotencyKey: 'key' })).__typename).toBe(SUCCESS);
    });

    it('another failure of the work is not tried again, and rolls back', async () => {
      let tries = 0;
      const broken: Database = overriding(test.database, {
        transaction: (work) =>
          test.database.transaction(async (tx) => {
            tries += 1;
            await work(tx);
            throw new QueryFailedError('COMMIT', [], Object.assign(new Error('wrong'), { errno: 1064 }));
          }),
      });
      const result = await api.as({ database: broken }).execute(IMPORT, { input: { rows: [classRow(1)] } });
      expect(result.errors).toHaveLength(1);
      expect(tries).toBe(1);
      expect(await count('consolidated_tracking')).toBe(0);
    });
  });

  if (kind.kind !== 'sqlite') {
    describe.each([true, false])('a COMMIT whose answer is lost, and which is done: %s', (isDone) => {
      /** The first COMMIT reaches the server, or does not, and is not answered. */
      function unanswered(): { database: Database; tries: () => number } {
        let tries = 0;
        const transaction: Database['transaction'] = (work, options) =>
          test.database.transaction(async (tx: { query: Tx['query'] } & Tx) => {
            tries += 1;
            const { query } = tx;
            if (tries === 1) {
              tx.query = (async (...statement: Parameters<Query>) => {
                if (statement[0] !== 'COMMIT') return query(...statement);
                await query(isDone ? 'COMMIT' : 'ROLLBACK');
                const gone = Object.assign(new Error('gone'), { code: 'ECONNRESET' });
                throw new QueryFailedError('COMMIT', [], gone);
              }) as Query;
            }
            return work(tx);
          }, options);
        return { database: overriding(test.database, { transaction }), tries: () => tries };
      }

      it('under a key: it is sent again, and has one effect', async () => {
        const { database, tries } = unanswered();
        const answer = await importRows(api.as({ database }), [classRow(1)], { idempotencyKey: 'key' });
        expect(answer).toMatchObject({ __typename: SUCCESS, summary: { created: 1 } });
        expect(tries()).toBe(2);
        expect(await count('import_run')).toBe(1);
        expect(await count('consolidated_tracking')).toBe(1);
      });

      it('without a key: its outcome is unknown, and it is not sent again', async () => {
        const { database, tries } = unanswered();
        const result = await api.as({ database }).execute(IMPORT, { input: { rows: [classRow(1)] } });
        expect(result.errors?.[0]?.originalError).toMatchObject({
          code: 'OUTCOME_UNKNOWN',
          retryable: false,
        });
        expect(tries()).toBe(1);
        expect(await count('import_run')).toBe(Number(isDone));
      });

      it('of a dry run: it is run again', async () => {
        const { database, tries } = unanswered();
        const answer = await importRows(api.as({ database }), [classRow(1)], { dryRun: true });
        expect(answer.__typename).toBe(SUCCESS);
        expect(tries()).toBe(2);
      });
    });
  }

  it('a reader sees nothing of an import before its COMMIT, and nothing of one that rolls back', async () => {
    const TOTAL = '{ consolidatedTracking { totalCount nodes { registrationId } } }';
    type Found = { consolidatedTracking: { totalCount: number; nodes: unknown[] } };
    for (const isCommitted of [false, true]) {
      await clearImports();
      const reads: Promise<Found>[] = [];
      const database: Database = overriding(test.database, {
        transaction: (work) =>
          test.database.transaction(async (tx) => {
            const result = await work(tx);
            const [row] = await tx.manager.query('SELECT COUNT(*) AS total FROM consolidated_tracking');
            expect(Number(row.total)).toBe(LEARNERS * LOVS);
            // Written, not committed.
            reads.push(...range(1, 5).map(() => api.run<Found>(TOTAL)));
            await Promise.all(reads);
            if (!isCommitted) throw new Error('rolled back');
            return result;
          }),
      });
      const result = await api
        .as({ database })
        .execute(IMPORT, { input: { rows: rowsOf(range(1, LEARNERS), () => ({})) } });
      expect(result.errors?.map((error) => error.message)).toEqual(isCommitted ? undefined : ['rolled back']);
      for (const { consolidatedTracking } of await Promise.all(reads)) {
        expect(consolidatedTracking).toEqual({ totalCount: 0, nodes: [] });
      }
      expect(await count('import_run')).toBe(isCommitted ? 1 : 0);
    }
  });

  if (kind.kind !== 'sqlite') {
    describe('somebody else holds the rows', () => {
      let outside: Connection;
      /** Connections of its own: what is set on them stays set. */
      let inside: Database;
      beforeEach(async () => {
        inside = await openDatabase(test.target);
        outside = await createConnection((test.target as { url: string }).url);
        // Locks rows, and not the gaps between them.
        await outside.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
        await outside.query('START TRANSACTION');
      });
      afterEach(async () => {
        await outside.end();
        await inside.close();
      });

      const hold = (id: number) => outside.query('SELECT id FROM registration WHERE id = ? FOR UPDATE', [id]);

      /** Waits one second for a lock, and tells of every try before it begins. */
      function impatient(onTry: (number: number) => Promise<void> | void): Database {
        const database = withSession(inside, 'SET SESSION innodb_lock_wait_timeout = 1');
        let tries = 0;
        return overriding(database, {
          transaction: (work) =>
            database.transaction(async (tx) => {
              tries += 1;
              await onTry(tries);
              return work(tx);
            }),
        });
      }

      it('a lock wait that times out rolls everything back; all of it runs again and succeeds', async () => {
        await hold(2);
        const seen: [registrations: number, keys: number][] = [];
        const database = impatient(async (number) => {
          // Nothing of the try before is left, its idempotency key included.
          seen.push([await count('consolidated_tracking'), await count('idempotency_entry')]);
          if (number === 3) await outside.query('ROLLBACK');
        });
        const rows = [3, 2, 1].map((learner) => classRow(learner));
        const answer = await importRows(api.as({ database }), rows, { idempotencyKey: 'key' });
        expect(seen).toEqual([
          [0, 0],
          [0, 0],
          [0, 0],
        ]);
        expect(outcomes(answer)).toEqual(['CREATED', 'CREATED', 'CREATED']);
        expect(await count('consolidated_tracking')).toBe(3);
        expect(await count('import_run')).toBe(1);
      });

      it('a lock that is not released in time is a retryable error, and the key is free', async () => {
        await hold(2);
        await inside.close();
        inside = await openDatabase(test.target, { limits: { readMs: 20_000, writeMs: 3_000 } });
        let tries = 0;
        const http = await serveApi(
          impatient((number) => {
            tries = number;
          }),
        );
        const input = { rows: [classRow(1), classRow(2)], idempotencyKey: 'key' };
        const busy = await http.post({ query: IMPORT, variables: { input } });
        expect(tries).toBeGreaterThan(1);
        expect(busy.status).toBe(503);
        expect(busy.body).toEqual({
          data: null,
          errors: [
            {
              message: expect.any(String),
              locations: expect.anything(),
              path: ['importConsolidatedTracking'],
              extensions: {
                code: 'SERVICE_BUSY',
                retryable: true,
                retryAfterSeconds: expect.any(Number),
                requestId: busy.requestId,
              },
            },
          ],
        });
        for (const table of ['consolidated_tracking', 'import_run', 'idempotency_entry']) {
          expect([table, await count(table)]).toEqual([table, 0]);
        }
        await outside.query('ROLLBACK');
        const again = await http.post({ query: IMPORT, variables: { input } });
        expect(again.body.data.importConsolidatedTracking.__typename).toBe(SUCCESS);
        await http.stop();
      });

      it('the victim of a deadlock runs again and succeeds', async () => {
        await outside.query('CREATE TABLE ballast (filler INT)');
        await outside.query('START TRANSACTION');
        // Much to roll back: the server chooses the other one, the import.
        await outside.query(`INSERT INTO ballast VALUES ${range(1, 500).map((filler) => `(${filler})`)}`);
        await hold(2);
        let tries = 0;
        const database: Database = overriding(inside, {
          transaction: (work) =>
            inside.transaction((tx) => {
              tries += 1;
              return work(tx);
            }),
        });
        const rows = range(1, 5).map((learner) => classRow(learner));
        let isAnswered = false;
        const importing = importRows(api.as({ database }), rows).finally(() => {
          isAnswered = true;
        });
        // The table of transactions is renewed only where nobody has read it for a tenth of a second.
        while (!isAnswered && !(await isWaiting())) await pause(150);
        // The import holds 1 and waits for 2.
        await hold(1);
        await outside.query('ROLLBACK');
        expect((await importing).summary).toMatchObject({ created: 5 });
        expect(tries).toBe(2);
        expect(await count('consolidated_tracking')).toBe(5);
        expect(await count('import_run')).toBe(1);
        await outside.query('DROP TABLE ballast');
      });

      async function isWaiting(): Promise<boolean> {
        const waiting = await test.query(
          `SELECT 1 FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id
           WHERE db = DATABASE() AND trx_state = 'LOCK WAIT'`,
        );
        return waiting.length > 0;
      }

      // A server that takes the table for tiny may read it before it waits for the lock, and not again.
      it('what the others store while it waits in the middle of its rows is what it finds', async () => {
        await importRows(api, [classRow(1)]);
        await test.query('ANALYZE TABLE consolidated_tracking');
        await hold(11);
        let isAnswered = false;
        const rows = range(1, 20).map((learner) => ({ ...classRow(learner), score: 1 }));
        const importing = importRows(api, rows).finally(() => {
          isAnswered = true;
        });
        while (!isAnswered && !(await isWaiting())) await pause(150);
        await outside.query(
          `INSERT INTO consolidated_tracking (site_id, registration_id, lov_id, score, status, updated_at, import_id)
           SELECT t.site_id, r.id, t.lov_id, 7, t.status, t.updated_at, t.import_id
           FROM registration r, consolidated_tracking t WHERE r.id BETWEEN 11 AND 15`,
        );
        await outside.query('COMMIT');
        const answer = await importing;
        expect(outcomes(answer)).toEqual(
          range(1, 20).map((id) => (id === 1 || (id >= 11 && id <= 15) ? 'REPLACED' : 'CREATED')),
        );
        expect(answer.rows[10]?.changes).toContainEqual({ field: 'score', before: '7', after: '1' });
      });

      it('rows that only the others need are not waited for', async () => {
        await hold(2);
        const answer = await importRows(
          api.as({ database: impatient(() => {}) }),
          [1, 3, 4].map((learner) => classRow(learner)),
        );
        expect(answer.__typename).toBe(SUCCESS);
      });

      describe('in a large site', () => {
        const SITE = 2;
        const firstId = 1_000_001;
        const many = range(1, 2_100);
        let site: Api;

        beforeAll(async () => {
          await storeWorld(test, classWorld({ learners: 10_000, siteId: SITE }));
          site = api.as({ siteId: SITE });
        });

        it('locks are taken in one order, however many statements they take: no deadlock', async () => {
          const ids = many.map((learner) => firstId + learner - 1);
          let tries = 0;
          const lockAll = (order: readonly number[]) =>
            inside.transaction(async (tx) => {
              tries += 1;
              const subjects = order.map((learnerId) => ({ learnerId, sessionId: firstId, lovId: firstId }));
              expect(await findTracking(tx, SITE, subjects, { lock: true })).toHaveLength(order.length);
            });
          for (const _ of range(1, ROUNDS)) await Promise.all([lockAll(ids), lockAll([...ids].reverse())]);
          expect(tries).toBe(2 * ROUNDS);
        });

        // A statement for which the server found no better way than to read the whole table would wait here.
        it('many rows are created, replaced and wiped beside the rows that others hold', async () => {
          const rows = many.map((learner) => classRow(learner));
          await importRows(api, [classRow(1)]);
          await importRows(site, [classRow(5_000)]);
          await hold(firstId + 4_999);
          await outside.query('SELECT status FROM consolidated_tracking FOR UPDATE');

          let tries = 0;
          const database = impatient((number) => {
            tries = number;
          });
          for (const [cells, counted] of [
            [{}, { created: many.length }],
            [{ score: 1 }, { replaced: many.length }],
            [{ trackingStatus: 'notAttempted' }, { deleted: many.length }],
          ] as const) {
            const changed = rows.map((row) => ({ ...row, ...cells }));
            const answer = await importRows(site.as({ database }), changed);
            expect(answer.summary).toMatchObject(counted);
          }
          expect(tries).toBe(3);
          expect(await count('consolidated_tracking')).toBe(2);
        });
      });

      it('a dry run waits for nobody', async () => {
        await hold(2);
        const answer = await importRows(api.as({ database: impatient(() => {}) }), [classRow(2)], {
          dryRun: true,
        });
        expect(outcomes(answer)).toEqual(['CREATED']);
      });
    });
  } else {
    describe('another connection holds the write lock', () => {
      /** Takes the lock in a thread of its own; lets go when told through shared memory, as this one may be blocked. */
      async function holdLock(): Promise<{ release(): void; ended: Promise<void> }> {
        const flag = new Int32Array(new SharedArrayBuffer(4));
        const worker = new Worker(
          `const { parentPort, workerData } = require('node:worker_threads');
           const connection = new (require(workerData.driver))(workerData.path);
           connection.exec("BEGIN IMMEDIATE; UPDATE site SET name = 'held'");
           parentPort.postMessage('held');
           Atomics.wait(workerData.flag, 0, 0);
           connection.exec('ROLLBACK');
           connection.close();`,
          {
            eval: true,
            workerData: {
              driver: require.resolve('better-sqlite3'),
              path: (test.target as { path: string }).path,
              flag,
            },
          },
        );
        const ended = new Promise<void>((resolve, reject) => {
          worker.once('exit', () => resolve());
          worker.once('error', reject);
        });
        await new Promise((resolve) => worker.once('message', resolve));
        return {
          release: () => {
            Atomics.store(flag, 0, 1);
            Atomics.notify(flag, 0);
          },
          ended,
        };
      }

      function openCounting(writeMs: number, onBegin: (number: number) => void): Promise<Database> {
        let begins = 0;
        return openDatabase(test.target, {
          limits: { readMs: 20_000, writeMs },
          onStatement: (sql) => {
            if (sql.startsWith('BEGIN')) onBegin(++begins);
          },
        });
      }

      it('the import waits for it without keeping others, and succeeds', async () => {
        const lock = await holdLock();
        let begins = 0;
        const database = await openCounting(30_000, (number) => {
          begins = number;
        });
        const importing = importRows(api.as({ database }), [classRow(1)], { idempotencyKey: 'key' });
        // Turns of this thread, while the other one holds the lock.
        while (begins < 5) await new Promise((resolve) => setImmediate(resolve));
        lock.release();
        await lock.ended;
        expect((await importing).__typename).toBe(SUCCESS);
        expect(await count('import_run')).toBe(1);
        await database.close();
      });

      it('a lock that is not released in time is a retryable error, and the key is free', async () => {
        const lock = await holdLock();
        let begins = 0;
        const database = await openCounting(1_000, (number) => {
          begins = number;
        });
        const http = await serveApi(database);
        const input = { rows: [classRow(1)], idempotencyKey: 'key' };
        const busy = await http.post({ query: IMPORT, variables: { input } });
        expect(begins).toBeGreaterThan(1);
        expect(busy).toMatchObject({
          status: 503,
          body: {
            data: null,
            errors: [
              { path: ['importConsolidatedTracking'], extensions: { code: 'SERVICE_BUSY', retryable: true } },
            ],
          },
        });
        // Readers are not kept out.
        const read = await http.post({ query: '{ consolidatedTracking { totalCount } }' });
        expect(read.body).toEqual({ data: { consolidatedTracking: { totalCount: 0 } } });
        lock.release();
        await lock.ended;
        const again = await http.post({ query: IMPORT, variables: { input } });
        expect(again.body.data.importConsolidatedTracking.__typename).toBe(SUCCESS);
        await http.stop();
        await database.close();
      });
    });
  }
});

function nameOf(row: ImportRow): string {
  return `${String(row.candidateRefNumber).slice('R-'.length)}:${String(row.lovGuid).slice('lov-'.length)}`;
}
