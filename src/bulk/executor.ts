import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import { AnswerBudget, AnswerTooLarge, withBudget } from './answer-budget';
import { bulkSchema, withBulkInputsAsScalars } from './bulk-schema';
import { countingSchema } from './counting-schema';
import { inFieldTurns } from './field-turns';
import { pageInList, selectsApart } from './read-apart';

/** One operation, parsed and valid. */
export interface Execution {
  readonly document: DocumentNode;
  readonly kind: OperationTypeNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly context: unknown;
  /** Whether anything of what was asked has been carried out by now. */
  readonly hasCommitted?: (() => boolean) | undefined;
}

/** Answers as graphql-js does, but that long lists in the data are `JsonText`. */
export type Executor = (execution: Execution) => Promise<ExecutionResult>;

/** An answer of more than `maxBytes` becomes one error, before it is there as a whole. */
export function createExecutor(schema: GraphQLSchema, maxBytes = Number.POSITIVE_INFINITY): Executor {
  const counting = countingSchema(inFieldTurns(schema));
  // Counting comes last: it would look like a resolver to what makes sure that entries are plain.
  const bulk = countingSchema(bulkSchema(schema));
  const bulkInputs = countingSchema(withBulkInputsAsScalars(schema));
  const run = async (on: GraphQLSchema, { document, operationName, variables, context }: Execution) =>
    await execute({
      schema: on,
      document,
      operationName: operationName ?? null,
      variableValues: variables ?? null,
      contextValue: context,
    });
  const answer = async (execution: Execution) => {
    if (execution.kind !== OperationTypeNode.MUTATION) return run(counting, execution);
    const isApart = selectsApart(schema, execution.document);
    const refused = isApart ? pageInList(schema, execution.document) : undefined;
    if (refused !== undefined) return { errors: [refused] };
    const answered = await run(isApart ? bulkInputs : bulk, execution);
    // Without data nothing was executed: the variables are not right, and graphql-js tells where.
    return 'data' in answered ? answered : run(counting, execution);
  };
  return async (execution) => {
    const budget = new AnswerBudget(maxBytes);
    const answered = await answer({ ...execution, context: withBudget(execution.context, budget) });
    if (!budget.isUsedUp) return answered;
    const committed = execution.hasCommitted?.() ?? false;
    return { data: null, errors: [new AnswerTooLarge(maxBytes, { committed, importId: budget.importId })] };
  };
}
