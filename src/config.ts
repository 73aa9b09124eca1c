import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { levels } from 'pino';
import type { TokenIssuer } from './access/access-token';
import type { RateLimitSettings } from './access/rate-limits';
import type { WebhookSettings } from './access/webhook-settings';
import { addresses, sealingKeys, ValueFault, webhookKey } from './config-values';
import {
  type DatabaseTarget,
  type DatabaseTls,
  DatabaseUrlError,
  parseDatabaseUrl,
  targetsOf,
} from './data/database-url';
import { type Limits as DatabaseLimits, DEFAULT_LIMITS } from './data/time-limits';
import { LIMITS, type Limits } from './http/limits';
import type { JobLimits } from './import-jobs/upload/order-import';
import type { WebhookTarget } from './notifications/webhook';
import type { TraceExporter } from './tracing/start-tracing';

export interface Config {
  /**
   * NODE_ENV is production: refuses to start where something would be open that must not be, and shows the schema
   * only where it is asked to.
   */
  readonly isProduction: boolean;
  readonly database: DatabaseTarget;
  /** How long requests may take. */
  readonly databaseLimits: DatabaseLimits;
  /** Whether several servers of the database write at the same time; undefined: as they say themselves. */
  readonly multiWriter: boolean | undefined;
  /** The site of the local key, and of keys that the command line makes for no other. */
  readonly siteId: number;
  readonly host: string;
  /** 0 lets the system choose a free port. */
  readonly port: number;
  /** Where the metrics are served; undefined when they are not. */
  readonly metrics: { readonly host: string; readonly port: number } | undefined;
  /** How long a server that is to stop goes on taking connections, while balancers see that it is not ready. */
  readonly drainDelaySeconds: number;
  readonly logLevel: string;
  /** Under which browsers reach the server, without a slash at the end. */
  readonly publicUrl: string | undefined;
  /** How traces leave; undefined when nothing is traced. */
  readonly tracing: TraceExporter | undefined;
  readonly introspection: boolean;
  readonly playground: boolean;
  /** Whose pages may call from a browser; `*` stands for everybody's. */
  readonly corsOrigins: readonly string[];
  /** Where weaknesses of this server are reported, as security.txt tells: a mailto or https address. */
  readonly securityContact: string | undefined;
  readonly limits: Limits;
  /** Whose access tokens are accepted; without it, API keys only. */
  readonly tokenIssuer: TokenIssuer | undefined;
  readonly rateLimits: RateLimitSettings;
  /** Where processes count together. */
  readonly redisUrl: string | undefined;
  /** Proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Where notifications of every site are delivered; without it they are kept for the query. */
  readonly notificationWebhook: WebhookTarget | undefined;
  readonly webhooks: WebhookSettings;
  /** For how long notifications are kept once they are delivered, given up, or recorded without a webhook. */
  readonly notificationKeepDays: number;
  /** For how long the keys of deleted tracking are kept. */
  readonly deletionKeepDays: number;
  /** For how long the records of imports are kept, and what they changed and told of their rows, which undo needs. */
  readonly importRunKeepDays: number;
  readonly importDetailsKeepDays: number;
  readonly auditKeepDays: number;
  /** For how long the files of import jobs are kept behind their end, and what tells of their rows. */
  readonly uploadKeepDays: number;
  readonly jobResultsKeepDays: number;
  readonly jobLimits: JobLimits;
}

/** One line per bad variable. Values are not repeated: one of them holds a password. */
export class ConfigError extends Error {}

const MAX_INT_31 = 2 ** 31 - 1;
const MIB = 1_024 * 1_024;
const MAX_PORT = 65_535;
const MAX_DRAIN_DELAY_SECONDS = 600;
const LOG_LEVELS = [...Object.values(levels.labels), 'silent'];

