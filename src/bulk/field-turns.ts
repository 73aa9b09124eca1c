import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLResolveInfo, type GraphQLSchema, Kind } from 'graphql';
import { nextTurn } from '../event-loop/turns';

/** Whether an operation asks for one field only, so that nothing of it has to give way between fields. */
export function isSoleField({ operation }: GraphQLResolveInfo): boolean {
  const [first, ...others] = operation.selectionSet.selections;
  return first?.kind === Kind.FIELD && others.length === 0;
}

/** The schema with queries whose fields are put into the answer one by one, other requests in between. */
export function inFieldTurns(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.QUERY_ROOT_FIELD]: (field) => {
      const { resolve = defaultFieldResolver } = field;
      return {
        ...field,
        resolve: async (source, args, context, info) => {
          const value = await resolve(source, args, context, info);
          if (!isSoleField(info)) await nextTurn();
          return value;
        },
      };
    },
  });
}
