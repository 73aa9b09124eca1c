/** Source: docs/rules/registration-totals.md. */
import type { Scope } from '../../src/access/scopes';
import { type Api, apiOn } from '../support/api';
import { classRow, classWorld, renamed } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { storeWorld } from '../support/world';

const LEARNERS = 40;

const TOTALS =
  'totals { status progression progressionMandatory timeSpentSeconds lovs lovsStarted lovsFinished firstAccessDate lastAccessDate }';
const ONE = `query ($id: ID!) { registration(registrationId: $id) { ${TOTALS} } }`;
const IMPORT = `mutation ($input: ImportConsolidatedTrackingInput!) {
  importConsolidatedTracking(input: $input) {
    ... on ImportConsolidatedTrackingOutcome { rows { tracking { registration { registrationId totals { progression status } } } } }
  }
}`;

interface Imported {
  readonly importConsolidatedTracking: {
    readonly rows: readonly {
      readonly tracking: { readonly registration: { readonly totals: object } } | null;
    }[];
  };
}

describe.each(DATABASE_KINDS)('totals of registrations over the API on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(async () => {
    await storeWorld(test, classWorld({ learners: LEARNERS, lovs: 4 }));
    // LOV 3 is not mandatory, and LOV 4 not part of the training.
    await test.query('UPDATE training_lov SET mandatory = 0 WHERE lov_id = 3');
    await test.query('DELETE FROM training_lov WHERE lov_id = 4');
  });
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  const totalsOf = async (id: number, on = api) =>
    (await on.run<{ registration: { totals: object } | null }>(ONE, { id })).registration?.totals;

  const importRows = (rows: readonly object[]) => api.run<Imported>(IMPORT, { input: { rows } });

  const NOTHING = {
    status: 'NOT_STARTED',
    progression: 0,
    progressionMandatory: 0,
    timeSpentSeconds: 0,
    lovs: 3,
    lovsStarted: 0,
    lovsFinished: 0,
    firstAccessDate: null,
    lastAccessDate: null,
  };

  it('change with every import, whose own answer tells them', async () => {
    expect(await totalsOf(1)).toEqual(NOTHING);
    const row = (lov: number, cells: object) => ({ ...classRow(1, lov), ...cells });
    const { importConsolidatedTracking: first } = await importRows([
      row(1, { trackingStatus: 'completed', timeSpent: 60, firstAccessDate: '2025-01-02 03:04:05' }),
      row(3, { progression: 50, timeSpent: 30, lastAccessDate: '2025-02-03 04:05:06' }),
    ]);
    expect(first.rows.map(({ tracking }) => tracking?.registration)).toEqual([
      { registrationId: '1', totals: { progression: 50, status: 'IN_PROGRESS' } },
      { registrationId: '1', totals: { progression: 50, status: 'IN_PROGRESS' } },
    ]);
    expect(await totalsOf(1)).toEqual({
      status: 'IN_PROGRESS',
      progression: 50,
      progressionMandatory: 50,
      timeSpentSeconds: 90,
      lovs: 3,
      lovsStarted: 2,
      lovsFinished: 1,
      firstAccessDate: '2025-01-02T03:04:05.000Z',
      lastAccessDate: '2025-02-03T04:05:06.000Z',
    });
    await importRows([row(2, { trackingStatus: 'passed' })]);
    expect(await totalsOf(1)).toMatchObject({
      status: 'COMPLETED',
      lovsFinished: 2,
      progressionMandatory: 100,
    });
    expect(await totalsOf(2)).toEqual(NOTHING);
  });

  it('are those after each import of a request', async () => {
    const input = (progression: number) => ({ rows: [{ ...classRow(1, 1), progression }] });
    const body =
      '{ ... on ImportConsolidatedTrackingOutcome { rows { tracking { registration { totals { progression } } } } } }';
    const answers = await api.run<Record<string, unknown>>(
      `mutation ($a: ImportConsolidatedTrackingInput!, $b: ImportConsolidatedTrackingInput!) {
        a: importConsolidatedTracking(input: $a) ${body}
        b: importConsolidatedTracking(input: $b) ${body}
      }`,
      { a: input(30), b: input(60) },
    );
    const told = (progression: number) => ({
      rows: [{ tracking: { registration: { totals: { progression } } } }],
    });
    expect(answers).toEqual({ a: told(10), b: told(20) });
  });

  it('are those of the memberships that the training has now', async () => {
    await importRows([{ ...classRow(1, 3), progression: 90, timeSpent: 5 }]);
    await test.query('DELETE FROM training_lov WHERE lov_id = 3');
    expect(await totalsOf(1)).toEqual({ ...NOTHING, lovs: 2, timeSpentSeconds: 5 });
    await test.query('UPDATE training_lov SET points = 4 WHERE lov_id = 1');
    await importRows([{ ...classRow(1, 1), progression: 25 }]);
    expect(await totalsOf(1)).toMatchObject({
      progression: 25,
      progressionMandatory: 25,
      status: 'IN_PROGRESS',
    });
    await test.query('DELETE FROM training_lov');
    expect(await totalsOf(1)).toMatchObject({ progression: null, status: 'NOT_STARTED', lovs: 0 });
  });

  it('cost a page the same statements, however many registrations it has', async () => {
    await importRows(
      Array.from({ length: LEARNERS }, (_, index) => ({ ...classRow(index + 1), progression: index })),
    );
    const count = async (first: number) => {
      const watched = test.watch();
      const { registrations } = await api.run<{
        registrations: { nodes: { totals: { progression: number } }[] };
      }>(`{ registrations(first: ${first}) { nodes { registrationId totals { progression } } } }`);
      expect(registrations.nodes.map(({ totals }) => totals.progression)).toEqual(
        Array.from({ length: first }, (_, index) => expect.closeTo(index / 3, 9)),
      );
      return watched.length;
    };
    expect(await count(LEARNERS)).toBe(await count(1));
  });

  it('need tracking:read', async () => {
    const holding = (...scopes: Scope[]) => api.as({ caller: { scopes: new Set(scopes) } });
    const { data, errors } = await holding('reference:read').execute(ONE, { id: 1 });
    expect(data).toEqual({ registration: { totals: null } });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'FORBIDDEN', scope: 'tracking:read' },
    ]);
    expect(await totalsOf(1, holding('reference:read', 'tracking:read'))).toEqual(NOTHING);
  });

  it('are not told of another site', async () => {
    await storeWorld(test, renamed(classWorld({ learners: 1, siteId: 2 })));
    expect(await totalsOf(1_000_001)).toBeUndefined();
    expect(await totalsOf(1_000_001, api.as({ siteId: 2 }))).toMatchObject({ lovs: 1 });
  });
});
