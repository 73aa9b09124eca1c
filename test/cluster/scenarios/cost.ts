import {
  type ActivityAnswer,
  type ImportAnswer,
  importOf,
  type Operation,
  send,
  updateOf,
  wordOf,
} from '../api';
import { COURSE, rowKey } from '../rig';
import { rounds, type Scenario, Tally } from '../scenario';
import type { ServerProcess } from '../server-process';
import { makeActivities } from './activities';

const ROWS = 1_000;
const WARM_UP = 10;
const MOST_ROUNDS = 50;

/** The same requests to two servers at one node, in turn: one writes its locks, the other one does not. */
export const cost: Scenario = {
  name: 'cost',
  promise: 'what written locks cost, medians',
  async run(rig, { rounds: wanted }) {
    const tally = new Tally();
    const count = Math.min(wanted, MOST_ROUNDS);
    const turns = 2 * (count + WARM_UP);
    const site = await rig.makeSite({ learners: ROWS, lovs: 1 + turns });
    await makeActivities(rig, site, 1);
    const servers = {
      without: await rig.serverOn(1, 'without-locks', { DATABASE_MULTI_WRITER: 'false' }),
      with: await rig.serverOn(1, 'with-locks', { DATABASE_MULTI_WRITER: 'true' }),
    };
    const work: Readonly<Record<string, (turn: number) => Operation>> = {
      [`import of ${ROWS} stored rows`]: (turn) => importOf(rowsOf(1, turn), 'REPLACE'),
      [`import of ${ROWS} new rows`]: (turn) => importOf(rowsOf(1 + turn, turn), 'REPLACE'),
      update: (turn) =>
        updateOf({
          ...COURSE,
          elementSyncKey: 'activity-1',
          title: `Title ${turn}`,
          allowStudentsSetCompletion: false,
        }),
    };
    for (const [name, operation] of Object.entries(work)) {
      const samples: { readonly without: number; readonly with: number }[] = [];
      let turn = 0;
      for (const round of rounds(count + WARM_UP)) {
        // The first in one round is the second in the next.
        const order = round % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const);
        const sample = { without: 0, with: 0 };
        for (const which of order) {
          turn += 1;
          sample[which] = await timed(servers[which], site.key, operation(turn), tally);
        }
        if (round > WARM_UP) samples.push(sample);
      }
      tally.count(`${name}: without, ms`, rounded(median(samples.map((sample) => sample.without))));
      tally.count(`${name}: with, ms`, rounded(median(samples.map((sample) => sample.with))));
      const ratios = samples.map((sample) => sample.with / sample.without);
      tally.count(`${name}: with over without, within a round`, rounded(median(ratios), 3));
    }
    await Promise.all(Object.values(servers).map((server) => server.stop()));
    return tally.outcome();
  },
};

function rowsOf(lov: number, timeSpent: number) {
  return Array.from({ length: ROWS }, (_, index) => ({ ...rowKey(index + 1, lov), timeSpent }));
}

async function timed(
  server: ServerProcess,
  key: string,
  operation: Operation,
  tally: Tally,
): Promise<number> {
  const startedAt = performance.now();
  const reply = await send<ImportAnswer | ActivityAnswer>(server, key, operation);
  const milliseconds = performance.now() - startedAt;
  if (wordOf(reply) !== 'Success') tally.fault('answers other than Success', wordOf(reply));
  return milliseconds;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[(sorted.length >> 1) - 1] ?? upper) + upper) / 2;
}

function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
