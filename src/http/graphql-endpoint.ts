import {
  ApolloServer,
  type ApolloServerPlugin,
  type BaseContext,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import accepts from '@fastify/accepts';
import { trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { Logger } from 'pino';
import type { Caller } from '../access/caller';
import { JsonText, stringifyAnswer } from '../bulk/answer-text';
import { createExecutor } from '../bulk/executor';
import { UnsentAnswers } from '../bulk/unsent-answers';
import type { DatabaseError } from '../data/database-errors';
import { BodyBudget, waitForRoom } from './body-budget';
import {
  BAD_USER_INPUT,
  databaseTrouble,
  errorForCaller,
  INTERNAL_SERVER_ERROR,
  internalErrorBody,
  loggableError,
  maskedError,
  retryAfter,
} from './error-answers';
import { refuseUnknownEncoding, unpackBody } from './json-body';
import type { Limits } from './limits';
import { operationLabel } from './operation-label';
import { exceededLimit, excessWith, limitsRule, parserLimits } from './query-limits';
import { logTrouble, refuse, refuseBadHost } from './refusals';
import { type CallerDeps, requireCaller } from './require-caller';

export interface GraphqlDeps extends CallerDeps {
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
  /** What resolvers get as their context. */
  readonly createContext: (caller: Caller, requestId: string) => BaseContext;
}

export interface GraphqlSettings {
  readonly limits: Limits;
  /** Whether callers may ask for the schema, and errors may suggest names of it. */
  readonly introspection: boolean;
  /** How long a body waits until there is room for it; shorter than a request may take to arrive. */
  readonly bodyWaitMs: number;
}

/** Where a context keeps the request that it is for. */
const REQUEST = Symbol('request');

interface Asked extends BaseContext {
  readonly [REQUEST]: FastifyRequest;
  readonly hasCommitted?: () => boolean;
}

/** How many answers of the greatest length may wait for callers that do not read them. */
const UNREAD_ANSWERS = 4;

const BAD_REQUEST = 'BAD_REQUEST';

/** A broken field of 10,000 rows fails 10,000 times in one request; the log shows the first few. */
const MAX_LOGGED_ERRORS_PER_REQUEST = 5;

/** POST /graphql. Answers how to stop it. */
export async function registerGraphql(
  app: FastifyInstance,
  deps: GraphqlDeps,
  { limits, introspection, bodyWaitMs }: GraphqlSettings,
): Promise<() => Promise<void>> {
  // Apollo's `formatError` is told nothing about the request it works for. Async local storage would know, and slows
  // down every promise of the process.
  const requestOf = new WeakMap<object, FastifyRequest>();

  function formatError(
    formatted: GraphQLFormattedError,
    error: unknown,
    request = requestOf.get(error as object),
  ): GraphQLFormattedError {
    const forCaller = exceededLimit(error, limits)?.toJSON() ?? errorForCaller(formatted, error, request?.id);
    const answered = forCaller ?? maskedError(formatted, request?.id, error);
    const trouble = databaseTrouble(error);
    if (trouble !== undefined && request !== undefined) {
      logTrouble(deps.logger, request, trouble, { path: placeOf(error as GraphQLError) });
    }
    request?.facts.errorCodes.add(String(answered.extensions?.code ?? INTERNAL_SERVER_ERROR));
    if (forCaller === undefined) logUnexpected(request, error);
    return introspection ? answered : { ...answered, message: withoutSuggestion(answered.message) };
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

  /** As Apollo does it, for errors of the execution. Without data nothing was executed: the variables are not right. */
  function responseOf({ data, errors }: ExecutionResult, request: FastifyRequest): GraphQLResponse {
    const isExecuted = data !== undefined;
    const formatted = errors?.map((error) => {
      const code = isExecuted ? (error.extensions.code ?? INTERNAL_SERVER_ERROR) : BAD_USER_INPUT;
      return formatError({ ...error.toJSON(), extensions: { ...error.extensions, code } }, error, request);
    });
    const singleResult = {
      ...(formatted === undefined ? {} : { errors: formatted }),
      ...(isExecuted ? { data } : {}),
    };
    const troubles = isExecuted ? nothingButTrouble(data, errors) : undefined;
    const headers = new HeaderMap();
    const seconds = troubles && retryAfter(troubles);
    if (seconds !== undefined) headers.set('retry-after', String(seconds));
    const status = troubles === undefined ? (isExecuted ? undefined : 400) : 503;
    return { http: { status, headers }, body: { kind: 'single', singleResult } };
  }

  const execute = createExecutor(deps.schema, limits.answerBytes);
  /** Executes operations, and notes what becomes of requests. */
  const ours: ApolloServerPlugin<Asked> = {
    requestDidStart: async ({ contextValue: { [REQUEST]: request } }) => {
      request.facts.isTakenByApollo = true;
      return {
        didResolveOperation: async ({ operation, document }) => {
          request.facts.operation = operationLabel(operation, document);
          trace.getActiveSpan()?.setAttribute('coursetrack.operation', request.facts.operation);
        },
        didEncounterErrors: async ({ errors }) => {
          for (const error of errors) requestOf.set(error, request);
        },
        // A gateway would leave nothing but the execution to us, and be simpler. But Apollo makes an object with
        // accessors for each of its requests, and V8 keeps what they see until it collects the whole heap: the rows
        // of an import and its answer among it.
        responseForOperation: async ({ operation, document, request: asked, contextValue }) => {
          const { operation: kind } = (operation as OperationDefinitionNode | undefined) ?? {};
          // Apollo's type promises an operation, whether the document has what was named or not. It tells what is wrong.
          if (kind === undefined) return null;
          const { operationName, variables } = asked;
          const excess = excessWith(deps.schema, document, operation, variables, limits);
          if (excess !== undefined) return responseOf({ errors: [excess] }, request);
          const { hasCommitted } = contextValue;
          return responseOf(
            await execute({ document, kind, operationName, variables, context: contextValue, hasCommitted }),
            request,
          );
        },
      };
    },
    unexpectedErrorProcessingRequest: async ({ requestContext, error }) => {
      const request = requestContext.contextValue[REQUEST];
      request.facts.isTakenByApollo = false;
      logUnexpected(request, error);
    },
  };

  const unsent = new UnsentAnswers(UNREAD_ANSWERS * limits.answerBytes);
  const apollo = new ApolloServer<Asked>({
    schema: deps.schema,
    stringifyResult: (answer) => stringifyAnswer(answer, unsent),
    formatError,
    introspection,
    validationRules: [limitsRule(limits)],
    parseOptions: parserLimits(limits),
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    // main.ts owns the signals: it has a database to close as well.
    stopOnTerminationSignals: false,
    // Would let callers store documents in this process.
    persistedQueries: false,
    // Apollo logs the messages of errors; `ours` and `formatError` log them without.
    logger: { debug: noLog, info: noLog, warn: noLog, error: noLog },
    plugins: [
      fastifyApolloDrainPlugin(app),
      ours,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      // Both would send data to Apollo if its environment variables happened to be set.
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();

  const answerGraphql = fastifyApolloHandler<Asked>(apollo, {
    context: async (request) => {
      if (request.caller === null) throw new Error('No operation runs without a caller');
      return Object.assign(deps.createContext(request.caller, request.id), { [REQUEST]: request });
    },
  });
  await app.register(accepts);
  app.post(
    '/graphql',
    {
      onRequest: [
        neverStored,
        refuseBadHost,
        refuseUnreadable,
        refuseUnknownEncoding,
        requireCaller(deps),
        waitForRoom(new BodyBudget(limits), limits, bodyWaitMs),
      ],
      preParsing: unpackBody,
    },
    async (request, reply) => {
      const answer = await answerGraphql.call(app, request, reply);
      if (!request.facts.isTakenByApollo) return refusedByApollo(request, reply, answer);
      if (isRefusedDocument(request, reply)) void reply.code(200);
      return answer;
    },
  );
  return () => apollo.stop();
}

/**
 * The trouble with the database that left an answer without anything; undefined where something is in it: data, a
 * field that is rightly null, or an error of another kind.
 */
function nothingButTrouble(
  data: Readonly<Record<string, unknown>> | null,
  errors: readonly GraphQLError[] = [],
): readonly DatabaseError[] | undefined {
  if (errors.length === 0) return undefined;
  const troubles: DatabaseError[] = [];
  for (const error of errors) {
    const trouble = databaseTrouble(error);
    if (trouble === undefined) return undefined;
    troubles.push(trouble);
  }
  const failed = new Set(errors.map(({ path }) => path?.[0]));
  const isEmpty = Object.entries(data ?? {}).every(([key, value]) => failed.has(key) && holdsNothing(value));
  return isEmpty ? troubles : undefined;
}

function holdsNothing(value: unknown): boolean {
  if (value === null) return true;
  if (Array.isArray(value)) return value.length > 0 && value.every(holdsNothing);
  // A list that is text already was written for something.
  if (typeof value !== 'object' || value instanceof JsonText) return false;
  return Object.entries(value).every(([name, each]) => name === '__typename' || holdsNothing(each));
}

/** The field that failed and where in lists it stands; the names on the way there may be aliases, hence the caller's. */
function placeOf({ path, nodes }: GraphQLError): (string | number)[] {
  const [node] = nodes ?? [];
  const indexes = (path ?? []).filter((step) => typeof step === 'number');
  return node?.kind === Kind.FIELD ? [...indexes, node.name.value] : indexes;
}

/** An answer may hold a new key, or records of learners. */
export function neverStored(_request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  void reply.header('cache-control', 'no-store');
  done();
}

/** Apollo would find out after the operation has run. */
function refuseUnreadable(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const isReadable =
    request.headers.accept === undefined ||
    request.type(['application/json', 'application/graphql-response+json']) !== false;
  if (isReadable) done();
  else void refuse(request, reply, 406);
}

/** A body that holds no GraphQL request, or a fault of Apollo's or ours before or beside the operation. */
function refusedByApollo(request: FastifyRequest, { statusCode }: FastifyReply, answer: unknown): unknown {
  const isFault = statusCode >= 500;
  request.facts.errorCodes.add(isFault ? INTERNAL_SERVER_ERROR : BAD_REQUEST);
  return isFault ? internalErrorBody(request.id) : answer;
}

/**
 * A well-formed request with a document or variables that are refused. GraphQL over HTTP wants 200 for it in
 * application/json, where 4xx may come from anything between client and server, and 4xx in
 * application/graphql-response+json, which is what Apollo answers in both.
 */
function isRefusedDocument(request: FastifyRequest, reply: FastifyReply): boolean {
  const isPlainJson = String(reply.getHeader('content-type')).startsWith('application/json');
  return reply.statusCode === 400 && isPlainJson && !request.facts.errorCodes.has(BAD_REQUEST);
}

/**
 * Of documents and of variables. Apollo's hideSchemaDetailsFromClientErrors knows documents only, and its pattern is
 * quadratic in literals that look like suggestions.
 */
function withoutSuggestion(message: string): string {
  const suggestionAt = message.lastIndexOf(' Did you mean ');
  return suggestionAt < 0 || !message.endsWith('?') ? message : message.slice(0, suggestionAt);
}

function noLog(): void {}