/**
 * Reads the environment; nothing else in the project does. Unset and blank mean the default.
 * Throws {@link ConfigError}, naming all bad variables at once.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const faults: string[] = [];
  const read = reader(env, faults);

  /** Both variables or none: without a key receivers could not tell who calls them. */
  function readWebhook(): WebhookTarget | undefined {
    const before = faults.length;
    const url = read<string | undefined>('NOTIFICATION_WEBHOOK_URL', undefined, webhookUrl);
    const key = read<Buffer | undefined>('NOTIFICATION_WEBHOOK_SECRET', undefined, webhookKey);
    if (faults.length > before) return undefined;
    if (url !== undefined && key !== undefined) return { url, key };
    if (url !== undefined)
      faults.push('NOTIFICATION_WEBHOOK_SECRET: is needed with NOTIFICATION_WEBHOOK_URL');
    if (key !== undefined)
      faults.push('NOTIFICATION_WEBHOOK_URL: is needed with NOTIFICATION_WEBHOOK_SECRET');
    return undefined;
  }

  function readMetrics(): Config['metrics'] {
    const host = read('METRICS_HOST', '127.0.0.1', hostToListenOn);
    const port = read<number | undefined>('METRICS_PORT', 9464, portOrOff);
    return port === undefined ? undefined : { host, port };
  }

  function readLimits(): Limits {
    const limits = Object.entries(LIMITS).map(([name, { variable, byDefault }]) => [
      name,
      read<number>(variable, byDefault, (text) => wholeNumber(text, 1, MAX_INT_31)),
    ]);
    return Object.freeze(Object.fromEntries(limits));
  }

  /** All three variables or none. */
  function readTokenIssuer(): TokenIssuer | undefined {
    const before = faults.length;
    const required = {
      OIDC_ISSUER: read<string | undefined>('OIDC_ISSUER', undefined, secureUrl),
      OIDC_AUDIENCE: read<string | undefined>('OIDC_AUDIENCE', undefined, (text) => text),
      OIDC_JWKS_URL: read<string | undefined>('OIDC_JWKS_URL', undefined, secureUrl),
    };
    const [siteClaim, userClaim] = [
      read('OIDC_SITE_CLAIM', 'site_id', (text) => text),
      read('OIDC_USER_CLAIM', 'sub', (text) => text),
    ];
    if (faults.length > before) return undefined;
    const missing = Object.entries(required).filter(([, value]) => value === undefined);
    const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_JWKS_URL: jwksUrl } = required;
    if (issuer !== undefined && audience !== undefined && jwksUrl !== undefined) {
      return { issuer, audience, jwksUrl: new URL(jwksUrl), siteClaim, userClaim };
    }
    if (missing.length < 3) {
      faults.push(...missing.map(([name]) => `${name}: is needed with the other OIDC variables`));
    }
    return undefined;
  }

  function perMinute(name: string, fallback: number, min = 1): number {
    return read(name, fallback, (text) => wholeNumber(text, min, MAX_INT_31));
  }

  function keepDays(name: string, fallback: number): number {
    return read(name, fallback, (text) => wholeNumber(text, 1, 3_650));
  }

  function readDatabase(): DatabaseTarget {
    const target = read(
      'DATABASE_URL',
      parseDatabaseUrl('sqlite:./data/coursetrack.sqlite'),
      parseDatabaseUrl,
    );
    const tls = read<DatabaseTls | undefined>('DATABASE_TLS', undefined, databaseTls);
    if (tls === undefined) return target;
    if (target.kind === 'mysql') {
      // The driver would take any certificate for an address that is one for localhost.
      if (targetsOf(target).every(({ url }) => isIP(new URL(url).hostname) === 0)) return { ...target, tls };
      faults.push('DATABASE_TLS: needs the host name of the certificate in DATABASE_URL, not an address');
      return target;
    }
    faults.push('DATABASE_TLS: is for MariaDB and MySQL; the embedded database has no connections');
    return target;
  }

  const isProduction = env.NODE_ENV?.trim().toLowerCase() === 'production';
  const config: Config = {
    isProduction,
    database: readDatabase(),
    databaseLimits: {
      readMs: read('READ_DEADLINE', DEFAULT_LIMITS.readMs, deadline),
      writeMs: read('WRITE_DEADLINE', DEFAULT_LIMITS.writeMs, deadline),
    },
    multiWriter: read<boolean | undefined>('DATABASE_MULTI_WRITER', undefined, trueOrFalse),
    siteId: read('SITE_ID', 1, (text) => wholeNumber(text, 1, MAX_INT_31)),
    host: read('HOST', '127.0.0.1', hostToListenOn),
    port: read('PORT', 4000, (text) => wholeNumber(text, 0, MAX_PORT)),
    metrics: readMetrics(),
    drainDelaySeconds: read('DRAIN_DELAY', 0, (text) => wholeNumber(text, 0, MAX_DRAIN_DELAY_SECONDS)),
    logLevel: read('LOG_LEVEL', 'info', logLevel),
    publicUrl: read<string | undefined>('PUBLIC_URL', undefined, publicUrl),
    tracing: readTraceExporter(read),
    introspection: read('INTROSPECTION', !isProduction, trueOrFalse),
    playground: read('PLAYGROUND', !isProduction, trueOrFalse),
    corsOrigins: read<readonly string[]>('CORS_ORIGINS', [], origins),
    securityContact: read<string | undefined>('SECURITY_CONTACT', undefined, contact),
    limits: readLimits(),
    tokenIssuer: readTokenIssuer(),
    rateLimits: {
      requestsPerCaller: perMinute('RATE_LIMIT_REQUESTS', 1_200),
      requestsPerSite: perMinute('RATE_LIMIT_SITE_REQUESTS', 6_000),
      // Less than the rows of one request would refuse that request for ever.
      rowsPerCaller: perMinute('RATE_LIMIT_ROWS', 1_000_000, 10_000),
      rowsPerSite: perMinute('RATE_LIMIT_SITE_ROWS', 2_000_000, 10_000),
      badSignInsPerAddress: perMinute('RATE_LIMIT_BAD_SIGN_INS', 60),
    },
    redisUrl: read<string | undefined>('REDIS_URL', undefined, redisUrl),
    trustedProxies: read<readonly string[]>('TRUST_PROXY', [], addresses),
    notificationWebhook: readWebhook(),
    webhooks: {
      isHttpAllowed: !isProduction,
      allowedAddresses: read<readonly string[]>('WEBHOOK_ALLOWED_ADDRESSES', [], addresses),
      sealingKeys: read<readonly Uint8Array[]>('WEBHOOK_SEALING_KEYS', [], sealingKeys),
    },
    notificationKeepDays: keepDays('NOTIFICATION_KEEP_DAYS', 30),
    importRunKeepDays: keepDays('IMPORT_RUN_KEEP_DAYS', 400),
    importDetailsKeepDays: keepDays('IMPORT_DETAILS_KEEP_DAYS', 30),
    auditKeepDays: keepDays('AUDIT_KEEP_DAYS', 400),
    uploadKeepDays: keepDays('UPLOAD_KEEP_DAYS', 7),
    jobResultsKeepDays: keepDays('JOB_RESULTS_KEEP_DAYS', 30),
    jobLimits: {
      jobs: read<number>('MAX_JOBS_OF_CALLER', 10, (text) => wholeNumber(text, 1, 1_000)),
      keptBytes:
        MIB * read<number>('MAX_KEPT_UPLOAD_MIB', 20_480, (text) => wholeNumber(text, 1, MAX_INT_31)),
    },
    deletionKeepDays: keepDays('DELETION_KEEP_DAYS', 90),
  };
  // 0 is a free port each time.
  if (config.port !== 0 && config.port === config.metrics?.port) {
    faults.push('METRICS_PORT: must differ from PORT');
  }
  if (config.importDetailsKeepDays > config.importRunKeepDays) {
    faults.push('IMPORT_DETAILS_KEEP_DAYS: must not be more than IMPORT_RUN_KEEP_DAYS');
  }
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  return Object.freeze(config);
}

