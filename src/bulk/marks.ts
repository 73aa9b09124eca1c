import {
  type GraphQLInputType,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  GraphQLSchema,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { type ClassType, Extensions } from 'type-graphql';
import { budgetIn } from './answer-budget';

/**
 * Inputs that come by the thousand, and lists of thousands of entries. They are coerced and written as a whole
 * (`docs/bulk.md`): a call of graphql-js or type-graphql for every value takes longer than all that an import does
 * with it.
 */

const BULK = 'bulk';
const APART = 'readApart';
const ENTRIES_OF = 'entriesOf';
const STANDS_FOR = 'standsFor';

interface Marked {
  readonly extensions: Readonly<Record<string, unknown>>;
}

/**
 * Marks a list of plain objects: what can be selected of an entry is a property of it, or again a list of them. Where
 * it has an entry for every item of an input, `entriesOf` is the way to these items from the arguments of the mutation:
 * how long the answer will be at least is known then before anything is executed.
 */
export function BulkList(
  marked: { readonly entriesOf?: readonly string[] } = {},
): MethodDecorator & PropertyDecorator {
  return Extensions({ [BULK]: true, [ENTRIES_OF]: marked.entriesOf });
}

/**
 * Marks a field of what a bulk list may reach that is no property of an entry: something has to be run for it. A
 * mutation that selects one has its lists read by graphql-js, field by field.
 */
export function ReadApart(): MethodDecorator & PropertyDecorator {
  return Extensions({ [APART]: true });
}

export function isReadApart({ extensions }: Marked): boolean {
  return extensions[APART] === true;
}

export function entriesOf({ extensions }: Marked): readonly string[] | undefined {
  return extensions[ENTRIES_OF] as readonly string[] | undefined;
}

export function isBulk({ extensions }: Marked): boolean {
  return extensions[BULK] === true;
}

/**
 * The type of an argument whose value reaches the resolver as it was coerced, plain objects: of every other input
 * type-graphql makes instances, one by one. `withBulkInputs` puts the input type into its place.
 */
export function bulkInput(input: ClassType): GraphQLScalarType {
  const standIn =
    standIns.get(input) ??
    new GraphQLScalarType({ name: `${input.name}AsSent`, extensions: { [STANDS_FOR]: input.name } });
  standIns.set(input, standIn);
  return standIn;
}

/** Names of types are unique. */
const standIns = new Map<ClassType, GraphQLScalarType>();

/** The schema with every stand-in replaced by the input type it stands for, which is marked. */
export function withBulkInputs(schema: GraphQLSchema): GraphQLSchema {
  const replaced = new Set<unknown>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const { args } of Object.values(type.getFields())) {
      for (const arg of args) arg.type = withoutStandIn(schema, arg.type, replaced);
    }
  }
  const config = schema.toConfig();
  return new GraphQLSchema({ ...config, types: config.types.filter((type) => !replaced.has(type)) });
}

function withoutStandIn(
  schema: GraphQLSchema,
  type: GraphQLInputType,
  replaced: Set<unknown>,
): GraphQLInputType {
  if (isNonNullType(type)) return new GraphQLNonNull(withoutStandIn(schema, type.ofType, replaced));
  if (isListType(type)) return new GraphQLList(withoutStandIn(schema, type.ofType, replaced));
  const name = type.extensions[STANDS_FOR];
  if (typeof name !== 'string') return type;
  const input = schema.getType(name);
  if (input === undefined) throw new Error(`${name} is not in the schema: name it among the orphaned types`);
  input.extensions = { ...input.extensions, [BULK]: true };
  replaced.add(type);
  return input as GraphQLScalarType;
}

/**
 * Whether an operation selects a field of what its resolver answers, by the names on the way to it: for what is read
 * only where somebody asks. Fields that `@skip` leaves out count as selected.
 */
export function selects({ fieldNodes, fragments }: GraphQLResolveInfo, path: readonly string[]): boolean {
  const below = (selectionSet: SelectionSetNode | undefined, [name, ...rest]: readonly string[]): boolean =>
    selectionSet?.selections.some((selection) => {
      const inner =
        'selectionSet' in selection ? selection.selectionSet : fragments[selection.name.value]?.selectionSet;
      if (selection.kind !== Kind.FIELD) return below(inner, [name ?? '', ...rest]);
      return selection.name.value === name && (rest.length === 0 || below(inner, rest));
    }) ?? false;
  return fieldNodes.some((node) => below(node.selectionSet, path));
}

const AHEAD = Symbol('writeAhead');

/** Writes the bulk lists that an operation selects of an answer. */
type WriteAhead = (answer: object) => void;

/** A context for one mutation, in which its resolver may have the lists of its answer written ahead. */
export function withWriteAhead<Context extends object>(context: Context, write: WriteAhead): Context {
  return { ...context, [AHEAD]: write };
}

/**
 * Has the bulk lists of an answer written before the answer is given: while a resolver waits for something else. Only
 * if the same object is then answered are they used.
 */
export function writeAhead(context: object, answer: object): void {
  (context as { readonly [AHEAD]?: WriteAhead })[AHEAD]?.(answer);
}

/** Has the error that stands for an answer which turns out too large tell where to read what was imported. */
export function tellImport(context: object, importId: string): void {
  const budget = budgetIn(context);
  if (budget !== undefined) budget.importId = importId;
}
