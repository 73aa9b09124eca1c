import type { Connection } from 'mysql2/promise';
import { LEARNERS } from '../academy';
import type { Random } from '../random';
import type { SentImport } from '../requests';
import type { World } from '../world';
import { beginOther, changeAllLearners, lockLov, lockRegistration, waitsForLock } from './locks';
import { type Scenario, SERVER_ENGINES } from './scenario';

const ROWS = 3_000;

/**
 * Deadlocks in which the import is the victim while it writes, with statements on their way behind the one that waits.
 * The other transaction has changed so many rows that undoing the import is cheaper. It holds an LOV, which the import
 * needs for the foreign key of its rows, and then asks for a registration that the import holds.
 */
export const victims: Scenario = {
  name: 'victims',
  engines: SERVER_ENGINES,
  run: async (world, { rounds }, random) => {
    await world.prepare();
    let made = 0;
    for (let round = 0; round < rounds; round++) {
      const entry = world.enterImport(ROWS, { lovs: random.between(1, 3), withKey: round % 3 !== 2 });
      const { rows } = entry.request as SentImport;
      const heldLov = random.pick([...new Set(rows.map(({ lov }) => lov))]);
      await world.databaseServer.asRoot(async (other) => {
        await beginOther(other);
        await changeAllLearners(other);
        await lockLov(other, heldLov);
        const sent = world.caller.sendOnce(entry);
        if (await makeVictim(world, other, random)) made += 1;
        await other.rollback();
        await sent;
      });
      await world.settleAndJudge();
      await world.renewIfSpoilt();
    }
    if (made === 0) world.find('victims: no import was ever the victim');
    return made;
  },
};

/** The import waits for what the other holds; now the other asks for what the import holds. False: it was the victim. */
export async function makeVictim(world: World, other: Connection, random: Random): Promise<boolean> {
  if (!(await waitsForLock(world))) return false;
  return lockRegistration(other, random.between(1, LEARNERS)).then(
    () => true,
    () => false,
  );
}
