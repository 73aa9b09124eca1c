import { importCalls, sendImports } from '../jobs/import';
import { progress } from '../progress';
import type { Rig } from '../rig';
import { GROWTH_PLACES } from './places';

const REQUESTS = 100;
const TOLD_AFTER = [10, 50, 100];
const WORK = { rows: 10_000, calls: 4, mode: 'REPLACE', selection: 'all' } as const;

export interface MemoryResult {
  readonly requests: number;
  /** Null where the system does not tell. */
  readonly residentMiB: number | null;
}

/** What a server that has just started holds after so many imports of 10,000 rows. */
export async function memoryOverRequests(rig: Rig): Promise<MemoryResult[]> {
  const store = await rig.store('none', { places: GROWTH_PLACES });
  const server = await rig.productOn('fresh', store.url);
  const calls = await importCalls(rig, WORK);
  const results: MemoryResult[] = [];
  const bar = progress(REQUESTS);
  for (let requests = 1; requests <= REQUESTS; requests++) {
    const call = calls[(requests - 1) % calls.length];
    if (call === calls[0]) await store.reset(GROWTH_PLACES);
    if (call !== undefined) await sendImports(server, [call], WORK);
    if (TOLD_AFTER.includes(requests)) results.push({ requests, residentMiB: server.residentMiB() });
    bar.step(`memory: request ${requests}`);
  }
  bar.stop();
  return results;
}
