import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseProxy } from '../database-proxy';
import { type Scenario, SERVER_ENGINES } from './scenario';

/** As many as the server has connections. */
const CONNECTIONS = 10;
const MEETING_LIMIT_MS = 10_000;

/** Connections that stand still, with the network back after a while, or back at once for new ones only. */
export const stalls: Scenario = {
  name: 'stalls',
  engines: SERVER_ENGINES,
  run: async (world, { stallMs, isShort }, random) => {
    const proxy = await DatabaseProxy.start(world.databaseServer.port);
    try {
      await world.prepare({ databasePort: proxy.port, count: 1 });

      const entries = Array.from({ length: CONNECTIONS }, () => world.enterImport(1));
      const allMet = proxy.meetCommits(entries.map(() => 'swallowed'));
      const sent = entries.map((entry) => world.caller.sendOnce(entry));
      await Promise.race([allMet, pause(MEETING_LIMIT_MS)]);
      proxy.disarm();
      await world.recovers('ten swallowed COMMITs');
      await Promise.all(sent);
      await world.settleAndJudge();
      await world.renewIfSpoilt();

      const ends = isShort ? (['resumeForgetful'] as const) : (['resume', 'resumeForgetful'] as const);
      for (const back of ends) {
        const traffic = world.traffic(random);
        traffic.start();
        await pause(random.between(50, 900));
        proxy.stall();
        await pause(stallMs);
        proxy[back]();
        const what = back === 'resume' ? 'a stalled network' : 'a stalled network that lost its connections';
        await world.recovers(what);
        await world.settleAndJudge(traffic);
        await world.renewIfSpoilt();
      }
    } finally {
      await world.stopServers();
      await proxy.close();
    }
    return CONNECTIONS + 2;
  },
};
