import {
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields';
import type { JsonText } from './answer-text';

/** How a field of the bulk schema writes its list; among the extensions of the field. */
export const WRITE_LIST = 'writeList';
export type WriteList = (
  ...resolving: Parameters<GraphQLFieldResolver<unknown, unknown>>
) => Promise<JsonText>;

/** Where an answer keeps them. Not a weak map: one that every mutation enters makes collections of garbage slow. */
const LISTS = Symbol('lists');

interface Ahead {
  [LISTS]?: ReadonlyMap<string | number, Promise<JsonText>>;
}

/**
 * Writes what the operation will ask for of an answer that is not given yet to the mutation that `info` is about, while
 * its resolver waits for something else.
 */
export function writeListsAhead(answer: object, context: unknown, info: GraphQLResolveInfo): void {
  const type = typeOf(answer, context, info);
  if (type === undefined) return;
  const lists = new Map<string | number, Promise<JsonText>>();
  const { schema, fragments, variableValues, fieldNodes } = info;
  for (const [key, nodes] of collectSubfields(schema, fragments, variableValues, type, fieldNodes)) {
    const [node] = nodes;
    const field = type.getFields()[node?.name.value ?? ''];
    const write = field?.extensions[WRITE_LIST] as WriteList | undefined;
    if (node === undefined || field === undefined || write === undefined) continue;
    const list = write(answer, getArgumentValues(field, node, variableValues), context, {
      ...info,
      fieldName: field.name,
      fieldNodes: nodes,
      returnType: field.type,
      parentType: type,
      path: { prev: info.path, key, typename: type.name },
    });
    // Whoever takes it is told of a failure; an answer that is not given has none.
    list.catch(() => {});
    lists.set(key, list);
  }
  (answer as Ahead)[LISTS] = lists;
}

/** The list that a field of an answer asks for, where it was written ahead. */
export function listAhead(answer: unknown, { path }: GraphQLResolveInfo): Promise<JsonText> | undefined {
  return (answer as Ahead)[LISTS]?.get(path.key);
}

function typeOf(answer: object, context: unknown, info: GraphQLResolveInfo): GraphQLObjectType | undefined {
  const type = getNamedType(info.returnType);
  const named = isAbstractType(type)
    ? info.schema.getType(nameOf(type.resolveType?.(answer, context, info, type)))
    : type;
  return isObjectType(named) ? named : undefined;
}

function nameOf(resolved: unknown): string {
  return typeof resolved === 'string' ? resolved : '';
}
