import { DEFAULT_LIMITS, type Limits } from '../../src/http/limits';
import { classRow, classWorld } from '../support/class-world';
import { storeCourseWorld, storedElement, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, overriding, type TestDatabase } from '../support/databases';
import { type HttpAnswer, type HttpApi, serveApi } from '../support/http-api';
import { measured } from '../support/measured';
import { storeWorld } from '../support/world';

const ROWS = 120;
const LONG = 'a'.repeat(500);

const importing = (selection: string, of = 'importConsolidatedTracking') =>
  `${of}(input: $input) { ... on ImportConsolidatedTrackingOutcome { ${selection} } }`;
const mutation = (...fields: string[]) =>
  `mutation ($input: ImportConsolidatedTrackingInput!) { ${fields.join(' ')} }`;
const rows = (row: (learner: number) => object = classRow) =>
  Array.from({ length: ROWS }, (_, index) => row(index + 1));
const bad = rows(() => ({}));

describe.each(DATABASE_KINDS)('the answer to a request on $kind', (kind) => {
  let test: TestDatabase;
  const running: HttpApi[] = [];

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  beforeEach(() => storeWorld(test, classWorld({ learners: ROWS })));
  afterEach(async () => {
    await Promise.all(running.splice(0).map((http) => http.stop()));
    await test.clear();
  });
  afterAll(() => test.drop());

  async function served(limits: Partial<Limits>): Promise<HttpApi> {
    const http = await serveApi(test.database, { limits: { ...DEFAULT_LIMITS, ...limits } });
    running.push(http);
    return http;
  }

  async function send(query: string, input: object, limits: Partial<Limits> = { answerBytes: 30_000 }) {
    return (await served(limits)).post({ query, variables: { input } });
  }

  async function written(): Promise<{ rows: number; imports: number }> {
    const count = async (table: string) => (await test.query(`SELECT * FROM ${table}`)).length;
    return { rows: await count('consolidated_tracking'), imports: await count('import_run') };
  }

  function refusal({ status, body }: HttpAnswer) {
    expect(status).toBe(200);
    expect(body.errors).toHaveLength(1);
    return { data: body.data, ...body.errors?.[0]?.extensions };
  }

  const tooLarge = { code: 'ANSWER_TOO_LARGE', limit: 30_000 };
  const nothing = { rows: 0, imports: 0 };

  it('is refused before anything is written where the rows that were sent tell that it is too large', async () => {
    const aliased = importing(`rows { ${LONG}: row }`);
    expect(refusal(await send(mutation(aliased), { rows: rows() }))).toEqual({
      ...tooLarge,
      actual: ROWS * (LONG.length + 6),
      committed: false,
    });
    expect(await written()).toEqual(nothing);
  });

  it('tells after the commit what was imported, and how to read the rest', async () => {
    const input = { rows: rows(), idempotencyKey: 'once' };
    // Long names within a list of a row: nobody knows how many entries it will have.
    const http = await served({ answerBytes: 30_000 });
    const query = (selection: string) => ({ query: mutation(importing(selection)), variables: { input } });
    const answer = await http.post(query(`rows { changes { ${LONG}: field } }`));
    const { importId, ...rest } = refusal(answer) as Record<string, unknown>;
    expect(rest).toEqual({ ...tooLarge, committed: true, data: null });
    expect(answer.body.errors?.[0]?.message).toContain(
      `consolidatedTracking(filter: { importId: "${importId}" }) and importRun`,
    );
    expect(await written()).toEqual({ rows: ROWS, imports: 1 });

    const read = await http.post({
      query:
        'query ($id: ID!) { importRun(importId: $id) { summary { created } } consolidatedTracking(filter: { importId: $id }) { totalCount } }',
      variables: { id: importId },
    });
    expect(read.body).toEqual({
      data: { importRun: { summary: { created: ROWS } }, consolidatedTracking: { totalCount: ROWS } },
    });
    const again = await http.post(query('importId replayed summary { created }'));
    expect(again.body).toEqual({
      data: { importConsolidatedTracking: { importId, replayed: true, summary: { created: ROWS } } },
    });
    expect(refusal(await http.post(query(`rows { changes { ${LONG}: field } }`)))).toEqual({
      ...tooLarge,
      committed: true,
      importId,
      data: null,
    });
  });

  it('counts as refused by a limit, and is no fault in the log', async () => {
    const log: string[] = [];
    const http = await serveApi(test.database, { limits: { ...DEFAULT_LIMITS, answerBytes: 30_000 } }, log);
    running.push(http);
    const query = mutation(importing(`rows { changes { ${LONG}: field } }`));
    await http.post({ query, variables: { input: { rows: rows(), dryRun: true } } });
    const limited = async () => measured(http.metrics, 'coursetrack_rejected_by_limit_total');
    while (Object.keys(await limited()).length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await limited()).toEqual({ 'limit=answer_bytes': 1 });
    expect(log.filter((line) => line.includes('unexpected'))).toEqual([]);
  });

  it('commits nothing by a dry run', async () => {
    const selection = `rows { changes { ${LONG}: field } }`;
    const input = { rows: rows(), dryRun: true };
    expect(refusal(await send(mutation(importing(selection)), input))).toEqual({
      ...tooLarge,
      committed: false,
      data: null,
    });
    expect(await written()).toEqual(nothing);
  });

  it('has one budget for all lists, whatever they are called and of which mutation they are', async () => {
    const input = { rows: bad, dryRun: true };
    const once = importing('problems { code message }');
    const { body } = await send(mutation(once), input, {});
    const length = JSON.stringify(body).length;
    const limits = { answerBytes: Math.round(1.5 * length) };
    expect((await send(mutation(once), input, limits)).body).toEqual(body);
    const twice = importing('problems { code message } again: problems { code message }');
    const inTwo = [once, importing('problems { code message }', 'again: importConsolidatedTracking')];
    for (const query of [mutation(twice), mutation(...inTwo)]) {
      expect(refusal(await send(query, input, limits))).toMatchObject({ code: 'ANSWER_TOO_LARGE' });
    }
  });

  it('counts what is answered, not what was written for an attempt that the database ended', async () => {
    const { database } = test;
    const twice = overriding(database, {
      transaction: async (work, options) => {
        const ended = new Error('ended');
        const attempt = database.transaction(async (tx) => {
          await work(tx);
          throw ended;
        });
        await expect(attempt).rejects.toBe(ended);
        return database.transaction(work, options);
      },
    });
    const query = mutation(importing('problems { code message }'));
    const input = { rows: bad };
    const length = JSON.stringify((await send(query, { ...input, dryRun: true }, {})).body).length;
    const limits = { ...DEFAULT_LIMITS, answerBytes: Math.round(1.5 * length) };
    const http = await serveApi(twice, { limits });
    running.push(http);
    const { body } = await http.post({ query, variables: { input } });
    expect(body.data.importConsolidatedTracking.problems.length).toBeGreaterThanOrEqual(ROWS);
  });

  it('is the last thing that is done where it is too large', async () => {
    const first = importing(`rows(outcomes: [CREATED]) { ${LONG}: row }`);
    const second = `second: ${importing('importId')}`;
    const answer = await send(mutation(first, second), { rows: rows() });
    expect(refusal(answer)).toMatchObject({ ...tooLarge, committed: true });
    expect(await written()).toEqual({ rows: ROWS, imports: 1 });
  });

  it('holds the same list at most four times', async () => {
    const problems = (count: number) =>
      Array.from({ length: count }, (_, index) => `p${index}: problems { code }`).join(' ');
    const input = { rows: bad };
    const hidden = `${mutation(importing(`...Two ... { ${problems(3)} }`))} fragment Two on ImportConsolidatedTrackingOutcome { q0: problems { code } q1: problems { code } }`;
    const split = mutation(importing(problems(3)), `second: ${importing(problems(2))}`);
    for (const query of [mutation(importing(problems(5))), hidden, split]) {
      expect(refusal(await send(query, input))).toEqual({ code: 'BULK_LISTS_TOO_MANY', limit: 4, actual: 5 });
    }
    expect(await written()).toEqual(nothing);

    const dryRun = { rows: [{}], dryRun: true };
    const skipped = 'p5: problems @skip(if: true) { code } p6: problems @include(if: false) { code }';
    const fine = mutation(importing(`${problems(4)} ${skipped} rows { row }`));
    expect((await send(fine, dryRun, {})).body.errors).toBeUndefined();
    const members = ['Success', 'Warning', 'Error'].map(
      (name) => `... on ImportConsolidatedTracking${name} { ${problems(3)} }`,
    );
    const ofMembers = `mutation ($input: ImportConsolidatedTrackingInput!) { importConsolidatedTracking(input: $input) { ${members.join(' ')} } }`;
    expect((await send(ofMembers, dryRun, {})).body.errors).toBeUndefined();
  });

  it('does not grow by outcomes that are named more than once', async () => {
    const input = { rows: rows(), dryRun: true };
    const named = (outcomes: string[]) =>
      send(mutation(importing(`rows(outcomes: [${outcomes.join(' ')}]) { row }`)), input, {});
    const { body } = await named(['CREATED']);
    expect(body.data.importConsolidatedTracking.rows).toHaveLength(ROWS);
    expect((await named(Array(5_000).fill('CREATED'))).body).toEqual(body);
  });

  it('counts what loadReferenceData finds wrong', async () => {
    const query = (selection: string) =>
      `mutation ($input: LoadReferenceDataInput!) { loadReferenceData(input: $input) { ... on LoadReferenceDataOutcome { ${selection} } } }`;
    const input = { learners: rows(() => ({ login: '' })) };
    const { body } = await send(query('problems { code severity message path row hint }'), input, {});
    const { problems } = body.data.loadReferenceData;
    expect(problems.length).toBeGreaterThanOrEqual(ROWS);
    expect(problems[0]).toMatchObject({ severity: 'ERROR', path: ['learners', '0', 'login'] });
    expect(refusal(await send(query(`problems { ${LONG}: code }`), input))).toMatchObject(tooLarge);
  });
});

