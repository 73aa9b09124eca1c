import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';

/** The library's strict RFC 3339 scalar under the contract's name; instants leave as UTC with milliseconds. */
export const DateTimeScalar = new GraphQLScalarType<Date | number, string>({
  ...(GraphQLDateTimeISO as unknown as GraphQLScalarType<Date | number, string>).toConfig(),
  name: 'DateTime',
  description: 'ISO-8601 instant in UTC with milliseconds.',
});
