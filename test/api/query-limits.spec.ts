import { DEFAULT_LIMITS, type Limits } from '../../src/http/limits';
import { post, rig } from '../support/http-rig';

interface Answer {
  readonly status: number;
  readonly body: {
    readonly data?: unknown;
    readonly errors?: readonly { readonly extensions: Readonly<Record<string, unknown>> }[];
  };
}

async function ask(query: string, limits: Partial<Limits> = {}, variables?: object): Promise<Answer> {
  const { url } = await rig({ settings: { limits: { ...DEFAULT_LIMITS, ...limits } } });
  const response = await post(url, { query, variables });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const extensionsOf = ({ body }: Answer) => body.errors?.map(({ extensions }) => extensions);
const codesOf = (answer: Answer) => extensionsOf(answer)?.map(({ code }) => code);

describe('a document', () => {
  const cases: [string, Partial<Limits>, string, string, object][] = [
    [
      'as deep as allowed',
      { queryDepth: 3 },
      '{ __schema { queryType { name } } }',
      '{ __schema { queryType { fields { name } } } }',
      { code: 'QUERY_TOO_DEEP', limit: 3, actual: 4 },
    ],
    [
      'deep by its fragments, which count as levels',
      { queryDepth: 3 },
      '{ ... { ... { hello } } }',
      '{ ... { ... { ... { hello } } } }',
      { code: 'QUERY_TOO_DEEP', limit: 3, actual: 4 },
    ],
    [
      'with as many aliases as allowed',
      { queryAliases: 2 },
      '{ a: hello b: hello hello }',
      '{ a: hello b: hello c: hello }',
      { code: 'QUERY_ALIASES_TOO_MANY', limit: 2, actual: 3 },
    ],
    [
      'with aliases of __typename',
      { queryAliases: 2 },
      '{ a: __typename b: __typename }',
      '{ a: __typename b: __typename c: __typename }',
      { code: 'QUERY_ALIASES_TOO_MANY', limit: 2, actual: 3 },
    ],
    [
      'with aliases in a fragment, which count wherever it is spread',
      { queryAliases: 3 },
      'query { ...F a: hello } fragment F on Query { b: hello c: hello }',
      'query { ...F ... { ...F } } fragment F on Query { b: hello c: hello }',
      { code: 'QUERY_ALIASES_TOO_MANY', limit: 3, actual: 4 },
    ],
    [
      'with as many directives as allowed',
      { queryDirectives: 1 },
      '{ hello @skip(if: false) }',
      '{ hello @skip(if: false) requestId @include(if: true) }',
      { code: 'QUERY_DIRECTIVES_TOO_MANY', limit: 1, actual: 2 },
    ],
    [
      'of as much cost as allowed',
      { queryCost: 3_003 },
      '{ __schema { description } }',
      '{ __schema { description } hello }',
      { code: 'QUERY_COST_TOO_HIGH', limit: 3_003, actual: 3_004 },
    ],
    [
      'of as many introspections as the cost allows',
      { queryCost: 6_006 },
      '{ __schema { description } __type(name: "Query") { name } }',
      '{ __schema { description } a: __schema { description } ... { __type(name: "Query") { name } } }',
      { code: 'QUERY_COST_TOO_HIGH', limit: 6_006, actual: 9_011 },
    ],
    [
      'with as many fields in a selection as allowed',
      { queryFields: 3 },
      '{ hello hello ... on Query { hello hello hello } }',
      '{ hello hello hello ... on Query { hello } }',
      { code: 'QUERY_FIELDS_TOO_MANY', limit: 3, actual: 4 },
    ],
    [
      'of as many tokens as allowed',
      { queryTokens: 3 },
      '{ hello }',
      '{ hello requestId }',
      { code: 'QUERY_TOKENS_TOO_MANY', limit: 3 },
    ],
    [
      'of as many comments as tokens',
      { queryTokens: 3 },
      '#\n#\n#\n{ hello }',
      '#\n#\n#\n#\n{ hello }',
      { code: 'QUERY_TOKENS_TOO_MANY', limit: 3 },
    ],
    [
      'of as many characters as allowed',
      { queryCharacters: 9 },
      '{ hello }',
      '{ hello }\n',
      { code: 'QUERY_TEXT_TOO_LONG', limit: 9 },
    ],
  ];

  it.each(cases)(
    '%s is answered, and one step more is refused',
    async (_name, limits, fine, excess, extensions) => {
      expect(await ask(fine, limits)).toEqual({ status: 200, body: { data: expect.any(Object) } });
      expect(await ask(excess, limits)).toEqual({
        status: 200,
        body: { errors: [{ message: expect.any(String), extensions }] },
      });
    },
  );

  it('over a limit is a 400 for clients that can tell it from a refusal by a proxy', async () => {
    const { url } = await rig({ settings: { limits: { ...DEFAULT_LIMITS, queryTokens: 2, queryDepth: 1 } } });
    const accept = { accept: 'application/graphql-response+json' };
    for (const query of ['{ hello }', '{ a { b } }']) {
      expect((await post(url, { query }, accept)).status).toBe(400);
    }
  });

  it('over several limits is told all of them', async () => {
    const answer = await ask('{ a: hello @skip(if: false) }', {
      queryAliases: 0,
      queryDirectives: 0,
      queryCost: 0,
      queryDepth: 0,
    });
    expect(codesOf(answer)).toEqual([
      'QUERY_TOO_DEEP',
      'QUERY_ALIASES_TOO_MANY',
      'QUERY_DIRECTIVES_TOO_MANY',
      'QUERY_COST_TOO_HIGH',
    ]);
  });

  it('over a limit is not looked at any further', async () => {
    const conflicting = '{ a: hello a: requestId unknown }';
    expect(codesOf(await ask(conflicting, { queryAliases: 2 }))).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
      'GRAPHQL_VALIDATION_FAILED',
    ]);
    expect(codesOf(await ask(conflicting, { queryAliases: 1 }))).toEqual(['QUERY_ALIASES_TOO_MANY']);
  });

  it('has its cost multiplied by the sizes of pages that it states', async () => {
    const page = (first: number) => `{ things(first: ${first}) { name } }`;
    expect(extensionsOf(await ask(page(7), { queryCost: 20 }))).toEqual([
      { code: 'QUERY_COST_TOO_HIGH', limit: 20, actual: 21 },
    ]);
  });

  describe('that leaves the size of a page to its variables', () => {
    const page = 'query ($n: Int) { things(first: $n) { name } }';
    const tooHigh = (actual: number) => [{ code: 'QUERY_COST_TOO_HIGH', limit: 20, actual }];

    it('has its cost multiplied by what each request makes of them', async () => {
      const { url } = await rig({ settings: { limits: { ...DEFAULT_LIMITS, queryCost: 20 } } });
      const of = async (variables: object, query = page) => {
        const response = await post(url, { query, variables });
        return extensionsOf({ status: response.status, body: (await response.json()) as Answer['body'] });
      };
      expect(await of({ n: 6 })).toBeUndefined();
      expect(await of({ n: 7 })).toEqual(tooHigh(21));
      expect(await of({ n: 6 })).toBeUndefined();
      const byDefault = 'query ($n: Int = 7) { things(first: $n) { name } }';
      expect(await of({}, byDefault)).toEqual(tooHigh(21));
      expect(await of({ n: 1 }, byDefault)).toEqual(tooHigh(21));
      const inFragment = 'query ($n: Int) { ...F } fragment F on Query { things(first: $n) { name } }';
      expect(await of({ n: 7 }, inFragment)).toEqual(tooHigh(24));
    });
  });

  it('counts at least 500 for a number of all, and what a page has by default where it does not say', async () => {
    expect(extensionsOf(await ask('{ counted { totalCount } }', { queryCost: 20 }))).toEqual([
      { code: 'QUERY_COST_TOO_HIGH', limit: 20, actual: 503 },
    ]);
    // Once, however long the page is that it stands beside.
    const ofFragment = '{ counted(first: 5) { ...C } } fragment C on Counted { totalCount }';
    expect(extensionsOf(await ask(ofFragment, { queryCost: 20 }))).toEqual([
      { code: 'QUERY_COST_TOO_HIGH', limit: 20, actual: 530 },
    ]);
    expect(extensionsOf(await ask('{ pages { name } }', { queryCost: 20 }))).toEqual([
      { code: 'QUERY_COST_TOO_HIGH', limit: 20, actual: 150 },
    ]);
  });

  it('holds as many mutations as allowed', async () => {
    const many = (count: number) =>
      `mutation { ${series(count, (i) => `a${i}: hello`)} ...F } fragment F on Mutation { b: hello ...F2 } fragment F2 on Mutation { a1: hello }`;
    const limits = { mutations: 3, queryAliases: 100 };
    expect((await ask(many(2), limits)).body).toEqual({ data: { a0: 'world', a1: 'world', b: 'world' } });
    expect(extensionsOf(await ask(many(3), limits))).toEqual([
      { code: 'MUTATIONS_TOO_MANY', limit: 3, actual: 4 },
    ]);
  });

  it('is measured whatever it is called in, and only where it is executed', async () => {
    const twice = 'query A { a: hello b: hello } query B { hello }';
    const { url } = await rig({ settings: { limits: { ...DEFAULT_LIMITS, queryAliases: 1 } } });
    const response = await post(url, { query: twice, operationName: 'B' });
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'QUERY_ALIASES_TOO_MANY' } }],
    });
  });

  const nested = (open: string, close: string, inner = '', depth = 5_000) =>
    open.repeat(depth) + inner + close.repeat(depth);
  const series = (count: number, make: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => make(index)).join(' ');

  const chain = (length: number) =>
    `${series(length, (i) => `fragment F${i} on Query { ...F${i + 1} }`)} fragment F${length} on Query { hello }`;

  it.each([
    ['fields', nested('{ a ', '}')],
    ['fields that the parser can still follow', nested('{ a ', '}', '', 1_000)],
    ['fragments', `{ hello ${nested('...{ ', '}', 'hello')} }`],
    ['lists', `{ page(first: ${nested('[', ']')}) }`],
    ['objects', `{ page(first: ${nested('{ a: ', '}', '1')}) }`],
    ['named fragments', `{ ...F0 } ${chain(150)}`],
    [
      'fragments in named fragments',
      `{ ...F0 } ${series(3, (i) => `fragment F${i} on Query { ${nested('...{', '}', `...F${i + 1}`, 1_500)} }`)} fragment F3 on Query { hello }`,
    ],
  ])('that nests %s deeper than the stack is refused', async (_name, query) => {
    expect(codesOf(await ask(query))).toEqual(['QUERY_TOO_DEEP']);
  });

  it.each([
    [
      'a circle of fragments',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a fragment in itself', '{ ...A } fragment A on Query { a: hello ...A }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'fragments that triple each other',
      `{ ...F0 } ${series(12, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} ...F${i + 1} }`)} fragment F12 on Query { hello }`,
      'QUERY_COST_TOO_HIGH',
    ],
    ['a long chain of fragments', `{ ...F0 } ${chain(1_800)}`, 'QUERY_TOO_DEEP'],
    ['a long chain of fragments that nobody uses', `{ hello } ${chain(1_800)}`, 'QUERY_TOO_DEEP'],
    ['20,000 aliases', `{ ${series(20_000, (i) => `a${i}: hello`)} }`, 'QUERY_TOKENS_TOO_MANY'],
    ['500 aliases', `{ ${series(500, (i) => `a${i}: hello`)} }`, 'QUERY_ALIASES_TOO_MANY'],
    ['1,000 fields', `{ ${series(1_000, () => 'hello')} }`, 'QUERY_FIELDS_TOO_MANY'],
    ['1,000 directives', `{ hello ${series(1_000, () => '@skip(if: false)')} }`, 'QUERY_DIRECTIVES_TOO_MANY'],
    ['500,000 comments', `${'#\n'.repeat(499_000)}{ hello }`, 'QUERY_TOKENS_TOO_MANY'],
    [
      'a text of 2,000,000 characters',
      `{ lengthOf(text: "${'a'.repeat(2_000_000)}") }`,
      'QUERY_TEXT_TOO_LONG',
    ],
    [
      'too deep an introspection',
      '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('of %s is refused by the defaults', async (_name, query, code) => {
    expect(codesOf(await ask(query))).toEqual([code]);
  });

  it.each([
    ['500 unknown fields', `{ ${series(500, (i) => `unknown${i}`)} }`],
    ['1,000 unknown arguments', `{ hello(${series(1_000, (i) => `a${i}: 1`)}) }`],
    ['1,000 variables of unknown types', `query(${series(1_000, (i) => `$v${i}: T${i}`)}) { hello }`],
  ])('with %s is told about a hundred of them', async (_name, query) => {
    const codes = codesOf(await ask(query));
    expect(codes?.length).toBeLessThanOrEqual(101);
    expect(new Set(codes)).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
  });

  it('with 1,000 bad items in a variable is told about fifty of them', async () => {
    const of = Array(1_000).fill('BLUE');
    const answer = await ask('query($of: [Colour!]) { colours(of: $of) }', {}, { of });
    expect(codesOf(answer)).toEqual(Array(51).fill('BAD_USER_INPUT'));
  });
});

describe('with introspection off', () => {
  const settings = { introspection: false };

  it('nobody is told the schema', async () => {
    const { url } = await rig({ settings });
    for (const query of ['{ __schema { queryType { name } } }', '{ __type(name: "Query") { name } }']) {
      const body = (await (await post(url, { query })).json()) as Answer['body'];
      expect(body).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
      expect(body.data).toBeUndefined();
    }
    expect(await (await post(url, { query: '{ __typename }' })).json()).toEqual({
      data: { __typename: 'Query' },
    });
  });

  it.each([
    ['a field', '{ lengthO(text: "") }', undefined, 'lengthOf'],
    ['an argument', '{ things(frst: 1) { name } }', undefined, '"first"'],
    ['a value', '{ colours(of: REDD) }', undefined, '"RED"'],
    ['a variable', 'query($of: [Colour!]) { colours(of: $of) }', { of: ['REDD'] }, '"RED"'],
  ])('%s that is almost right gives nothing away', async (_name, query, variables, hidden) => {
    const told = await rig();
    expect(await (await post(told.url, { query, variables })).text()).toContain(hidden.replaceAll('"', ''));
    const { url } = await rig({ settings });
    const text = await (await post(url, { query, variables })).text();
    expect(text).toContain('"errors"');
    expect(text).not.toContain('Did you mean');
    expect(text).not.toContain(hidden.replaceAll('"', '\\"'));
  });
});
