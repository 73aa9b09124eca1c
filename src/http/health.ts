import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { loggableError } from './error-answers';

const PING_TIMEOUT_MS = 2_000;

/** Live: the server runs. Ready: its database answers as well; `ping` resolves when it does. */
export function registerHealth(app: FastifyInstance, ping: () => Promise<void>, logger: Logger): void {
  app.get('/health/live', async () => ({ status: 'ok' }));
  // One at a time, however many ask: anybody may, and each would take a connection of the pool.
  let running: Promise<boolean> | undefined;
  app.get('/health/ready', async (_request, reply) => {
    running ??= answersInTime(ping, logger).finally(() => {
      running = undefined;
    });
    if (await running) return { status: 'ok' };
    return reply.code(503).send({ status: 'unavailable' });
  });
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
