import { inspect } from 'node:util';
import { type Config, ConfigError, readConfig, readTracing } from '../../src/config';
import { DatabaseUrlError, databaseLabel, parseDatabaseUrl } from '../../src/data/database-url';
import { DEFAULT_LIMITS, LIMITS } from '../../src/http/limits';
import type { TraceExporter } from '../../src/tracing/start-tracing';

const DEFAULTS: Config = {
  isProduction: false,
  database: { kind: 'sqlite', path: './data/coursetrack.sqlite' },
  databaseLimits: { readMs: 20_000, writeMs: 30_000 },
  multiWriter: undefined,
  siteId: 1,
  host: '127.0.0.1',
  port: 4000,
  metrics: { host: '127.0.0.1', port: 9464 },
  drainDelaySeconds: 0,
  logLevel: 'info',
  publicUrl: undefined,
  tracing: undefined,
  introspection: true,
  playground: true,
  corsOrigins: [],
  securityContact: undefined,
  limits: DEFAULT_LIMITS,
  tokenIssuer: undefined,
  rateLimits: {
    requestsPerCaller: 1_200,
    requestsPerSite: 6_000,
    rowsPerCaller: 1_000_000,
    rowsPerSite: 2_000_000,
    badSignInsPerAddress: 60,
  },
  redisUrl: undefined,
  trustedProxies: [],
  notificationWebhook: undefined,
  webhooks: { isHttpAllowed: true, allowedAddresses: [], sealingKeys: [] },
  notificationKeepDays: 30,
  deletionKeepDays: 90,
  importRunKeepDays: 400,
  importDetailsKeepDays: 30,
  auditKeepDays: 400,
  uploadKeepDays: 7,
  jobResultsKeepDays: 30,
  jobLimits: { jobs: 10, keptBytes: 20_480 * 1_048_576 },
};

const SEALING_KEY = Buffer.alloc(32, 7).toString('base64');
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

function faultsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.split('\n');
  }
  return [];
}

const namesOf = (faults: string[]) => faults.map((line) => line.split(':')[0]);

