/** Every query and mutation that the schema has, with everything that can be sent and asked for. */
import {
  astFromValue,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  isUnionType,
  print,
} from 'graphql';
import { present } from './present';

/** What a caller can set: an argument, or a field of an input, however deep. */
export interface Settable {
  /** Where it stands in the variables; 0 stands for any place of a list. */
  readonly path: readonly (string | number)[];
  /** `UpdateCustomActivityInput.courseId`, or `Query.importRun.importId` for an argument. */
  readonly coordinate: string;
}

export interface RootField {
  readonly type: 'Query' | 'Mutation';
  readonly name: string;
  /** The operation with a variable for every argument that these have, that asks for everything there is. */
  documentFor(variables: Readonly<Record<string, unknown>>): string;
  readonly settable: readonly Settable[];
}

/** How often a type may be met on the way down: an element of a course has elements below it. */
const MAX_SAME_TYPE = 3;

export function rootFields(schema: GraphQLSchema): RootField[] {
  return (['Query', 'Mutation'] as const).flatMap((type) =>
    Object.values(
      present(type === 'Query' ? schema.getQueryType() : schema.getMutationType()).getFields(),
    ).map((field) => ({
      type,
      name: field.name,
      documentFor: (variables) => documentOf(type, field, variables),
      settable: field.args.flatMap((arg) =>
        settableIn(arg.type, [arg.name], `${type}.${field.name}.${arg.name}`),
      ),
    })),
  );
}

function documentOf(
  type: string,
  { name, args: all, type: answer }: GraphQLField<unknown, unknown>,
  sent: Readonly<Record<string, unknown>>,
): string {
  // A filter or look-up refuses a variable that is declared and not sent.
  const args = all.filter((arg) => arg.name in sent);
  const list = (items: readonly string[]) => (items.length === 0 ? '' : `(${items.join(', ')})`);
  const variables = args.map(({ name: arg, type: wanted, defaultValue }) => {
    const value = defaultValue === undefined ? undefined : astFromValue(defaultValue, wanted);
    return `$${arg}: ${wanted}${value ? ` = ${print(value)}` : ''}`;
  });
  const passed = args.map((arg) => `${arg.name}: $${arg.name}`);
  return `${type.toLowerCase()} ${list(variables)} { ${name}${list(passed)} ${selectionOf(answer, [])} }`;
}

function selectionOf(type: GraphQLOutputType, above: readonly string[]): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (isUnionType(named)) {
    const members = named.getTypes().map((each) => `... on ${each.name} ${selectionOf(each, above)}`);
    return `{ __typename ${members.join(' ')} }`;
  }
  if (!isObjectType(named)) throw new Error(`${named.name} is neither an object nor a union`);
  const below = [...above, named.name];
  const fields = Object.values(named.getFields())
    .filter((field) => below.filter((name) => name === getNamedType(field.type).name).length < MAX_SAME_TYPE)
    .map((field) => `${field.name} ${selectionOf(field.type, below)}`);
  return `{ __typename ${fields.join(' ')} }`;
}

function settableIn(
  type: GraphQLInputType,
  path: readonly (string | number)[],
  coordinate: string,
): Settable[] {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return settableIn(nullable.ofType, [...path, 0], coordinate);
  if (!isInputObjectType(nullable)) return [{ path, coordinate }];
  return Object.values(nullable.getFields()).flatMap((field) =>
    settableIn(field.type, [...path, field.name], `${nullable.name}.${field.name}`),
  );
}
