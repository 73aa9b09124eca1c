import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLInputObjectType,
  GraphQLNonNull,
  GraphQLScalarType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
  valueFromAST,
} from 'graphql';
import { isBulk, withWriteAhead } from '../../contract/bulk';
import { compileCoercion, NotCoercible } from './coerce';
import { listAhead, WRITE_LIST, type WriteList, writeListsAhead } from './lists-ahead';
import { writeList } from './write-list';

/**
 * The schema that mutations are executed with. To graphql-js, inputs and lists that are marked as bulk are scalars in
 * it: it hands them over as a whole, and does everything else.
 */
export function bulkSchema(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.TYPE]: (type) => (isInputObjectType(type) && isBulk(type) ? asScalar(type) : undefined),
    [MapperKind.MUTATION_ROOT_FIELD]: (field) => {
      const { resolve = defaultFieldResolver } = field;
      const answering: GraphQLFieldResolver<unknown, object> = (source, args, context, info) =>
        resolve(
          source,
          args,
          withWriteAhead(context, (answer) => writeListsAhead(answer, context, info)),
          info,
        );
      return { ...field, resolve: answering };
    },
    [MapperKind.OBJECT_FIELD]: (field) => {
      if (!isBulk({ extensions: field.extensions ?? {} })) return undefined;
      const { resolve = defaultFieldResolver } = field;
      const list = getNullableType(field.type);
      if (!isListType(list)) throw new Error('Only lists are written as bulk');
      const write: WriteList = async (source, args, context, info) =>
        writeList(await resolve(source, args, context, info), list.ofType, { ...info, schema });
      const written: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) =>
        listAhead(source, info) ?? write(source, args, context, info);
      return {
        ...field,
        type: new GraphQLNonNull(WRITTEN),
        resolve: written,
        extensions: { ...field.extensions, [WRITE_LIST]: write },
      };
    },
  });
}

const WRITTEN = new GraphQLScalarType({ name: 'BulkListAsWritten' });

function asScalar(type: GraphQLInputObjectType): GraphQLScalarType {
  return new GraphQLScalarType({
    name: type.name,
    parseValue: compileCoercion(type),
    parseLiteral: (node, variables) => {
      const value = valueFromAST(node, type, variables);
      if (value === undefined) throw new NotCoercible();
      return value;
    },
  });
}
