import Fastify from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics/metrics';
import { CONNECTION_LIMITS } from './connection-limits';
import { httpRefusal, internalErrorBody, loggableError } from './error-answers';

export interface MetricsServer {
  /** Answers the address in use; rejects with the error of the system (EADDRINUSE and the like). */
  listen(host: string, port: number): Promise<string>;
  stop(): Promise<void>;
}

/** GET /metrics on a port of its own, so that what reaches the API does not reach the metrics. */
export function createMetricsServer({ registry }: Metrics, logger: Logger): MetricsServer {
  const app = Fastify({
    logger: false,
    ...CONNECTION_LIMITS,
    exposeHeadRoutes: false,
    // Nothing here is worth waiting for.
    forceCloseConnections: true,
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(httpRefusal(404).body));
  app.setErrorHandler((error, request, reply) => {
    logger.error({ err: loggableError(error) }, 'the metrics cannot be read');
    return reply.code(500).send(internalErrorBody(request.id));
  });
  app.get('/metrics', async (_request, reply) => {
    void reply.type(registry.contentType);
    return registry.metrics();
  });
  return {
    listen: (host, port) => app.listen({ host, port }),
    stop: () => app.close(),
  };
}
