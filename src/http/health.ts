import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { loggableError } from './error-answers';

const PING_TIMEOUT_MS = 2_000;
const RETRY_AFTER_SECONDS = 1;

/** Why a server is not ready; it is all that is told, as anybody may ask. */
export type NotReady = 'starting' | 'stopping' | 'database';

interface HealthDeps {
  /** Resolves when the database takes writes. */
  readonly ping: () => Promise<void>;
  /** What keeps the server itself from being ready. */
  readonly notReady: () => Exclude<NotReady, 'database'> | undefined;
  readonly logger: Logger;
}

/** Live: the server runs. Ready: it has started, is not to stop, and its database takes writes. */
export function registerHealth(app: FastifyInstance, { ping, notReady, logger }: HealthDeps): void {
  const databaseAnswers = watchDatabase(ping, logger);
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (_request, reply) => {
    const reason: NotReady | undefined = notReady() ?? ((await databaseAnswers()) ? notReady() : 'database');
    if (reason === undefined) return { status: 'ok' };
    return reply.code(503).header('retry-after', RETRY_AFTER_SECONDS).send({ status: 'unavailable', reason });
  });
}

/**
 * Tells whether the database answers in time. It is asked once at a time, however many want to know: anybody may, and
 * each would take a connection of the pool; so would one more for every one that it leaves without an answer.
 */
function watchDatabase(ping: () => Promise<void>, logger: Logger): () => Promise<boolean> {
  let running: Promise<boolean> | undefined;
  let wasAway = false;

  async function ask(): Promise<boolean> {
    try {
      await ping();
      if (wasAway) logger.info('the database answers again');
      wasAway = false;
      return true;
    } catch (error) {
      // Once, and not for everybody who asks.
      if (!wasAway) logger.warn({ err: loggableError(error) }, 'the database does not answer');
      wasAway = true;
      return false;
    }
  }

  return () => {
    running ??= ask().finally(() => {
      running = undefined;
    });
    return Promise.race([running, delay(PING_TIMEOUT_MS, false, { ref: false })]);
  };
}
