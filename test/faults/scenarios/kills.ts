import { setTimeout as pause } from 'node:timers/promises';
import { ENGINE_NAMES } from '../engines/engine';
import type { Scenario } from './scenario';

const LONGEST_LIFE_MS = 900;
/** How often every process is killed, not one of them. */
const ALL_AT_ONCE = 0.2;
/** How often it is killed as soon as an import is committed, which its caller may not have been told yet. */
const AFTER_A_COMMIT = 0.5;

/**
 * kill -9 of the server at random moments. Where there are two processes, callers turn to the other one while the
 * database may still be busy with what the dead one sent.
 */
export const kills: Scenario = {
  name: 'kills',
  engines: ENGINE_NAMES,
  run: async (world, sizes, random) => {
    await world.prepare();
    for (let kill = 0; kill < sizes.kills; kill++) {
      const traffic = world.traffic(random);
      traffic.start();
      await pause(random.between(20, LONGEST_LIFE_MS));
      if (random.next() < AFTER_A_COMMIT) await world.nextCommit();
      const victims = random.next() < ALL_AT_ONCE ? world.servers : [random.pick(world.servers)];
      await Promise.all(victims.map((server) => server.kill()));
      await world.countCut();
      await Promise.all(victims.map((server) => server.start()));
      await world.settleAndJudge(traffic);
      await world.renewIfSpoilt();
    }
    return sizes.kills;
  },
};
