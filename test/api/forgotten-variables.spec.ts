/** A filter or look-up that lacks what it was to have must not read the whole site. */
import { getNamedType, isInputObjectType, isRequiredArgument, parse, print } from 'graphql';
import { buildApiSchema } from '../../src/api-schema';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { present } from '../support/present';

const QUERIES = Object.values(present(buildApiSchema().getQueryType()).getFields());

/** Every query that has a filter, with the fields of it. */
const FILTERED = QUERIES.flatMap(({ name, args }) => {
  const type = getNamedType(args.find((arg) => arg.name === 'filter')?.type);
  if (!isInputObjectType(type)) return [];
  const members = Object.values(type.getFields()).map((field) => ({
    name: field.name,
    type: String(field.type),
  }));
  return [{ query: name, filter: type.name, members }];
});

const MEMBERS = FILTERED.flatMap(({ query, filter, members }) =>
  members.map((member) => ({ query, filter, member: member.name, type: member.type })),
);

/** What a page needs says nothing about which records it is of. */
const OF_PAGES = ['filter', 'first', 'after', 'orderBy'];

/** Every other argument that can be left out. */
const LOOK_UPS = QUERIES.flatMap(({ name, args }) =>
  args
    .filter((arg) => !OF_PAGES.includes(arg.name) && !isRequiredArgument(arg))
    .map((arg) => [name, arg.name, String(arg.type)] as const),
);

