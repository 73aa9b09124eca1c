import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import type { BenchDatabases } from './store';

/** What a figure belongs to. */
export interface RunDescription {
  readonly at: string;
  /** With a plus where files differ from it; null where there is no git. */
  readonly commit: string | null;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly node: string;
  readonly database: Readonly<Record<string, string>>;
  readonly rounds: number;
}

export async function describeRun(databases: BenchDatabases, rounds: number): Promise<RunDescription> {
  return {
    at: new Date().toISOString(),
    commit: commit(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 1_024 ** 2),
    node: process.version,
    database: await databases.facts(),
    rounds,
  };
}

function commit(): string | null {
  try {
    const git = (...words: string[]) =>
      execFileSync('git', words, { encoding: 'utf8', stdio: 'pipe' }).trim();
    const isChanged = git('status', '--porcelain', '--', 'src', 'bench', 'package-lock.json') !== '';
    return `${git('rev-parse', '--short=12', 'HEAD')}${isChanged ? '+' : ''}`;
  } catch (error) {
    // No git, or no repository: a deployed copy can be measured too.
    if (!(error instanceof Error)) throw error;
    return null;
  }
}
