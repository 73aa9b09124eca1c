import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pino, { type Logger } from 'pino';
import { tokenReader } from './access/access-token';
import { createRateLimits, type SharedStore } from './access/rate-limits';
import { requestContext } from './access/request-context';
import { createSignIn } from './access/sign-in';
import { buildApiSchema } from './api-schema';
import { type Config, isLoopback } from './config';
import type { Database, DatabaseNotice } from './data/database';
import { forgetWhatIsOld } from './forget-what-is-old';
import { loggableError } from './http/error-answers';
import { createMetricsServer } from './http/metrics-server';
import { readOperations } from './http/operations';
import { createPlaygroundDoor } from './http/playground-door';
import { loadOfJobs } from './import-jobs/job-load';
import { type RunningJobs, runJobs } from './import-jobs/run/job-runner';
import { type LocalKey, makeLocalKey } from './local-key';
import { createMetrics, type Metrics } from './metrics/metrics';
import { type RunningDelivery, startDelivery } from './notifications/delivery-loop';
import { siteReceivers } from './notifications/site-receivers';
import { productionFaults } from './production';
import { bringUpToDate, inspectFile, reachDatabase } from './reach-database';
import { createServer } from './server';
import { errorCode, StartupError } from './startup-error';
import { readVersion } from './version';

export interface RunningServer {
  /** Where it listens, such as http://127.0.0.1:4000. */
  readonly url: string;
  /** Undefined where the environment switches it off. */
  readonly playgroundUrl: string | undefined;
  /** The same for whoever started the server: the first browser that opens it finds the key in there. */
  readonly playgroundEntry: string | undefined;
  /** Where Prometheus finds the metrics; undefined when they are off. */
  readonly metricsUrl: string | undefined;
  readonly database: Database;
  /** Of a start that is none in production. */
  readonly localKey: string | undefined;
  /** Lets running requests and deliveries finish, then closes the database. */
  stop(): Promise<void>;
}

const DATABASE_CLOSE_LIMIT_MS = 5_000;
/** Longer than receivers have to answer. */
const DELIVERY_STOP_LIMIT_MS = 12_000;
/** Longer than a window takes. */
const JOB_STOP_LIMIT_MS = 20_000;

/** Opens and checks the database, then listens. Throws {@link StartupError}. */
export async function startServer(
  config: Config,
  logger: Logger = pino({ level: config.logLevel }),
  metrics = createMetrics(readVersion()),
): Promise<RunningServer> {
  const note = (text: string) => logger[config.isProduction ? 'warn' : 'info'](text);
  inspectFile(config.database, note);
  const database = await reachDatabase(config.database, {
    limits: config.databaseLimits,
    multiWriter: config.multiWriter,
    onNotice: ({ kind, ...details }) => logger.warn(details, DATABASE_NOTICES[kind]),
  });
  const redis = config.redisUrl === undefined ? undefined : connectRedis(config.redisUrl, logger);
  let localKey: LocalKey | undefined;
  let hasStarted = false;
  let jobs: RunningJobs | undefined;
  try {
    await bringUpToDate(database, config.database, note);
    if (config.isProduction) await refuseWhatIsOpen(config, database);
    if (mayBeBehindUnknownProxy(config)) logger.warn(UNKNOWN_PROXY);
    if (!config.isProduction)
      localKey = await makeLocalKey(database, config.siteId, (error) =>
        logger.error({ err: loggableError(error) }, 'the key of this start cannot be renewed'),
      );
    const door = createPlaygroundDoor();
    const clock = () => new Date();
    const { notificationWebhook, webhooks } = config;
    const hasWebhook = notificationWebhook !== undefined;
    const limits = createRateLimits(config.rateLimits, redis && sharedStore(redis, logger));
    metrics.watchDatabase(() => database.load());
    metrics.watchJobs(() => loadOfJobs(database, clock));
    const server = await createServer({
      schema: await buildApiSchema(),
      logger,
      metrics,
      ping: () => database.ping(),
      hasStarted: () => hasStarted,
      signIn: createSignIn({
        database,
        readToken: readTokens(config, clock, logger),
        limits,
        clock,
        onError: (error) => logger.error({ err: loggableError(error) }, 'the use of a key cannot be noted'),
      }),
      limits,
      createContext: (caller, requestId) =>
        requestContext(caller, requestId, {
          database,
          limits,
          clock,
          observer: metrics,
          hasWebhook,
          webhooks,
          deletionKeepDays: config.deletionKeepDays,
          jobs: {
            ofCaller: config.jobLimits.jobs,
            uploadKeepDays: config.uploadKeepDays,
            resultsKeepDays: config.jobResultsKeepDays,
          },
        }),
      imports: { database, clock, jobLimits: config.jobLimits, onOrdered: () => jobs?.wake() },
      operations: readOperations(),
      localKey: localKey && { text: localKey.text, door },
      settings: config,
    });
    // First: a start that fails with them must not make callers wait for a server that stops.
    const metricsServer = await serveMetrics(config, metrics, logger);
    const url = await server.listen(config.host, config.port).catch(async (error: unknown) => {
      await metricsServer?.stop();
      throw cannotListen(error, config, LISTEN_FAULTS);
    });
    const delivery = deliverNotifications(config, database, logger);
    jobs = runJobs(
      { database, clock, observer: metrics },
      { onError: (error) => logger.error({ err: loggableError(error) }, 'import jobs cannot be run') },
    );
    const endForgetting = forgetWhatIsOld(config, database, logger);
    hasStarted = true;
    const playgroundUrl = config.playground ? `${config.publicUrl ?? url}/playground/` : undefined;
    return {
      url,
      playgroundUrl,
      playgroundEntry: playgroundUrl && (localKey ? `${playgroundUrl}?code=${door.code}` : playgroundUrl),
      metricsUrl: metricsServer?.url,
      database,
      localKey: localKey?.text,
      stop: async () => {
        endForgetting();
        // What is not settled in time is delivered again when its lease has ended.
        const delivered = Promise.race([
          delivery.stop(),
          delay(DELIVERY_STOP_LIMIT_MS, undefined, { ref: false }),
        ]);
        // A window that is not committed in time is imported by whoever takes the job up next.
        const left = Promise.race([jobs?.stop(), delay(JOB_STOP_LIMIT_MS, undefined, { ref: false })]);
        await Promise.all([server.stop(), delivered, left]);
        redis?.disconnect();
        await metricsServer?.stop();
        // A request cut off by the drain limit may still hold the embedded database; what it has not
        // committed is rolled back when the process ends.
        const closed = async () => {
          // The next start revokes it where this one cannot.
          await localKey?.end().catch((error: unknown) => {
            logger.warn({ err: loggableError(error) }, 'the key of this start cannot be revoked');
          });
          await database.close();
        };
        await Promise.race([closed(), delay(DATABASE_CLOSE_LIMIT_MS, undefined, { ref: false })]);
      },
    };
  } catch (error) {
    redis?.disconnect();
    await Promise.allSettled([localKey?.end()]);
    await database.close();
    throw error;
  }
}

