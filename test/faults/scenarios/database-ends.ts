import { setTimeout as pause } from 'node:timers/promises';
import { type Scenario, SERVER_ENGINES } from './scenario';

const LONGEST_LIFE_MS = 900;

/** kill -9 and orderly restarts of the database while imports and updates run. */
export const databaseEnds: Scenario = {
  name: 'database-ends',
  engines: SERVER_ENGINES,
  run: async (world, { rounds }, random) => {
    const database = world.databaseServer;
    await world.prepare();
    for (let round = 0; round < rounds; round++) {
      const traffic = world.traffic(random);
      traffic.start();
      await pause(random.between(20, LONGEST_LIFE_MS));
      if (round % 2 === 0) await database.kill();
      else await database.stop();
      if (round < 2) await world.expectUnavailable('database down');
      await database.start();
      await world.recovers('database down');
      await world.settleAndJudge(traffic);
      await world.renewIfSpoilt();
    }
    return rounds;
  },
};
