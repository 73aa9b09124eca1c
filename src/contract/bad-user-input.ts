import { GraphQLError } from 'graphql';

/** An argument that no answer can be given to: a GraphQL error that clients should fix, never a masked one. */
export function badUserInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}
