import DataLoader from 'dataloader';
import type { RequestContext } from '../../access/request-context';
import { perAnswer } from '../../contract/per-request';
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

export const runRegistrationsOf = perAnswer(loadersOf);

function loadersOf({ database, siteId }: RequestContext): RunRegistrations {
  return {
    pages: new DataLoader((asked) => database.read((tx) => findRunRegistrationPages(tx, siteId, asked)), {
      cacheKeyFn: ({ importId, limit, after }) => `${importId}/${limit}/${after}`,
    }),
    totals: new DataLoader((importIds) =>
      database.read((tx) => countRunRegistrations(tx, siteId, importIds)),
    ),
  };
}
