import { runScenario, scenariosOf, whyNotHere } from '../faults/run';
import type { Sizes } from '../faults/scenarios/scenario';
import { World } from '../faults/world';
import { DATABASE_KINDS } from '../support/databases';
import { keepLog } from '../support/logs';

/** A short form of `npm run test:faults`, with the same faults every time; the moments at which they fall differ. */
const SEED = 1;
const SIZES: Sizes = { kills: 3, rounds: 2, stallMs: 4_000, isShort: true };
const SLOW = 240_000;

describe.each(DATABASE_KINDS)('faults on $kind', ({ kind }) => {
  let world: World;

  // A server of its own: the one that tests share must not be killed.
  beforeAll(async () => {
    world = await World.open(kind);
    // The promise is measured by `npm run test:faults`; here the machine may have other work.
    world.recoveryLimitMs = 60_000;
  }, SLOW);
  afterAll(async () => {
    keepLog(world.logs());
    await world.close();
  }, SLOW);

  for (const scenario of scenariosOf(kind)) {
    (whyNotHere(scenario) === undefined ? it : it.skip)(
      `leave what was acknowledged, and nothing else: ${scenario.name}`,
      async () => {
        const { faults, counts } = await runScenario(world, scenario, SIZES, SEED);
        expect(Object.fromEntries(counts.findings)).toEqual({});
        expect(faults).toBeGreaterThan(0);
      },
      SLOW,
    );
  }
});
