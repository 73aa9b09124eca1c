import type { Period } from '../data/period';
import { nearestStorableInstant } from '../kernel/dates/instants';

interface SentPeriod {
  readonly since?: Date | null;
  readonly until?: Date | null;
}

/** What a filter asks for; null is not given. */
export function periodOf({ since, until }: SentPeriod): Period {
  return { since: instantOf(since), until: instantOf(until) };
}

function instantOf(date: Date | null | undefined): number | undefined {
  return date === undefined || date === null ? undefined : nearestStorableInstant(date.getTime());
}
