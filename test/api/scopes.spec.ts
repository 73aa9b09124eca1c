import { scopesOf } from '../../src/access/needs-scope';
import { ALL_SCOPES, type Scope } from '../../src/access/scopes';
import { buildApiSchema } from '../../src/api-schema';
import { type Api, apiOn } from '../support/api';
import { CALLS } from '../support/calls';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { type RootField, rootFields } from '../support/every-operation';
import { present } from '../support/present';
import { changesBetween, type Snapshot, takeSnapshot, undo } from '../support/snapshot';
import { storeTwoSites, type TwoSites } from '../support/two-sites';

/** What opens what; of several scopes each does; null: every caller may. */
const NEEDED: Readonly<Record<string, Scope | readonly Scope[] | null>> = {
  apiKeys: 'keys:admin',
  assessmentScales: 'activity:read',
  auditLog: 'audit:read',
  consolidatedTracking: 'tracking:read',
  courseElements: 'activity:read',
  customActivity: 'activity:read',
  deletedTracking: 'tracking:read',
  importJob: ['tracking:import', 'jobs:read'],
  importJobs: ['tracking:import', 'jobs:read'],
  importRun: 'tracking:read',
  importRuns: 'tracking:read',
  learner: 'reference:read',
  learners: 'reference:read',
  learningObjectVersion: 'reference:read',
  learningObjectVersions: 'reference:read',
  learningObjectives: 'activity:read',
  messageCatalogue: null,
  notifications: 'activity:read',
  organisations: 'reference:read',
  registration: 'reference:read',
  registrations: 'reference:read',
  session: 'reference:read',
  sessions: 'reference:read',
  training: 'reference:read',
  trainings: 'reference:read',
  users: 'reference:read',
  assessCustomActivity: 'activity:update',
  cancelImportJob: 'tracking:import',
  createApiKey: 'keys:admin',
  createCustomActivity: 'activity:update',
  createSite: 'sites:admin',
  setWebhook: 'webhooks:admin',
  testWebhook: 'webhooks:admin',
  webhook: 'webhooks:admin',
  deleteCustomActivity: 'activity:update',
  eraseLearner: 'learners:erase',
  importConsolidatedTracking: 'tracking:import',
  undoImport: 'tracking:import',
  undoImportJob: 'tracking:import',
  loadReferenceData: 'reference:write',
  restoreCustomActivity: 'activity:update',
  retryImportJob: 'tracking:import',
  revokeApiKey: 'keys:admin',
  updateCustomActivities: 'activity:update',
  updateCustomActivity: 'activity:update',
};

/** The pages within records that are closed without another scope. */
const CLOSED_PAGES: Readonly<Record<string, readonly string[]>> = {
  'reference:read': ['registrations', 'sessions', 'lovs', 'organisations'],
  'activity:read': ['participants', 'elements'],
  'tracking:read': ['tracking', 'totals'],
};

const schema = buildApiSchema();
/** The scopes of which one opens it; none: every caller may. */
const scopesFor = (name: string): readonly Scope[] => [NEEDED[name] ?? []].flat();
const FIELDS = rootFields(schema).map((field) => ({ ...field, scopes: scopesFor(field.name) }));
const GUARDED = FIELDS.filter(({ scopes }) => scopes.length > 0);
/** Each with every scope that opens it alone, or with none where nobody needs one. */
const OPENED = FIELDS.flatMap(({ scopes, ...field }) =>
  (scopes.length === 0 ? [null] : scopes).map((scope) => ({ ...field, scope })),
);

describe('every query and mutation', () => {
  it('has the scope that this test expects', () => {
    const marked = Object.fromEntries(FIELDS.map(({ name }) => [name, scopesOf(schema, name)]));
    const needed = Object.entries(NEEDED).map(([name, scopes]) => [name, scopes && [scopes].flat()]);
    expect(marked).toEqual(Object.fromEntries(needed));
  });

  it.each(FIELDS)('$name tells in its description what it needs', ({ type, name, scopes }) => {
    const field = (type === 'Query' ? schema.getQueryType() : schema.getMutationType())?.getFields()[name];
    const named = scopes.map((scope) => `\`${scope}\``).join(' or ');
    const told = named === '' ? 'Open to every caller.' : `Needs the scope ${named}.`;
    expect(field?.description?.endsWith(` ${told}`)).toBe(true);
  });

  it('is opened by every scope there is', () => {
    expect(new Set(OPENED.map(({ scope }) => scope ?? 'none'))).toEqual(new Set(['none', ...ALL_SCOPES]));
  });
});

