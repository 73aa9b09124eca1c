import { inspect } from 'node:util';
import { type Config, ConfigError, readConfig } from '../../src/config';
import { databaseLabel, parseDatabaseUrl } from '../../src/data/database-url';
import { DEFAULT_LIMITS, LIMITS } from '../../src/http/limits';

const DEFAULTS: Config = {
  isProduction: false,
  database: { kind: 'sqlite', path: './data/coursetrack.sqlite' },
  siteId: 1,
  host: '127.0.0.1',
  port: 4000,
  logLevel: 'info',
  publicUrl: undefined,
  introspection: true,
  playground: true,
  corsOrigins: [],
  securityContact: undefined,
  limits: DEFAULT_LIMITS,
  notificationWebhook: undefined,
};

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
      DATABASE_URL: 'mysql://writer:p%40ss@db:3307/coursetrack',
      SITE_ID: '2147483647',
      HOST: '0.0.0.0',
      PORT: '0',
      LOG_LEVEL: 'silent',
      PUBLIC_URL: 'https://lms.example.org/tracking/',
      INTROSPECTION: 'false',
      PLAYGROUND: 'false',
      CORS_ORIGINS: 'https://lms.example.org, http://localhost:5173',
      SECURITY_CONTACT: 'mailto:security@example.org',
      ...Object.fromEntries(
        Object.values(LIMITS).map(({ variable }, index) => [variable, String(index + 1)]),
      ),
      NOTIFICATION_WEBHOOK_URL: 'https://lms.example.org/hooks?from=coursetrack',
      NOTIFICATION_WEBHOOK_SECRET: SECRET,
    };
    expect(readConfig(env)).toEqual({
      isProduction: false,
      database: { kind: 'mysql', url: 'mysql://writer:p%40ss@db:3307/coursetrack' },
      siteId: 2147483647,
      host: '0.0.0.0',
      port: 0,
      logLevel: 'silent',
      publicUrl: 'https://lms.example.org/tracking',
      introspection: false,
      playground: false,
      corsOrigins: ['https://lms.example.org', 'http://localhost:5173'],
      securityContact: 'mailto:security@example.org',
      limits: Object.fromEntries(Object.keys(LIMITS).map((name, index) => [name, index + 1])),
      notificationWebhook: {
        url: 'https://lms.example.org/hooks?from=coursetrack',
        key: Buffer.alloc(24, 7),
      },
    });
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
      LOG_LEVEL: 'loud',
      PUBLIC_URL: 'example.org',
      NOTIFICATION_WEBHOOK_URL: 'example.org',
      NOTIFICATION_WEBHOOK_SECRET: 'hush',
    });
    expect(namesOf(faults)).toEqual([
      'DATABASE_URL',
      'SITE_ID',
      'HOST',
      'PORT',
      'LOG_LEVEL',
      'PUBLIC_URL',
      'NOTIFICATION_WEBHOOK_URL',
      'NOTIFICATION_WEBHOOK_SECRET',
    ]);
  });

  it.each([
    ['SITE_ID', ['0', '-1', '1.5', '1e3', '0x10', '2147483648', 'one', '99999999999']],
    ['PORT', ['-1', '65536', '80a', '4000.0']],
    ['HOST', ['http://x', 'a b', '[::1]', 'x/y']],
    ['LOG_LEVEL', ['INFO', 'verbose', '30']],
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

  it('wants the address and the secret of the webhook together', () => {
    expect(namesOf(faultsOf({ NOTIFICATION_WEBHOOK_URL: 'https://x/' }))).toEqual([
      'NOTIFICATION_WEBHOOK_SECRET',
    ]);
    expect(namesOf(faultsOf({ NOTIFICATION_WEBHOOK_SECRET: SECRET }))).toEqual(['NOTIFICATION_WEBHOOK_URL']);
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
  ])('%s', (text, target) => {
    expect(parseDatabaseUrl(text)).toEqual(target);
  });
});
