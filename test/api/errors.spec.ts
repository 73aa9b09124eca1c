import { once } from 'node:events';
import { connect } from 'node:net';
import { requestContext } from '../../src/access/request-context';
import type { SignedIn } from '../../src/access/sign-in';
import { buildApiSchema } from '../../src/api-schema';
import type { Database } from '../../src/data/database';
import { DatabaseError, type DatabaseErrorCode } from '../../src/data/database-errors';
import { DEFAULT_LIMITS } from '../../src/http/limits';
import { ERROR_CODES, ERRORS, type ErrorCode } from '../../src/kernel/errors';
import { createMetrics } from '../../src/metrics/metrics';
import { testCaller, wideLimits } from '../support/caller';
import { CALLS } from '../support/calls';
import { DATABASE_KINDS, openTestDatabase, overriding, type TestDatabase } from '../support/databases';
import { rootFields } from '../support/every-operation';
import { answerToBytes, type Rig, rig } from '../support/http-rig';
import { keepMaskedAnswers } from '../support/logs';
import { type Names, storeTwoSites } from '../support/two-sites';

const schema = buildApiSchema();
const fields = new Map(rootFields(schema).map((field) => [field.name, field]));

const LIMITS = {
  ...DEFAULT_LIMITS,
  bodyBytes: 100_000,
  bodyBytesOfCaller: 100_000,
  jsonDepth: 20,
  jsonValues: 2_000,
  jsonNames: 500,
  listItems: 100,
  queryCharacters: 20_000,
  queryTokens: 1_500,
  queryDepth: 12,
  queryAliases: 5,
  queryDirectives: 5,
  // What asks for everything there is, pages in pages included, costs millions.
  queryCost: 10_000_000,
  mutations: 3,
  bulkLists: 1,
  answerBytes: 20_000,
};

/** Who calls: the credential names what goes wrong. */
type Credential =
  | 'good'
  | 'unknown'
  | 'no-scope'
  | 'paused'
  | 'no-issuer'
  | 'holds-room'
  | 'no-rows-left'
  | 'no-context'
  | 'broken-database'
  | DatabaseErrorCode;

interface Sent {
  readonly as?: Credential;
  readonly method?: string;
  readonly path?: string;
  readonly type?: string;
  /** In place of the two types that the server answers in. */
  readonly accept?: string;
  /** A GraphQL request, or the text of a body. */
  readonly body?: object | string;
}

const query = (text: string): Sent => ({ body: { query: text } });
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const call = (names: Names, name: string, as: Credential): Sent => ({
  as,
  body: { query: fields.get(name)?.documentFor(CALLS[name]?.(names) ?? {}), variables: CALLS[name]?.(names) },
});
const TYPES = ['application/json', 'application/graphql-response+json'];

