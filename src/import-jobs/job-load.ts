import type { Database } from '../data/database';
import { deadlineIn } from '../data/deadline';
import { countOpenJobs } from '../data/import-job.repository';

/** Whoever collects metrics waits no longer. */
const PATIENCE_MS = 1_000;

/** How many import jobs have not ended. */
export async function loadOfJobs(database: Database, clock: () => Date) {
  const found = await database.read((tx) => countOpenJobs(tx), { deadline: deadlineIn(PATIENCE_MS) });
  const of = (state: string) => found.find((each) => each.state === state);
  const oldest = of('QUEUED')?.oldest;
  return {
    queued: of('QUEUED')?.jobs ?? 0,
    running: of('RUNNING')?.jobs ?? 0,
    oldestQueuedSeconds: oldest === undefined ? 0 : Math.max(0, (clock().getTime() - oldest) / 1_000),
  };
}