describe.each(DATABASE_KINDS)('scopes on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;
  let sites: TwoSites;
  let before: Snapshot;
  let rowsTaken: number;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test, {
      takeRows: async (rows) => {
        rowsTaken += rows;
      },
    });
    sites = await storeTwoSites(test);
    before = await takeSnapshot(test);
  });
  beforeEach(() => {
    rowsTaken = 0;
  });
  afterEach(async () => {
    await undo(test, changesBetween(before, await takeSnapshot(test)));
  });
  afterAll(() => test.drop());

  const holding = (scopes: readonly Scope[]) => api.as({ caller: { scopes: new Set(scopes) } });
  const variablesOf = ({ name }: RootField) => present(CALLS[name])(sites.own);

  async function expectForbidden(caller: Api, field: RootField, scope: Scope | undefined): Promise<void> {
    const watched = test.watch();
    const { data, errors } = await caller.execute(field.documentFor(variablesOf(field)), variablesOf(field));
    expect(data?.[field.name] ?? null).toBeNull();
    expect(errors?.map(({ path, extensions }) => ({ path, extensions }))).toEqual([
      { path: [field.name], extensions: { code: 'FORBIDDEN', scope } },
    ]);
    expect(watched).toEqual([]);
    expect(rowsTaken).toBe(0);
  }

  it.each(GUARDED)('$name is closed to who has every scope but $scopes', async ({ scopes, ...field }) => {
    await expectForbidden(holding(ALL_SCOPES.filter((each) => !scopes.includes(each))), field, scopes[0]);
  });

  it.each(GUARDED)('$name is closed to who has no scope', async ({ scopes, ...field }) => {
    await expectForbidden(holding([]), field, scopes[0]);
  });

  it.each(OPENED)('$name is open to who has $scope and nothing else', async ({ scope, ...field }) => {
    const caller = holding(scope === null ? [] : [scope]);
    const { data, errors = [] } = await caller.execute(
      field.documentFor(variablesOf(field)),
      variablesOf(field),
    );
    expect(data?.[field.name] ?? null).not.toBeNull();
    expect(JSON.stringify(data?.[field.name])).not.toMatch(/"__typename":"\w+Error"/);
    // Pages of other records have scopes of their own.
    for (const { path = [], extensions } of errors) {
      expect([path[0], extensions.code]).toEqual([field.name, 'FORBIDDEN']);
      expect(CLOSED_PAGES[String(extensions.scope)]).toContain(path.at(-1));
    }
  });

  it('is asked for under every alias, in fragments, and by who asks for the schema beside it', async () => {
    const query = `query ($isAsked: Boolean! = true) {
      __typename
      __schema { queryType { name } }
      open: messageCatalogue { code }
      apiKeys: messageCatalogue { code }
      messageCatalogue: apiKeys { totalCount }
      ...Keys
      ... @include(if: $isAsked) { inline: apiKeys { nodes { id } } }
    }
    fragment Keys on Query { inFragment: apiKeys { __typename } }`;
    const watched = test.watch();
    const { data, errors } = await holding(['tracking:read']).execute(query);
    const closed = ['messageCatalogue', 'inFragment', 'inline'];
    expect(data).toBeNull();
    expect(watched).toEqual([]);
    expect(errors?.map(({ path, extensions }) => ({ path, extensions }))).toEqual(
      closed.slice(0, errors?.length).map((alias) => ({
        path: [alias],
        extensions: { code: 'FORBIDDEN', scope: 'keys:admin' },
      })),
    );
    expect(await holding([]).run('{ __typename __schema { queryType { name } } }')).toEqual({
      __typename: 'Query',
      __schema: { queryType: { name: 'Query' } },
    });
  });

  it('closes one mutation of several, and not those that the caller may', async () => {
    const { importRows, revoke } = {
      importRows: CALLS.importConsolidatedTracking?.(sites.own).input,
      revoke: CALLS.revokeApiKey?.(sites.own).id,
    };
    const { data, errors } = await holding(['tracking:import']).execute(
      `mutation ($rows: ImportConsolidatedTrackingInput!, $key: ID!) {
        first: importConsolidatedTracking(input: $rows) { __typename }
        revokeApiKey(id: $key) { __typename }
      }`,
      { rows: importRows, key: revoke },
    );
    expect(data ?? null).toBeNull();
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['revokeApiKey'], 'FORBIDDEN'],
    ]);
    const changed = changesBetween(before, await takeSnapshot(test)).map(({ table }) => table);
    expect(changed.sort()).toEqual([
      'audit_entry',
      'consolidated_tracking',
      'import_run',
      'import_run_detail',
    ]);
  });
});
