/** A text of megabytes, wherever a text can be sent, is refused or finds nothing, and never comes to the database. */
import { buildApiSchema } from '../../src/api-schema';
import type { Database, Tx } from '../../src/data/database';
import { type Api, apiOn } from '../support/api';
import { CALLS, type Variables } from '../support/calls';
import { DATABASE_KINDS, openTestDatabase, overriding, type TestDatabase } from '../support/databases';
import { type RootField, rootFields } from '../support/every-operation';
import { storeTwoSites, type TwoSites } from '../support/two-sites';

const LONG = 'Ä'.repeat(1_500_000);
/** Longer than the longest text that is stored, which is a description. */
const LONGEST_SENT = 100_000;

const FIELDS = rootFields(buildApiSchema());

/** The variables of a call, with another value at a path. */
function withValue(
  variables: unknown,
  [step, ...rest]: readonly (string | number)[],
  value: unknown,
): unknown {
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list = Array.isArray(variables) ? variables : [];
    return [withValue(list[0], rest, value), ...list.slice(1)];
  }
  const object = (variables ?? {}) as Record<string, unknown>;
  return { ...object, [step]: withValue(object[step], rest, value) };
}

/** The same database, and the longest text that it was given. */
function watched(database: Database, longest: { length: number }): Database {
  const note = (values: readonly unknown[] = []) => {
    for (const value of values)
      if (typeof value === 'string') longest.length = Math.max(longest.length, value.length);
  };
  const watching = (tx: Tx): Tx =>
    new Proxy(tx, {
      get: (target, name) => {
        if (name !== 'query' && name !== 'prepared') return Reflect.get(target, name);
        return (sql: string, values: readonly unknown[], ...rest: unknown[]) => {
          note(values);
          return (target[name] as (...args: unknown[]) => unknown)(sql, values, ...rest);
        };
      },
    });
  return overriding(database, {
    read: (work, options) => database.read((tx) => work(watching(tx)), options),
    transaction: (work, options) => database.transaction((tx) => work(watching(tx)), options),
  });
}

describe.each(DATABASE_KINDS)('texts of megabytes on $kind', (kind) => {
  let test: TestDatabase;
  let sites: TwoSites;
  let api: Api;
  const longest = { length: 0 };

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    sites = await storeTwoSites(test);
    api = apiOn(test, { database: watched(test.database, longest) });
  });
  beforeEach(() => {
    longest.length = 0;
  });
  afterAll(() => test.drop());

  const cases = FIELDS.flatMap((field) =>
    field.settable.map(({ path, coordinate }) => ({ field, path, coordinate })),
  );

  it.each(cases)('$field.name: $coordinate', async ({ field, path }) => {
    const { errors } = await send(field, path);
    const codes = errors?.map(({ extensions }) => extensions.code ?? 'from graphql-js');
    for (const code of codes ?? []) expect(['BAD_USER_INPUT', 'from graphql-js']).toContain(code);
    for (const { originalError } of errors ?? [])
      expect(originalError?.name ?? 'GraphQLError').toBe('GraphQLError');
    expect(longest.length).toBeLessThan(LONGEST_SENT);
  });

  function send({ name, documentFor }: RootField, path: readonly (string | number)[]) {
    const variables = withValue(CALLS[name]?.(sites.own), path, LONG) as Variables;
    return api.execute(documentFor(variables), variables);
  }
});
