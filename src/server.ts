import { randomUUID } from 'node:crypto';
import { compile } from '@fastify/proxy-addr';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import { CONNECTION_LIMITS } from './http/connection-limits';
import { watchConnections } from './http/connections';
import { registerCors } from './http/cors';
import {
  databaseTrouble,
  INTERNAL_SERVER_ERROR,
  internalErrorBody,
  loggableError,
} from './http/error-answers';
import { type GraphqlDeps, registerGraphql } from './http/graphql-endpoint';
import { registerHealth } from './http/health';
import { type ImportsDeps, registerImports } from './http/imports-endpoint';
import { registerJsonBody } from './http/json-body';
import { LimitExceeded } from './http/limit-exceeded';
import { DEFAULT_LIMITS, type Limits } from './http/limits';
import { isExpectedToTakeLong } from './http/long-requests';
import { measureRequest, NO_ROUTE } from './http/measure-request';
import type { DocumentedOperation } from './http/operations';
import { type PlaygroundKey, registerPlayground } from './http/playground';
import { answerBrokenRequest, refuse, refuseBadHost, refuseExcess, refuseUnserved } from './http/refusals';
import { logRequest, noFacts } from './http/request-facts';
import type { CallerDeps } from './http/require-caller';
import { registerSecurityHeaders } from './http/security-headers';
import { registerSecurityTxt } from './http/security-txt';
import { refuseTinyChunks } from './http/tiny-chunks';
import type { Metrics } from './metrics/metrics';

export interface ServerDeps extends GraphqlDeps {
  /** Where files are taken; without it they are not. */
  readonly imports?: Omit<ImportsDeps, keyof CallerDeps> | undefined;
  readonly metrics: Metrics;
  /** Resolves when the database takes writes. */
  readonly ping: () => Promise<void>;
  /** Whether all else of the program runs, without which the server is not ready; by default it does. */
  readonly hasStarted?: () => boolean;
  /** What the playground opens with. */
  readonly operations: readonly DocumentedOperation[];
  readonly localKey?: PlaygroundKey | undefined;
  readonly settings?: Partial<HttpSettings>;
}

/** What the environment decides of the HTTP side; `Config` has all of it. */
export interface HttpSettings {
  /** Under which browsers reach the server, without a slash at the end; by default what they ask for. */
  readonly publicUrl: string | undefined;
  /** Proxies whose X-Forwarded-For tells the address of the caller. */
  readonly trustedProxies: readonly string[];
  readonly introspection: boolean;
  readonly playground: boolean;
  readonly corsOrigins: readonly string[];
  readonly securityContact: string | undefined;
  readonly limits: Limits;
  /** How long a body waits until there is room for it; shorter than a request may take to arrive. */
  readonly bodyWaitMs: number;
  /** How long a server that is to stop goes on taking connections, while balancers see that it is not ready. */
  readonly drainDelaySeconds: number;
  /** How long a connection without a request is kept after that, for one that may be on its way. */
  readonly idleGraceMs: number;
}

const DEFAULT_SETTINGS: HttpSettings = {
  publicUrl: undefined,
  trustedProxies: [],
  introspection: true,
  playground: true,
  corsOrigins: [],
  securityContact: undefined,
  limits: DEFAULT_LIMITS,
  bodyWaitMs: 20_000,
  drainDelaySeconds: 0,
  idleGraceMs: 1_000,
};

/** Longer than the database may take for a request. */
const DRAIN_LIMIT_MS = 35_000;

export interface HttpServer {
  readonly app: FastifyInstance;
  /** Answers the address in use; rejects with the error of the system (EADDRINUSE and the like). */
  listen(host: string, port: number): Promise<string>;
  /**
   * Is not ready any more; after the delay takes no new connection, lets running requests finish (35 s at most) and
   * closes connections as they become idle.
   */
  stop(): Promise<void>;
}

