import {
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  OperationTypeNode,
  parse,
} from 'graphql';
import { createExecutor } from '../../../src/bulk/executor';

/** A mutation that answers a bulk list of so many entries; `read` is told of each value that is read. */
function schemaOf(count: number, read: () => void): GraphQLSchema {
  const Entry = new GraphQLObjectType({
    name: 'Entry',
    fields: { row: { type: new GraphQLNonNull(GraphQLInt) } },
  });
  const entries = Array.from({ length: count }, (_, row) => ({
    get row() {
      read();
      return row;
    },
  }));
  const Answer = new GraphQLObjectType({
    name: 'Answer',
    fields: {
      entries: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(Entry))),
        extensions: { bulk: true },
      },
    },
  });
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { nothing: { type: GraphQLInt } } }),
    mutation: new GraphQLObjectType({
      name: 'Mutation',
      fields: { write: { type: Answer, resolve: () => ({ entries }) } },
    }),
  });
}

async function readWithin(maxBytes: number, selection: string): Promise<{ reads: number; codes: unknown }> {
  let reads = 0;
  const schema = schemaOf(10_000, () => {
    reads += 1;
  });
  const { data, errors } = await createExecutor(
    schema,
    maxBytes,
  )({
    document: parse(`mutation { write { ${selection} } }`),
    kind: OperationTypeNode.MUTATION,
    operationName: undefined,
    variables: undefined,
    context: {},
  });
  expect(errors === undefined || data === null).toBe(true);
  return { reads, codes: errors?.map(({ extensions }) => extensions.code) };
}

describe('a list that is written', () => {
  const tooLarge = ['ANSWER_TOO_LARGE'];

  it('is written to its end where there is room for it', async () => {
    expect(await readWithin(200_000, 'entries { row }')).toEqual({ reads: 10_000, codes: undefined });
  });

  it('stops where the bytes are used up', async () => {
    const { reads, codes } = await readWithin(1_200, 'entries { row }');
    expect(codes).toEqual(tooLarge);
    expect(reads).toBe(150);
  });

  it('stops with all other lists of the request', async () => {
    const { reads, codes } = await readWithin(12_000, 'a: entries { row } b: entries { row }');
    expect(codes).toEqual(tooLarge);
    expect(reads).toBeLessThanOrEqual(1_200);
  });

  it('is written in smaller slices where the names of its fields are long', async () => {
    const { reads, codes } = await readWithin(1_000_000, `entries { ${'a'.repeat(300_000)}: row }`);
    expect(codes).toEqual(tooLarge);
    expect(reads).toBe(4);
  });
});