/** For tracing alone, which starts before everything else: bad variables are told by {@link readConfig} a moment later. */
export function readTracing(env: NodeJS.ProcessEnv = process.env): TraceExporter | undefined {
  const faults: string[] = [];
  const exporter = readTraceExporter(reader(env, faults));
  return faults.length === 0 ? exporter : undefined;
}

/** The standard variables of OpenTelemetry; the others of them are read by its SDK. */
function readTraceExporter(read: Read): TraceExporter | undefined {
  const isDisabled = read('OTEL_SDK_DISABLED', false, (text) => text.toLowerCase() === 'true');
  if (isDisabled) return undefined;
  const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const hasEndpoint = endpoints.map((name) => read(name, false, isHttpUrl)).includes(true);
  const exporter = read('OTEL_TRACES_EXPORTER', hasEndpoint ? 'otlp' : 'none', (text) =>
    oneOf(text, ['otlp', 'console', 'none']),
  );
  if (exporter === 'none') return undefined;
  if (exporter === 'console') return 'console';
  const ofAllSignals = read('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf', otlpProtocol);
  return read('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', ofAllSignals, otlpProtocol);
}

type Read = <T>(name: string, fallback: T, parse: (text: string) => T) => T;

/** Unset and blank mean the fallback, and so does a bad value, which becomes a fault. */
function reader(env: NodeJS.ProcessEnv, faults: string[]): Read {
  return (name, fallback, parse) => {
    const text = env[name]?.trim() ?? '';
    if (text === '') return fallback;
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof ValueFault) && !(error instanceof DatabaseUrlError)) throw error;
      faults.push(`${name}: ${error.message}`);
      return fallback;
    }
  };
}

