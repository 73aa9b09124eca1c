import { GraphQLScalarType, type ValueNode, valueFromASTUntyped } from 'graphql';

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
    "A number, or text in the request's timeSpentFormat. A number is seconds, under RAW_MINUTES minutes. Anything else is a problem of its row.",
  parseValue: withoutContents,
  parseLiteral: (node: ValueNode, variables) => withoutContents(valueFromASTUntyped(node, variables)),
  serialize: (value) => value,
});
