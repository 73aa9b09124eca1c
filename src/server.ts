import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ApolloServer, type ApolloServerPlugin, type BaseContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import {
  errorForCaller,
  httpRefusal,
  INTERNAL_SERVER_ERROR,
  internalErrorBody,
  loggableError,
  maskedError,
} from './error-answers';
import type { DocumentedOperation } from './operations';
import { registerPlayground } from './playground';

export interface ServerDeps {
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
  /** Resolves when the database answers. */
  readonly ping: () => Promise<void>;
  /** What resolvers get as their context. */
  readonly createContext: (requestId: string) => BaseContext;
  /** Under which browsers reach the server, without a slash at the end; by default what they ask for. */
  readonly publicUrl?: string | undefined;
  /** What the playground opens with. */
  readonly operations: readonly DocumentedOperation[];
}

export interface HttpServer {
  readonly app: FastifyInstance;
  /** Answers the address in use; rejects with the error of the system (EADDRINUSE and the like). */
  listen(host: string, port: number): Promise<string>;
  /** Takes no new connection, lets running requests finish (10 s at most), closes idle connections. */
  stop(): Promise<void>;
}

const BODY_LIMIT_BYTES = 16 * 1024 * 1024;
const HEADERS_TIMEOUT_MS = 20_000;
/** For receiving a request, its body included; not for answering it. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than the 60 s of common load balancers: the side that closes first must not be the server. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const CONNECTIONS_CHECK_INTERVAL_MS = 500;
const PING_TIMEOUT_MS = 2_000;
const MAX_LOGGED_NAME_CHARS = 100;
/** A broken field of 10,000 rows fails 10,000 times in one request; the log shows the first few. */
const MAX_LOGGED_ERRORS_PER_REQUEST = 5;

const ALLOWED_METHODS: Readonly<Record<string, string>> = {
  '/graphql': 'POST',
  '/health/live': 'GET, HEAD',
  '/health/ready': 'GET, HEAD',
  '/playground': 'GET, HEAD',
  '/playground/': 'GET, HEAD',
};

/** What is logged about a request besides its status; nothing in it comes from a body or an error text. */
interface RequestFacts {
  operationName: string | null;
  readonly errorCodes: Set<string>;
  maskedErrors: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    facts: RequestFacts;
  }
}

export async function createServer(deps: ServerDeps): Promise<HttpServer> {
  const { logger } = deps;
  let stopping: Promise<void> | undefined;

  const app = Fastify({
    // Fastify's own log lines hold URLs and error messages. This server writes its own.
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // While draining, a request on an open connection is served like any other, and is the last one there.
    return503OnClosing: false,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CONNECTIONS_CHECK_INTERVAL_MS,
      // Node would answer a missing Host by itself, without body and request id.
      requireHostHeader: false,
    },
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, logger),
    // Addresses that cannot be decoded; no hook has run for them.
    frameworkErrors: (_error, request, reply) => {
      request.facts = noFacts();
      void refuse(request, reply.header('x-request-id', request.id), 400);
    },
  });

  // Node would answer an unknown Expect header by itself; HTTP allows to ignore it.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.decorateRequest('facts');
  app.addHook('onRequest', async (request, reply) => {
    request.facts = noFacts();
    void reply.header('x-request-id', request.id);
  });
  app.addHook('onSend', async (_request, reply) => {
    // Without it a client could keep its connection, and the server alive, until the keep-alive limit.
    if (stopping !== undefined) void reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => logRequest(logger, request, reply));

  app.setNotFoundHandler((request, reply) => {
    const allow = ALLOWED_METHODS[request.url.split('?', 1)[0] ?? ''];
    return allow === undefined
      ? refuse(request, reply, 404)
      : refuse(request, reply.header('allow', allow), 405);
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500) return refuse(request, reply, status);
    request.facts.errorCodes.add(INTERNAL_SERVER_ERROR);
    logger.error({ requestId: request.id, err: loggableError(error) }, 'unexpected error');
    return reply.code(500).send(internalErrorBody(request.id));
  });
  // Fastify would take text/plain too, and Apollo then answer with a page of advice on CSRF.
  app.removeContentTypeParser('text/plain');

  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (_request, reply) => {
    if (await answersInTime(deps.ping, logger)) return { status: 'ok' };
    return reply.code(503).send({ status: 'unavailable' });
  });

  const stopApollo = await registerGraphql(app, deps);
  await app.register((scope, _options, done) => {
    scope.addHook('onRequest', refuseBadHost);
    registerPlayground(scope, { operations: deps.operations, publicUrl: deps.publicUrl });
    done();
  });

  return {
    app,
    listen: (host, port) => app.listen({ host, port }),
    // Apollo's stop() never returns to a second caller.
    stop: () => {
      stopping ??= stopApollo();
      return stopping;
    },
  };
}

