import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import type { Caller } from '../../src/access/caller';
import { DEFAULT_JOB_SETTINGS, NO_OBSERVER, type RequestContext } from '../../src/access/request-context';
import type { WebhookSettings } from '../../src/access/webhook-settings';
import { buildApiSchema } from '../../src/api-schema';
import { answerParts } from '../../src/bulk/answer-text';
import { createExecutor, type Executor } from '../../src/bulk/executor';
import { testCaller } from './caller';
import type { TestDatabase } from './databases';
import { keepMasked } from './logs';

/** Executes operations in process against a test database. */
export interface Api {
  /** Answers `data`; fails the test, with operation, variables and answer, where there are GraphQL errors. */
  run<Data = Record<string, unknown>>(operation: string, variables?: Record<string, unknown>): Promise<Data>;
  /** Answers whatever comes back. */
  execute(operation: string, variables?: Record<string, unknown>): Promise<ExecutionResult>;
  /** The same API as another site or caller, or at another time. */
  as(context: ContextOverrides): Api;
}

export interface ContextOverrides extends Partial<Omit<RequestContext, 'caller'>> {
  /** Its name, or what else it is besides what `testCaller` says; its site is that of the context. */
  readonly caller?: string | Partial<Omit<Caller, 'siteId'>>;
}

/** The clock of tests stands still, after all the dates that tests use. */
export const NOW = Date.parse('2026-01-15T12:00:00.000Z');

/** Webhooks of tests are on this machine. */
export const OWN_RECEIVERS: WebhookSettings = {
  isHttpAllowed: true,
  allowedAddresses: ['127.0.0.1'],
  sealingKeys: [],
};

let schema: GraphQLSchema | undefined;
let executor: Executor | undefined;

/** Documents that were found valid: the server keeps them as well. */
const validDocuments = new Map<string, DocumentNode>();

function validDocument(schema: GraphQLSchema, source: string): DocumentNode | readonly GraphQLError[] {
  const known = validDocuments.get(source);
  if (known !== undefined) return known;
  try {
    const document = parse(source);
    const errors = validate(schema, document);
    if (errors.length > 0) return errors;
    validDocuments.set(source, document);
    return document;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return [error];
  }
}

/** As the server does it: parse, validate, execute. */
async function answer(
  source: string,
  variables: Record<string, unknown> | undefined,
  context: RequestContext,
): Promise<ExecutionResult> {
  schema ??= buildApiSchema();
  executor ??= createExecutor(schema);
  const document = validDocument(schema, source);
  if (!('kind' in document)) return { errors: document };
  const kind = getOperationAST(document)?.operation;
  if (kind === undefined) throw new Error('The document must hold one operation');
  const executed = await executor({ document, kind, operationName: undefined, variables, context });
  // Lists that are JSON already become what their callers read; errors stay what was thrown.
  return 'data' in executed
    ? { ...executed, data: JSON.parse(answerParts(executed.data).join('')) }
    : executed;
}

/** What resolvers get as their context. */
export function testContext(test: TestDatabase, overrides: ContextOverrides = {}): RequestContext {
  const { caller = {}, siteId = 1, clock = () => new Date(NOW), ...rest } = overrides;
  return {
    siteId,
    caller: testCaller({ ...(typeof caller === 'string' ? { id: caller } : caller), siteId }),
    requestId: 'test-request',
    database: test.database,
    clock,
    // Takes what the database would, so that all is written as it is elsewhere.
    stamp: async (tx) => {
      await tx.stamp();
      return clock().getTime();
    },
    // The clock of tests is far behind the database's.
    deletionKeepDays: 3_650,
    jobs: DEFAULT_JOB_SETTINGS,
    observer: NO_OBSERVER,
    hasWebhook: true,
    webhooks: OWN_RECEIVERS,
    takeRows: async () => {},
    ...rest,
  };
}

export function apiOn(test: TestDatabase, overrides: ContextOverrides = {}): Api {
  const contextValue = testContext(test, overrides);
  const execute = async (source: string, variableValues?: Record<string, unknown>) => {
    const result = await answer(source, variableValues, contextValue);
    keepMasked(result.errors ?? [], contextValue.requestId);
    return result;
  };
  return {
    execute,
    run: async (operation, variables) => {
      const result = await execute(operation, variables);
      if (result.errors !== undefined) {
        const shown = JSON.stringify({ operation, variables, errors: result.errors }, null, 1).slice(
          0,
          5_000,
        );
        throw new Error(`GraphQL errors: ${shown}`, { cause: result.errors[0]?.originalError });
      }
      // Plain objects, so that tests can compare whole answers.
      return JSON.parse(JSON.stringify(result.data));
    },
    as: (context) => apiOn(test, { ...overrides, ...context }),
  };
}
