import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import pino, { type Logger } from 'pino';
import type { RequestContext } from './access/request-context';
import { buildApiSchema } from './api-schema';
import type { Config } from './config';
import type { Database } from './data/database';
import { type DatabaseTarget, databaseLabel } from './data/database-url';
import { forgetExpiredKeys } from './data/idempotency.repository';
import { loggableError } from './http/error-answers';
import { readOperations } from './http/operations';
import { type RunningDelivery, startDelivery } from './notifications/deliver-notifications';
import { postNotification } from './notifications/webhook';
import { reachDatabase } from './reach-database';
import { createServer } from './server';
import { errorCode, StartupError } from './startup-error';

export interface RunningServer {
  /** Where it listens, such as http://127.0.0.1:4000. */
  readonly url: string;
  /** Undefined where the environment switches it off. */
  readonly playgroundUrl: string | undefined;
  readonly database: Database;
  /** Lets running requests and deliveries finish, then closes the database. */
  stop(): Promise<void>;
}

const DATABASE_CLOSE_LIMIT_MS = 5_000;
/** Longer than receivers have to answer. */
const DELIVERY_STOP_LIMIT_MS = 12_000;

/** Opens and checks the database, then listens. Throws {@link StartupError}. */
export async function startServer(
  config: Config,
  logger: Logger = pino({ level: config.logLevel }),
): Promise<RunningServer> {
  const database = await reachDatabase(config.database);
  try {
    await bringUpToDate(database, config.database);
    const server = await createServer({
      schema: await buildApiSchema(),
      logger,
      ping: () => database.ping(),
      createContext: (requestId): RequestContext => ({
        siteId: config.siteId,
        caller: 'anonymous',
        requestId,
        database,
        clock: () => new Date(),
      }),
      operations: readOperations(),
      settings: config,
    });
    const url = await server.listen(config.host, config.port).catch((error: unknown) => {
      throw cannotListen(error, config);
    });
    const delivery = deliverNotifications(config, database, logger);
    const cleaning = forgetOldKeys(database, logger);
    return {
      url,
      playgroundUrl: config.playground ? `${config.publicUrl ?? url}/playground/` : undefined,
      database,
      stop: async () => {
        clearInterval(cleaning);
        // What is not settled in time is delivered again when its lease has ended.
        const delivered = Promise.race([
          delivery?.stop(),
          delay(DELIVERY_STOP_LIMIT_MS, undefined, { ref: false }),
        ]);
        await Promise.all([server.stop(), delivered]);
        // A request cut off by the drain limit may still hold the embedded database; what it has not
        // committed is rolled back when the process ends.
        await Promise.race([database.close(), delay(DATABASE_CLOSE_LIMIT_MS, undefined, { ref: false })]);
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

const CLEANING_INTERVAL_MS = 60 * 60 * 1_000;

/** Answers that are no longer replayed need no room; what fails now is tried again in an hour. */
function forgetOldKeys(database: Database, logger: Logger): NodeJS.Timeout {
  const forget = () =>
    database
      .transaction((tx) => forgetExpiredKeys(tx, Date.now()))
      .catch((error: unknown) => logger.error({ err: loggableError(error) }, 'old keys cannot be forgotten'));
  void forget();
  return setInterval(() => void forget(), CLEANING_INTERVAL_MS).unref();
}

/** Notifications go to the webhook where there is one; without it they are kept. */
function deliverNotifications(
  { siteId, notificationWebhook }: Config,
  database: Database,
  logger: Logger,
): RunningDelivery | undefined {
  if (notificationWebhook === undefined) return undefined;
  return startDelivery(
    {
      database,
      siteId,
      send: (notification, sentAt) => postNotification(notificationWebhook, notification, sentAt),
      clock: () => new Date(),
    },
    {
      onRound: ({ delivered, failures }) => {
        const level = failures.length > 0 ? 'warn' : 'info';
        logger[level](
          { delivered, failed: failures.length, codes: [...new Set(failures)] },
          'notifications sent',
        );
      },
      onError: (error) => logger.error({ err: loggableError(error) }, 'notifications cannot be delivered'),
    },
  );
}

const LISTEN_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'no permission to use this port',
  EADDRINUSE: 'the port is taken; set PORT to another one',
  EADDRNOTAVAIL: 'this machine does not have the address of HOST',
  ENOTFOUND: 'HOST is not known',
};

/** An embedded database belongs to this process; a server's schema is changed on purpose only. */
async function bringUpToDate(database: Database, target: DatabaseTarget): Promise<void> {
  if (database.kind === 'sqlite') return database.migrate();
  if (await database.hasPendingMigrations()) {
    throw new StartupError(
      `The database ${databaseLabel(target)} is not up to date: run npm run migrate (in a container: node dist/src/migrate.js).`,
    );
  }
}

function cannotListen(error: unknown, { host, port }: Config): unknown {
  const reason = LISTEN_FAULTS[errorCode(error) ?? ''];
  if (reason === undefined) return error;
  return new StartupError(`Cannot listen on ${host}:${port} (${reason}).`, { cause: error });
}
