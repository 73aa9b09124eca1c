import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

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
}

const running = new Set<ChildProcess>();

/** A test that fails must not leave a server behind: Jest would wait for it. */
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a built script, such as `examples/demo.js`, with no environment but the given one and a free port for metrics. */
export function startScript(script: string, { args = [], env = {}, cwd }: ScriptOptions): StartedScript {
  const file = join(__dirname, '..', '..', 'dist', script);
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    env: { PATH: process.env.PATH, METRICS_PORT: '0', ...env },
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  const prints = (pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout') =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec({ stdout, stderr }[stream]);
        if (match !== null) resolve(match);
      };
      child[stream].on('data', look);
      look();
      finished.then(({ code }) => {
        reject(new Error(`${script} ended with ${code} without printing ${pattern}: ${stdout}${stderr}`));
      }, reject);
    });
  return { child, finished, prints };
}

export function runScript(script: string, options: ScriptOptions): Promise<Finished> {
  return startScript(script, options).finished;
}

/** The key of a local start, as the server prints it. */
export const LOCAL_KEY = /\bct_[\da-f]{16}_[\w-]{43}(?![\w-])/;
