import { AsyncLocalStorage } from 'node:async_hooks';
import { ApolloServer, type ApolloServerPlugin, type BaseContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import { trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema, Kind } from 'graphql';
import type { Logger } from 'pino';
import type { Caller } from '../access/caller';
import { errorForCaller, INTERNAL_SERVER_ERROR, loggableError, maskedError } from './error-answers';
import { operationLabel } from './operation-label';
import { refuseBadHost } from './refusals';
import { type CallerDeps, requireCaller } from './require-caller';

export interface GraphqlDeps extends CallerDeps {
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
  /** What resolvers get as their context. */
  readonly createContext: (caller: Caller, requestId: string) => BaseContext;
}

/** A broken field of 10,000 rows fails 10,000 times in one request; the log shows the first few. */
const MAX_LOGGED_ERRORS_PER_REQUEST = 5;

/** POST /graphql. Answers how to stop it. */
export async function registerGraphql(app: FastifyInstance, deps: GraphqlDeps): Promise<() => Promise<void>> {
  // `formatError` is told nothing about the request it works for.
  const answering = new AsyncLocalStorage<FastifyRequest>();

  function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
    const request = answering.getStore();
    const forCaller = errorForCaller(formatted, error);
    const answered = forCaller ?? maskedError(formatted, request?.id, error);
    request?.facts.errorCodes.add(String(answered.extensions?.code ?? INTERNAL_SERVER_ERROR));
    if (forCaller === undefined) logUnexpected(request, error);
    return answered;
  }

  function logUnexpected(request: FastifyRequest | undefined, error: unknown): void {
    if (request !== undefined) {
      request.facts.maskedErrors += 1;
      if (request.facts.maskedErrors > MAX_LOGGED_ERRORS_PER_REQUEST) return;
    }
    const at = error instanceof GraphQLError ? { path: placeOf(error) } : {};
    const err = loggableError((error instanceof GraphQLError ? error.originalError : undefined) ?? error);
    deps.logger.error(
      { requestId: request?.id, operation: request?.facts.operation, ...at, err },
      'unexpected error',
    );
  }

  const observe: ApolloServerPlugin<BaseContext> = {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation, document }) => {
        const facts = answering.getStore()?.facts;
        if (facts === undefined) return;
        facts.operation = operationLabel(operation, document);
        trace.getActiveSpan()?.setAttribute('coursetrack.operation', facts.operation);
      },
    }),
    unexpectedErrorProcessingRequest: async ({ error }) => logUnexpected(answering.getStore(), error),
  };

  const apollo = new ApolloServer<BaseContext>({
    schema: deps.schema,
    formatError,
    introspection: true,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    // main.ts owns the signals: it has a database to close as well.
    stopOnTerminationSignals: false,
    // Would let callers store documents in this process.
    persistedQueries: false,
    // Apollo logs the messages of errors; `observe` and `formatError` log them without.
    logger: { debug: noLog, info: noLog, warn: noLog, error: noLog },
    plugins: [
      fastifyApolloDrainPlugin(app),
      observe,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      // Both would send data to Apollo if its environment variables happened to be set.
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();

  const answerGraphql = fastifyApolloHandler(apollo, {
    context: async ({ caller, id }) => {
      if (caller === null) throw new Error('No operation runs without a caller');
      return deps.createContext(caller, id);
    },
  });
  app.post('/graphql', { onRequest: [refuseBadHost, requireCaller(deps)] }, (request, reply) =>
    answering.run(request, () => answerGraphql.call(app, request, reply)),
  );
  return () => apollo.stop();
}

/** The field that failed and where in lists it stands; the names on the way there may be aliases, hence the caller's. */
function placeOf({ path, nodes }: GraphQLError): (string | number)[] {
  const [node] = nodes ?? [];
  const indexes = (path ?? []).filter((step) => typeof step === 'number');
  return node?.kind === Kind.FIELD ? [...indexes, node.name.value] : indexes;
}

function noLog(): void {}
