/** A server process that takes files, and what sends them to it. */
import { spawn } from 'node:child_process';
import { LOCAL_KEY, type ScriptOptions, type StartedScript, startScript } from './child-process';
import type { TestDatabase } from './databases';

export interface ImportsServer extends StartedScript {
  readonly url: string;
  readonly key: string;
}

/** Starts the built server on the database; no limit of requests stands in the way. */
export async function startImports(
  { target }: TestDatabase,
  { lasts = false, env = {} }: Pick<ScriptOptions, 'lasts' | 'env'> = {},
): Promise<ImportsServer> {
  const server = startScript('src/main.js', {
    cwd: __dirname,
    lasts,
    env: {
      DATABASE_URL: target.kind === 'sqlite' ? `sqlite:${target.path}` : target.url,
      PORT: '0',
      RATE_LIMIT_REQUESTS: '1000000',
      RATE_LIMIT_SITE_REQUESTS: '1000000',
      RATE_LIMIT_ROWS: '1000000000',
      RATE_LIMIT_SITE_ROWS: '1000000000',
      ...env,
    },
  });
  const [key] = await server.prints(LOCAL_KEY, 'stderr');
  const [, url = ''] = await server.prints(/"url":"([^"]+)"/);
  return { ...server, url, key };
}

export interface HttpAnswered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly body: any;
}

export interface SentRequest {
  readonly method?: string;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | FormData;
}

export async function ask(
  { url, key: own }: Pick<ImportsServer, 'url' | 'key'>,
  path: string,
  { method = 'GET', key = own, headers = {}, body }: SentRequest = {},
): Promise<HttpAnswered> {
  const sent = Buffer.isBuffer(body) ? new Uint8Array(body) : body;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  const isJson = /^application\/json\b/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null };
}

/** Sends a file with its type. */
export function upload(
  server: Pick<ImportsServer, 'url' | 'key'>,
  body: string | Buffer | FormData,
  type: string | null = 'text/csv',
  { path = '/imports', headers = {}, ...rest }: Omit<SentRequest, 'body'> & { readonly path?: string } = {},
): Promise<HttpAnswered> {
  const all = type === null ? headers : { 'content-type': type, ...headers };
  return ask(server, path, { method: 'POST', headers: all, body, ...rest });
}

/** What a job has come to, once it has ended. */
export async function ended(
  server: Pick<ImportsServer, 'url' | 'key'>,
  id: string,
  withinMs = 120_000,
): Promise<HttpAnswered['body']> {
  const late = Date.now() + withinMs;
  for (;;) {
    const { body } = await ask(server, `/imports/${id}`);
    if (body?.finishedAt) return body;
    if (Date.now() > late) throw new Error(`The job has not ended: ${JSON.stringify(body)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Runs curl, as partners do; answers what it prints. */
export async function curl(args: readonly string[]): Promise<string> {
  const child = spawn('curl', ['--silent', '--show-error', '--max-time', '60', ...args]);
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.err += text;
  });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`curl ended with ${code}: ${texts.err}`);
  return texts.out;
}
