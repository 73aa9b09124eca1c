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
import { isBulk } from '../../src/bulk/marks';
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

/** How often a type may be met on the way down, but for pages: an element of a course has elements below it. */
const MAX_SAME_TYPE: Readonly<Record<string, number>> = { CourseElement: 3 };

/** How many pages may lie in each other: records refer to each other in circles. */
const MAX_PAGES = 2;

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

function selectionOf(type: GraphQLOutputType, above: readonly string[], maxPages = MAX_PAGES): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (isUnionType(named)) {
    const members = named
      .getTypes()
      .map((each) => `... on ${each.name} ${selectionOf(each, above, maxPages)}`);
    return `{ __typename ${members.join(' ')} }`;
  }
  if (!isObjectType(named)) throw new Error(`${named.name} is neither an object nor a union`);
  const below = [...above, named.name];
  const fields = Object.values(named.getFields())
    .filter((field) => {
      const { name } = getNamedType(field.type);
      const pages = below.filter((each) => each.endsWith('Connection')).length;
      const maxSameType = pages === 0 ? (MAX_SAME_TYPE[name] ?? 1) : 1;
      return (
        below.filter((each) => each === name).length < maxSameType &&
        (pages < maxPages || !name.endsWith('Connection'))
      );
    })
    // Of the entries of a bulk list no pages are answered.
    .map((field) => `${field.name} ${selectionOf(field.type, below, isBulk(field) ? 0 : maxPages)}`);
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
