import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, NODES, type Node } from '../cluster';
import { asLines, sameOnEveryNode } from '../every-node';
import { Load } from '../load';
import type { Random } from '../random';
import { replay, STORED } from '../replay';
import type { Rig, Site } from '../rig';
import { type Scenario, Tally } from '../scenario';
import { ACTIVITIES, LEARNERS, LOVS } from '../traffic';
import { makeActivities } from './activities';

/** How long a server whose node dies may take to serve again. */
const FAILOVER_LIMIT_MS = 10_000;
const CALM_MS = 3_000;

interface Fault {
  readonly name: string;
  readonly promise: string;
  /** What callers may be told besides their answers; each sends the same again. */
  readonly allowed: readonly string[];
  /** No server may take longer than `FAILOVER_LIMIT_MS` to answer. */
  readonly isQuick: boolean;
  befall(rig: Rig, random: Random): Promise<void>;
}

/** What was on its way to COMMIT is told so; the key tells what became of it. */
const LOST_COMMIT = ['OUTCOME_UNKNOWN'];

const FAULTS: readonly Fault[] = [
  {
    name: 'node-killed',
    promise: 'a node that is killed, and comes back',
    allowed: LOST_COMMIT,
    isQuick: true,
    befall: async ({ cluster }) => {
      await cluster.kill(2);
      await pause(15_000);
      await cluster.startAgain(2);
    },
  },
  {
    name: 'node-restarted',
    promise: 'nodes that are restarted one after the other',
    allowed: LOST_COMMIT,
    isQuick: true,
    befall: async ({ cluster }) => {
      for (const node of NODES) {
        await cluster.stop(node);
        await pause(2_000);
        await cluster.startAgain(node);
        await pause(2_000);
      }
    },
  },
  {
    name: 'node-cut-off',
    promise: 'a node that is cut off from the others, and finds them again',
    allowed: LOST_COMMIT,
    isQuick: true,
    befall: async ({ cluster }) => {
      await cluster.cutOff(3);
      await pause(20_000);
      await cluster.connectAgain(3);
    },
  },
  {
    name: 'node-frozen',
    promise: 'a node that stops answering, and goes on',
    allowed: LOST_COMMIT,
    isQuick: true,
    befall: async ({ cluster }) => {
      cluster.freeze(1);
      await pause(25_000);
      cluster.thaw(1);
    },
  },
  {
    name: 'server-killed',
    promise: 'servers that are killed and started again',
    allowed: ['LOST'],
    isQuick: false,
    befall: async (rig, random) => {
      for (let kills = 0; kills < 5; kills++) {
        await pause(random.whole(200, 1_200));
        const server = random.one(rig.allServers());
        await server.kill();
        await server.start();
      }
    },
  },
];

/** Each under load; afterwards a replay of what was acknowledged equals what every node has. */
export const faults: readonly Scenario[] = FAULTS.map((fault) => ({
  name: fault.name,
  promise: `${fault.promise}: nothing is lost, doubled or told to callers`,
  run: async (rig, { random }) => {
    const tally = new Tally();
    // Each server is at its own node again, wherever an earlier fault has sent it.
    await rig.restartServers();
    const site = await rig.makeSite({ learners: LEARNERS, lovs: LOVS });
    await makeActivities(rig, site, ACTIVITIES, { maxScore: 99_999 });
    const load = new Load(rig, site, random, tally, fault.allowed);
    load.start();
    await pause(CALM_MS);
    await fault.befall(rig, random);
    await rig.cluster.untilWhole();
    await pause(CALM_MS);
    await load.end();
    for (const node of NODES) judgeGap(tally, load, node, fault.isQuick);
    await compare(rig.cluster, site, load, tally);
    return tally.outcome();
  },
}));

function judgeGap(tally: Tally, load: Load, node: Node, isQuick: boolean): void {
  const milliseconds = Math.round(load.longestGap(node));
  tally.count(`server ${node}: longest time to an answer to rows of its own, ms`, milliseconds);
  if (isQuick && milliseconds > FAILOVER_LIMIT_MS) {
    tally.fault('servers that took longer than 10 s', `server ${node}: ${milliseconds} ms`);
  }
}

async function compare(cluster: Cluster, site: Site, load: Load, tally: Tally): Promise<void> {
  const titles = Array.from({ length: ACTIVITIES }, (_, index) => index + 1).map(
    (number) => [`activity-${number}`, `Activity ${number}`] as const,
  );
  const { stored, contradictions } = replay(load.acknowledged, new Map(titles));
  for (const each of contradictions) tally.fault('answers that contradict others', each);
  for (const [what, sql] of Object.entries(STORED) as [keyof typeof STORED, string][]) {
    const found = await sameOnEveryNode(cluster, sql, [site.id]);
    if (found === undefined) {
      tally.fault('nodes differ', what);
      continue;
    }
    tally.count(`rows compared: ${what}`, found.length);
    const [is, should] = [asLines(found), asLines(stored[what])];
    for (const line of is.filter((each) => !should.includes(each)))
      tally.fault(`wrong ${what}`, `stored: ${line}`);
    for (const line of should.filter((each) => !is.includes(each)))
      tally.fault(`wrong ${what}`, `missing: ${line}`);
    if (is.length !== should.length)
      tally.fault(`wrong ${what}`, `${is.length} rows instead of ${should.length}`);
  }
}
