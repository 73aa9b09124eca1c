import { costLimitRule } from '@escape.tech/graphql-armor-cost-limit';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type ParseOptions,
  type ValidationRule,
  validate,
} from 'graphql';
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

/** The limit behind an error of Apollo's, if there is one. */
export function exceededLimit(error: unknown, limits: Limits): LimitExceeded | undefined {
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
      const excesses = excessesOf(measure(context.getSchema(), document), limits);
      for (const excess of excesses) context.reportError(excess);
      // Null takes the document away, so that no rule visits anything below it.
      return excesses.length > 0 ? null : undefined;
    },
  });
}

interface Measures {
  depth: number;
  aliases: number;
  directives: number;
  cost: number;
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
function measure(schema: GraphQLSchema, document: DocumentNode): Measures | undefined {
  const largest: Measures = { depth: 0, aliases: 0, directives: 0, cost: 0 };
  // graphql-armor is left to count only: where it refuses it throws, and tells the number in words.
  const count = (kind: keyof Measures) => ({
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
    validate(schema, withFragmentsAsOperations(document), rules);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return largest;
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