describe.each(DATABASE_KINDS)('the answer to edits and queries on $kind', (kind) => {
  let test: TestDatabase;
  let http: HttpApi;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    http = await serveApi(test.database, { limits: { ...DEFAULT_LIMITS, answerBytes: 30_000 } });
  });
  beforeEach(async () => {
    await test.clear();
    await storeCourseWorld(test, theCourseWorld);
  });
  afterAll(async () => {
    await http.stop();
    await test.drop();
  });

  const text = `<p>${'a'.repeat(8_000)}</p>`;
  const refused = (committed: boolean) => ({
    data: null,
    errors: [
      {
        message: expect.any(String),
        extensions: { code: 'ANSWER_TOO_LARGE', limit: 30_000, committed },
      },
    ],
  });
  const update = (key: string, title: string, of: string) =>
    `${key}: updateCustomActivity(input: { courseId: 1, userId: 2, elementId: 11939, title: "${title}", description: $text }) { ... on UpdateCustomActivityOutcome { ${of} } }`;
  const edits = (...fields: string[]) => ({
    query: `mutation ($text: String!) { ${fields.join(' ')} }`,
    variables: { text },
  });
  const elements = (count: number) =>
    Array.from({ length: count }, (_, i) => `e${i}: element { description }`).join(' ');
  const stored = () => storedElement(test, theCourseWorld, 11939);

  it('is counted text by text', async () => {
    const { body } = await http.post(edits(update('a', 'First', elements(3))));
    expect(body.data.a).toEqual({
      e0: { description: text },
      e1: { description: text },
      e2: { description: text },
    });
    expect((await http.post(edits(update('b', 'Second', elements(4))))).body).toEqual(refused(true));
    expect(await stored()).toMatchObject({ title: 'Second' });
  });

  it('counts all mutations together, and begins none once it is too large', async () => {
    const titles = ['First', 'Second', 'Third', 'Fourth'];
    const each = titles.map((title) => update(title, title, elements(2)));
    expect((await http.post(edits(...each))).body).toEqual(refused(true));
    expect(await stored()).toMatchObject({ title: 'Second' });
  });

  it('counts queries, of which nothing is committed', async () => {
    await http.post(edits(update('a', 'First', 'dryRun')));
    const query = (count: number) =>
      `{ ${Array.from({ length: count }, (_, i) => `a${i}: customActivity(elementSyncKey: "activity") { description }`).join(' ')} }`;
    expect((await http.post({ query: query(3) })).body.errors).toBeUndefined();
    expect((await http.post({ query: query(4) })).body).toEqual(refused(false));
  });

  it('counts names and lists, however little they hold', async () => {
    const query = `{ courseElements(courseSyncKey: "course") { ${'a'.repeat(5_000)}: customActivity { __typename } } }`;
    expect((await http.post({ query })).body).toEqual(refused(false));
  });
});
