import fc from 'fast-check';
import Fastify, { type FastifyInstance } from 'fastify';
import { registerJsonBody } from '../../../src/http/json-body';
import { LimitExceeded } from '../../../src/http/limit-exceeded';
import { DEFAULT_LIMITS, type Limits } from '../../../src/http/limits';

const ROOMY: Limits = {
  ...DEFAULT_LIMITS,
  jsonDepth: 1_000,
  jsonValues: 1_000_000,
  jsonNames: 1_000_000,
  listItems: 1_000_000,
  listItemsTotal: 1_000_000,
};

function server(limits: Partial<Limits>): FastifyInstance {
  const app = Fastify({ bodyLimit: DEFAULT_LIMITS.bodyBytes });
  registerJsonBody(app, { ...ROOMY, ...limits });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
    error instanceof LimitExceeded
      ? reply.code(413).send(error.extensions)
      : reply.code(error.statusCode ?? 500).send({}),
  );
  app.post('/', async ({ body }) => ({ body }));
  return app;
}

/** The body as it was read, or what the refusal says. */
async function read(limits: Partial<Limits>, body: string | Buffer): Promise<unknown> {
  const app = server(limits);
  const response = await app.inject({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/json' },
    payload: body,
  });
  await app.close();
  return response.statusCode === 200 ? response.json().body : response.json();
}

describe('a JSON body', () => {
  it.each([
    ['nests', { jsonDepth: 3 }, '{"a":[{}]}', '{"a":[{"b":[]}]}', { code: 'JSON_TOO_DEEP', limit: 3 }],
    ['nests in lists', { jsonDepth: 3 }, '[[[]]]', '[[[[]]]]', { code: 'JSON_TOO_DEEP', limit: 3 }],
    ['has a list', { listItems: 3 }, '[1,2,3]', '[1,2,3,4]', { code: 'LIST_TOO_LONG', limit: 3, actual: 4 }],
    [
      'has a list of lists',
      { listItems: 3 },
      '{"a":[[1,2,3],[1,2,3],[1,2,3]]}',
      '{"a":[[1,2,3],[1,2,3],[1,2,3,4]]}',
      { code: 'LIST_TOO_LONG', limit: 3, actual: 4 },
    ],
    [
      'has lists',
      { listItemsTotal: 6 },
      '{"a":[1,2,3],"b":{"c":[1,2,3]}}',
      '{"a":[1,2,3],"b":{"c":[1,2,3,4]}}',
      { code: 'LIST_TOO_LONG', limit: 6, actual: 7 },
    ],
    [
      'has values',
      { jsonValues: 5 },
      '{"a":1,"b":[2,3]}',
      '{"a":1,"b":[2,3,4]}',
      { code: 'JSON_VALUES_TOO_MANY', limit: 5, actual: 6 },
    ],
    [
      'has names',
      { jsonNames: 2 },
      '[{"a":1,"b":":"},{"b" : 2,"a":{"b":"c"}}]',
      '[{"a":1},{"b":{"c":1}}]',
      { code: 'JSON_NAMES_TOO_MANY', limit: 2 },
    ],
  ])(
    'that %s up to the limit is read, and one step more is refused',
    async (_name, limits, fine, excess, told) => {
      expect(await read(limits, fine)).toEqual(JSON.parse(fine));
      expect(await read(limits, excess)).toEqual(told);
    },
  );

  it('is refused before it is found to be no JSON', async () => {
    expect(await read({}, '['.repeat(1_001))).toEqual({ code: 'JSON_TOO_DEEP', limit: 1_000 });
    expect(await read({ listItems: 3 }, '{[,,,,,}')).toMatchObject({ code: 'LIST_TOO_LONG' });
    expect(await read({}, `"a"${':'.repeat(1_000_000)}`)).toEqual({});
  });

  it.each(['', '[', ']', '}{', '"', '"\\', '"\\"', '\\', '{"a":}', ']]]][[[[', 'null,', '"\\u00'])(
    'that is none, like %j, is refused',
    async (text) => {
      expect(await read({}, text)).toEqual({});
    },
  );

  it.each([
    '"["',
    '"a,b,c,d,e"',
    '["]","[","{"]',
    '"\\"[[[["',
    '"\\\\"',
    '{"[,":"\\\\\\"],["}',
    '"é日本🙂[[[["',
  ])('is not counted within texts, as in %s', async (text) => {
    expect(await read({ listItems: 3, jsonDepth: 1, jsonValues: 4 }, text)).toEqual(JSON.parse(text));
  });

  it('with a byte that is no UTF-8 before the end of a text is counted on from there', async () => {
    const body = Buffer.concat([Buffer.from('["'), Buffer.from([0xe3, 0x80]), Buffer.from('",1,2,3]')]);
    expect(await read({ listItems: 3 }, body)).toMatchObject({ code: 'LIST_TOO_LONG', actual: 4 });
  });

  it('has as many of each as it is counted to have', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 6 }), fc.nat(2), async (value, spaces) => {
        const { depth, longest, items, values } = measuresOf(value);
        const body = JSON.stringify(value, null, spaces);
        // Refused for what it could do to prototypes, whatever its size.
        fc.pre(!/__proto__|constructor/.test(body));
        const exact = { jsonDepth: depth, listItems: longest, listItemsTotal: items, jsonValues: values };
        expect(await read(exact, body)).toEqual(JSON.parse(body));
        if (depth > 0)
          expect(await read({ jsonDepth: depth - 1 }, body)).toMatchObject({ code: 'JSON_TOO_DEEP' });
        if (longest > 1) {
          expect(await read({ listItems: longest - 1 }, body)).toMatchObject({ actual: longest });
        }
        if (items > 0) {
          expect(await read({ listItemsTotal: items - 1 }, body)).toMatchObject({ actual: items });
        }
        expect(await read({ jsonValues: values - 1 }, body)).toMatchObject({ actual: values });
      }),
      { numRuns: 100 },
    );
  });
});

interface JsonMeasures {
  readonly depth: number;
  readonly longest: number;
  readonly items: number;
  readonly values: number;
}

/** Counted the plain way, by recursion over what was parsed; an empty list or object counts as one of a single item. */
function measuresOf(value: unknown): JsonMeasures {
  if (typeof value !== 'object' || value === null) return { depth: 0, longest: 0, items: 0, values: 1 };
  const inner = Object.values(value).map(measuresOf);
  const sum = (pick: (measures: JsonMeasures) => number) => inner.map(pick).reduce((a, b) => a + b, 0);
  const isList = Array.isArray(value);
  const size = Math.max(1, inner.length);
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    longest: Math.max(isList ? size : 0, ...inner.map(({ longest }) => longest)),
    items: (isList ? size : 0) + sum(({ items }) => items),
    values: 1 + (inner.length === 0 ? 1 : sum(({ values }) => values)),
  };
}
