import { setTimeout as pause } from 'node:timers/promises';
import { COMMIT_FAULTS, DatabaseProxy } from '../database-proxy';
import { type Scenario, SERVER_ENGINES } from './scenario';

/** Of a round: about as many as there are callers, so that most of them meet one. */
const COMMITS_AT_ONCE = 5;
const MEETING_LIMIT_MS = 10_000;

/** COMMITs whose answers are swallowed, cut off or late, and COMMITs that never arrive. */
export const lostCommits: Scenario = {
  name: 'lost-commits',
  engines: SERVER_ENGINES,
  run: async (world, { rounds }, random) => {
    const proxy = await DatabaseProxy.start(world.databaseServer.port);
    let met = 0;
    try {
      await world.prepare({ databasePort: proxy.port });
      for (let round = 0; round < rounds; round++) {
        const traffic = world.traffic(random);
        traffic.start();
        const faults = Array.from({ length: COMMITS_AT_ONCE }, () => random.pick(COMMIT_FAULTS));
        await Promise.race([proxy.meetCommits(faults), pause(MEETING_LIMIT_MS)]);
        met += COMMITS_AT_ONCE - proxy.disarm();
        await world.settleAndJudge(traffic);
        await world.renewIfSpoilt();
      }
    } finally {
      await world.stopServers();
      await proxy.close();
    }
    return met;
  },
};