function oneOf<const Text extends string>(text: string, choices: readonly Text[]): Text {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new ValueFault(`must be one of ${choices.join(', ')}`);
}

function otlpProtocol(text: string): 'http/protobuf' | 'http/json' {
  return oneOf(text, ['http/protobuf', 'http/json']);
}

function isHttpUrl(text: string): true {
  if (URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)) return true;
  throw new ValueFault('must be an absolute http or https URL');
}

function wholeNumber(text: string, min: number, max: number, alternative = ''): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new ValueFault(`must be a whole number from ${min} to ${max}${alternative}`);
}

/** In seconds; below the time after which a connection is given up. */
function deadline(text: string): number {
  return wholeNumber(text, 1, 120) * 1_000;
}

function hostToListenOn(text: string): string {
  if (/^[\w.:-]+$/.test(text)) return text;
  throw new ValueFault('must be a host name or an address, without scheme, brackets or port');
}

function portOrOff(text: string): number | undefined {
  return text === 'off' ? undefined : wholeNumber(text, 0, MAX_PORT, ', or off');
}

function logLevel(text: string): string {
  return oneOf(text, LOG_LEVELS);
}

function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url !== undefined &&
    ['http:', 'https:'].includes(url.protocol) &&
    url.username + url.password + url.search + url.hash === ''
  ) {
    return url.href.replace(/\/+$/, '');
  }
  throw new ValueFault('must be an absolute http or https URL without user, query and fragment');
}

function trueOrFalse(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw new ValueFault('must be true or false');
}

/** Browsers compare the Origin header byte by byte, so that only its exact form is of use. */
function origins(text: string): readonly string[] {
  const list = text.split(',').map((each) => each.trim());
  const isOrigin = (each: string) =>
    /^https?:[^*]*$/.test(each) && URL.canParse(each) && new URL(each).origin === each;
  if (text === '*' || list.every(isOrigin)) return Object.freeze(list);
  throw new ValueFault('must be * or a list of origins such as https://lms.example.org, separated by commas');
}

function contact(text: string): string {
  if (/^mailto:[^\s@]+@[^\s@]+$/.test(text)) return text;
  if (/^https:\/\/\S+$/.test(text) && URL.canParse(text)) return text;
  throw new ValueFault('must be a mailto: or https: address');
}

function secureUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url !== undefined &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) &&
    url.username + url.password + url.hash === ''
  ) {
    // As written: an issuer is compared letter by letter.
    return text;
  }
  throw new ValueFault('must be an https URL, or an http one of this machine, without user and fragment');
}

function databaseTls(text: string): DatabaseTls | undefined {
  if (text === 'off') return undefined;
  if (text === 'system') return { ca: 'system' };
  try {
    const ca = readFileSync(text, 'utf8');
    if (ca.includes('-----BEGIN CERTIFICATE-----')) return { ca };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
  throw new ValueFault('must be off, system, or the path of a PEM file with the certificate of the CA');
}

function webhookUrl(text: string): string {
  return new URL(secureUrl(text)).href;
}

function redisUrl(text: string): string {
  if (URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol)) return text;
  throw new ValueFault('must be a redis:// or rediss:// URL');
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