async function registerGraphql(app: FastifyInstance, deps: ServerDeps): Promise<() => Promise<void>> {
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
    const { path, originalError } = error instanceof GraphQLError ? error : {};
    const err = loggableError(originalError ?? error);
    deps.logger.error({ requestId: request?.id, path, err }, 'unexpected error');
  }

  const observe: ApolloServerPlugin<BaseContext> = {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operationName }) => {
        const facts = answering.getStore()?.facts;
        if (facts !== undefined) facts.operationName = operationName?.slice(0, MAX_LOGGED_NAME_CHARS) ?? null;
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
    context: async (request) => deps.createContext(request.id),
  });
  app.post('/graphql', { onRequest: refuseBadHost }, (request, reply) =>
    answering.run(request, () => answerGraphql.call(app, request, reply)),
  );
  return () => apollo.stop();
}

function noLog(): void {}

function noFacts(): RequestFacts {
  return { operationName: null, errorCodes: new Set(), maskedErrors: 0 };
}

function refuse(request: FastifyRequest, reply: FastifyReply, status: number, reason?: string): FastifyReply {
  const { code, body } = httpRefusal(status, reason);
  request.facts.errorCodes.add(code);
  return reply.code(status).send(body);
}

/** Behind this hook the Host header can be put into URLs. */
async function refuseBadHost(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const plain = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(request.host);
  if (plain && URL.canParse(`http://${request.host}/`)) return undefined;
  return refuse(request, reply, 400, 'The Host header is missing or names no host.');
}

async function answersInTime(ping: () => Promise<void>, logger: Logger): Promise<boolean> {
  const inTime = ping().then(
    () => true,
    (error: unknown) => {
      logger.warn({ err: loggableError(error) }, 'the database does not answer');
      return false;
    },
  );
  return Promise.race([inTime, delay(PING_TIMEOUT_MS, false, { ref: false })]);
}

function logRequest(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const { operationName, errorCodes } = request.facts;
  const route = request.routeOptions.url ?? null;
  const routine = route !== null && route !== '/graphql' && reply.statusCode < 400;
  logger[routine ? 'debug' : 'info'](
    {
      requestId: request.id,
      method: request.method,
      // The route, not the address: an address can hold anything.
      route,
      operationName,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      errorCodes: [...errorCodes],
      // The caller went away before the answer was out.
      ...(reply.raw.writableFinished ? {} : { aborted: true }),
    },
    'request',
  );
}

/** For what never becomes a request: malformed HTTP, headers too large, headers or body not in time. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket, logger: Logger): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 }[error.code ?? ''] ?? 400;
  const requestId = randomUUID();
  const { code, body } = httpRefusal(status);
  const text = JSON.stringify(body);
  if (socket.writable) {
    socket.write(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'connection: close',
        'content-type: application/json; charset=utf-8',
        `content-length: ${Buffer.byteLength(text)}`,
        `x-request-id: ${requestId}`,
        '',
        text,
      ].join('\r\n'),
    );
  }
  socket.destroy(error);
  logger.info({ requestId, status, errorCodes: [code] }, 'request refused');
}