/** Requests that are answered with each code; together they show all of its statuses. */
const PROVOKED: Readonly<Record<ErrorCode, (names: Names) => readonly (Sent | string)[]>> = {
  SERVICE_BUSY: (names) => beside(names, 'SERVICE_BUSY'),
  OUTCOME_UNKNOWN: (names) => beside(names, 'OUTCOME_UNKNOWN'),
  DATABASE_UNAVAILABLE: (names) => beside(names, 'DATABASE_UNAVAILABLE'),
  INTERNAL_SERVER_ERROR: (names) => [
    call(names, 'consolidatedTracking', 'broken-database'),
    call(names, 'messageCatalogue', 'no-context'),
  ],
  UPDATE_FAILED: (names) => [
    call(names, 'updateCustomActivity', 'broken-database'),
    call(names, 'updateCustomActivities', 'broken-database'),
  ],
  CREATE_FAILED: (names) => [call(names, 'createCustomActivity', 'broken-database')],
  ASSESS_FAILED: (names) => [call(names, 'assessCustomActivity', 'broken-database')],
  DELETE_FAILED: (names) => [call(names, 'deleteCustomActivity', 'broken-database')],
  RESTORE_FAILED: (names) => [call(names, 'restoreCustomActivity', 'broken-database')],
  UNAUTHENTICATED: () => [{ ...query('{ __typename }'), as: 'unknown' }],
  SERVER_BUSY: () => [{ body: 'x'.repeat(70_000), as: 'holds-room' }],
  SIGN_IN_UNAVAILABLE: () => [{ ...query('{ __typename }'), as: 'no-issuer' }],
  FORBIDDEN: (names) => [
    call(names, 'consolidatedTracking', 'no-scope'),
    { as: 'no-scope', path: '/imports', type: 'text/csv', body: 'candidateLogin\n' },
  ],
  RATE_LIMITED: (names) => [
    call(names, 'importConsolidatedTracking', 'no-rows-left'),
    { ...query('{ __typename }'), as: 'paused' },
  ],
  GRAPHQL_PARSE_FAILED: () => [query('{')],
  GRAPHQL_VALIDATION_FAILED: () => [query('{ none }')],
  OPERATION_RESOLUTION_FAILURE: () => [query('query A { __typename } query B { __typename }')],
  BAD_USER_INPUT: () => [
    { body: { query: 'query ($n: Int!) { consolidatedTracking(first: $n) { totalCount } }' } },
    query('{ consolidatedTracking(first: 0) { totalCount } }'),
  ],
  SYNC_TOO_OLD: () => [query('{ deletedTracking(deletedSince: "2000-01-01T00:00:00Z") { syncedThrough } }')],
  PERSISTED_QUERY_NOT_SUPPORTED: () => [
    { body: { extensions: { persistedQuery: { version: 1, sha256Hash: 'none' } } } },
  ],
  PAYLOAD_TOO_LARGE: () => [{ body: 'x'.repeat(LIMITS.bodyBytes + 1) }],
  JSON_TOO_DEEP: () => [{ body: nested(LIMITS.jsonDepth + 1) }],
  JSON_VALUES_TOO_MANY: () => [{ body: `{${'"a":0,'.repeat(LIMITS.jsonValues)}"a":0}` }],
  JSON_NAMES_TOO_MANY: () => [
    { body: Object.fromEntries(numbers(LIMITS.jsonNames + 1).map((number) => [number, number])) },
  ],
  LIST_TOO_LONG: () => [{ body: { query: '{ __typename }', variables: numbers(LIMITS.listItems + 1) } }],
  QUERY_TEXT_TOO_LONG: () => [query(`{ __typename } #${'x'.repeat(LIMITS.queryCharacters)}`)],
  QUERY_TOKENS_TOO_MANY: () => [query(`{ ${'__typename '.repeat(LIMITS.queryTokens)} }`)],
  QUERY_TOO_DEEP: () => [
    query(`${'{ ... '.repeat(LIMITS.queryDepth)}{ __typename }${' }'.repeat(LIMITS.queryDepth)}`),
  ],
  QUERY_FIELDS_TOO_MANY: () => [query(`{ ${'__typename '.repeat(LIMITS.queryFields + 1)} }`)],
  QUERY_ALIASES_TOO_MANY: () => [
    query(`{ ${numbers(LIMITS.queryAliases + 1).map((number) => `a${number}: __typename `)} }`),
  ],
  QUERY_DIRECTIVES_TOO_MANY: () => [
    query(`{ ${'__typename @skip(if: false) '.repeat(LIMITS.queryDirectives + 1)} }`),
  ],
  QUERY_COST_TOO_HIGH: () => [
    query(
      '{ trainings(first: 200) { nodes { sessions(first: 200) { nodes { registrations(first: 200) { nodes { registrationId } } } } } } }',
    ),
  ],
  MUTATIONS_TOO_MANY: () => [
    query(
      `mutation { ${numbers(4).map((number) => `${number === 0 ? '' : `a${number}: `}revokeApiKey(id: "") { __typename }`)} }`,
    ),
  ],
  BULK_LISTS_TOO_MANY: () => [importAnswering('rows { row } a: rows { row }', 1)],
  // Known before anything is executed; then only once it is written.
  ANSWER_TOO_LARGE: () => [
    importAnswering(`rows { ${'a'.repeat(10_000)}: row }`, 3),
    importAnswering(`problems { ${'a'.repeat(10_000)}: row }`, 3),
  ],
  RUN_DETAILS_GONE: ({ importId }) => [
    query(`{ importRun(importId: "${importId}") { problems { totalCount } } }`),
  ],
  BAD_REQUEST: () => [{ body: '{' }, { body: [] }, 'no HTTP\r\n\r\n'],
  NOT_FOUND: () => [{ path: '/none' }],
  METHOD_NOT_ALLOWED: () => [{ method: 'PUT' }],
  NOT_ACCEPTABLE: () => [{ ...query('{ __typename }'), accept: 'text/html' }],
  REQUEST_TIMEOUT: () => ['POST /graphql HTTP/1.1\r\n'],
  UNSUPPORTED_MEDIA_TYPE: () => [{ body: 'query', type: 'text/plain' }],
  HEADERS_TOO_LARGE: () => [`GET / HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`],
};

/** A dry run of rows that name nobody. */
function importAnswering(selection: string, rows: number): Sent {
  const of = 'ImportConsolidatedTrackingOutcome';
  return {
    body: {
      query: `mutation ($input: ImportConsolidatedTrackingInput!) { importConsolidatedTracking(input: $input) { ... on ${of} { ${selection} } } }`,
      variables: { input: { rows: numbers(rows).map(() => ({})), dryRun: true } },
    },
  };
}

