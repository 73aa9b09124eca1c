import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';

/**
 * The types of the cells of a row. Rows come out of spreadsheets, where a number may be a text, and a text a number:
 * these types let through whatever one cell can hold, and what a cell cannot take is a problem of its row.
 */

/** What a cell may hold before anybody has read it. */
export type SentCell = string | number | boolean | null | undefined;

function oneValue(name: string) {
  return (value: unknown): SentCell => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    throw new GraphQLError(`${name} holds one value, no object and no list.`);
  };
}

function oneLiteral(name: string) {
  return (node: ValueNode): SentCell => {
    switch (node.kind) {
      case Kind.STRING:
      case Kind.BOOLEAN:
        return node.value;
      case Kind.INT:
      case Kind.FLOAT:
        return Number(node.value);
      default:
        throw new GraphQLError(`${name} holds one value, no object and no list.`, { nodes: node });
    }
  };
}

function cellScalar(name: string, description: string) {
  return new GraphQLScalarType<SentCell, SentCell>({
    name,
    description,
    parseValue: oneValue(name),
    parseLiteral: oneLiteral(name),
  });
}

export const TextCellScalar = cellScalar(
  'TextCell',
  'A cell that holds text: "R-12", or a whole number, which is taken as its text: 12345 is "12345". White space around it is removed; an empty text is null. Anything else (true, 12.5, a number beyond 2^53) is a problem of its row, TEXT_INVALID.',
);

export const NumberCellScalar = cellScalar(
  'NumberCell',
  'A cell that holds a number: 12.5, or its text: "12.5", "12,5", " 12 ", "1.2e1". An empty text is null. "1,000" may be a thousand and is refused. Whole-number cells take 17, "17" and "17.0". Anything else ("n/a", true) is a problem of its row, NUMBER_INVALID.',
);

/** Its value goes no further: nobody reads it. */
export const IgnoredCellScalar = new GraphQLScalarType<null, null>({
  name: 'IgnoredCell',
  description: 'Any JSON value: 7, "x", [1, 2], { "a": true }. It is not read.',
  parseValue: () => null,
  parseLiteral: () => null,
});

/**
 * No object or list is a time span, whatever it holds. Its contents go no further: they may be nested deeper than
 * the stack of whoever walks through them.
 */
function withoutContents(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? {} : value;
}

/** Never throws: a value that is no time span is a problem of its row, not of the whole request. */
export const TimeSpentScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'TimeSpent',
  description:
    'A number, or text in the request\'s timeSpentFormat. A number is seconds, under RAW_MINUTES minutes: 5115, "5115", "PT1H25M15S". Anything else is a problem of its row.',
  parseValue: withoutContents,
  parseLiteral: (node: ValueNode, variables) => withoutContents(valueFromASTUntyped(node, variables)),
  serialize: (value) => value,
});
