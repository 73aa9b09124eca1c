import { tracing } from './instrument';
// Before anything that it traces is loaded.

import { setFlagsFromString } from 'node:v8';
import pino from 'pino';
import { readConfig } from './config';
import { databaseLabel } from './data/database-url';
import { loggableError } from './http/error-answers';
import { startServer } from './start';
import { exitOnFailure } from './startup-error';

// Left to itself V8 lets the heap grow to four times what is in use before it collects, and imports leave much garbage.
setFlagsFromString('--heap-growing-percent=100');

const LOG_BYTES_AT_ONCE = 8_192;
const LOG_DELAY_MS = 100;

async function main(): Promise<void> {
  const config = readConfig();
  const logger = pino(
    { level: config.logLevel, ...(tracing === undefined ? {} : { mixin: tracing.logFields }) },
    // Lines go out together, at least every tenth of a second. What is left when the process exits is written then.
    pino.destination({ fd: 1, sync: false, minLength: LOG_BYTES_AT_ONCE, periodicFlush: LOG_DELAY_MS }),
  );
  tracing?.watch((failure) => {
    if (failure === undefined) logger.info('traces are exported again');
    else logger.warn({ err: loggableError(failure) }, 'traces cannot be exported; they are dropped');
  });
  // Node would print the message, which may hold learner data.
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: loggableError(error) }, 'uncaught error');
    process.exit(1);
  });

  const server = await startServer(config, logger);
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    logger.info({ signal }, 'stopping');
    await server.stop();
    await tracing?.stop();
    logger.info('stopped');
    process.exit(0);
  };
  // Once: a second signal of the same kind ends the process at once.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, (name) => void stop(name));

  // Whoever reads this may send the first signal. The key does not go into the log, which others may read.
  if (server.localKey !== undefined) {
    process.stderr.write(`Key of this start, shown once (authorization: Bearer …): ${server.localKey}\n`);
  }
  const database = databaseLabel(config.database);
  const { url, playgroundUrl: playground, metricsUrl: metrics } = server;
  logger.info({ url, playground, metrics, database }, 'listening');
}

main().catch(exitOnFailure);