export async function createServer(deps: ServerDeps): Promise<HttpServer> {
  const { logger, metrics } = deps;
  const settings = { ...DEFAULT_SETTINGS, ...deps.settings };
  const { limits, publicUrl } = settings;
  const allowedMethods = new Map<string, string[]>();
  let stopping: Promise<void> | undefined;

  const app = Fastify({
    // Fastify's own log lines hold URLs and error messages. This server writes its own.
    logger: false,
    bodyLimit: limits.bodyBytes,
    ...CONNECTION_LIMITS,
    trustProxy: [...settings.trustedProxies],
    forceCloseConnections: 'idle',
    // While draining, a request on an open connection is served like any other, and is the last one there.
    return503OnClosing: false,
    http: {
      ...CONNECTION_LIMITS.http,
      // Node would answer a missing Host by itself, without body and request id.
      requireHostHeader: false,
    },
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    clientErrorHandler: (error, socket) => {
      if (!isExpectedToTakeLong(error, socket)) answerBrokenRequest(error, socket, logger, metrics);
    },
    // Addresses that cannot be decoded; no hook has run for them.
    frameworkErrors: (_error, request, reply) => {
      request.facts = noFacts();
      metrics.httpAnswered(NO_ROUTE, 400);
      void refuse(request, reply.header('x-request-id', request.id), 400);
    },
  });

  const connections = watchConnections(app.server, {
    inAll: limits.connections,
    ofAddress: limits.connectionsOfAddress,
    isProxy: trusts(settings.trustedProxies),
    onRefused: () => metrics.rejectedByLimit('connections'),
  });
  refuseTinyChunks(app.server, (error, socket) => answerBrokenRequest(error, socket, logger, metrics));
  const notReady = () => {
    if (stopping !== undefined) return 'stopping';
    return deps.hasStarted?.() === false ? 'starting' : undefined;
  };
  // Node would answer an unknown Expect header by itself; HTTP allows to ignore it.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.decorateRequest('facts');
  app.decorateRequest('caller', null);
  app.addHook('onRequest', (request, reply, done) => {
    request.facts = noFacts();
    void reply.header('x-request-id', request.id);
    // Fastify's onResponse is not called when the caller goes away before the answer is out.
    reply.raw.once('close', () => {
      logRequest(logger, request, reply);
      measureRequest(metrics, request, reply);
    });
    done();
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    // The last answer on this connection; what is refused before it has arrived must not break off what still arrives.
    if (connections.isClosing() && hasArrived(request)) void reply.header('connection', 'close');
    done();
  });
  app.addHook('onRoute', ({ url, method }) => {
    allowedMethods.set(url, [...(allowedMethods.get(url) ?? []), ...[method].flat()]);
  });

  app.setNotFoundHandler((request, reply) => {
    const allowed = allowedMethods.get(request.url.split('?', 1)[0] ?? '');
    return allowed === undefined
      ? refuse(request, reply, 404)
      : refuse(request, reply.header('allow', allowed.join(', ')), 405);
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof LimitExceeded) return refuseExcess(request, reply, error);
    const trouble = databaseTrouble(error);
    if (trouble !== undefined) return refuseUnserved(request, reply, trouble, logger);
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500) return refuse(request, reply, status);
    request.facts.errorCodes.add(INTERNAL_SERVER_ERROR);
    logger.error({ requestId: request.id, err: loggableError(error) }, 'unexpected error');
    return reply.code(500).send(internalErrorBody(request.id));
  });
  // Fastify would take text/plain too, and Apollo then answer with a page of advice on CSRF.
  app.removeContentTypeParser('text/plain');
  registerJsonBody(app, limits);

  registerSecurityHeaders(app, publicUrl);
  await registerCors(app, settings.corsOrigins);
  registerHealth(app, { ping: deps.ping, notReady, logger });
  if (settings.securityContact !== undefined) registerSecurityTxt(app, settings.securityContact, publicUrl);
  const stopApollo = await registerGraphql(app, deps, settings);
  if (deps.imports !== undefined) await registerImports(app, { ...deps, ...deps.imports });
  if (settings.playground) {
    await app.register((scope, _options, done) => {
      scope.addHook('onRequest', refuseBadHost);
      registerPlayground(scope, { operations: deps.operations, localKey: deps.localKey, publicUrl });
      done();
    });
  }

  async function drain(): Promise<void> {
    await connections.drain({
      delayMs: settings.drainDelaySeconds * 1_000,
      graceMs: settings.idleGraceMs,
      limitMs: DRAIN_LIMIT_MS,
    });
    await stopApollo();
  }

  return {
    app,
    listen: (host, port) => connections.listen(host, (address) => app.listen({ host: address, port })),
    // Apollo's stop() never returns to a second caller.
    stop: () => {
      stopping ??= drain();
      return stopping;
    },
  };
}

/** Whether an address is that of a proxy, as Fastify understands the same list. */
function trusts(proxies: readonly string[]): (address: string) => boolean {
  const isTrusted = compile([...proxies]);
  return (address) => address !== '' && isTrusted(address, 0);
}

/** Its body included, if it has any. */
function hasArrived({ raw, headers }: FastifyRequest): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = headers;
  return raw.complete || (length === '0' && encoding === undefined);
}
