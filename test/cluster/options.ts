import { parseArgs } from 'node:util';
import { errorCode, StartupError } from '../../src/startup-error';
import { MAKES, type Make } from './cluster';

const DEFAULT_ROUNDS = 100;
const MAX_PORT = 64_000;

export interface Options {
  readonly make: Make;
  /** How often each meeting of two writers is arranged; faults take as long whatever it is. */
  readonly rounds: number;
  readonly seed: number;
  /** Names of scenarios; none means all. */
  readonly only: readonly string[];
  /** The servers do not write their locks, so that one sees what would be lost. */
  readonly isUnlocked: boolean;
  /** Of the first node; those of the others follow. */
  readonly port: number;
}

export function usage(names: readonly string[]): string {
  return `Usage: npm run test:cluster -- [--cluster galera | group] [--rounds ${DEFAULT_ROUNDS}] [--seed N] [--only NAME[,NAME …]] [--port 3401]
                               [--without-written-locks]

  --cluster  of MariaDB with Galera, which is the default, or of MySQL with Group Replication, where all nodes write
  --rounds   how often two writers meet in each scenario
  --seed     of everything that is left to chance but the time that things take
  --only     ${names.join(', ')}
  --port     of the first node; the cluster takes the two after it, and those 1200, 1300 and 1400 above
  --without-written-locks
             shows what is lost where servers lock and do not write

Starts three database servers on this machine, and servers of this project on them. MYSQLD_OPTIONS in the environment
are more options of the nodes; MYSQL_ROOT is that of test/servers/group.sh.`;
}

/** Throws {@link StartupError} with the usage. */
export function readOptions(names: readonly string[]): Options {
  const { values } = readArguments(names);
  const rounds = Number(values.rounds);
  const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
  const port = Number(values.port);
  const only = (values.only ?? '').split(',').filter((name) => name !== '');
  const isCount = (value: number, max: number) => Number.isInteger(value) && value >= 1 && value <= max;
  const isRight = isCount(rounds, 10_000) && Number.isInteger(seed) && seed >= 0 && isCount(port, MAX_PORT);
  const make = MAKES[values.cluster as Make['name']];
  if (!isRight || make === undefined || only.some((name) => !names.includes(name)))
    throw new StartupError(usage(names));
  return { make, rounds, seed, only, port, isUnlocked: values['without-written-locks'] };
}

function readArguments(names: readonly string[]) {
  try {
    return parseArgs({
      options: {
        cluster: { type: 'string', default: 'galera' },
        rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
        seed: { type: 'string' },
        only: { type: 'string' },
        port: { type: 'string', default: '3401' },
        'without-written-locks': { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    if (!errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new StartupError(usage(names), { cause: error });
  }
}
