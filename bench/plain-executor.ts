import { execute } from 'graphql';
import * as executor from '../src/bulk/executor';
import * as marks from '../src/bulk/marks';

/**
 * Loaded into a server by `--require`, before its own code: it does without `src/bulk` then. type-graphql makes an
 * instance of each input, and graphql-js reads and answers every value.
 */
const createExecutor: typeof executor.createExecutor =
  (schema) =>
  async ({ document, operationName, variables, context }) =>
    await execute({
      schema,
      document,
      operationName: operationName ?? null,
      variableValues: variables ?? null,
      contextValue: context,
    });

Object.assign(executor, { createExecutor });
Object.assign(marks, { bulkInput: (input: unknown) => input });
