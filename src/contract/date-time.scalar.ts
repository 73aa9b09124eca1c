import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';
import { formatInstant } from '../kernel/dates/instants';

const library = (GraphQLDateTimeISO as unknown as GraphQLScalarType<Date | number, string>).toConfig();

/** The library's strict RFC 3339 scalar under the contract's name; instants leave as UTC with milliseconds. */
export const DateTimeScalar = new GraphQLScalarType<Date | number, string>({
  ...library,
  name: 'DateTime',
  description: 'ISO-8601 instant in UTC with milliseconds.',
  // The library makes a Date of every number, and asks the date for its text.
  serialize: (value) => (typeof value === 'number' ? formatInstant(value) : library.serialize(value)),
});
