import { parseArgs } from 'node:util';
import { ENGINE_NAMES, type EngineName } from './engines/engine';
import { SCENARIOS } from './scenarios/all';
import type { Sizes } from './scenarios/scenario';

const USAGE = `Usage: npm run test:faults -- [--seed N] [--engine ENGINE[,ENGINE …]] [--only NAME[,NAME …]] [--kills N] [--rounds N]

  --seed     what is random comes again with the same seed; by default another one each time
  --engine   ${ENGINE_NAMES.join(', ')}; all of them unless said otherwise
  --only     ${SCENARIOS.map(({ name }) => name).join(', ')}
  --kills    kills of the server, per engine; by default 100
  --rounds   of each other kind of fault, about as many; by default 20

Database servers are started by test/servers and thrown away at the end: MariaDB needs Debian's mariadb-server-core,
MySQL needs root (see test/servers/mysql.sh; MYSQL_ROOT names an installation that is there already).`;

/** Longer than any of the times after which a server may take a connection for dead. */
const STALL_MS = 12_000;

export interface Options {
  readonly seed: number;
  readonly engines: readonly EngineName[];
  /** Names of scenarios. */
  readonly only: readonly string[];
  readonly sizes: Sizes;
}

/** Says in one message what is wrong with the command. */
export class UsageError extends Error {}

export function readOptions(): Options {
  const values = readArguments();
  const numbers = [values.seed, values.kills, values.rounds].map(Number);
  const [seed = 0, kills = 0, rounds = 0] = numbers;
  const engines = listOf(values.engine);
  const only = listOf(values.only);
  const isEngine = (name: string): name is EngineName => ENGINE_NAMES.some((each) => each === name);
  const isFine =
    numbers.every((each) => Number.isSafeInteger(each) && each >= 0) &&
    engines.every(isEngine) &&
    only.every((name) => SCENARIOS.some((scenario) => scenario.name === name));
  if (!isFine) throw new UsageError(USAGE);
  return {
    seed,
    engines: engines.length === 0 ? ENGINE_NAMES : engines.filter(isEngine),
    only,
    sizes: { kills, rounds, stallMs: STALL_MS, isShort: false },
  };
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: 'string', default: String(Date.now() % 1_000_000) },
        engine: { type: 'string', default: '' },
        only: { type: 'string', default: '' },
        kills: { type: 'string', default: '100' },
        rounds: { type: 'string', default: '20' },
      },
    });
    return values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(USAGE, { cause: error });
  }
}

function listOf(text: string): string[] {
  return text.split(',').filter((name) => name !== '');
}
