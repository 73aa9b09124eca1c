import { requestContext } from '../../src/access/request-context';
import type { SignIn } from '../../src/access/sign-in';
import { buildApiSchema } from '../../src/api-schema';
import type { Database } from '../../src/data/database';
import { createMetrics, type Metrics } from '../../src/metrics/metrics';
import { createServer, type HttpSettings } from '../../src/server';
import { NOW, OWN_RECEIVERS } from './api';
import { testCaller, wideLimits } from './caller';
import { keepMaskedAnswers, testLogger } from './logs';

export interface HttpAnswer {
  readonly status: number;
  readonly requestId: string | null;
  readonly body: {
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
    readonly data?: any;
    readonly errors?: readonly {
      readonly message: string;
      readonly path?: readonly (string | number)[];
      readonly extensions: Readonly<Record<string, unknown>>;
    }[];
  };
}

/** The API behind the real server, for what only HTTP can show. */
export interface HttpApi {
  readonly url: string;
  readonly metrics: Metrics;
  /** Sends the body as JSON; text and bytes go out as they are. */
  post(body: string | Uint8Array<ArrayBuffer> | object): Promise<HttpAnswer>;
  stop(): Promise<void>;
}

export async function serveApi(
  database: Database,
  settings: Partial<HttpSettings> = {},
  log?: string[],
  signIn: SignIn = async () => ({ kind: 'caller', caller: testCaller() }),
): Promise<HttpApi> {
  const metrics = createMetrics('0.0.0');
  const limits = wideLimits();
  const server = await createServer({
    schema: buildApiSchema(),
    logger: testLogger(log),
    metrics,
    ping: () => database.ping(),
    signIn,
    limits,
    imports: {
      database,
      clock: () => new Date(NOW),
      jobLimits: { jobs: 100, keptBytes: 2 ** 30 },
      onOrdered: () => {},
    },
    createContext: (caller, requestId) =>
      requestContext(caller, requestId, {
        database,
        limits,
        clock: () => new Date(NOW),
        observer: metrics,
        webhooks: OWN_RECEIVERS,
      }),
    operations: [],
    settings: { idleGraceMs: 0, ...settings },
  });
  const url = await server.listen('127.0.0.1', 0);
  return {
    url,
    metrics,
    post: async (body) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
      });
      const text = await response.text();
      keepMaskedAnswers(text);
      return {
        status: response.status,
        requestId: response.headers.get('x-request-id'),
        body: JSON.parse(text) as HttpAnswer['body'],
      };
    },
    stop: () => server.stop(),
  };
}