describe.each(DATABASE_KINDS)('what is forgotten on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  afterAll(() => test.drop());

  async function codeOf(document: string, variables?: Record<string, unknown>): Promise<unknown> {
    const watched = test.watch();
    const { errors } = await api.execute(print(parse(document)), variables);
    if (errors !== undefined) expect(watched).toEqual([]);
    return errors?.[0]?.extensions.code;
  }

  const COUNT = '{ __typename }';

  it('is looked for in every query that has a filter', () => {
    expect(FILTERED.map(({ query }) => query)).toEqual(
      expect.arrayContaining([
        'auditLog',
        'consolidatedTracking',
        'importRuns',
        'learners',
        'notifications',
        'users',
      ]),
    );
  });

  describe.each(FILTERED)('in $query', ({ query, filter }) => {
    it.each([
      ['the filter is null', `{ ${query}(filter: null) ${COUNT} }`, undefined],
      ['its variable is not sent', `query ($f: ${filter}) { ${query}(filter: $f) ${COUNT} }`, {}],
      ['its variable is null', `query ($f: ${filter}) { ${query}(filter: $f) ${COUNT} }`, { f: null }],
    ])('%s: refused', async (_, document, variables) => {
      expect(await codeOf(document, variables)).toBe('BAD_USER_INPUT');
    });

    it.each([
      ['there is none', `{ ${query} ${COUNT} }`, undefined],
      ['it is empty', `{ ${query}(filter: {}) ${COUNT} }`, undefined],
      ['its variable has a default', `query ($f: ${filter} = {}) { ${query}(filter: $f) ${COUNT} }`, {}],
      ['its variable is empty', `query ($f: ${filter}) { ${query}(filter: $f) ${COUNT} }`, { f: {} }],
      [
        'only the variables of pages are not sent',
        `query ($first: Int! = 2, $after: String) { ${query}(first: $first, after: $after) ${COUNT} }`,
        {},
      ],
    ])('%s: all is read', async (_, document, variables) => {
      expect(await codeOf(document, variables)).toBeUndefined();
    });
  });

  describe.each(MEMBERS)('$query($member)', ({ query, filter, member, type }) => {
    it('is refused as null, and as a variable that is not sent', async () => {
      const byVariable = `query ($f: ${filter}) { ${query}(filter: $f) ${COUNT} }`;
      const ofMember = `query ($v: ${type}) { ${query}(filter: { ${member}: $v }) ${COUNT} }`;
      expect([
        await codeOf(`{ ${query}(filter: { ${member}: null }) ${COUNT} }`),
        await codeOf(byVariable, { f: { [member]: null } }),
        await codeOf(ofMember, {}),
        await codeOf(ofMember, { v: null }),
      ]).toEqual(Array(4).fill('BAD_USER_INPUT'));
    });
  });

  it.each(LOOK_UPS)(
    '%s(%s) is refused as null, and as a variable that is not sent',
    async (query, argument, type) => {
      const document = `query ($v: ${type}) { ${query}(${argument}: $v) ${COUNT} }`;
      expect([
        await codeOf(`{ ${query}(${argument}: null) ${COUNT} }`),
        await codeOf(document, {}),
        await codeOf(document, { v: null }),
      ]).toEqual(Array(3).fill('BAD_USER_INPUT'));
    },
  );

  it('tells which member it is', async () => {
    const { errors } = await api.execute(
      'query ($login: String) { learners(filter: { search: "a", login: $login }) { totalCount } }',
    );
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([
      [
        'The variable for filter.login was not sent. Send it, or leave filter.login out of the document.',
        ['learners'],
      ],
    ]);
  });

  describe('in eraseLearner', () => {
    const CODES = '{ __typename ... on EraseLearnerOutcome { dryRun problems { code } } }';
    const REFERENCES = ['candidateLogin', 'candidateRefNumber', 'candidateEmail', 'learnerId'];

    it.each(REFERENCES)(
      '%s beside another reference is refused as null, and as a variable that is not sent',
      async (field) => {
        const given = field === 'candidateLogin' ? 'candidateRefNumber' : 'candidateLogin';
        const type = field === 'learnerId' ? 'ID' : 'String';
        const ofMember = `mutation ($v: ${type}) { eraseLearner(input: { ${given}: "x", ${field}: $v }) ${CODES} }`;
        const byVariable = `mutation ($i: EraseLearnerInput!) { eraseLearner(input: $i) ${CODES} }`;
        expect([
          await codeOf(`mutation { eraseLearner(input: { ${given}: "x", ${field}: null }) ${CODES} }`),
          await codeOf(byVariable, { i: { [given]: 'x', [field]: null } }),
          await codeOf(ofMember, {}),
          await codeOf(ofMember, { v: null }),
        ]).toEqual(Array(4).fill('BAD_USER_INPUT'));
      },
    );

    it('dryRun is refused as a variable that is not sent: it would erase; null is false', async () => {
      const document = `mutation ($d: Boolean) { eraseLearner(input: { candidateLogin: "x", dryRun: $d }) ${CODES} }`;
      expect(await codeOf(document, {})).toBe('BAD_USER_INPUT');
      const notFound = { dryRun: false, problems: [{ code: 'LEARNER_NOT_FOUND' }] };
      for (const [sent, variables] of [
        [document, { d: null }],
        [`mutation { eraseLearner(input: { candidateLogin: "x", dryRun: null }) ${CODES} }`, {}],
        [
          `mutation ($i: EraseLearnerInput!) { eraseLearner(input: $i) ${CODES} }`,
          { i: { candidateLogin: 'x', dryRun: null } },
        ],
        [`mutation { eraseLearner(input: { candidateLogin: "x" }) ${CODES} }`, {}],
      ] as const) {
        expect(await api.run(sent, variables)).toMatchObject({ eraseLearner: notFound });
      }
    });

    it('a forgotten removeFiles is refused, and null is none', async () => {
      const document = `mutation ($f: Boolean) { eraseLearner(input: { candidateLogin: "x", removeFiles: $f }) ${CODES} }`;
      expect(await codeOf(document, {})).toBe('BAD_USER_INPUT');
      expect(await api.run(document, { f: null })).toMatchObject({
        eraseLearner: { problems: [{ code: 'LEARNER_NOT_FOUND' }] },
      });
    });
  });

  it('beside another reference does not go unnoticed', async () => {
    const document = 'query ($login: String) { learner(refNumber: "R-1", login: $login) { learnerId } }';
    expect(await codeOf(document, {})).toBe('BAD_USER_INPUT');
  });
});
