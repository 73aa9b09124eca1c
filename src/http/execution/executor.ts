import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import { bulkSchema } from './bulk-schema';

/** One operation, parsed and valid. */
export interface Execution {
  readonly document: DocumentNode;
  readonly kind: OperationTypeNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly context: unknown;
}

/** Answers as graphql-js does, but that long lists in the data are `JsonText`. */
export type Executor = (execution: Execution) => Promise<ExecutionResult>;

export function createExecutor(schema: GraphQLSchema): Executor {
  const bulk = bulkSchema(schema);
  const run = async (on: GraphQLSchema, { document, operationName, variables, context }: Execution) =>
    await execute({
      schema: on,
      document,
      operationName: operationName ?? null,
      variableValues: variables ?? null,
      contextValue: context,
    });
  return async (execution) => {
    if (execution.kind !== OperationTypeNode.MUTATION) return run(schema, execution);
    const answer = await run(bulk, execution);
    // Without data nothing was executed: the variables are not right, and graphql-js tells where.
    return 'data' in answer ? answer : run(schema, execution);
  };
}
