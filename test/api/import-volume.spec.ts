/** The largest request: 10,000 rows in one go over HTTP, as the server runs out of the box. */
import { readConfig } from '../../src/config';
import { type RunningServer, startServer } from '../../src/start';
import type { ImportInput, ImportRow } from '../models/import/types';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { IMPORT, type ImportAnswer } from '../support/import-cases';
import { storedTracking, storeWorld } from '../support/world';

const ROWS = 10_000;
const LOVS = 2;
const TEST_TIMEOUT_MS = 300_000;

describe.each(DATABASE_KINDS)('10,000 rows in one request on $kind', (kind) => {
  let test: TestDatabase;
  let server: RunningServer;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await storeWorld(test, classWorld({ learners: ROWS / LOVS, lovs: LOVS }));
    const { target } = test;
    server = await startServer(
      readConfig({
        DATABASE_URL: target.kind === 'sqlite' ? `sqlite:${target.path}` : target.url,
        PORT: '0',
        METRICS_PORT: 'off',
        LOG_LEVEL: 'silent',
      }),
    );
  });
  afterAll(async () => {
    await server.stop();
    await test.drop();
  });

  /** Every cell is filled, so that rows are as long as they come. */
  const rows = Array.from({ length: ROWS }, (_, index): ImportRow => {
    const learner = Math.floor(index / LOVS) + 1;
    return {
      ...classRow(learner, (index % LOVS) + 1),
      candidateEmail: `learner-${learner}@example.org`,
      candidateLogin: `LEARNER-${learner}`,
      firstAccessDate: '2024-01-05 08:00:00',
      firstCompletionDate: '2024-02-06 09:10:11',
      ignoredColumn: 'x'.repeat(200),
      lastAccessDate: '2024-03-07T23:59:59.999Z',
      lovCode: `L-${(index % LOVS) + 1}`,
      progression: 100,
      score: (index * 100) / ROWS,
      scoreMax: 100,
      sessionId: 1,
      sessionTitle: 'Session',
      timeSpent: String(index),
      trackingStatus: 'passed',
      trainingGuid: 'training-1',
      trainingId: 1,
      trainingPathCode: 'T-1',
    };
  });

  async function send(input: ImportInput): Promise<{ answer: ImportAnswer; bytes: number }> {
    const body = JSON.stringify({ query: IMPORT, variables: { input } });
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.localKey}` },
      body,
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${response.status}: ${text.slice(0, 1_000)}`);
    const { data, errors } = JSON.parse(text);
    expect(errors).toBeUndefined();
    return { answer: data.importConsolidatedTracking, bytes: body.length };
  }

  it(
    'all are answered, in order, and stored',
    async () => {
      const { answer, bytes } = await send({ rows, idempotencyKey: 'volume' });
      expect(bytes).toBeGreaterThan(6 * 1024 * 1024);
      expect(answer.summary).toMatchObject({ received: ROWS, created: ROWS, rejected: 0, withWarnings: 0 });
      expect(answer.rows.map((row) => [row.row, row.tracking?.timeSpentSeconds])).toEqual(
        rows.map((_, index) => [index + 1, index]),
      );
      const stored = await storedTracking(test);
      expect(stored.map((row) => [row.score, row.timeSpentSeconds])).toEqual(
        rows.map((row, index) => [row.score, index]),
      );

      const replay = await send({ rows, idempotencyKey: 'volume' });
      expect(replay.answer).toEqual(answer);
      const again = await send({ rows });
      expect(again.answer.summary).toMatchObject({ received: ROWS, unchanged: ROWS });
      expect(await storedTracking(test)).toEqual(stored);
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'all are wiped',
    async () => {
      const { answer } = await send({
        rows: rows.map((row) => ({ ...row, trackingStatus: 'notAttempted' })),
      });
      expect(answer.summary).toMatchObject({ deleted: ROWS, withWarnings: ROWS });
      expect(await storedTracking(test)).toEqual([]);
    },
    TEST_TIMEOUT_MS,
  );

  it('one row more is refused, and nothing is written', async () => {
    const { answer } = await send({ rows: [...rows, classRow(1)] });
    expect(answer).toMatchObject({ importId: null, rows: [], problems: [{ code: 'ROWS_TOO_MANY' }] });
    expect(await storedTracking(test)).toEqual([]);
  });
});
