import {
  type GraphQLOutputType,
  getIntrospectionQuery,
  getNamedType,
  isLeafType,
  isUnionType,
} from 'graphql';
import { loadAcademy } from '../../examples/reference-data/load-academy';
import { buildApiSchema } from '../../src/api-schema';
import { readOperations } from '../../src/http/operations';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { type HttpApi, serveApi } from '../support/http-api';
import { IMPORT } from '../support/import-cases';
import { present } from '../support/present';
import { storeWorld } from '../support/world';

const schema = buildApiSchema();

/**
 * Every field of the type, and of the types of its fields, down to where a type comes again. Pages within what is answered
 * cost by their lengths, and how long they are is for the caller to say.
 */
function everyField(type: GraphQLOutputType | undefined, above: readonly string[] = []): string {
  if (type === undefined) return '';
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (isUnionType(named)) {
    const members = named.getTypes().map((member) => `... on ${member.name} ${everyField(member, above)}`);
    return `{ __typename ${members.join(' ')} }`;
  }
  const fields = Object.values(named.getFields())
    .filter((field) => !above.includes(getNamedType(field.type).name))
    .filter((field) => !getNamedType(field.type).name.endsWith('Connection'))
    .map((field) => `${field.name} ${everyField(field.type, [...above, named.name])}`);
  return `{ __typename ${fields.join(' ')} }`;
}

describe('within the default limits', () => {
  let test: TestDatabase;
  let http: HttpApi;

  beforeEach(async () => {
    test = await openTestDatabase(DATABASE_KINDS[0] as (typeof DATABASE_KINDS)[number]);
    http = await serveApi(test.database);
  });
  afterEach(async () => {
    await http.stop();
    await test.drop();
  });

  it.each(readOperations())('is the documented operation $name', async ({ query, variables = '{}' }) => {
    await test.database.transaction((tx) => loadAcademy(tx, 1));
    const { status, body } = await http.post({ query, variables: JSON.parse(variables) });
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
  });

  it('is everything that tools ask about the schema', async () => {
    const query = getIntrospectionQuery({
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    const { status, body } = await http.post({ query });
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
  });

  it('is every field of every query and mutation', async () => {
    await test.database.transaction((tx) => loadAcademy(tx, 1));
    for (const type of [schema.getQueryType(), schema.getMutationType()]) {
      for (const { name, type: result } of Object.values(present(type).getFields())) {
        const query = `query { ... on ${type?.name} { ${name} ${everyField(result)} } }`;
        const { body } = await http.post({ query });
        const codes = body.errors?.map(({ extensions }) => extensions.code) ?? [];
        // Arguments are missing, and a mutation is no query; but no limit is in the way.
        expect([name, codes.filter((code) => String(code).startsWith('QUERY_'))]).toEqual([name, []]);
      }
    }
  });

  describe('are 50 updates of all results', () => {
    const RESULT = everyField(schema.getMutationType()?.getFields().updateCustomActivity?.type);
    const ALIASES = Array.from({ length: 50 }, (_, index) => `update${index}`);
    const reference = { courseSyncKey: 'hr-course-17', elementSyncKey: 'first-aid-manikin' };
    const input = (title: string) => ({
      ...reference,
      userSyncKey: 'academy.planner',
      parentSyncKey: 'first-aid-practice',
      title,
      description: '<p>Bring the card of your first course.</p>',
      deadline: '2030-07-04T17:00:00+02:00',
      mandatory: true,
      assessmentId: 1,
      assessmentVisible: true,
      allowStudentsSetCompletion: false,
      learningObjectives: [{ learningObjectiveId: 'FirstAidCompressions' }],
      sendUpdateNotification: false,
      dryRun: false,
      idempotencyKey: title,
    });

    async function expectAllUpdated(query: string, variables?: object): Promise<void> {
      await test.database.transaction((tx) => loadAcademy(tx, 1));
      const { status, body } = await http.post({ query, variables });
      expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
      expect(Object.keys(body.data)).toEqual(ALIASES);
      for (const alias of ALIASES) expect(body.data[alias].__typename).toBe('UpdateCustomActivitySuccess');
      const stored = await http.post({
        query: '{ customActivity(elementSyncKey: "first-aid-manikin") { title } }',
      });
      expect(stored.body.data).toEqual({ customActivity: { title: ALIASES.at(-1) } });
    }

    it('with their inputs as variables', async () => {
      const query = `mutation(${ALIASES.map((alias) => `$${alias}: UpdateCustomActivityInput!`).join(', ')}) {
        ${ALIASES.map((alias) => `${alias}: updateCustomActivity(input: $${alias}) ${RESULT}`).join('\n')}
      }`;
      await expectAllUpdated(query, Object.fromEntries(ALIASES.map((alias) => [alias, input(alias)])));
    });

    it('with their inputs in the document', async () => {
      const literal = (title: string) => JSON.stringify(input(title)).replace(/"(\w+)":/g, '$1:');
      const query = `mutation {
        ${ALIASES.map((alias) => `${alias}: updateCustomActivity(input: ${literal(alias)}) ${RESULT}`).join('\n')}
      }`;
      await expectAllUpdated(query);
    });
  });

  it.each([
    ['10,001 rows', 10_001, 200],
    ['20,000 rows', 20_000, 200],
  ])('are %s, which the import itself refuses', async (_name, count, status) => {
    await storeWorld(test, classWorld({ learners: 1, lovs: 1 }));
    const answer = await http.post({
      query: IMPORT,
      variables: { input: { rows: Array(count).fill(classRow(1)) } },
    });
    expect(answer.status).toBe(status);
    expect(answer.body.data.importConsolidatedTracking).toMatchObject({
      problems: [{ code: 'ROWS_TOO_MANY' }],
    });
  });

  it('are no more than 20,000 rows', async () => {
    const answer = await http.post({
      query: IMPORT,
      variables: { input: { rows: Array(20_001).fill(classRow(1)) } },
    });
    expect(answer.status).toBe(413);
    expect(answer.body).toEqual({
      errors: [
        {
          message: expect.any(String),
          extensions: { code: 'LIST_TOO_LONG', limit: 20_000, actual: 20_001 },
        },
      ],
    });
  });

  it('are no more than 100,000 rows in several lists', async () => {
    const inputs = Array.from({ length: 11 }, () => ({ rows: Array(10_000).fill({}) }));
    const answer = await http.post({
      query: 'mutation { __typename }',
      variables: Object.fromEntries(inputs.map((input, index) => [`input${index}`, input])),
    });
    expect(answer.status).toBe(413);
    expect(answer.body.errors?.[0]?.extensions).toEqual({
      code: 'LIST_TOO_LONG',
      limit: 100_000,
      actual: 110_000,
    });
  });
});
