import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { keepLog } from './logs';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedScript {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves with the match as soon as the stream has it; rejects when the script ends before. */
  prints(pattern: RegExp, stream?: 'stdout' | 'stderr'): Promise<RegExpExecArray>;
}

export interface ScriptOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The user that it runs as; only root can choose. */
  readonly uid?: number;
  /** Where standard output goes instead of to the test: a file, a pipe that nobody reads, or one that is closed. */
  readonly stdout?: number | 'unread' | 'closed';
  /** A file for standard error. */
  readonly stderr?: number;
  /** It serves all tests of the file; by default it is ended with its test. */
  readonly lasts?: boolean;
}

const running = new Set<ChildProcess>();
const lasting = new Set<ChildProcess>();

/** A test that fails must not leave a server behind: Jest would wait for it. */
afterEach(() => {
  for (const child of running) if (!lasting.has(child)) child.kill('SIGKILL');
});
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a built script, such as `examples/demo.js`, with no environment but the given one and a free port for metrics. */
export function startScript(
  script: string,
  { args = [], env = {}, cwd, uid, stdout: output, stderr: errors, lasts = false }: ScriptOptions,
): StartedScript {
  const file = join(__dirname, '..', '..', 'dist', script);
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    ...(uid === undefined ? {} : { uid }),
    env: { PATH: process.env.PATH, METRICS_PORT: '0', ...env },
    stdio: ['ignore', typeof output === 'number' ? output : 'pipe', errors ?? 'pipe'],
  });
  if (output === 'closed') child.stdout?.destroy();
  running.add(child);
  if (lasts) lasting.add(child);
  child.once('close', () => running.delete(child));
  let stdout = '';
  let stderr = '';
  if (output === undefined) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
  }
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    // A pipe that nobody reads is not closed before somebody does.
    child.once('exit', () => {
      if (output === 'unread') child.stdout?.resume();
    });
    child.once('close', (code) => {
      keepLog(loggedIn(stdout, stderr));
      resolve({ code, stdout, stderr });
    });
  });
  const prints = (pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout') =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec({ stdout, stderr }[stream]);
        if (match !== null) resolve(match);
      };
      child[stream]?.on('data', look);
      look();
      finished.then(({ code }) => {
        reject(new Error(`${script} ended with ${code} without printing ${pattern}: ${stdout}${stderr}`));
      }, reject);
    });
  return { child, finished, prints };
}

/** Of what a script prints, the log and the errors, which are for operators; its output is for whoever started it. */
function loggedIn(stdout: string, stderr: string): string {
  const log = stdout.split('\n').filter((line) => line.startsWith('{"level":'));
  // The lines that show the key of a local start, and where to find it, are on standard error so as to be in no log.
  const errors = stderr
    .split('\n')
    .filter((line) => !/^(?:Key of this start, shown once|Playground with this key)/.test(line));
  return [...log, ...errors].join('\n');
}

export function runScript(script: string, options: ScriptOptions): Promise<Finished> {
  return startScript(script, options).finished;
}

/** The key of a local start, as the server prints it. */
export const LOCAL_KEY = /\bct_[\da-f]{16}_[\w-]{43}(?![\w-])/;
