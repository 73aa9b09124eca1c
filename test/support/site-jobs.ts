/** Import jobs of a site in every state that callers can do something about, ordered and run as a server does. */
import { NO_OBSERVER } from '../../src/access/request-context';
import { takeUpJob } from '../../src/data/job-lease.repository';
import { runJob } from '../../src/import-jobs/run/run-job';
import { orderImport } from '../../src/import-jobs/upload/order-import';
import type { Api } from './api';
import { testCaller } from './caller';
import type { TestDatabase } from './databases';
import { present } from './present';

export interface JobsOfSite {
  readonly siteId: number;
  /** Who ordered those that are steered. */
  readonly caller: string;
  /** Who ordered one more. */
  readonly otherCaller: string;
  readonly candidateLogin: string;
  readonly sessionGuid: string;
  readonly lovGuids: readonly [string, string];
  readonly clock: () => Date;
  /** Of `caller`. */
  readonly api: Api;
}

/** Answers for each site the ids of a job that wrote a row and rejected another, of one that waits, and of one that was cancelled. */
export async function storeJobs(test: TestDatabase, sites: readonly JobsOfSite[]) {
  const first: string[] = [];
  for (const site of sites) {
    const [one, two] = site.lovGuids;
    first.push(await order(test, site, site.caller, one));
    await order(test, site, site.otherCaller, two);
    for (;;) {
      const lease = await test.database.transaction((tx) => takeUpJob(tx, 60));
      if (lease === undefined) break;
      await runJob({ database: test.database, clock: site.clock, observer: NO_OBSERVER }, lease, () => false);
    }
  }
  const stored: Readonly<Record<'jobId' | 'cancelledJobId' | 'queuedJobId', string>>[] = [];
  for (const [place, site] of sites.entries()) {
    const { caller, api, lovGuids } = site;
    const cancelledJobId = await order(test, site, caller, lovGuids[0]);
    await api.run('mutation ($id: ID!) { cancelImportJob(jobId: $id) { __typename } }', {
      id: cancelledJobId,
    });
    const queuedJobId = await order(test, site, caller, lovGuids[0]);
    stored.push({ jobId: present(first[place]), cancelledJobId, queuedJobId });
  }
  return stored;
}

async function order(
  { database }: TestDatabase,
  { siteId, candidateLogin, sessionGuid, clock }: JobsOfSite,
  caller: string,
  lovGuid: string,
): Promise<string> {
  const row = (lov: string) => `${candidateLogin};${sessionGuid};${lov};5\n`;
  async function* file() {
    yield Buffer.from(`candidateLogin;sessionGuid;lovGuid;score\n${row(lovGuid)}${row('none')}`);
  }
  const upload = { file: file(), fileName: `${candidateLogin}.csv`, options: {} };
  const nothingElse = { packing: 'NONE', configuration: null, idempotencyKey: null } as const;
  const deps = { database, clock, limits: { jobs: 100, keptBytes: 1e9 } };
  return (await orderImport(deps, testCaller({ id: caller, siteId }), { ...upload, ...nothingElse })).id;
}
