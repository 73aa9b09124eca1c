import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StartupError } from '../src/startup-error';
import type { Question, Reply } from './preload';

const DIST = join(__dirname, '..');
const UNLIMITED = String(2 ** 31 - 1);
const START_LIMIT_MS = 30_000;

/** A server under measurement, in a process of its own. */
export class ServerProcess {
  readonly name: string;
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #key: string | undefined;

  private constructor(name: string, child: ChildProcess, url: string, key: string | undefined) {
    this.name = name;
    this.#child = child;
    this.url = url;
    this.#key = key;
  }

  /**
   * The product as `npm start` runs it, with its defaults: sign-in, metrics, a log line for each request. Only its
   * rates a minute are raised.
   * @param scripts of bench/, loaded into it besides
   */
  static async startProduct(
    databaseUrl: string,
    folder: string,
    name = 'product',
    scripts: readonly string[] = [],
  ): Promise<ServerProcess> {
    const log = join(folder, `${name}.log`);
    const errors = join(folder, `${name}.err`);
    const child = start(
      'src/main.js',
      {
        DATABASE_URL: databaseUrl,
        HOST: '127.0.0.1',
        PORT: '0',
        METRICS_PORT: '0',
        RATE_LIMIT_REQUESTS: UNLIMITED,
        RATE_LIMIT_SITE_REQUESTS: UNLIMITED,
        RATE_LIMIT_ROWS: UNLIMITED,
        RATE_LIMIT_SITE_ROWS: UNLIMITED,
      },
      { log, errors },
      scripts,
    );
    const [, url] = await found(child, log, /"url":"([^"]+)"[^\n]*"msg":"listening"/, errors);
    const [, key] = await found(child, errors, /Bearer …\): (\S+)/, errors);
    return new ServerProcess(name, child, url ?? '', key);
  }

  /** One of bench/servers; it tells its address when it listens. */
  static async startPeer(script: string, databaseUrl: string, folder: string): Promise<ServerProcess> {
    const log = join(folder, `${script}.log`);
    const child = start(`bench/servers/${script}.js`, { DATABASE_URL: databaseUrl }, { log, errors: log });
    const listening = once(child, 'message').then(([message]) => message as { readonly url: string });
    const ended = once(child, 'exit').then(() => undefined);
    const message = await Promise.race([listening, ended]);
    if (message === undefined)
      throw new StartupError(`${script} does not start: ${readFileSync(log, 'utf8')}`);
    return new ServerProcess(script, child, message.url, undefined);
  }

  get headers(): Record<string, string> {
    return this.#key === undefined ? {} : { authorization: `Bearer ${this.#key}` };
  }

  /** Asks the script that was loaded into the process. */
  async ask(question: Question): Promise<number> {
    const settled = new AbortController();
    const { signal } = settled;
    const ended = once(this.#child, 'exit', { signal }).then(() => {
      throw new StartupError(`The server ${this.name} ended while it was measured.`);
    });
    const reply = once(this.#child, 'message', { signal }) as Promise<[Reply]>;
    try {
      this.#child.send(question);
      return (await Promise.race([reply, ended]))[0].value;
    } finally {
      settled.abort();
    }
  }

  /** From now on the peak is what comes after; where the kernel refuses, it stays that of the whole life. */
  forgetPeak(): void {
    try {
      writeFileSync(`/proc/${this.#child.pid}/clear_refs`, '5');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }

  peakMiB(): number | null {
    return this.#memoryMiB('VmHWM');
  }

  residentMiB(): number | null {
    return this.#memoryMiB('VmRSS');
  }

  /** From the kernel's own books, which Linux keeps; null elsewhere. */
  #memoryMiB(field: 'VmRSS' | 'VmHWM'): number | null {
    if (process.platform !== 'linux') return null;
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    const kibibytes = new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1];
    return Math.round(Number(kibibytes) / 1_024);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }
}

/** What the server prints goes into files: nobody has to read it while times are taken. */
function start(
  script: string,
  env: Readonly<Record<string, string>>,
  { log, errors }: { readonly log: string; readonly errors: string },
  scripts: readonly string[] = [],
): ChildProcess {
  const out = openSync(log, 'w');
  return fork(join(DIST, script), [], {
    // Nothing of the caller's environment changes what is measured.
    env: { PATH: process.env.PATH, ...env },
    execArgv: ['preload', ...scripts].flatMap((each) => ['--require', join(DIST, `bench/${each}.js`)]),
    stdio: ['ignore', out, log === errors ? out : openSync(errors, 'w'), 'ipc'],
  });
}

async function found(child: ChildProcess, file: string, pattern: RegExp, errors: string) {
  for (const startedAt = Date.now(); Date.now() - startedAt < START_LIMIT_MS; await pause(50)) {
    const match = pattern.exec(readFileSync(file, 'utf8'));
    if (match !== null) return match;
    if (child.exitCode !== null) break;
  }
  child.kill();
  throw new StartupError(`The server does not start: ${readFileSync(errors, 'utf8')}`);
}