describe('configuration', () => {
  it('has a default for every variable', () => {
    expect(readConfig({})).toEqual(DEFAULTS);
  });

  it('takes blank for unset', () => {
    const blank = { DATABASE_URL: '', SITE_ID: ' ', HOST: '', PORT: '\t', LOG_LEVEL: '', PUBLIC_URL: ' ' };
    expect(readConfig(blank)).toEqual(DEFAULTS);
  });

  it('reads every variable', () => {
    const env = {
      NODE_ENV: 'production',
      DATABASE_URL: 'mysql://writer:p%40ss@db:3307,db-2/coursetrack',
      DATABASE_TLS: 'system',
      DATABASE_MULTI_WRITER: 'false',
      READ_DEADLINE: '7',
      WRITE_DEADLINE: '120',
      SITE_ID: '2147483647',
      HOST: '0.0.0.0',
      PORT: '0',
      METRICS_HOST: '::1',
      METRICS_PORT: '0',
      DRAIN_DELAY: '15',
      LOG_LEVEL: 'silent',
      PUBLIC_URL: 'https://lms.example.org/tracking/',
      INTROSPECTION: 'true',
      PLAYGROUND: 'true',
      CORS_ORIGINS: 'https://lms.example.org, http://localhost:5173',
      SECURITY_CONTACT: 'mailto:security@example.org',
      ...Object.fromEntries(
        Object.values(LIMITS).map(({ variable }, index) => [variable, String(index + 1)]),
      ),
      OIDC_ISSUER: 'https://id.example.org/realms/campus',
      OIDC_AUDIENCE: 'coursetrack',
      OIDC_JWKS_URL: 'https://id.example.org/keys',
      OIDC_SITE_CLAIM: 'campus',
      OIDC_USER_CLAIM: 'preferred_username',
      RATE_LIMIT_REQUESTS: '1',
      RATE_LIMIT_SITE_REQUESTS: '2',
      RATE_LIMIT_ROWS: '10000',
      RATE_LIMIT_SITE_ROWS: '2147483647',
      RATE_LIMIT_BAD_SIGN_INS: '5',
      REDIS_URL: 'rediss://:pass@cache:6380/2',
      TRUST_PROXY: '10.0.0.0/8, ::1',
      NOTIFICATION_WEBHOOK_URL: 'https://lms.example.org/hooks?from=coursetrack',
      NOTIFICATION_WEBHOOK_SECRET: SECRET,
      NOTIFICATION_KEEP_DAYS: '90',
      DELETION_KEEP_DAYS: '120',
      IMPORT_RUN_KEEP_DAYS: '800',
      IMPORT_DETAILS_KEEP_DAYS: '60',
      AUDIT_KEEP_DAYS: '3650',
      UPLOAD_KEEP_DAYS: '2',
      JOB_RESULTS_KEEP_DAYS: '90',
      MAX_JOBS_OF_CALLER: '3',
      MAX_KEPT_UPLOAD_MIB: '100',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example.org:4318/',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    };
    expect(readConfig(env)).toEqual({
      isProduction: true,
      database: {
        kind: 'mysql',
        url: 'mysql://writer:p%40ss@db:3307/coursetrack',
        moreUrls: ['mysql://writer:p%40ss@db-2/coursetrack'],
        tls: { ca: 'system' },
      },
      databaseLimits: { readMs: 7_000, writeMs: 120_000 },
      multiWriter: false,
      siteId: 2147483647,
      host: '0.0.0.0',
      port: 0,
      metrics: { host: '::1', port: 0 },
      drainDelaySeconds: 15,
      logLevel: 'silent',
      publicUrl: 'https://lms.example.org/tracking',
      tracing: 'http/json',
      introspection: true,
      playground: true,
      corsOrigins: ['https://lms.example.org', 'http://localhost:5173'],
      securityContact: 'mailto:security@example.org',
      limits: Object.fromEntries(Object.keys(LIMITS).map((name, index) => [name, index + 1])),
      tokenIssuer: {
        issuer: 'https://id.example.org/realms/campus',
        audience: 'coursetrack',
        jwksUrl: new URL('https://id.example.org/keys'),
        siteClaim: 'campus',
        userClaim: 'preferred_username',
      },
      rateLimits: {
        requestsPerCaller: 1,
        requestsPerSite: 2,
        rowsPerCaller: 10_000,
        rowsPerSite: 2_147_483_647,
        badSignInsPerAddress: 5,
      },
      redisUrl: 'rediss://:pass@cache:6380/2',
      trustedProxies: ['10.0.0.0/8', '::1'],
      notificationWebhook: {
        url: 'https://lms.example.org/hooks?from=coursetrack',
        key: Buffer.alloc(24, 7),
      },
      webhooks: { isHttpAllowed: false, allowedAddresses: [], sealingKeys: [] },
      notificationKeepDays: 90,
      deletionKeepDays: 120,
      importRunKeepDays: 800,
      importDetailsKeepDays: 60,
      auditKeepDays: 3650,
      uploadKeepDays: 2,
      jobResultsKeepDays: 90,
      jobLimits: { jobs: 3, keptBytes: 104_857_600 },
    });
  });

  it('switches the metrics off', () => {
    expect(readConfig({ METRICS_PORT: 'off', METRICS_HOST: '0.0.0.0' }).metrics).toBeUndefined();
  });

  it('gives the metrics a port of their own, unless the system chooses both', () => {
    expect(namesOf(faultsOf({ PORT: '9464' }))).toEqual(['METRICS_PORT']);
    expect(namesOf(faultsOf({ PORT: '80', METRICS_PORT: '80' }))).toEqual(['METRICS_PORT']);
    expect(faultsOf({ PORT: '0', METRICS_PORT: '0' })).toEqual([]);
  });

  it.each<[string, NodeJS.ProcessEnv, TraceExporter | undefined]>([
    ['an endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' }, 'http/protobuf'],
    ['an endpoint for traces', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://x/v1/traces' }, 'http/protobuf'],
    ['an exporter', { OTEL_TRACES_EXPORTER: 'otlp' }, 'http/protobuf'],
    ['another exporter', { OTEL_TRACES_EXPORTER: 'console' }, 'console'],
    [
      'a protocol for traces, which counts more than that for everything',
      {
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      },
      'http/json',
    ],
    [
      'no exporter, whatever the endpoint',
      { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' },
      undefined,
    ],
    ['disabled, whatever else', { OTEL_SDK_DISABLED: 'TRUE', OTEL_TRACES_EXPORTER: 'otlp' }, undefined],
    [
      'other variables alone',
      { OTEL_SERVICE_NAME: 'x', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
      undefined,
    ],
  ])('traces by %s', (_name, env, exporter) => {
    expect([readConfig(env).tracing, readTracing(env)]).toEqual([exporter, exporter]);
  });

  it('names a protocol that traces cannot take, and traces nothing until then', () => {
    const env = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    expect([namesOf(faultsOf(env)), readTracing(env)]).toEqual([['OTEL_EXPORTER_OTLP_PROTOCOL'], undefined]);
  });

  it('cannot be changed afterwards', () => {
    const config = readConfig({ CORS_ORIGINS: 'https://lms.example.org' });
    for (const part of [config, config.limits, config.corsOrigins]) expect(Object.isFrozen(part)).toBe(true);
  });

  it('shows the schema in production only where it is asked to', () => {
    const shown = (env: NodeJS.ProcessEnv) => {
      const { isProduction, introspection, playground } = readConfig(env);
      return { isProduction, introspection, playground };
    };
    const NODE_ENV = 'production';
    expect(shown({ NODE_ENV })).toEqual({ isProduction: true, introspection: false, playground: false });
    expect(shown({ NODE_ENV, INTROSPECTION: 'true', PLAYGROUND: 'true' })).toEqual({
      isProduction: true,
      introspection: true,
      playground: true,
    });
    expect(shown({ NODE_ENV: ' Production' }).isProduction).toBe(true);
    expect(shown({ NODE_ENV: 'development' }).isProduction).toBe(false);
  });

  it.each(['*', 'https://lms.example.org', 'https://a.example:8443,http://127.0.0.1:5173'])(
    'lets pages of %s call',
    (list) => {
      expect(readConfig({ CORS_ORIGINS: list }).corsOrigins).toEqual(list.split(','));
    },
  );

  it('names every bad variable, one line each', () => {
    const faults = faultsOf({
      DATABASE_URL: 'postgres://x',
      SITE_ID: '0',
      HOST: 'http://x',
      PORT: '65536',
      METRICS_HOST: 'a b',
      METRICS_PORT: 'on',
      LOG_LEVEL: 'loud',
      PUBLIC_URL: 'example.org',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'example.org',
      OTEL_TRACES_EXPORTER: 'zipkin',
      NOTIFICATION_WEBHOOK_URL: 'example.org',
      NOTIFICATION_WEBHOOK_SECRET: 'hush',
    });
    expect(namesOf(faults)).toEqual([
      'DATABASE_URL',
      'SITE_ID',
      'HOST',
      'PORT',
      'METRICS_HOST',
      'METRICS_PORT',
      'LOG_LEVEL',
      'PUBLIC_URL',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_TRACES_EXPORTER',
      'NOTIFICATION_WEBHOOK_URL',
      'NOTIFICATION_WEBHOOK_SECRET',
    ]);
  });

  it.each([
    ['SITE_ID', ['0', '-1', '1.5', '1e3', '0x10', '2147483648', 'one', '99999999999']],
    ['PORT', ['-1', '65536', '80a', '4000.0']],
    ['METRICS_PORT', ['-1', '65536', 'OFF', 'none', '4000']],
    ['DRAIN_DELAY', ['-1', '601', '5s', '1.5']],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', ['example.org', 'collector:4318', 'grpc://x']],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', ['/v1/traces']],
    ['OTEL_TRACES_EXPORTER', ['zipkin', 'otlp,console', 'OTLP']],
    ['METRICS_HOST', ['http://x', '[::1]']],
    ['HOST', ['http://x', 'a b', '[::1]', 'x/y']],
    ['LOG_LEVEL', ['INFO', 'verbose', '30']],
    ['OIDC_ISSUER', ['id.example.org', 'http://id.example.org', 'https://u@id.example.org']],
    ['OIDC_JWKS_URL', ['/keys', 'http://id.example.org/keys', 'file:///keys']],
    ['RATE_LIMIT_REQUESTS', ['0', '-1', 'many']],
    ['RATE_LIMIT_ROWS', ['0', '9999']],
    ['RATE_LIMIT_BAD_SIGN_INS', ['0', '1.5']],
    ['UPLOAD_KEEP_DAYS', ['0', '-1', '1.5', 'week']],
    ['JOB_RESULTS_KEEP_DAYS', ['0', 'month']],
    ['MAX_JOBS_OF_CALLER', ['0', '1001', 'many']],
    ['MAX_KEPT_UPLOAD_MIB', ['0', '1.5', '2147483648']],
    ['REDIS_URL', ['cache:6379', 'http://cache']],
    ['TRUST_PROXY', ['true', 'proxy.example.org', '10.0.0.0/8,', '10.0.0.0/x', '10.0.0.0/33']],
    ['WEBHOOK_ALLOWED_ADDRESSES', ['localhost', '10.0.0.0/33', '::/129', '10.0.0.0/8,', '*']],
    [
      'WEBHOOK_SEALING_KEYS',
      ['hush', SEALING_KEY.slice(4), `${SEALING_KEY},`, `${SEALING_KEY} ${SEALING_KEY}`],
    ],
    [
      'NOTIFICATION_WEBHOOK_URL',
      [
        'example.org',
        'ftp://x',
        'http://example.org/hook',
        'http://localhost.example.org/',
        'http://127.0.0.1.example.org/',
        'https://u:p@x/',
        'https://x/#a',
      ],
    ],
    [
      'NOTIFICATION_WEBHOOK_SECRET',
      ['hush', 'whsec_', 'whsec_c2hvcnQ=', `whsec_${'A'.repeat(88)}`, '!'.repeat(40)],
    ],
    ['PUBLIC_URL', ['example.org', 'ftp://x', 'https://u@x', 'https://x/?a', 'https://x/#a', '/x']],
    ['INTROSPECTION', ['yes', '1', 'TRUE']],
    ['PLAYGROUND', ['on', '0', 'False']],
    [
      'CORS_ORIGINS',
      [
        'lms.example.org',
        'https://lms.example.org/',
        'https://LMS.example.org',
        'https://lms.example.org:443',
        'https://*.example.org',
        'https://lms.example.org,*',
        'https://lms.example.org,,https://b.example',
        'ftp://lms.example.org',
        'null',
      ],
    ],
    [
      'SECURITY_CONTACT',
      [
        'security@example.org',
        'http://example.org',
        'mailto:',
        'mailto:a b@c',
        'https://',
        'https://x\ny: z',
      ],
    ],
    ...Object.values(LIMITS).map(({ variable }): [string, string[]] => [
      variable,
      ['0', '-1', '1.5', '1e6', 'all', '2147483648'],
    ]),
    [
      'DATABASE_URL',
      [
        'data.sqlite',
        'sqlite:',
        'sqlite:///data/x',
        'mysql://db/name',
        'mysql://user@db',
        'mysql://user@db/',
        'mysql://user@db/a/b',
        'mysql://user:p%zz@db/name',
        'mysql://user@[::1]/name',
        'mysql://user@db/name?ssl=true',
        'mysql://user:p#w@db/name',
        'postgres://user@db/name',
      ],
    ],
  ])('refuses bad values of %s', (name, values) => {
    for (const value of values) {
      expect({ value, names: namesOf(faultsOf({ [name]: value })) }).toEqual({ value, names: [name] });
    }
  });

  it.each([
    'https://lms.example.org/hook',
    'http://localhost:8080/hook',
    'http://127.0.0.1/hook',
    'http://[::1]:80/hook',
  ])('delivers notifications to %s', (url) => {
    const { notificationWebhook } = readConfig({
      NOTIFICATION_WEBHOOK_URL: url,
      NOTIFICATION_WEBHOOK_SECRET: SECRET,
    });
    expect(notificationWebhook?.url).toBe(new URL(url).href);
  });

  it('reads where the webhooks of sites may go, by https only in production, and what seals their secrets', () => {
    expect(
      readConfig({
        NODE_ENV: 'production',
        WEBHOOK_ALLOWED_ADDRESSES: '10.1.0.0/16, ::1',
        WEBHOOK_SEALING_KEYS: `${SEALING_KEY}, ${SEALING_KEY}`,
      }).webhooks,
    ).toEqual({
      isHttpAllowed: false,
      allowedAddresses: ['10.1.0.0/16', '::1'],
      sealingKeys: [Buffer.alloc(32, 7), Buffer.alloc(32, 7)],
    });
  });

  it('wants the address and the secret of the webhook together', () => {
    expect(namesOf(faultsOf({ NOTIFICATION_WEBHOOK_URL: 'https://x/' }))).toEqual([
      'NOTIFICATION_WEBHOOK_SECRET',
    ]);
    expect(namesOf(faultsOf({ NOTIFICATION_WEBHOOK_SECRET: SECRET }))).toEqual(['NOTIFICATION_WEBHOOK_URL']);
  });

  it('wants issuer, audience and keys together', () => {
    expect(namesOf(faultsOf({ OIDC_ISSUER: 'https://id.example.org' }))).toEqual([
      'OIDC_AUDIENCE',
      'OIDC_JWKS_URL',
    ]);
    expect(namesOf(faultsOf({ OIDC_AUDIENCE: 'coursetrack' }))).toEqual(['OIDC_ISSUER', 'OIDC_JWKS_URL']);
  });

  it('compares an issuer letter by letter, hence keeps it as it is written', () => {
    const { tokenIssuer } = readConfig({
      OIDC_ISSUER: 'https://ID.example.org',
      OIDC_AUDIENCE: 'coursetrack',
      OIDC_JWKS_URL: 'http://localhost:1/keys',
    });
    expect(tokenIssuer?.issuer).toBe('https://ID.example.org');
  });

  it('reads how the connection to the database is encrypted', () => {
    const DATABASE_URL = 'mysql://u:p@db/x';
    const tlsOf = (DATABASE_TLS: string) => {
      const { database } = readConfig({ DATABASE_URL, DATABASE_TLS });
      return database.kind === 'mysql' ? database.tls : null;
    };
    expect(tlsOf('off')).toBeUndefined();
    expect(tlsOf('system')).toEqual({ ca: 'system' });
    for (const DATABASE_TLS of ['on', '/no/such/file.pem', __filename]) {
      expect(namesOf(faultsOf({ DATABASE_URL, DATABASE_TLS }))).toEqual(['DATABASE_TLS']);
    }
    expect(namesOf(faultsOf({ DATABASE_TLS: 'system' }))).toEqual(['DATABASE_TLS']);
    const byAddress = { DATABASE_URL: 'mysql://u:p@192.0.2.1/x', DATABASE_TLS: 'system' };
    expect(namesOf(faultsOf(byAddress))).toEqual(['DATABASE_TLS']);
  });

  it('never repeats a password', () => {
    const urls = [
      'mysql://u:hush@db/a/b',
      'mysql://u:hush%@db/x',
      'mysql:u:hush',
      'hush',
      'mysql://u:hu#sh@db/x',
    ];
    for (const url of urls) {
      const error = (() => {
        try {
          return readConfig({ DATABASE_URL: url });
        } catch (thrown) {
          return thrown;
        }
      })();
      expect(error).toBeInstanceOf(ConfigError);
      expect(inspect(error)).not.toMatch(/hu#?sh/);
    }
    expect(databaseLabel(parseDatabaseUrl('mysql://u:hush@db:3306/x'))).toBe('mysql://db:3306/x');
  });
});

describe('database URL', () => {
  it.each([
    ['sqlite:./data/x.sqlite', { kind: 'sqlite', path: './data/x.sqlite' }],
    ['sqlite:/var/lib/x.sqlite', { kind: 'sqlite', path: '/var/lib/x.sqlite' }],
    ['sqlite::memory:', { kind: 'sqlite', path: ':memory:' }],
    ['SQLITE:x', { kind: 'sqlite', path: 'x' }],
    ['mysql://root@127.0.0.1:3306/x', { kind: 'mysql', url: 'mysql://root@127.0.0.1:3306/x' }],
    ['mariadb://u:p@db/x', { kind: 'mysql', url: 'mysql://u:p@db/x' }],
    ['mysql://u:p%23%2F%40%3A@db/x_1', { kind: 'mysql', url: 'mysql://u:p%23%2F%40%3A@db/x_1' }],
    [
      'mariadb://u:p@db-1:3307,db-2, db-3:3309/x',
      {
        kind: 'mysql',
        url: 'mysql://u:p@db-1:3307/x',
        moreUrls: ['mysql://u:p@db-2/x', 'mysql://u:p@db-3:3309/x'],
      },
    ],
  ])('%s', (text, target) => {
    expect(parseDatabaseUrl(text)).toEqual(target);
  });

  it.each([
    'mysql://u@db,/x',
    'mysql://u@,db/x',
    'mysql://u@db,db/x',
    'mysql://u@db:1,db:port/x',
    'mysql://u@a,b c/x',
  ])('%s is refused', (text) => {
    expect(() => parseDatabaseUrl(text)).toThrow(DatabaseUrlError);
  });

  it('shows every host, and no password', () => {
    expect(databaseLabel(parseDatabaseUrl('mysql://u:hush@db-1,db-2:3307/x'))).toBe(
      'mysql://db-1,db-2:3307/x',
    );
  });
});
