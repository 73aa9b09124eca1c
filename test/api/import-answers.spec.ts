import fc from 'fast-check';
import { type GraphQLObjectType, getNamedType, graphql, isLeafType, isObjectType } from 'graphql';
import { buildApiSchema } from '../../src/api-schema';
import { apiOn, testContext } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { storeWorld } from '../support/world';

/** Long lists of an answer are written by code of our own: it has to answer what graphql-js would. */
describe.each(DATABASE_KINDS)('the lists that an import answers on $kind', (kind) => {
  const schema = buildApiSchema();
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await storeWorld(test, classWorld({ learners: 3 }));
  });
  afterAll(() => test.drop());

  /** One that is created, with warnings; one superseded; one rejected. */
  const rows = [
    { ...classRow(1), progression: 50, trackingStatus: 'completed', score: 7.5 },
    { ...classRow(2), firstAccessDate: '2026-01-02', lastAccessDate: '2026-01-01' },
    classRow(2),
    { ...classRow(3), progression: 101, score: -1 },
  ];
  const input = { rows, dryRun: true, parameters: { dateTimeFormat: 'YYYY-MM-DD' } };

  it('hold what is selected, however it is selected', async () => {
    const api = apiOn(test);
    await fc.assert(
      fc.asyncProperty(
        selections(typeOf('TrackingRowResult')),
        selections(typeOf('Problem')),
        async (ofRow, ofProblem) => {
          const source = `
          mutation($input: ImportConsolidatedTrackingInput!, $yes: Boolean! = true, $no: Boolean! = false) {
            importConsolidatedTracking(input: $input) {
              ... on ImportConsolidatedTrackingOutcome { rows { ${ofRow} } rejected: rows(outcomes: [REJECTED]) { ${ofRow} } }
              ... on ImportConsolidatedTrackingWarning { problems { ${ofProblem} } rows { row } none: rows(outcomes: []) { ...WholeRow } }
            }
            uses: __typename @include(if: $yes) @skip(if: $no)
          }
          fragment WholeRow on TrackingRowResult { row tracking { ...Stored } problems { ... on Problem { code } } }
          fragment Stored on ConsolidatedTracking { id status updatedAt }`;
          const variables = { input };
          const plain = await graphql({
            schema,
            source,
            variableValues: variables,
            contextValue: testContext(test),
          });
          expect(plain.errors).toBeUndefined();
          expect(await api.run(source, variables)).toEqual(JSON.parse(JSON.stringify(plain.data)));
        },
      ),
      { numRuns: 150 },
    );
  });

  function typeOf(name: string): GraphQLObjectType {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`${name} is no object type`);
    return type;
  }

  /** What can stand between the braces of a selection of the type. */
  function selections(type: GraphQLObjectType, depth = 3): fc.Arbitrary<string> {
    // Records refer to each other in circles, and pages within the rows of an import are refused.
    const selectable = Object.values(type.getFields()).filter((field) => {
      const { name } = getNamedType(field.type);
      return isLeafType(schema.getType(name)) || (depth > 0 && !name.endsWith('Connection'));
    });
    const fields = selectable.map((field) => {
      const inner = getNamedType(field.type);
      const below = isObjectType(inner)
        ? selections(inner, depth - 1).map((text) => ` { ${text} }`)
        : fc.constant('');
      return below.map((text) => `${field.name}${text}`);
    });
    const directives = fc.constantFrom(
      '',
      '',
      '',
      ' @skip(if: $no)',
      ' @skip(if: $yes)',
      ' @include(if: $no)',
      ' @include(if: $yes)',
    );
    const field = fc.oneof(...fields, fc.constant('__typename'));
    const aliased = fc
      .tuple(fc.constantFrom('', '', 'a: ', 'b: '), field, directives)
      .map(([alias, text, directive]) => {
        // Aliases of different fields would not be valid: each is told apart by its field.
        const [name = ''] = /^\w+/.exec(text) ?? [];
        const place = text.indexOf(' {');
        const [head, rest] = place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place)];
        return `${alias === '' ? '' : `${alias[0]}_${name}: `}${head}${directive}${rest}`;
      });
    const nested =
      depth <= 0
        ? aliased
        : fc.oneof(
            { weight: 5, arbitrary: aliased },
            {
              weight: 1,
              arbitrary: fc
                .tuple(directives, aliased)
                .map(([directive, text]) => `... ${directive} { ${text} }`),
            },
            { weight: 1, arbitrary: aliased.map((text) => `... on ${type.name} { ${text} }`) },
            ...(type.name === 'TrackingRowResult'
              ? [{ weight: 1, arbitrary: fc.constant('...WholeRow') }]
              : []),
            ...(type.name === 'ConsolidatedTracking'
              ? [{ weight: 1, arbitrary: fc.constant('...Stored') }]
              : []),
          );
    return fc.array(nested, { minLength: 1, maxLength: 4 }).map((texts) => texts.join(' '));
  }
});
