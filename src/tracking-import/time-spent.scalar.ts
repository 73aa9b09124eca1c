import { GraphQLScalarType, type ValueNode, valueFromASTUntyped } from 'graphql';

/** Never throws: a value that is no time span is a problem of its row, not of the whole request. */
export const TimeSpentScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'TimeSpent',
  description:
    "A number, or text in the request's timeSpentFormat. A number is seconds, under RAW_MINUTES minutes. Anything else is a problem of its row.",
  parseValue: (value) => value,
  parseLiteral: (node: ValueNode, variables) => valueFromASTUntyped(node, variables),
  serialize: (value) => value,
});
