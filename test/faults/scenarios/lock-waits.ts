import type { Connection } from 'mysql2/promise';
import { LEARNERS } from '../academy';
import type { Entry } from '../journal';
import type { Random } from '../random';
import type { SentImport } from '../requests';
import type { World } from '../world';
import { beginOther, changeAllLearners, lockLov, lockRegistration } from './locks';
import { type Scenario, SERVER_ENGINES } from './scenario';
import { makeVictim } from './victims';

const ROWS = 3_000;
const LOCK_WAIT_S = 1;
/** In seconds: enough for several tries. */
const WRITE_DEADLINE = '4';
/** One LOV for each part in which rows are written: those behind the first one wait for nothing. */
const LOVS = 3;

interface Hold {
  readonly name: string;
  /** Before the import is sent. */
  take(other: Connection, request: SentImport): Promise<void>;
  /** While it is under way. */
  goOn?(world: World, other: Connection, random: Random): Promise<void>;
}

/** What somebody holds until the import has given up. */
const HOLDS: readonly Hold[] = [
  // One of the first: the statements that lock the rest are on their way meanwhile.
  { name: 'registration', take: (other) => lockRegistration(other, Math.floor(LEARNERS / 6)) },
  { name: 'LOV', take: (other, { rows }) => lockLov(other, rows[0]?.lov ?? 0) },
  {
    name: 'registration after a deadlock',
    take: async (other, { rows }) => {
      await changeAllLearners(other);
      await lockLov(other, rows[0]?.lov ?? 0);
    },
    goOn: async (world, other, random) => {
      await makeVictim(world, other, random);
    },
  },
];

/**
 * Locks that somebody holds until all tries are over: SERVICE_BUSY, and nothing is written; where a lock wait that took
 * too long undoes its statement, and where it undoes the transaction.
 */
export const lockWaits: Scenario = {
  name: 'lock-waits',
  engines: SERVER_ENGINES,
  run: async (world, { isShort }, random) => {
    const database = world.databaseServer;
    let made = 0;
    try {
      for (const onTimeout of isShort ? ['ON'] : ['OFF', 'ON']) {
        await world.stopServers();
        await database.stop();
        await database.start([
          `--innodb-lock-wait-timeout=${LOCK_WAIT_S}`,
          `--innodb-rollback-on-timeout=${onTimeout}`,
        ]);
        await world.prepare({ count: 1, env: { WRITE_DEADLINE } });
        for (const hold of HOLDS) {
          await holdUntilRefused(world, hold, random);
          made += 1;
          await world.renewIfSpoilt();
        }
      }
    } finally {
      await world.stopServers();
      await database.stop();
      await database.start();
    }
    return made;
  },
};

async function holdUntilRefused(world: World, hold: Hold, random: Random): Promise<void> {
  const entry = world.enterImport(ROWS, { lovs: LOVS });
  await world.databaseServer.asRoot(async (other) => {
    await beginOther(other);
    await hold.take(other, entry.request as SentImport);
    const sent = world.caller.sendOnce(entry);
    await hold.goOn?.(world, other, random);
    const told = await sent;
    if (told !== 'SERVICE_BUSY') world.find(`a ${hold.name} is held: answered ${told}, not SERVICE_BUSY`);
    await other.rollback();
  });
  await nothingIsThere(world, entry);
  await world.settleAndJudge();
}

/** Before it is sent again. */
async function nothingIsThere(world: World, entry: Entry): Promise<void> {
  if (entry.state !== 'waiting') return;
  entry.state = 'refused';
  await world.judge();
  entry.state = 'waiting';
}
