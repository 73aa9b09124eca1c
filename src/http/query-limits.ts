import { costLimitRule } from '@escape.tech/graphql-armor-cost-limit';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  type ArgumentNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type ParseOptions,
  type SelectionSetNode,
  TypeInfo,
  type ValidationRule,
  type ValueNode,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { AnswerTooLarge } from '../bulk/answer-budget';
import { foreseeLists } from '../bulk/foresee-lists';
import { type ExcessCode, LimitExceeded } from './limit-exceeded';
import type { Limits } from './limits';

/** For the parser, which gives up as soon as a document goes over one of them. */
export function parserLimits(limits: Limits): ParseOptions {
  return {
    maxSourceLength: limits.queryCharacters,
    maxLexicalTokens: limits.queryTokens,
    // Comments are no tokens, but are kept like them.
    maxComments: limits.queryTokens,
  };
}

/**
 * What the parser says when it gives up: it has texts for that, but no codes. RangeError is the end of the stack,
 * which deep nesting reaches within the limit of tokens.
 */
const PARSER_EXCESSES: readonly [pattern: RegExp, code: ExcessCode, limit: keyof Limits][] = [
  [/^Syntax Error: Source contains more than \d+ UTF-16/, 'QUERY_TEXT_TOO_LONG', 'queryCharacters'],
  [/^Syntax Error: Document contains more tha[nt] \d+ tokens/, 'QUERY_TOKENS_TOO_MANY', 'queryTokens'],
  [/^Syntax Error: Document contains more than \d+ comments/, 'QUERY_TOKENS_TOO_MANY', 'queryTokens'],
];

/** The limit behind an error of Apollo's, of `excessWith` or of the executor, if there is one. */
export function exceededLimit(error: unknown, limits: Limits): LimitExceeded | AnswerTooLarge | undefined {
  if (error instanceof LimitExceeded || error instanceof AnswerTooLarge) return error;
  const cause = error instanceof GraphQLError ? error.originalError : undefined;
  if (cause instanceof LimitExceeded) return cause;
  if (!(error instanceof GraphQLError) || error.extensions.code !== 'GRAPHQL_PARSE_FAILED') return undefined;
  if (cause instanceof GraphQLError && cause.originalError instanceof RangeError) return tooDeep(limits);
  const excess = PARSER_EXCESSES.find(([pattern]) => pattern.test(error.message));
  return excess && new LimitExceeded(excess[1], limits[excess[2]]);
}

function tooDeep(limits: Limits): LimitExceeded {
  return new LimitExceeded('QUERY_TOO_DEEP', limits.queryDepth);
}

/**
 * Refuses what is too deep, wide or costly before any other rule looks at it: some of them take long on such
 * documents, or reach the end of the stack.
 */
export function limitsRule(limits: Limits): ValidationRule {
  return (context) => ({
    Document: (document) => {
      const wide = wideSelections(document, limits);
      // To measure such a document takes long as well.
      const excesses = wide.length > 0 ? wide : excessesOf(measure(context.getSchema(), document), limits);
      for (const excess of excesses) context.reportError(excess);
      // Null takes the document away, so that no rule visits anything below it.
      return excesses.length > 0 ? null : undefined;
    },
  });
}

/**
 * The limit that a valid operation goes over with these variables. A document is validated once, and `first: $n` costs
 * what each request makes of it.
 */
export function excessWith(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>> | undefined,
  limits: Limits,
): LimitExceeded | AnswerTooLarge | undefined {
  if (operation.operation === OperationTypeNode.MUTATION) {
    const count = countRootFields(document, operation);
    if (count > limits.mutations) return new LimitExceeded('MUTATIONS_TOO_MANY', limits.mutations, count);
    const { selected, bytes } = foreseeLists(schema, document, operation, variables);
    if (selected > limits.bulkLists) {
      return new LimitExceeded('BULK_LISTS_TOO_MANY', limits.bulkLists, selected);
    }
    if (bytes > limits.answerBytes)
      return new AnswerTooLarge(limits.answerBytes, { committed: false }, bytes);
  }
  if (!Object.values(variables ?? {}).some(Number.isInteger)) return undefined;
  const definitions = document.definitions.filter(
    (each) => each === operation || each.kind === Kind.FRAGMENT_DEFINITION,
  );
  const measures = measure(schema, { ...document, definitions }, variables);
  return measures === undefined || measures.cost > limits.queryCost
    ? new LimitExceeded('QUERY_COST_TOO_HIGH', limits.queryCost, measures?.cost)
    : undefined;
}

/** Those of a fragment count once: it answers the same names wherever it is spread. */
function countRootFields(document: DocumentNode, { selectionSet }: OperationDefinitionNode): number {
  const spread = new Set<string>();
  const fragments = new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each.selectionSet] as const] : [],
    ),
  );
  const names = new Set<string>();
  const walk = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) names.add((selection.alias ?? selection.name).value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) walk(fragment);
      }
    }
  };
  walk(selectionSet);
  return names.size;
}

/** One of thousands is compared with itself, field by field, by a rule of graphql-js. */
function wideSelections(document: DocumentNode, limits: Limits): readonly LimitExceeded[] {
  let widest = 0;
  visit(document, {
    SelectionSet: ({ selections }) => {
      widest = Math.max(widest, selections.length);
    },
  });
  return widest > limits.queryFields
    ? [new LimitExceeded('QUERY_FIELDS_TOO_MANY', limits.queryFields, widest)]
    : [];
}

interface Measures {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly cost: number;
}

