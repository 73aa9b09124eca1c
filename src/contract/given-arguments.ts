import {
  defaultFieldResolver,
  type GraphQLError,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type ValueNode,
} from 'graphql';
import { Extensions } from 'type-graphql';
import { badUserInput } from './bad-user-input';

const MARK = 'givenArguments';

/** Marks an operation of which these arguments may not be forgotten; where none is named, all of them. */
export function GivenArguments(...names: readonly string[]): MethodDecorator {
  return Extensions({ [MARK]: names }) as MethodDecorator;
}

/**
 * Has filters and look-ups refuse what was forgotten: null, and a variable that was declared and not sent. It would
 * count as no condition, and read the whole site. What stands in no document is not asked, and `{}` asks nothing.
 */
export function refuseForgotten(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const marked = field.extensions[MARK] as readonly string[] | undefined;
      const isGuarded = (name: string) =>
        name === 'filter' || marked?.length === 0 || marked?.includes(name) === true;
      const guarded = field.args.map(({ name }) => name).filter(isGuarded);
      if (guarded.length > 0) guard(field, new Set(guarded));
    }
  }
}

function guard(field: GraphQLField<unknown, unknown>, names: ReadonlySet<string>): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (source, args, context, info) => {
    const refused = forgottenIn(info, names);
    if (refused !== undefined) throw refused;
    return resolve(source, args, context, info);
  };
}

function forgottenIn(info: GraphQLResolveInfo, names: ReadonlySet<string>): GraphQLError | undefined {
  for (const { name, value } of info.fieldNodes[0]?.arguments ?? []) {
    const found = names.has(name.value) ? forgottenAt(name.value, value, info.variableValues) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

type Variables = GraphQLResolveInfo['variableValues'];

function forgottenAt(path: string, node: ValueNode, variables: Variables): GraphQLError | undefined {
  switch (node.kind) {
    case Kind.NULL:
      return isNull(path);
    case Kind.VARIABLE:
      return node.name.value in variables
        ? nullAt(path, variables[node.name.value])
        : badUserInput(
            `The variable for ${path} was not sent. Send it, or leave ${path} out of the document.`,
          );
    case Kind.OBJECT:
      return first(node.fields, ({ name, value }) => forgottenAt(`${path}.${name.value}`, value, variables));
    case Kind.LIST:
      return first(node.values, (value) => forgottenAt(path, value, variables));
    default:
      return undefined;
  }
}

/** In the value of a variable, which is coerced: what was not sent is not there. */
function nullAt(path: string, value: unknown): GraphQLError | undefined {
  if (value === null) return isNull(path);
  if (Array.isArray(value)) return first(value, (each) => nullAt(path, each));
  if (typeof value !== 'object' || value instanceof Date) return undefined;
  return first(Object.entries(value), ([name, member]) => nullAt(`${path}.${name}`, member));
}

function isNull(path: string): GraphQLError {
  return badUserInput(`${path} is null. Give a value, or leave it out.`);
}

function first<Item>(
  items: readonly Item[],
  find: (item: Item) => GraphQLError | undefined,
): GraphQLError | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
