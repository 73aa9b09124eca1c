import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';

const NOT_COPIED = ['node_modules', 'dist', '.git'];

/** A copy of the project in which sources can be changed, to see what the compiler and the tests say. */
export class ScratchCopy {
  readonly #folder = mkdtempSync(join(tmpdir(), 'coursetrack-omissions-'));

  constructor(root: string) {
    const isCopied = (path: string) => !NOT_COPIED.includes(relative(root, path));
    cpSync(root, this.#folder, { recursive: true, filter: isCopied });
    symlinkSync(join(root, 'node_modules'), join(this.#folder, 'node_modules'));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  read(file: string): string {
    return readFileSync(join(this.#folder, file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.#folder, file), text);
  }

  compiles(): boolean {
    const built = join(this.#folder, '.tsbuildinfo');
    return this.#run('typescript/bin/tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', built) === 0;
  }

  /** The first unit test of imports that fails; undefined when none does. */
  failingTest(): string | undefined {
    const told = join(this.#folder, '.tests.json');
    rmSync(told, { force: true });
    const tests = ['--selectProjects', 'unit', '--testPathPatterns', 'unit/tracking-import'];
    if (this.#run('jest/bin/jest.js', ...tests, '--json', `--outputFile=${told}`) === 0) return undefined;
    const { testResults } = JSON.parse(readFileSync(told, 'utf8')) as TestRun;
    const failed = testResults.find(({ status }) => status === 'failed');
    const test = failed?.assertionResults.find(({ status }) => status === 'failed');
    return `${basename(failed?.name ?? '')}: ${test?.fullName ?? 'cannot be loaded'}`;
  }

  #run(program: string, ...options: string[]): number | null {
    // No database server takes part.
    const { TEST_MARIADB_URL: _, TEST_MYSQL_URL: __, ...env } = process.env;
    const path = join(this.#folder, 'node_modules', program);
    const { status, error } = spawnSync(process.execPath, [path, ...options], { cwd: this.#folder, env });
    if (error !== undefined) throw error;
    return status;
  }
}

interface TestRun {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}
