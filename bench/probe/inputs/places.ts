import {
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql';
import { buildApiSchema } from '../../../src/api-schema';

/** A root field of the API. */
export interface Operation {
  readonly kind: 'query' | 'mutation';
  readonly field: GraphQLField<unknown, unknown>;
}

export type Arguments = Readonly<Record<string, unknown>>;

/** A place in the arguments of a root field, also within lists, of which one item is given. */
export interface Place {
  readonly path: string;
  readonly type: GraphQLInputType;
  /** All arguments: the least that is taken, and this value in this place. */
  argumentsWith(value: unknown): Arguments;
}

const DEEPEST = 5;
/** Of the data that is there, so that what is sent gets further than to the first look-up. */
const KNOWN: Arguments = {
  courseSyncKey: 'hr-course-17',
  elementSyncKey: 'first-aid-manikin',
  userSyncKey: 'academy.planner',
};
const LEAST: Arguments = { Int: 1, Float: 1, Boolean: true, DateTime: '2024-01-02T03:04:05.000Z' };

const schema = buildApiSchema();

export const API: readonly Operation[] = [
  ...Object.values(schema.getQueryType()?.getFields() ?? {}).map(
    (field) => ({ kind: 'query', field }) as const,
  ),
  ...Object.values(schema.getMutationType()?.getFields() ?? {}).map(
    (field) => ({ kind: 'mutation', field }) as const,
  ),
];

export function placesOf({ field }: Operation): readonly Place[] {
  const all = leastArguments(field);
  return field.args.flatMap(({ name, type }) =>
    within(type, name, (value) => ({ ...all, [name]: value }), DEEPEST),
  );
}

function within(
  given: GraphQLInputType,
  path: string,
  argumentsWith: Place['argumentsWith'],
  depth: number,
): readonly Place[] {
  const type = getNullableType(given);
  const here: Place = { path, type, argumentsWith };
  if (depth === 0 || isLeafType(type)) return [here];
  if (isListType(type)) {
    return [here, ...within(type.ofType, `${path}[]`, (value) => argumentsWith([value]), depth - 1)];
  }
  return Object.values(type.getFields()).flatMap((field) =>
    within(
      field.type,
      `${path}.${field.name}`,
      (value) => argumentsWith({ ...leastObject(type), [field.name]: value }),
      depth - 1,
    ),
  );
}

/** The least that a type takes. */
export function least(given: GraphQLInputType): unknown {
  const type = getNullableType(given);
  if (isListType(type)) return [least(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  return isInputObjectType(type) ? leastObject(type) : (LEAST[type.name] ?? 'x');
}

export function leastArguments({ args }: Operation['field']): Arguments {
  return leastOf(args.map((arg) => ({ ...arg, isRequired: isRequiredArgument(arg) })));
}

function leastObject(type: GraphQLInputObjectType): Arguments {
  const fields = Object.values(type.getFields());
  return leastOf(fields.map((field) => ({ ...field, isRequired: isRequiredInputField(field) })));
}

function leastOf(
  fields: readonly { readonly name: string; readonly type: GraphQLInputType; readonly isRequired: boolean }[],
): Arguments {
  const given = fields.filter(({ name, isRequired }) => isRequired || name in KNOWN);
  return Object.fromEntries(given.map(({ name, type }) => [name, KNOWN[name] ?? least(type)]));
}

/** Whether texts of any length are taken for a value of this type. */
export function isText(given: GraphQLInputType): boolean {
  const type = getNullableType(given);
  return isLeafType(type) && !isEnumType(type) && !['Int', 'Float', 'Boolean'].includes(type.name);
}

/** Everything that can be selected without arguments, `depth` objects deep. */
export function everythingOf(typeName: string, depth: number): string {
  const type = schema.getType(typeName);
  if (isUnionType(type)) {
    const parts = type.getTypes().map(({ name }) => `... on ${name} ${everythingOf(name, depth)}`);
    return `{ __typename ${parts.join(' ')} }`;
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return '';
  const parts = Object.values(type.getFields())
    .filter(({ args }) => !args.some(isRequiredArgument))
    .map(({ name, type: of }) => {
      const named = getNamedType(of);
      if (isLeafType(named)) return name;
      const inner = depth > 1 ? everythingOf(named.name, depth - 1) : '';
      return inner === '' ? '' : `${name} ${inner}`;
    });
  return `{ ${['__typename', ...parts].join(' ')} }`;
}

/** Asks for a field with its arguments as variables, under as many names as wanted. */
export function documentOf(
  { kind, field }: Operation,
  given: Arguments,
  selection: string,
  names = 1,
): string {
  const args = field.args.filter(({ name }) => name in given);
  const variables = args.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const passed = args.map(({ name }) => `${name}: $${name}`).join(', ');
  const inBrackets = (text: string) => (text === '' ? '' : `(${text})`);
  const asked = `${field.name}${inBrackets(passed)} ${selection}`;
  const fields = Array.from({ length: names }, (_, index) => `a${index}: ${asked}`).join(' ');
  return `${kind}${inBrackets(variables)} { ${fields} }`;
}
