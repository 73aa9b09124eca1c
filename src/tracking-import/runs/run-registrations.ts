import DataLoader from 'dataloader';
import type { RequestContext } from '../../access/request-context';
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

const READ = new WeakMap<RequestContext, RunRegistrations>();

export function runRegistrationsOf(context: RequestContext): RunRegistrations {
  const read = READ.get(context) ?? loadersOf(context);
  READ.set(context, read);
  return read;
}

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
