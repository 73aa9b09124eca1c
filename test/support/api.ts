import { type ExecutionResult, type GraphQLSchema, graphql } from 'graphql';
import type { OperationObserver } from '../../src/access/operation-observer';
import type { RequestContext } from '../../src/access/request-context';
import { buildApiSchema } from '../../src/api-schema';
import type { TestDatabase } from './databases';

/** Executes operations in process against a test database. */
export interface Api {
  /** Answers `data`; fails the test, with operation, variables and answer, where there are GraphQL errors. */
  run<Data = Record<string, unknown>>(operation: string, variables?: Record<string, unknown>): Promise<Data>;
  /** Answers whatever comes back. */
  execute(operation: string, variables?: Record<string, unknown>): Promise<ExecutionResult>;
  /** The same API as another site or caller, or at another time. */
  as(context: Partial<RequestContext>): Api;
}

/** The clock of tests stands still, after all the dates that tests use. */
export const NOW = Date.parse('2026-01-15T12:00:00.000Z');

const NO_OBSERVER: OperationObserver = { answered: () => {}, imported: () => {} };

let schema: GraphQLSchema | undefined;

export function apiOn(test: TestDatabase, overrides: Partial<RequestContext> = {}): Api {
  schema ??= buildApiSchema();
  const contextValue: RequestContext = {
    siteId: 1,
    caller: 'test',
    requestId: 'test-request',
    database: test.database,
    clock: () => new Date(NOW),
    observer: NO_OBSERVER,
    ...overrides,
  };
  const execute = async (source: string, variableValues?: Record<string, unknown>) =>
    (await graphql({
      schema: schema as GraphQLSchema,
      source,
      variableValues,
      contextValue,
    })) as ExecutionResult;
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
