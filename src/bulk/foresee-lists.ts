import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields';
import { getVariableValues } from 'graphql/execution/values';
import { entriesOf, isBulk } from './marks';

/** What is known of the bulk lists of an answer before anything is executed. */
export interface ForeseenLists {
  /** How often the list is selected that is selected most often. */
  readonly selected: number;
  /** What all of them come to at least, where the inputs are taken. */
  readonly bytes: number;
}

type Variables = Readonly<Record<string, unknown>>;
type Nodes = readonly FieldNode[];

/** Foresees the lists of a mutation that is valid, before its variables are read. */
export function foreseeLists(
  schema: GraphQLSchema,
  document: DocumentNode,
  { selectionSet, variableDefinitions = [] }: OperationDefinitionNode,
  variables: Variables = {},
): ForeseenLists {
  const none = { selected: 0, bytes: 0 };
  const root = schema.getMutationType();
  const flags = flagsOf(schema, variableDefinitions, variables);
  // Variables that are not right are refused by the execution.
  if (!root || flags === undefined) return none;
  const fragments = fragmentsOf(document);
  const selection = new Selection(schema, fragments, flags, variables);
  let bytes = 0;
  for (const nodes of collectFields(schema, fragments, flags, root, selectionSet).values()) {
    const [mutation] = nodes;
    const field = root.getFields()[mutation?.name.value ?? ''];
    if (mutation !== undefined && field !== undefined) bytes += selection.walk(field.type, nodes, mutation);
  }
  return { selected: Math.max(0, ...selection.counts.values()), bytes };
}

/** The variables that `@skip` and `@include` can name. */
function flagsOf(
  schema: GraphQLSchema,
  definitions: NonNullable<OperationDefinitionNode['variableDefinitions']>,
  variables: Variables,
): Record<string, unknown> | undefined {
  const flags = definitions.filter(({ type }) => {
    const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
    return named.kind === Kind.NAMED_TYPE && named.name.value === 'Boolean';
  });
  const { coerced } = getVariableValues(schema, flags, variables);
  // Where a directive names one that has no value, execution fails.
  const missing = flags.map(({ variable }) => [variable.name.value, false] as const);
  return coerced && { ...Object.fromEntries(missing), ...withoutNull(coerced) };
}

function withoutNull(values: Variables): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  return Object.fromEntries(
    definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
}

class Selection {
  /** How often each list is selected, by type and field. */
  readonly counts = new Map<string, number>();
  readonly #schema: GraphQLSchema;
  readonly #fragments: Record<string, FragmentDefinitionNode>;
  readonly #flags: Record<string, unknown>;
  readonly #variables: Variables;

  constructor(
    schema: GraphQLSchema,
    fragments: Record<string, FragmentDefinitionNode>,
    flags: Record<string, unknown>,
    variables: Variables,
  ) {
    this.#schema = schema;
    this.#fragments = fragments;
    this.#flags = flags;
    this.#variables = variables;
  }

  /** Counts the lists below a field; answers what they come to at least, whichever member of a union is answered. */
  walk(type: GraphQLOutputType, nodes: Nodes, mutation: FieldNode): number {
    const bytes = this.#membersOf(type).map((member) => this.#walkMember(member, nodes, mutation));
    return bytes.length === 0 ? 0 : Math.min(...bytes);
  }

  #membersOf(type: GraphQLOutputType): readonly GraphQLObjectType[] {
    const named = getNamedType(type);
    if (isAbstractType(named)) return this.#schema.getPossibleTypes(named);
    return isObjectType(named) ? [named] : [];
  }

  #walkMember(member: GraphQLObjectType, nodes: Nodes, mutation: FieldNode): number {
    let bytes = 0;
    for (const fieldNodes of this.#selected(member, nodes).values()) {
      const [node] = fieldNodes;
      const field = member.getFields()[node?.name.value ?? ''];
      if (node === undefined || field === undefined) continue;
      if (!isBulk(field)) {
        bytes += this.walk(field.type, fieldNodes, mutation);
        continue;
      }
      const name = `${member.name}.${field.name}`;
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      // An argument may leave out any of them.
      const entries = node.arguments?.length ? 0 : this.#lengthOf(entriesOf(field), mutation);
      if (entries > 0) bytes += entries * this.#leastBytes(listed(field.type), fieldNodes);
    }
    return bytes;
  }

  #selected(type: GraphQLObjectType, nodes: Nodes): Map<string, Nodes> {
    return collectSubfields(this.#schema, this.#fragments, this.#flags, type, nodes);
  }

  /** Of the JSON of an entry, or of a value of it. */
  #leastBytes(type: GraphQLOutputType, nodes: Nodes): number {
    if (!isNonNullType(type)) return 1;
    const { ofType } = type;
    if (isListType(ofType)) return 2;
    if (!isObjectType(ofType)) return 1;
    let bytes = 1;
    for (const [key, fieldNodes] of this.#selected(ofType, nodes)) {
      const field = ofType.getFields()[fieldNodes[0]?.name.value ?? ''];
      // Quotes, colon, and comma or brace.
      const value = field === undefined ? 2 + ofType.name.length : this.#leastBytes(field.type, fieldNodes);
      bytes += key.length + 4 + value;
    }
    return bytes;
  }

  #lengthOf([argument, ...path]: readonly string[] = [], mutation: FieldNode): number {
    const given = mutation.arguments?.find(({ name }) => name.value === argument);
    return given === undefined ? 0 : this.#lengthAt(given.value, path);
  }

  #lengthAt(value: ValueNode, path: readonly string[]): number {
    if (value.kind === Kind.VARIABLE) return lengthIn(this.#variables[value.name.value], path);
    if (value.kind === Kind.LIST) return path.length === 0 ? value.values.length : 0;
    if (value.kind !== Kind.OBJECT) return 0;
    const [name, ...rest] = path;
    const field = value.fields.find((each) => each.name.value === name);
    return field === undefined ? 0 : this.#lengthAt(field.value, rest);
  }
}

function lengthIn(value: unknown, [name, ...rest]: readonly string[]): number {
  if (Array.isArray(value)) return name === undefined ? value.length : 0;
  if (typeof value !== 'object' || value === null || name === undefined) return 0;
  return lengthIn((value as Variables)[name], rest);
}

/** What the entries of a list are of. */
function listed(type: GraphQLOutputType): GraphQLOutputType {
  const list = isNonNullType(type) ? type.ofType : type;
  return isListType(list) ? list.ofType : list;
}
