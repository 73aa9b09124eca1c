import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../random';
import type { World } from '../world';
import { type Scenario, SERVER_ENGINES } from './scenario';

const KILLS_AT_ONCE = 8;
/** More than one statement writes them. */
const ROWS = 3_000;
const ER_NO_SUCH_THREAD = 1094;

/** Somebody ends statements and connections of the server, at random moments. */
export const cancelled: Scenario = {
  name: 'cancelled',
  engines: SERVER_ENGINES,
  run: async (world, { rounds }, random) => {
    await world.prepare();
    let made = 0;
    for (let round = 0; round < rounds; round++) {
      const traffic = world.traffic(random);
      traffic.start();
      const sent = world.caller.sendOnce(world.enterImport(ROWS));
      for (let kill = 0; kill < KILLS_AT_ONCE; kill++) {
        await pause(random.between(10, 150));
        made += await killSomething(world, random);
      }
      await sent;
      await world.settleAndJudge(traffic);
      await world.renewIfSpoilt();
    }
    return made;
  },
};

async function killSomething({ databaseServer }: World, random: Random): Promise<number> {
  const busy = (await databaseServer.connectionsOfUser()).filter(({ isBusy }) => isBusy);
  if (busy.length === 0) return 0;
  const { id } = random.pick(busy);
  const command = random.next() < 0.5 ? 'KILL QUERY' : 'KILL CONNECTION';
  return databaseServer.asRoot(async (root) => {
    try {
      await root.query(`${command} ${id}`);
      return 1;
    } catch (error) {
      // It is over already.
      if ((error as { readonly errno?: number }).errno !== ER_NO_SUCH_THREAD) throw error;
      return 0;
    }
  });
}
