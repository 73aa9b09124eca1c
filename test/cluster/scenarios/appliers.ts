import type { Node } from '../cluster';
import { type Scenario, Tally } from '../scenario';

const NODE: Node = 1;
const THREADS = 4;

/** Nodes that apply in parallel may throw each other out: whoever starts on one is told. */
export const appliers: Scenario = {
  name: 'appliers',
  make: 'galera',
  promise: 'a server that starts on a node that applies in parallel says so',
  async run(rig) {
    const tally = new Tally();
    await rig.cluster.query(NODE, `SET GLOBAL wsrep_slave_threads = ${THREADS}`);
    const server = await rig.serverOn(NODE, 'told-of-appliers', {});
    await server.stop();
    await rig.cluster.query(NODE, 'SET GLOBAL wsrep_slave_threads = 1');
    for (const { appliers: told } of server.logged()) {
      if (told === THREADS) tally.count('lines in the log');
      else if (told !== undefined) tally.fault('lines with another number', String(told));
    }
    if (tally.countOf('lines in the log') !== 1) tally.fault('starts without one line');
    return tally.outcome();
  },
};
