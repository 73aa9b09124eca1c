import DataLoader from 'dataloader';
import type { RequestContext } from '../access/request-context';
import { perAnswer } from '../contract/per-request';
import type { Registration } from '../contract/registration.type';
import { findSessionsBy } from '../data/reference.repository';
import { findRegistrationTotals } from '../data/registration-totals.repository';
import type { RegistrationTotals } from '../kernel/registration-totals';

type Totals = DataLoader<Registration, RegistrationTotals | null, number>;

/**
 * The totals that many registrations of an answer need are read together. Null for a registration whose session is gone
 * by now.
 */
export const registrationTotalsOf = perAnswer(loaderOf);

function loaderOf({ database, siteId }: RequestContext): Totals {
  return new DataLoader(
    (asked) =>
      database.read(async (tx) => {
        const sessionIds = new Set(asked.map(({ sessionId }) => sessionId));
        const sessions = await findSessionsBy(tx, siteId, 'id', [...sessionIds]);
        const trainingIds = new Map(sessions.map(({ id, trainingId }) => [id, trainingId]));
        const trainings = new Map<number, number>();
        for (const { registrationId, sessionId } of asked) {
          const trainingId = trainingIds.get(sessionId);
          if (trainingId !== undefined) trainings.set(registrationId, trainingId);
        }
        const registrations = [...trainings].map(([registrationId, trainingId]) => ({
          registrationId,
          trainingId,
        }));
        const totals = await findRegistrationTotals(tx, siteId, registrations);
        return asked.map(({ registrationId }) => totals.get(registrationId) ?? null);
      }),
    { cacheKeyFn: ({ registrationId }) => registrationId },
  );
}