function excessesOf(measures: Measures | undefined, limits: Limits): readonly LimitExceeded[] {
  if (measures === undefined) return [tooDeep(limits)];
  const judged: readonly [code: ExcessCode, limit: number, actual: number][] = [
    ['QUERY_TOO_DEEP', limits.queryDepth, measures.depth],
    ['QUERY_ALIASES_TOO_MANY', limits.queryAliases, measures.aliases],
    ['QUERY_DIRECTIVES_TOO_MANY', limits.queryDirectives, measures.directives],
    ['QUERY_COST_TOO_HIGH', limits.queryCost, measures.cost],
  ];
  return judged.flatMap(([code, limit, actual]) =>
    actual > limit ? [new LimitExceeded(code, limit, actual)] : [],
  );
}

/**
 * The largest number of each kind that an operation or a fragment has; fragments count wherever they are spread, and
 * introspection like anything else. Undefined where the stack ends before the document does.
 */
function measure(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>> = {},
): Measures | undefined {
  const largest = { depth: 0, aliases: 0, directives: 0, cost: 0, counts: 0, introspections: 0 };
  // graphql-armor is left to count only: where it refuses it throws, and tells the number in words.
  const count = (kind: keyof typeof largest) => ({
    n: Number.POSITIVE_INFINITY,
    maxCost: Number.POSITIVE_INFINITY,
    propagateOnRejection: false,
    ignoreIntrospection: false,
    allowList: [],
    onAccept: [
      (_context: unknown, { n }: { n: number }) => {
        largest[kind] = Math.max(largest[kind], n);
      },
    ],
  });
  const rules = [
    maxDepthRule(count('depth')),
    maxAliasesRule(count('aliases')),
    maxDirectivesRule(count('directives')),
    // Depth says little of what a field costs; how long its list is does, and `first` tells.
    costLimitRule({ ...count('cost'), depthCostFactor: 1, flattenFragments: true }),
  ];
  try {
    const whole = withFragmentsAsOperations(document);
    const measured = withLengths(schema, whole, variables);
    validate(schema, measured, rules);
    for (const [kind, names] of Object.entries(DEARER)) {
      const aliased = withAliasesFor(names, measured);
      if (aliased) validate(schema, aliased, [maxAliasesRule(count(kind as keyof typeof DEARER))]);
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const { cost, counts, introspections } = largest;
  return { ...largest, cost: cost + COUNTING_COST * counts + INTROSPECTION_COST * introspections };
}

/** To count the records of all pages reads as much as long pages do, however long the one is that it stands beside. */
const COUNTING_COST = 500;

/** It reads all of the schema, whatever is selected of it. */
const INTROSPECTION_COST = 3_000;

/** The names of fields that cost more than what is selected of them. */
const DEARER = { counts: ['totalCount'], introspections: ['__schema', '__type'] } as const;

/** With an alias for each of these fields and for no other, so that graphql-armor counts them; if there is one. */
function withAliasesFor(names: readonly string[], document: DocumentNode): DocumentNode | undefined {
  let found = false;
  const aliased = visit(document, {
    Field: {
      leave: (node) => {
        const isOne = names.includes(node.name.value);
        found ||= isOne;
        return { ...node, alias: isOne ? node.name : undefined };
      },
    },
  });
  return found ? aliased : undefined;
}

/**
 * With a number for every `first`: graphql-armor knows no variables and no defaults. A variable that has no value, or
 * one that is no length, is left as it is; the operation is refused for it.
 */
function withLengths(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): DocumentNode {
  const types = new TypeInfo(schema);
  let defaults = new Map<string, ValueNode | undefined>();
  const lengthOf = (given: ValueNode | undefined, byDefault: unknown): unknown => {
    if (given === undefined) return byDefault;
    if (given.kind !== Kind.VARIABLE) return undefined;
    const name = given.name.value;
    const value = variables[name] ?? defaults.get(name);
    return typeof value === 'object' && value !== null && 'value' in value ? Number(value.value) : value;
  };
  const visitor = visitWithTypeInfo(types, {
    OperationDefinition: ({ variableDefinitions = [] }) => {
      defaults = new Map(
        variableDefinitions.map(({ variable, defaultValue }) => [variable.name.value, defaultValue]),
      );
    },
    // Nothing else that is sent is measured, and it may be thousands of values.
    Argument: { enter: ({ name }) => (name.value === 'first' ? undefined : null) },
    Field: {
      // On the way back up: what a visitor puts in the place of a field is not visited.
      leave: (node) => {
        const first = types.getFieldDef()?.args.find(({ name }) => name === 'first');
        if (first === undefined) return undefined;
        const given = node.arguments?.find(({ name }) => name.value === 'first');
        const length = lengthOf(given?.value, first.defaultValue);
        if (!Number.isInteger(length)) return undefined;
        return { ...node, arguments: [lengthArgument(Number(length))] };
      },
    },
  });
  return visit(document, visitor);
}

function lengthArgument(length: number): ArgumentNode {
  return {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: 'first' },
    value: { kind: Kind.INT, value: String(length) },
  };
}

/** graphql-armor starts from operations, but graphql-js follows the fragments that none of them uses as well. */
function withFragmentsAsOperations(document: DocumentNode): DocumentNode {
  const operations = document.definitions.flatMap((definition): OperationDefinitionNode[] =>
    definition.kind === Kind.FRAGMENT_DEFINITION
      ? [
          {
            kind: Kind.OPERATION_DEFINITION,
            operation: OperationTypeNode.QUERY,
            selectionSet: definition.selectionSet,
          },
        ]
      : [],
  );
  return { ...document, definitions: [...document.definitions, ...operations] };
}
