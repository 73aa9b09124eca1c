import { parseArgs } from 'node:util';
import { errorCode, StartupError } from '../src/startup-error';

const USAGE = `Usage: BENCH_MYSQL_URL=mysql://root@127.0.0.1:3306/ npm run bench -- [MODE] [--rounds 5] [--only JOB[,JOB …]]

  MODE       compare (the default): the product beside its peers
             profile: where its time goes
             growth: how its cost grows with stored rows, concurrent imports and requests
             read: what a page costs at the beginning and at the end of what is stored
             files: the import of a file of 100,000 and of a million rows
             load: ten thousand reference records of each kind, and the undo of an import
             without-bulk: what its imports cost without src/bulk
             without-details: without keeping what undoImport and importRun.problems need
             without-marks: without the marks that syncedThrough is read from
  --rounds   how often each is measured, after three rounds that only warm up
  --only     the first parts of the names of jobs, such as import/1000,update

The server is MariaDB (10.6 or newer) with local_infile = 1. The bench makes its own databases, named
coursetrack_bench…, and drops them at the end.`;

const MODES = [
  'compare',
  'profile',
  'growth',
  'read',
  'files',
  'load',
  'without-bulk',
  'without-details',
  'without-marks',
] as const;
export type Mode = (typeof MODES)[number];

export interface Options {
  readonly mode: Mode;
  readonly serverUrl: string;
  readonly rounds: number;
  readonly only: readonly string[];
}

export function readOptions(): Options {
  const { positionals, values } = readArguments();
  const [mode = 'compare', ...others] = positionals;
  const rounds = Number(values.rounds);
  const isMode = (text: string): text is Mode => (MODES as readonly string[]).includes(text);
  if (!isMode(mode) || others.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
    throw new StartupError(USAGE);
  }
  const serverUrl = process.env.BENCH_MYSQL_URL?.trim() ?? '';
  if (!URL.canParse(serverUrl)) {
    throw new StartupError(`BENCH_MYSQL_URL must name a MariaDB server.\n\n${USAGE}`);
  }
  const only = (values.only ?? '').split(',').filter((name) => name !== '');
  return { mode, serverUrl, rounds, only };
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { rounds: { type: 'string', default: '5' }, only: { type: 'string' } },
    });
  } catch (error) {
    if (!errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new StartupError(USAGE, { cause: error });
  }
}

/** Whether `--only` names the job, or nothing. */
export function isWanted(name: string, only: readonly string[]): boolean {
  return only.length === 0 || only.some((start) => name === start || name.startsWith(`${start}/`));
}