/** Alone in the answer, and beside something that the database is not needed for. */
function beside(names: Names, code: DatabaseErrorCode): Sent[] {
  return [
    call(names, 'revokeApiKey', code),
    { as: code, body: { query: '{ importRun(importId: "x") { importId } messageCatalogue { code } }' } },
  ];
}

describe('every code of an error', () => {
  let test: TestDatabase;
  let names: Names;
  let rigged: Rig;

  beforeAll(async () => {
    const [embedded] = DATABASE_KINDS;
    if (embedded === undefined) throw new Error('There is always the embedded database.');
    test = await openTestDatabase(embedded);
    names = (await storeTwoSites(test)).own;
    await test.query('UPDATE import_run SET details_kept = 0');
  });
  afterAll(() => test.drop());

  beforeEach(async () => {
    const limits = wideLimits();
    const observer = createMetrics('0.0.0');
    rigged = await rig({
      schema,
      signIn: async (authorization) => signedIn((authorization ?? 'good') as Credential),
      createContext: (caller, requestId) => {
        if (caller.id === 'no-context') throw new Error('no context');
        const database = databaseFor(caller.id);
        const context = requestContext(caller, requestId, {
          database,
          limits: caller.id === 'no-rows-left' ? NO_ROWS_LEFT : limits,
          clock: () => new Date(),
          observer,
        });
        return context as never;
      },
      imports: {
        database: test.database,
        clock: () => new Date(),
        jobLimits: { jobs: 10, keptBytes: 1_000_000 },
        onOrdered: () => {},
      },
      settings: { limits: LIMITS, bodyWaitMs: 100 },
    });
    rigged.server.app.server.headersTimeout = 1_000;
  });

  const NO_ROWS_LEFT = {
    takeRows: async () => ({ isExceeded: true, limit: 1, remaining: 0, resetSeconds: 1 }),
  };

  function signedIn(as: Credential): SignedIn {
    if (as === 'unknown') return { kind: 'refused' };
    if (as === 'paused') return { kind: 'paused', retryAfterSeconds: 1 };
    if (as === 'no-issuer') return { kind: 'unknown', retryAfterSeconds: 2 };
    const scopes = as === 'no-scope' ? { scopes: new Set<never>() } : {};
    return { kind: 'caller', caller: testCaller({ id: as, ...scopes }) };
  }

  function databaseFor(as: string): Database {
    const fails = (error: () => Error): Database => {
      const fail = () => Promise.reject(error());
      return overriding(test.database, { read: fail, transaction: fail });
    };
    if (as === 'broken-database') return fails(() => new Error('broken'));
    if (!Object.hasOwn(ERRORS, as)) return test.database;
    return fails(() => new DatabaseError(as as DatabaseErrorCode, new Error('no database')));
  }

  async function answer(sent: Sent | string, accept: string): Promise<{ status: number; codes: string[] }> {
    if (typeof sent === 'string') {
      const [head = '', body = ''] = (await answerToBytes(rigged.port, sent)).split('\r\n\r\n');
      return { status: Number(head.split(' ')[1]), codes: codesIn(body) };
    }
    const { as = 'good', method = 'POST', path = '/graphql', type = 'application/json', body = '{}' } = sent;
    const response = await fetch(rigged.url + path, {
      method,
      headers: { authorization: as, 'content-type': type, accept: sent.accept ?? accept },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    keepMaskedAnswers(text);
    return { status: response.status, codes: codesIn(text) };
  }

  function codesIn(body: string): string[] {
    const { errors } = JSON.parse(body) as { errors: { extensions: { code: string } }[] };
    return [...new Set(errors.map(({ extensions }) => extensions.code))];
  }

  /** A body that does not arrive, and takes the room of its caller. */
  async function holdRoom(): Promise<() => void> {
    const socket = connect(rigged.port, '127.0.0.1');
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: a\r\nauthorization: holds-room\r\ncontent-type: application/json\r\ncontent-length: 70000\r\n\r\n',
    );
    await once(rigged.server.app.server, 'request');
    return () => socket.destroy();
  }

  it.each(ERROR_CODES)('%s comes with its statuses and no other', async (code) => {
    const letGo = await holdRoom();
    const statuses = new Set<number>();
    for (const sent of PROVOKED[code](names)) {
      for (const accept of TYPES) {
        const { status, codes } = await answer(sent, accept);
        expect([sent, codes]).toEqual([sent, [code]]);
        statuses.add(status);
      }
    }
    letGo();
    expect([...statuses].sort()).toEqual([...ERRORS[code].statuses]);
  });
});
