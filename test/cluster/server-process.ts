import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { StartupError } from '../../src/startup-error';

/** Seen from dist/test/cluster. */
const DIST = join(__dirname, '..', '..');
const START_LIMIT_MS = 60_000;
const UNLIMITED = String(2 ** 31 - 1);

type Environment = Readonly<Record<string, string>>;

const COMMON: Environment = {
  PATH: process.env.PATH ?? '',

  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  PORT: '0',
  METRICS_PORT: 'off',
  RATE_LIMIT_REQUESTS: UNLIMITED,
  RATE_LIMIT_SITE_REQUESTS: UNLIMITED,
  RATE_LIMIT_ROWS: UNLIMITED,
  RATE_LIMIT_SITE_ROWS: UNLIMITED,
};

/** A server of this project as in production, in a process of its own. */
export class ServerProcess {
  readonly name: string;
  readonly #environment: Environment;
  readonly #log: string;
  #child: ChildProcess | undefined;
  #url = '';

  constructor(name: string, folder: string, environment: Environment) {
    this.name = name;
    this.#log = join(folder, `${name}.log`);
    this.#environment = { ...COMMON, ...environment };
  }

  /** Changes with every start. */
  get url(): string {
    return this.#url;
  }

  async start(): Promise<void> {
    const out = openSync(this.#log, 'a');
    const from = readFileSync(this.#log, 'utf8').length;
    const child = spawn(process.execPath, [join(DIST, 'src/main.js')], {
      env: this.#environment,
      stdio: ['ignore', out, out],
    });
    this.#child = child;
    for (const deadline = Date.now() + START_LIMIT_MS; ; await pause(50)) {
      const printed = readFileSync(this.#log, 'utf8').slice(from);
      const url = /"url":"([^"]+)"[^\n]*"msg":"listening"/.exec(printed)?.[1];
      if (url !== undefined) {
        this.#url = url;
        return;
      }
      if (child.exitCode !== null || Date.now() > deadline) {
        child.kill('SIGKILL');
        throw new StartupError(`The server ${this.name} does not start: ${printed}`);
      }
    }
  }

  /** The lines of its log. */
  logged(): Readonly<Record<string, unknown>>[] {
    const lines = readFileSync(this.#log, 'utf8').split('\n');
    return lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

/** Where a script of the project is, such as src/migrate.js. */
export const projectScript = (script: string) => join(DIST, script);

/** Runs a script of the project; answers what it prints. */
export async function runProjectScript(
  script: string,
  words: readonly string[],
  environment: Environment,
): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [projectScript(script), ...words], {
    env: { ...COMMON, ...environment },
  });
  return stdout.trim();
}
