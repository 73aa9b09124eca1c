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
const MAY_BE_NULL = 'mayBeNull';

/** Marks an operation of which these arguments may not be forgotten; where none is named, all of them. */
export function GivenArguments(...names: readonly string[]): MethodDecorator {
  return Extensions({ [MARK]: names }) as MethodDecorator;
}

/** Marks an operation whose input may hold nothing that was forgotten; these of its members, as null, say something. */
export function GivenInput({ mayBeNull }: { readonly mayBeNull: readonly string[] }): MethodDecorator {
  const paths = mayBeNull.map((name) => `input.${name}`);
  return Extensions({ [MARK]: ['input'], [MAY_BE_NULL]: paths }) as MethodDecorator;
}

/**
 * Has filters, look-ups and erasures refuse what was forgotten: null, and a variable that was declared and not sent. It
 * would count as no condition, and read the whole site. What stands in no document is not asked, and `{}` asks nothing.
 */
export function refuseForgotten(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const marked = field.extensions[MARK] as readonly string[] | undefined;
      const isGuarded = (name: string) =>
        name === 'filter' || marked?.length === 0 || marked?.includes(name) === true;
      const guarded = field.args.map(({ name }) => name).filter(isGuarded);
      const mayBeNull = (field.extensions[MAY_BE_NULL] ?? []) as readonly string[];
      if (guarded.length > 0) guard(field, { names: new Set(guarded), mayBeNull: new Set(mayBeNull) });
    }
  }
}

interface Guarded {
  readonly names: ReadonlySet<string>;
  /** Paths of what says something as null. */
  readonly mayBeNull: ReadonlySet<string>;
}

function guard(field: GraphQLField<unknown, unknown>, guarded: Guarded): void {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (source, args, context, info) => {
    const refused = forgottenIn(info, guarded);
    if (refused !== undefined) throw refused;
    return resolve(source, args, context, info);
  };
}

function forgottenIn(info: GraphQLResolveInfo, { names, mayBeNull }: Guarded): GraphQLError | undefined {
  const asked: Asked = { variables: info.variableValues, mayBeNull };
  for (const { name, value } of info.fieldNodes[0]?.arguments ?? []) {
    const found = names.has(name.value) ? forgottenAt(name.value, value, asked) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Asked extends Pick<Guarded, 'mayBeNull'> {
  readonly variables: GraphQLResolveInfo['variableValues'];
}

function forgottenAt(path: string, node: ValueNode, asked: Asked): GraphQLError | undefined {
  switch (node.kind) {
    case Kind.NULL:
      return nullAt(path, null, asked);
    case Kind.VARIABLE:
      return node.name.value in asked.variables
        ? nullAt(path, asked.variables[node.name.value], asked)
        : badUserInput(
            `The variable for ${path} was not sent. Send it, or leave ${path} out of the document.`,
          );
    case Kind.OBJECT:
      return first(node.fields, ({ name, value }) => forgottenAt(`${path}.${name.value}`, value, asked));
    case Kind.LIST:
      return first(node.values, (value) => forgottenAt(path, value, asked));
    default:
      return undefined;
  }
}

/** In the value of a variable, which is coerced: what was not sent is not there. */
function nullAt(path: string, value: unknown, asked: Asked): GraphQLError | undefined {
  if (value === null) return asked.mayBeNull.has(path) ? undefined : isNull(path);
  if (Array.isArray(value)) return first(value, (each) => nullAt(path, each, asked));
  if (typeof value !== 'object' || value instanceof Date) return undefined;
  return first(Object.entries(value), ([name, member]) => nullAt(`${path}.${name}`, member, asked));
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
