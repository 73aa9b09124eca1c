import type DataLoader from 'dataloader';
import type { RequestContext } from '../../access/request-context';
import { perRequest } from '../../contract/per-request';
import { readTogether } from '../../contract/read-together';
import type { RegistrationRecord } from '../../data/record-kinds';
import {
  countRunRegistrations,
  findRunRegistrationPages,
  type RunRegistrationPage,
} from '../../data/run-registration.repository';

/** Of one answer: what the pages of many runs need is read together. */
interface RunRegistrations {
  readonly pages: DataLoader<RunRegistrationPage, readonly RegistrationRecord[], string>;
  readonly totals: DataLoader<string, number>;
}

export const runRegistrationsOf = perRequest(loadersOf);

function loadersOf({ database, siteId }: RequestContext): RunRegistrations {
  return {
    pages: readTogether(
      (asked: readonly RunRegistrationPage[]) =>
        database.read((tx) => findRunRegistrationPages(tx, siteId, asked)),
      { cacheKeyFn: ({ importId, limit, after }) => `${importId}/${limit}/${after}` },
    ),
    totals: readTogether((importIds: readonly string[]) =>
      database.read((tx) => countRunRegistrations(tx, siteId, importIds)),
    ),
  };
}
