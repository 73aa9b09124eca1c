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
import { nextTurn } from '../event-loop/turns';
import { budgetOf, Portion, portionOf, withPortion } from './answer-budget';
import { compileCoercion, NotCoercible } from './coerce';
import { isSoleField } from './field-turns';
import { listAhead, WRITE_LIST, type WriteList, writeListsAhead } from './lists-ahead';
import { isBulk, withWriteAhead } from './marks';
import { requirePlainEntries } from './plain-entries';
import { writeList } from './write-list';

/**
 * The schema that mutations are executed with. To graphql-js, inputs and lists that are marked as bulk are scalars in
 * it: it hands them over as a whole, and does everything else.
 * @throws Error where an entry of a bulk list needs something run
 */
export function bulkSchema(schema: GraphQLSchema): GraphQLSchema {
  const mapped = withBulkInputsAsScalars(schema);
  return mapSchema(mapped, {
    [MapperKind.OBJECT_FIELD]: (field, fieldName, typeName) => {
      if (!isBulk({ extensions: field.extensions ?? {} })) return undefined;
      const { resolve = defaultFieldResolver } = field;
      const list = getNullableType(field.type);
      const name = `${typeName}.${fieldName}`;
      if (!isListType(list)) throw new Error(`${name} is marked as a bulk list, and is no list`);
      requirePlainEntries(name, list.ofType);
      const write: WriteList = async (source, args, context, info) =>
        writeList(
          await resolve(source, args, context, info),
          list.ofType,
          // Fragments are compared with the very types that the list is of.
          { ...info, schema: mapped },
          portionOf(context),
        );
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

/** The same with inputs alone: for operations that ask for what is no property of the entries of a list. */
export function withBulkInputsAsScalars(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.TYPE]: (type) => (isInputObjectType(type) && isBulk(type) ? asScalar(type) : undefined),
    [MapperKind.MUTATION_ROOT_FIELD]: (field) => {
      const { resolve = defaultFieldResolver } = field;
      return { ...field, resolve: answering(resolve) };
    },
  });
}

/** Mutations run one after the other: none is begun once there is no place left for its answer. */
function answering(
  resolve: GraphQLFieldResolver<unknown, object>,
): GraphQLFieldResolver<unknown, object, Record<string, unknown>, Promise<unknown>> {
  return async (source, args, context, info) => {
    // One that is refused may wait for nothing by itself.
    if (!isSoleField(info)) await nextTurn();
    const budget = budgetOf(context);
    budget.requireSome();
    let ahead: { readonly answer: object; readonly portion: Portion } | undefined;
    const write = (answer: object) => {
      ahead?.portion.giveBack();
      ahead = { answer, portion: new Portion(budget) };
      writeListsAhead(answer, withPortion(context, ahead.portion), info);
    };
    let answer: unknown;
    try {
      answer = await resolve(source, args, withWriteAhead(context, write), info);
      return answer;
    } finally {
      if (ahead?.answer !== answer) ahead?.portion.giveBack();
    }
  };
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
