import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port';
import { ROOT } from './root';

const DIST = join(ROOT, 'dist');
const UNLIMITED = String(2 ** 31 - 1);
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 30_000;

export interface ServerSettings {
  readonly databaseUrl: string;
  /** Where the server runs and its log is. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The server under test as it runs in production, in a process of its own. It keeps its port through restarts. */
export class ServerProcess {
  readonly port: number;
  readonly logFile: string;
  readonly #settings: ServerSettings;
  #child: ChildProcess | undefined;

  private constructor(settings: ServerSettings, port: number) {
    this.#settings = settings;
    this.port = port;
    this.logFile = join(settings.folder, `server-${port}.log`);
  }

  /** Not started yet. */
  static async create(settings: ServerSettings): Promise<ServerProcess> {
    return new ServerProcess(settings, await freePort());
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when it serves. */
  async start(): Promise<void> {
    const log = openSync(this.logFile, 'a');
    const child = spawn(process.execPath, [join(DIST, 'src', 'main.js')], {
      cwd: this.#settings.folder,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        DATABASE_URL: this.#settings.databaseUrl,
        PORT: String(this.port),
        METRICS_PORT: 'off',
        RATE_LIMIT_REQUESTS: UNLIMITED,
        RATE_LIMIT_SITE_REQUESTS: UNLIMITED,
        RATE_LIMIT_ROWS: UNLIMITED,
        RATE_LIMIT_SITE_ROWS: UNLIMITED,
        ...this.#settings.env,
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#child = child;
    for (const startedAt = Date.now(); Date.now() - startedAt < START_LIMIT_MS; await pause(25)) {
      if (await this.answers('/health/live')) return;
      if (!this.isRunning) break;
    }
    await this.kill();
    throw new Error(`The server does not start: ${readFileSync(this.logFile, 'utf8').slice(-1_000)}`);
  }

  /** The status of a GET; 0 where it was not answered in time. */
  statusOf(path: string, limitMs = 2_000): Promise<number> {
    return new Promise((resolve) => {
      const sent = get({ agent: false, host: '127.0.0.1', port: this.port, path });
      const limit = setTimeout(() => sent.destroy(), limitMs);
      sent.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', () => resolve(0));
      sent.on('close', () => {
        clearTimeout(limit);
        resolve(0);
      });
    });
  }

  async answers(path: string): Promise<boolean> {
    return (await this.statusOf(path)) === 200;
  }

  /** As kill -9 does: the process learns nothing of it. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    const isLate = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_LIMIT_MS);
    await this.#end('SIGTERM');
    clearTimeout(isLate);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child === undefined || !this.isRunning) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}

/** Runs one of the built programs that operators run, such as `migrate`, and answers what it prints. */
export async function runProgram(
  name: 'migrate' | 'keys',
  words: readonly string[],
  { databaseUrl, folder }: ServerSettings,
): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(DIST, 'src', `${name}.js`), ...words],
    { cwd: folder, env: { PATH: process.env.PATH, NODE_ENV: 'production', DATABASE_URL: databaseUrl } },
  );
  return stdout.trim();
}