const UNKNOWN_PROXY =
  'TRUST_PROXY is not set, and HOST is beyond this machine: behind a proxy, everybody has the address of the proxy, and shares its limit of bad credentials and connections. Name the proxy in TRUST_PROXY';

function mayBeBehindUnknownProxy({ isProduction, host, trustedProxies }: Config): boolean {
  return isProduction && trustedProxies.length === 0 && !isLoopback(host);
}

async function refuseWhatIsOpen(config: Config, database: Database): Promise<void> {
  const faults = await productionFaults(config, database);
  if (faults.length > 0) throw new StartupError(faults.join('\n'));
}

function readTokens({ tokenIssuer }: Config, clock: () => Date, logger: Logger) {
  if (tokenIssuer === undefined) return undefined;
  return tokenReader(tokenIssuer, clock, {
    onAway: (error) =>
      logger.error({ err: loggableError(error) }, 'the keys of the token issuer cannot be loaded'),
    onBack: () => logger.info('the keys of the token issuer can be loaded again'),
  });
}

function connectRedis(url: string, logger: Logger): Redis {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 500 });
  redis.on('error', (error) => logger.warn({ err: loggableError(error) }, 'Redis cannot be reached'));
  return redis;
}

function sharedStore(redis: Redis, logger: Logger): SharedStore {
  return {
    redis,
    onAway: (error) =>
      logger.warn({ err: loggableError(error) }, 'Redis does not answer; this process counts for itself'),
    onBack: () => logger.info('Redis answers again'),
  };
}

const DATABASE_NOTICES: Readonly<Record<DatabaseNotice['kind'], string>> = {
  'host-left': 'this host of the database does not serve',
  'host-taken': 'this host of the database is used now',
  'version-untested': 'nothing was tested on this version of the database server',
  'applies-in-parallel':
    'this node applies in parallel and may lose the cluster by that: set wsrep_slave_threads to 1',
};

/** Notifications go to the webhook of their site, or else to that of the server; without one they are kept. */
function deliverNotifications(
  { notificationWebhook: byDefault, webhooks: settings }: Config,
  database: Database,
  logger: Logger,
): RunningDelivery {
  const clock = () => new Date();
  return startDelivery(
    {
      database,
      clock,
      receiverOf: siteReceivers({ database, clock, settings, byDefault }),
      onlyOwnWebhooks: byDefault === undefined,
    },
    {
      onRound: (siteId, { delivered, failures }) => {
        const level = failures.length > 0 ? 'warn' : 'info';
        logger[level](
          { siteId, delivered, failed: failures.length, codes: [...new Set(failures)] },
          'notifications sent',
        );
      },
      onError: (error) => logger.error({ err: loggableError(error) }, 'notifications cannot be delivered'),
    },
  );
}

interface RunningMetrics {
  readonly url: string;
  stop(): Promise<void>;
}

async function serveMetrics(
  { metrics: address }: Config,
  metrics: Metrics,
  logger: Logger,
): Promise<RunningMetrics | undefined> {
  if (address === undefined) return undefined;
  metrics.watchProcess();
  const server = createMetricsServer(metrics, logger);
  const url = await server.listen(address.host, address.port).catch((error: unknown) => {
    throw cannotListen(error, address, METRICS_LISTEN_FAULTS);
  });
  return { url: `${url}/metrics`, stop: () => server.stop() };
}

const LISTEN_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'no permission to use this port',
  EADDRINUSE: 'the port is taken; set PORT to another one',
  EADDRNOTAVAIL: 'this machine does not have the address of HOST',
  ENOTFOUND: 'HOST is not known',
};

const METRICS_LISTEN_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'no permission to use this port',
  EADDRINUSE: 'the port of the metrics is taken; set METRICS_PORT to another one, or to off',
  EADDRNOTAVAIL: 'this machine does not have the address of METRICS_HOST',
  ENOTFOUND: 'METRICS_HOST is not known',
};

function cannotListen(
  error: unknown,
  { host, port }: { readonly host: string; readonly port: number },
  reasons: Readonly<Record<string, string>>,
): unknown {
  const reason = reasons[errorCode(error) ?? ''];
  if (reason === undefined) return error;
  return new StartupError(`Cannot listen on ${host}:${port} (${reason}).`, { cause: error });
}
