/**
 * Input that nobody sends by accident: each is told by a clear code, or stored exactly, the same on every database;
 * it never becomes an unexpected error, and what is stored is what was accepted.
 */
import { DEFAULT_LIMITS } from '../../src/http/limits';
import type { ImportRow } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import {
  asAnswered,
  DEEP,
  LEARNERS,
  MILLION,
  SQL_TEXTS,
  trackingOf,
  WRITTEN_TABLES,
} from '../support/hostile-input';
import { type HttpApi, serveApi } from '../support/http-api';
import { codes, IMPORT, type ImportAnswer, importRows, outcomes } from '../support/import-cases';
import type { World } from '../support/import-types';
import { storedTracking, storeWorld } from '../support/world';

/** The site whose records carry these texts, and the first of their ids. */
const SQL_SITE = 2;
const SQL_IDS = 1_001;

const TABLES = [
  'site',
  'learner',
  'training',
  'session',
  'registration',
  'learning_object_version',
  'training_lov',
  ...WRITTEN_TABLES,
];

describe.each(DATABASE_KINDS)('hostile input on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;
  let http: HttpApi;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
    http = await serveApi(test.database);
    await storeWorld(test, classWorld({ learners: LEARNERS }));
  });
  beforeEach(async () => {
    for (const table of WRITTEN_TABLES) await test.query(`DELETE FROM ${table}`);
  });
  afterAll(async () => {
    await http.stop();
    await test.drop();
  });

  /** Nothing half-written: the stored rows are the accepted ones, as they were answered. */
  async function expectStored(answer: ImportAnswer, siteId = 1): Promise<void> {
    expect((await storedTracking(test, siteId)).map(asAnswered)).toEqual(trackingOf(answer));
  }

  async function expectNothingStored(): Promise<void> {
    expect(await storedTracking(test)).toEqual([]);
    expect(await test.query('SELECT id FROM import_run')).toEqual([]);
    expect(await test.query('SELECT operation FROM idempotency_entry')).toEqual([]);
  }

  describe('over HTTP', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    const body = (cells: string) =>
      `{"query": ${JSON.stringify(IMPORT)}, "variables": {"input": {"rows": [
        {"candidateRefNumber": "R-1", "sessionGuid": "session-1", "lovGuid": "lov-1", "trackingStatus": "incomplete"},
        {"candidateRefNumber": "R-2", "sessionGuid": "session-1", "lovGuid": "lov-1", "scoreMax": 9, ${cells}}]}}}`;

    it.each([
      ['a list as a score', '"score": [1]', 200, 'BAD_USER_INPUT', '"input.rows[1].score"'],
      ['NaN', '"score": NaN', 400, 'BAD_REQUEST', ''],
      ['Infinity', '"score": Infinity', 400, 'BAD_REQUEST', ''],
      ['a poisoned prototype', '"timeSpent": {"__proto__": {"polluted": true}}', 400, 'BAD_REQUEST', ''],
      ['a poisoned constructor', '"timeSpent": {"constructor": {"prototype": {}}}', 400, 'BAD_REQUEST', ''],
      ['a raw control character', '"candidateLogin": "a\u0000b"', 400, 'BAD_REQUEST', ''],
      [
        'a value nested too deep',
        `"timeSpent": ${nested(DEFAULT_LIMITS.jsonDepth)}`,
        413,
        'JSON_TOO_DEEP',
        '',
      ],
      ['a value nested deeper than the stack', `"timeSpent": ${nested(MILLION)}`, 413, 'JSON_TOO_DEEP', ''],
    ])('%s is refused, and nothing is written', async (_name, cells, status, code, path) => {
      const answer = await http.post(body(cells));
      expect(answer.status).toBe(status);
      expect(answer.body.errors).toEqual([
        expect.objectContaining({
          message: expect.stringContaining(path),
          extensions: expect.objectContaining({ code }),
        }),
      ]);
      await expectNothingStored();
    });

    it.each([
      ['a number too large for seconds', '"timeSpent": 1e400', ['TIME_SPENT_INVALID']],
      ['half a surrogate pair', '"candidateLogin": "\\ud800"', ['TEXT_INVALID']],
      ['an escaped NUL', '"candidateLogin": "a\\u0000b"', ['TEXT_INVALID']],
      ['minus zero', '"score": -0', []],
      ['a score with more digits than a double', '"score": 0.30000000000000004440892098500626', []],
    ])('%s is judged with its row', async (_name, cells, expected) => {
      const answer = await http.post(body(cells));
      expect(answer).toMatchObject({ status: 200, body: { data: expect.anything() } });
      const imported = answer.body.data.importConsolidatedTracking as ImportAnswer;
      expect(imported.rows.map(codes)).toEqual([[], expected]);
      await expectStored(imported);
    });

    it('bytes that are no UTF-8 find nothing', async () => {
      const [before = '', after = ''] = body('"candidateLogin": "learner-2\n"').split('\n"}');
      const bytes = Buffer.concat([
        Buffer.from(before),
        Buffer.from([0xff, 0xc0, 0x80]),
        Buffer.from(`"}${after}`),
      ]);
      const answer = await http.post(new Uint8Array(bytes));
      const imported = answer.body.data.importConsolidatedTracking as ImportAnswer;
      expect(imported.rows.map(codes)).toEqual([[], ['REGISTRATION_NOT_FOUND']]);
      await expectStored(imported);
    });

    it('a value nested as deep as bodies may is judged with its row', async () => {
      // The body, its variables, the input, the rows and the row are open around it.
      const answer = await http.post(body(`"timeSpent": ${nested(DEFAULT_LIMITS.jsonDepth - 5)}`));
      const imported = answer.body.data.importConsolidatedTracking as ImportAnswer;
      expect(imported.rows.map(codes)).toEqual([[], ['TIME_SPENT_INVALID']]);
      await expectStored(imported);
    });

    it('a value nested deeper than the stack is judged with its row where the limits are raised', async () => {
      const limits = {
        ...DEFAULT_LIMITS,
        jsonDepth: 2 * MILLION,
        jsonValues: 2 * MILLION,
        listItemsTotal: 2 * MILLION,
      };
      const patient = await serveApi(test.database, { limits });
      const answer = await patient.post(body(`"timeSpent": ${nested(MILLION)}`));
      await patient.stop();
      const imported = answer.body.data.importConsolidatedTracking as ImportAnswer;
      expect(imported.rows.map(codes)).toEqual([[], ['TIME_SPENT_INVALID']]);
      await expectStored(imported);
    });

    it('a document nested deeper than the stack is refused', async () => {
      const rows = `[{ timeSpent: ${nested(100_000)} }]`;
      const answer = await http.post({
        query: `mutation { importConsolidatedTracking(input: { rows: ${rows} }) { __typename } }`,
      });
      expect(answer.status).toBe(200);
      expect(answer.body.errors?.[0]?.extensions.code).toBe('QUERY_TOO_DEEP');
      await expectNothingStored();
    });
  });

  describe('SQL text', () => {
    async function tableSizes(): Promise<Record<string, number>> {
      const sizes: Record<string, number> = {};
      for (const table of TABLES) {
        const [row] = await test.query<{ total: number | string }>(`SELECT COUNT(*) AS total FROM ${table}`);
        sizes[table] = Number(row?.total);
      }
      return sizes;
    }

    let site: Api;
    beforeAll(async () => {
      await storeWorld(test, sqlWorld());
      site = api.as({ siteId: SQL_SITE });
    });

    it('in references finds what carries it, and nothing else', async () => {
      const ways: readonly ((text: string) => ImportRow)[] = [
        (text) => ({ candidateLogin: text, sessionGuid: text, lovCode: text }),
        (text) => ({ candidateRefNumber: text, sessionTitle: text, trainingPathCode: text, lovGuid: text }),
        (text) => ({ candidateLogin: text, sessionTitle: text, trainingGuid: text, lovCode: text }),
      ];
      for (const way of ways) {
        const answer = await importRows(
          site,
          SQL_TEXTS.map((text) => ({ ...way(text), timeSpent: 0 })),
        );
        expect(answer.rows.map(codes)).toEqual(SQL_TEXTS.map(() => []));
        expect(answer.rows.map((row) => row.tracking?.lovCode)).toEqual(SQL_TEXTS);
        expect(answer.rows.map((row) => row.tracking?.registrationId)).toEqual(
          SQL_TEXTS.map((_, index) => String(SQL_IDS + index)),
        );
        await expectStored(answer, SQL_SITE);
      }
    });

    it('in filters finds what carries it, and nothing else', async () => {
      await importRows(
        site,
        SQL_TEXTS.map((text) => ({ candidateLogin: text, sessionGuid: text, lovCode: text })),
      );
      for (const cell of [
        'candidateLogin',
        'candidateRefNumber',
        'sessionGuid',
        'trainingPathCode',
        'lovCode',
        'lovGuid',
      ]) {
        const found: unknown[] = [];
        for (const text of SQL_TEXTS) found.push(await lovCodesFound({ [cell]: text }));
        expect([cell, found]).toEqual([cell, SQL_TEXTS.map((text) => [text])]);
      }
      for (const text of SQL_TEXTS) {
        expect(await lovCodesFound({ candidateEmail: text })).toEqual([]);
        expect(await lovCodesFound({ importId: text })).toEqual([]);
        expect(
          await site.run('query($id: ID!) { importRun(importId: $id) { importId } }', { id: text }),
        ).toEqual({
          importRun: null,
        });
      }
    });

    async function lovCodesFound(filter: object): Promise<string[]> {
      const { consolidatedTracking } = await site.run<{
        consolidatedTracking: { nodes: { lovCode: string }[] };
      }>(
        'query($filter: ConsolidatedTrackingFilter = {}) { consolidatedTracking(filter: $filter) { nodes { lovCode } } }',
        { filter },
      );
      return consolidatedTracking.nodes.map((node) => node.lovCode);
    }

    it('in every cell of rows that are rejected changes nothing', async () => {
      const before = await tableSizes();
      const cells = [
        ...[
          'candidateLogin',
          'candidateEmail',
          'candidateRefNumber',
          'sessionGuid',
          'sessionTitle',
          'trainingGuid',
        ],
        ...[
          'trainingPathCode',
          'lovCode',
          'lovGuid',
          'firstAccessDate',
          'firstCompletionDate',
          'lastAccessDate',
        ],
        ...['timeSpent', 'trackingStatus'],
      ];
      const rows = SQL_TEXTS.flatMap((text) => cells.map((cell) => ({ ...classRow(1), [cell]: text })));
      const answer = await importRows(api, rows);
      expect(answer.summary).toMatchObject({ received: rows.length, rejected: rows.length });
      expect(await tableSizes()).toEqual({ ...before, import_run: 1 });
    });

    it('in the parameters refuses the request', async () => {
      const before = await tableSizes();
      for (const text of SQL_TEXTS) {
        const answer = await importRows(api, [classRow(1)], {
          parameters: { timeZone: text, dateTimeFormat: text, defaultTime: text },
        });
        expect(codes(answer)).toEqual(['TIME_ZONE_UNKNOWN', 'DATE_FORMAT_INVALID', 'DEFAULT_TIME_INVALID']);
      }
      expect(await tableSizes()).toEqual(before);
    });

    it("in the caller's name is stored verbatim", async () => {
      for (const caller of [...SQL_TEXTS, 'Zoë 😀 שלום']) {
        const as = api.as({ caller });
        const { importId } = await importRows(as, [classRow(1)], { idempotencyKey: 'key' });
        const { importRun } = await as.run<{ importRun: { caller: string } }>(
          'query($id: ID!) { importRun(importId: $id) { caller } }',
          { id: importId },
        );
        expect(importRun.caller).toBe(caller);
      }
    });
  });

  describe('filters and cursors of consolidatedTracking', () => {
    const QUERY = /* GraphQL */ `
      query ($filter: ConsolidatedTrackingFilter = {}, $after: String, $first: Int! = 50) {
        consolidatedTracking(filter: $filter, after: $after, first: $first) { totalCount nodes { registrationId } }
      }
    `;
    beforeEach(async () => {
      await importRows(
        api,
        [1, 2, 3].map((learner) => classRow(learner)),
      );
    });

    it.each([
      { candidateLogin: 'learner-1 ' },
      { candidateLogin: 'learner-1\u0000' },
      { candidateLogin: '\ud800' },
      { candidateLogin: 'x'.repeat(MILLION) },
      { candidateEmail: 'learner-1@example.org ' },
      { candidateEmail: '' },
      { candidateRefNumber: 'r-1' },
      { candidateRefNumber: 'R-1 ' },
      { sessionGuid: 'SESSION-1' },
      { sessionGuid: 'session-1 ' },
      { lovCode: 'L-1 ' },
      { lovGuid: 'x'.repeat(MILLION) },
      { trainingPathCode: 'T-1 ' },
      { importId: 'x'.repeat(MILLION) },
      { importId: '\u0000' },
      { sessionId: -(2 ** 31) },
      { trainingId: 0 },
      { status: [] },
      { status: ['NOT_ATTEMPTED'] },
      { status: Array(10_000).fill('PASSED') },
      { changedSince: '9999-12-31T23:59:59.999Z' },
      { changedSince: '9999-12-31T23:59:59-14:00' },
    ])('%.80j finds nothing', async (filter) => {
      expect(await api.run(QUERY, { filter })).toEqual({
        consolidatedTracking: { totalCount: 0, nodes: [] },
      });
    });

    it.each([
      { candidateLogin: 'LEARNER-1' },
      { candidateEmail: 'Learner-1@EXAMPLE.ORG' },
      { candidateRefNumber: 'R-1', changedSince: '0000-01-01T00:00:00Z' },
      { candidateRefNumber: 'R-1', changedSince: '0000-01-01T00:00:00+14:00' },
    ])('%j finds one row', async (filter) => {
      const found = { totalCount: 1, nodes: [{ registrationId: '1' }] };
      expect(await api.run(QUERY, { filter })).toEqual({ consolidatedTracking: found });
    });

    it.each([
      'x',
      '',
      '💣',
      '\u0000',
      '\ud800',
      'x'.repeat(MILLION),
      Buffer.from('1:1').toString('base64url'),
      Buffer.from('1:1:-1').toString('base64url'),
      Buffer.from('1e3:1:1').toString('base64url'),
      Buffer.from('١:١:١').toString('base64url'),
      Buffer.from("1:1:1'--").toString('base64url'),
      Buffer.from(`${'9'.repeat(400)}:1:1`).toString('base64url'),
      ...SQL_TEXTS,
    ])('a cursor such as %.30j is refused', async (after) => {
      const result = await api.execute(QUERY, { after });
      expect(result.errors?.map((error) => error.extensions.code)).toEqual(['BAD_USER_INPUT']);
    });

    it.each(['999999999999999:1:1', '999999999999999:9999999999:9999999999', '0:0:0', '0:1:9999999999'])(
      'a made-up cursor %s is a place like any other',
      async (place) => {
        const after = Buffer.from(place).toString('base64url');
        expect((await api.execute(QUERY, { after })).errors).toBeUndefined();
      },
    );

    it.each([0, -1, 201, 2 ** 31 - 1])('first %d is refused', async (first) => {
      const result = await api.execute(QUERY, { first });
      expect(result.errors?.map((error) => error.extensions.code)).toEqual(['BAD_USER_INPUT']);
    });
  });

  it('10,000 rows of garbage are 10,000 rejected rows', async () => {
    const garbage: readonly object[] = [
      {},
      { candidateLogin: 'x', lovCode: 'x', sessionId: 1 },
      { ...classRow(1), timeSpent: { a: [] } },
      { ...classRow(1), firstAccessDate: '\ud800', progression: -1, score: -1, scoreMax: -1, timeSpent: '-' },
      { candidateEmail: '@', lovGuid: 'x'.repeat(41), sessionTitle: '\u0000', trackingStatus: '?' },
      { candidateLogin: "' OR 1=1", sessionGuid: '%', lovCode: '😀'.repeat(255) },
      { ...classRow(2), firstCompletionDate: '2024-01-01', progression: 40 },
    ];
    const rows = Array.from({ length: 10_000 }, (_, index) => garbage[index % garbage.length] as ImportRow);
    const answer = await importRows(api, rows);
    expect(answer.summary).toMatchObject({ received: 10_000, rejected: 10_000 });
    expect(answer.rows.map((row) => row.row)).toEqual(rows.map((_, index) => index + 1));
    expect(answer.rows.filter((row) => row.problems.length === 0)).toEqual([]);
    expect(await storedTracking(test)).toEqual([]);
    expect(await test.query('SELECT received, rejected FROM import_run')).toEqual([
      { received: 10_000, rejected: 10_000 },
    ]);
  });

  it('more than 10,000 rows are refused as a whole', async () => {
    for (const count of [10_001, 20_000]) {
      const answer = await importRows(api, Array(count).fill(classRow(1)));
      expect(codes(answer)).toEqual(['ROWS_TOO_MANY']);
      expect(answer).toMatchObject({ importId: null, rows: [], summary: { received: 0 } });
    }
    await expectNothingStored();
  });

  it('one bad row among good ones keeps nothing, or all but itself, from being stored', async () => {
    const rows = [classRow(1), { ...classRow(2), timeSpent: DEEP }, classRow(3)];
    const none = await importRows(api, rows, { errorPolicy: 'REJECT_EVERYTHING' });
    expect(outcomes(none)).toEqual(['REJECTED', 'REJECTED', 'REJECTED']);
    expect(await storedTracking(test)).toEqual([]);
    const others = await importRows(api, rows);
    expect(outcomes(others)).toEqual(['CREATED', 'REJECTED', 'CREATED']);
    await expectStored(others);
  });

  it('one field under many names is as many imports, one after the other', async () => {
    const call =
      'importConsolidatedTracking(input: $input) { ... on ImportConsolidatedTrackingOutcome { importId rows { outcome } } }';
    const names = Array.from({ length: 20 }, (_, index) => `import${index}`);
    const data = await api.run<Record<string, { importId: string; rows: { outcome: string }[] }>>(
      `mutation($input: ImportConsolidatedTrackingInput!) { ${names.map((name) => `${name}: ${call}`).join(' ')} }`,
      { input: { rows: [classRow(1)] } },
    );
    expect(names.map((name) => data[name]?.rows[0]?.outcome)).toEqual([
      'CREATED',
      ...Array(19).fill('UNCHANGED'),
    ]);
    expect(new Set(names.map((name) => data[name]?.importId)).size).toBe(20);
  });
});

/** Every text is the reference of a learner, training, session and LOV of its own. */
function sqlWorld(): World {
  const each = <Made>(make: (text: string, id: number) => Made) =>
    SQL_TEXTS.map((text, index) => make(text, SQL_IDS + index));
  return {
    siteId: SQL_SITE,
    learners: each((text, id) => ({ id, login: text, refNumber: text, email: null, createdAt: 0 })),
    trainings: each((text, id) => ({ id, guid: text, pathCode: text, title: text })),
    sessions: each((text, id) => ({ id, trainingId: id, guid: text, title: text })),
    lovs: each((text, id) => ({
      id,
      code: text,
      guid: text,
      provider: 'PARTNER' as const,
      kind: 'OTHER' as const,
      trainingIds: [id],
    })),
    registrations: each((_text, id) => ({ id, learnerId: id, sessionId: id })),
    stored: [],
  };
}
