import {
  GraphQLEnumType,
  GraphQLError,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { OperationFailed } from '../../src/contract/operation-failed';

/** A marker that must show up neither in answers nor in logs; its `zoe` cannot be part of a UUID. */
export const SECRET = 'secret zoe@example.org';

export interface StubContext {
  readonly requestId: string;
  /** Resolved by the test, to hold a request for as long as it wants. */
  readonly gate?: Promise<void>;
}

const Colour = new GraphQLEnumType({ name: 'Colour', values: { RED: {} } });

/** An exception as drivers throw it: the message holds SQL and parameters, even a line like a stack frame. */
function driverError(): Error {
  const error = new Error(`Duplicate entry '${SECRET}'\n    at zoe (/var/lib/x.js:1:1)\nINSERT '${SECRET}'`);
  return Object.assign(error, { code: 'ER_DUP_ENTRY', errno: 1062, sql: SECRET, parameters: [SECRET] });
}

const Thing = new GraphQLObjectType({ name: 'Thing', fields: { name: { type: GraphQLString } } });

/** The smallest schema that shows how the HTTP layer treats every kind of result. */
export const stubSchema = new GraphQLSchema({
  mutation: new GraphQLObjectType<unknown, StubContext>({
    name: 'Mutation',
    fields: { hello: { type: GraphQLString, resolve: () => 'world' } },
  }),
  query: new GraphQLObjectType<unknown, StubContext>({
    name: 'Query',
    fields: {
      hello: { type: GraphQLString, resolve: () => 'world' },
      requestId: { type: GraphQLString, resolve: (_source, _args, context) => context.requestId },
      lengthOf: {
        type: GraphQLInt,
        args: { text: { type: new GraphQLNonNull(GraphQLString) } },
        resolve: (_source, args: { text: string }) => args.text.length,
      },
      page: {
        type: GraphQLInt,
        args: { first: { type: new GraphQLNonNull(GraphQLInt), defaultValue: 50 } },
        resolve: (_source, args: { first: number }) => args.first,
      },
      colours: {
        type: GraphQLInt,
        args: { of: { type: new GraphQLList(new GraphQLNonNull(Colour)) } },
        resolve: (_source, args: { of: string[] }) => args.of.length,
      },
      pages: {
        type: new GraphQLList(Thing),
        args: { first: { type: new GraphQLNonNull(GraphQLInt), defaultValue: 50 } },
        resolve: (_source, args: { first: number }) => Array.from({ length: args.first }, () => ({})),
      },
      counted: {
        type: new GraphQLObjectType({ name: 'Counted', fields: { totalCount: { type: GraphQLInt } } }),
        args: { first: { type: GraphQLInt } },
        resolve: () => ({ totalCount: 7 }),
      },
      things: {
        type: new GraphQLList(Thing),
        args: { first: { type: GraphQLInt } },
        resolve: (_source, args: { first: number }) => Array.from({ length: args.first }, () => ({})),
      },
      refused: {
        type: GraphQLString,
        resolve: () => {
          throw new GraphQLError('first must be 1 to 200', { extensions: { code: 'BAD_USER_INPUT' } });
        },
      },
      crash: {
        type: GraphQLString,
        resolve: () => {
          throw new Error(SECRET);
        },
      },
      driverCrash: {
        type: GraphQLString,
        resolve: () => {
          throw driverError();
        },
      },
      failedOperation: {
        type: GraphQLString,
        resolve: (_source, _args, { requestId }) => {
          throw new OperationFailed('STUB_FAILED', 'The stub failed.', requestId, driverError());
        },
      },
      uncodedError: {
        type: GraphQLString,
        resolve: () => {
          throw new GraphQLError(SECRET);
        },
      },
      errorWithExtensions: {
        type: GraphQLString,
        resolve: () => {
          throw Object.assign(new Error(SECRET), { extensions: { code: 'BAD_USER_INPUT', detail: SECRET } });
        },
      },
      notAColour: { type: Colour, resolve: () => SECRET },
      notAnObject: {
        type: new GraphQLObjectType({
          name: 'Checked',
          isTypeOf: () => false,
          fields: { name: { type: GraphQLString } },
        }),
        resolve: () => ({ name: SECRET }),
      },
      crashes: {
        type: new GraphQLList(
          new GraphQLObjectType({
            name: 'Crashing',
            fields: {
              name: {
                type: GraphQLString,
                resolve: () => {
                  throw driverError();
                },
              },
            },
          }),
        ),
        resolve: () => Array.from({ length: 100 }, () => ({})),
      },
      slow: {
        type: GraphQLString,
        resolve: async (_source, _args, context) => {
          await context.gate;
          return 'done';
        },
      },
    },
  }),
});
