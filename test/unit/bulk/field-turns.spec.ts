import { buildSchema, OperationTypeNode, parse } from 'graphql';
import { createExecutor } from '../../../src/bulk/executor';
import { groupBy } from '../../../src/kernel/group-by';

const FIELDS = 20;
const aliases = Array.from({ length: FIELDS }, (_, index) => `a${index}: list { seen }`).join(' ');

/** In how many different rounds of the event loop the fields of an operation were put into its answer. */
async function roundsOf(text: string, kind: OperationTypeNode): Promise<number> {
  const schema = buildSchema(`
    type Item { seen: Int }
    type Query { list: Item }
    type Mutation { list: Item }
  `);
  let round = 0;
  let isOver = false;
  const count = () => {
    round += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const seen = () => round;
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    const list = type?.getFields().list;
    if (list) list.resolve = () => ({ seen });
  }
  const execute = createExecutor(schema);
  const document = parse(text);
  const { data } = await execute({ document, kind, operationName: null, variables: {}, context: {} });
  isOver = true;
  return new Set(Object.values(data ?? {}).map((item) => (item as { seen: number }).seen)).size;
}

describe('the fields of an operation', () => {
  it.each([
    ['names of a query', `{ ${aliases} }`, OperationTypeNode.QUERY],
    ['names of a mutation', `mutation { ${aliases} }`, OperationTypeNode.MUTATION],
    [
      'fields of a fragment on the query',
      `{ ...F } fragment F on Query { ${aliases} }`,
      OperationTypeNode.QUERY,
    ],
    [
      'fields of a fragment on the mutation',
      `mutation { ...F } fragment F on Mutation { ${aliases} }`,
      OperationTypeNode.MUTATION,
    ],
    ['fields of a fragment without a name', `{ ... { ${aliases} } }`, OperationTypeNode.QUERY],
  ])('give way between each other: %s', async (_, text, kind) => {
    expect(await roundsOf(text, kind)).toBe(FIELDS);
  });
});

describe('a long list', () => {
  it('is put into the answer in parts, other requests in between', async () => {
    const schema = buildSchema('type Item { seen: Int, index: Int } type Query { list: [Item] }');
    const list = schema.getQueryType()?.getFields().list;
    let round = 0;
    let isOver = false;
    const count = () => {
      round += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const items = Array.from({ length: 1_001 }, (_, index) => ({ index, seen: () => round }));
    if (list) list.resolve = () => items;
    const { data } = await createExecutor(schema)({
      document: parse('{ list { index seen } }'),
      kind: OperationTypeNode.QUERY,
      operationName: null,
      variables: {},
      context: {},
    });
    isOver = true;
    const answered = data?.list as readonly { readonly seen: number; readonly index: number }[];
    expect(answered.map(({ index }) => index)).toEqual(items.map(({ index }) => index));
    const inRounds = groupBy(answered, ({ seen }) => seen);
    expect(Math.max(...[...inRounds.values()].map(({ length }) => length))).toBeLessThanOrEqual(200);
  });
});
