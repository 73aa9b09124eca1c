import { tracing } from './instrument';
// Before anything that it traces is loaded.

import { setFlagsFromString } from 'node:v8';
import pino, { type Logger } from 'pino';
import { readConfig } from './config';
import { databaseLabel } from './data/database-url';
import { loggableError } from './http/error-answers';
import { createLogOutput } from './log-output';
import { createMetrics } from './metrics/metrics';
import { startServer } from './start';
import { exitOnFailure, tell } from './startup-error';
import { readVersion } from './version';

// Left to itself V8 lets the heap grow to four times what is in use before it collects, and imports leave much garbage.
setFlagsFromString('--heap-growing-percent=100');

async function main(): Promise<void> {
  const config = readConfig();
  const metrics = createMetrics(readVersion());
  const output = createLogOutput({
    onDropped: metrics.logLinesDropped,
    onRecovered: (lines) => logger.warn({ lines }, 'log lines were dropped'),
  });
  const logger: Logger = pino(
    { level: config.logLevel, ...(tracing === undefined ? {} : { mixin: tracing.logFields }) },
    output,
  );
  tracing?.watch((failure) => {
    if (failure === undefined) logger.info('traces are exported again');
    else logger.warn({ err: loggableError(failure) }, 'traces cannot be exported; they are dropped');
  });
  // Node would print the message, which may hold learner data.
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: loggableError(error) }, 'uncaught error');
    void output.close().finally(() => process.exit(1));
  });

  const server = await startServer(config, logger, metrics);
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    logger.info({ signal }, 'stopping');
    await server.stop();
    await tracing?.stop();
    logger.info('stopped');
    await output.close();
    process.exit(0);
  };
  // Once: a second signal of the same kind ends the process at once.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, (name) => void stop(name));

  // Whoever reads this may send the first signal. The key does not go into the log, which others may read.
  if (server.localKey !== undefined) {
    tell(`Key of this start, shown once (authorization: Bearer …): ${server.localKey}`);
    if (server.playgroundEntry !== undefined) {
      tell(`Playground with this key, for the first browser that opens it: ${server.playgroundEntry}`);
    }
  }
  const database = databaseLabel(config.database);
  const { url, playgroundUrl: playground, metricsUrl } = server;
  logger.info({ url, playground, metrics: metricsUrl, database }, 'listening');
}

main().catch(exitOnFailure);
