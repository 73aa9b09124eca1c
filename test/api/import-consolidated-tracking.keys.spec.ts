import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { ADA_FIRE, worldWith } from '../support/import-cases';
import { storedTracking, storeWorld } from '../support/world';

const IMPORT = /* GraphQL */ `
  mutation ImportConsolidatedTracking($input: ImportConsolidatedTrackingInput!) {
    importConsolidatedTracking(input: $input) {
      ... on ImportConsolidatedTrackingOutcome {
        importId
        replayed
        dryRun
        problems { code path }
      }
    }
  }
`;

interface Answer {
  readonly importId: string | null;
  readonly replayed: boolean;
  readonly dryRun: boolean;
  readonly problems: readonly { readonly code: string; readonly path: readonly string[] }[];
}

const ROW = { ...ADA_FIRE, score: 12.5, scoreMax: 20 };

describe.each(DATABASE_KINDS)('the idempotency key of importConsolidatedTracking on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(async () => {
    await test.clear();
    await storeWorld(test, worldWith());
  });
  afterAll(() => test.drop());

  async function send(input: object): Promise<Answer> {
    const data = await api.run<{ importConsolidatedTracking: Answer }>(IMPORT, { input });
    return data.importConsolidatedTracking;
  }

  it.each<[string, object]>([
    ['the same', {}],
    ['empty blocks', { parameters: {}, options: {} }],
    ['null blocks', { parameters: null, options: null }],
    ['null members', { writeMode: null, errorPolicy: null, dryRun: null }],
    ['no aliases', { parameters: { trackingStatus: [] } }],
    [
      'defaults written out',
      {
        writeMode: 'REPLACE',
        errorPolicy: 'REJECT_FAILED_ROWS',
        dryRun: false,
        options: { defaultScoreMax: null, olderRows: 'OVERWRITE' },
        parameters: { timeZone: 'UTC', defaultTime: null, timeSpentFormat: 'RAW_SECONDS' },
      },
    ],
    [
      'another order, and a column that nobody reads',
      { rows: [{ scoreMax: 20, score: 12.5, ...ADA_FIRE, ignoredColumn: [1] }] },
    ],
  ])('Outside the rows absent, null, {}, [] and a default written out are alike: %s', async (_, more) => {
    const first = await send({ rows: [ROW], idempotencyKey: 'key' });
    expect(first).toMatchObject({ replayed: false, problems: [] });
    expect(await send({ rows: [ROW], idempotencyKey: 'key', ...more })).toEqual({ ...first, replayed: true });
  });

  it.each<[string, object]>([
    ['12.5 and "12.5"', { rows: [{ ...ROW, score: '12.5' }] }],
    ['absent and null', { rows: [{ ...ROW, timeSpent: null }] }],
    ['another mode', { writeMode: 'MERGE' }],
    ['older rows skipped', { options: { olderRows: 'SKIP' } }],
  ])('rows count as they were sent, and settings as they are: %s', async (_, more) => {
    await send({ rows: [ROW], idempotencyKey: 'key' });
    expect(await send({ rows: [ROW], idempotencyKey: 'key', ...more })).toMatchObject({
      importId: null,
      replayed: false,
      problems: [{ code: 'IDEMPOTENCY_KEY_REUSED', path: ['idempotencyKey'] }],
    });
  });

  it('A dry run neither reads nor stores a key', async () => {
    const dry = { rows: [ROW], idempotencyKey: 'key', dryRun: true };
    expect(await send(dry)).toMatchObject({ dryRun: true, replayed: false, problems: [] });
    expect(await storedTracking(test)).toEqual([]);
    expect(await send({ rows: [ROW], idempotencyKey: 'key' })).toMatchObject({ replayed: false });
    expect(await send({ ...dry, writeMode: 'MERGE' })).toMatchObject({ replayed: false, problems: [] });
  });

  it('For members that have a default, null is the default', async () => {
    const parameters = { dateTimeFormat: null, timeZone: null, defaultTime: null, timeSpentFormat: null };
    const answer = await send({
      rows: [{ ...ROW, lastAccessDate: '2024-05-06', timeSpent: '60' }],
      parameters: { ...parameters, trackingStatus: null },
      options: { olderRows: null },
      writeMode: null,
      errorPolicy: null,
      dryRun: null,
    });
    expect(answer).toMatchObject({ dryRun: false, problems: [] });
    expect(await storedTracking(test)).toMatchObject([
      { lastAccessDate: Date.UTC(2024, 4, 6), timeSpentSeconds: 60 },
    ]);
  });
});
