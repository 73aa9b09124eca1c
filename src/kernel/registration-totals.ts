import { isComplete, type TrackingStatus } from './tracking-status';

/** An LOV of a training, as its registrations are totalled by it. */
export interface CountedLov {
  readonly lovId: number;
  readonly mandatory: boolean;
  /** Null where the membership carries none. */
  readonly points: number | null;
}

/** What is stored of a registration and an LOV, as far as totals are made of it. Instants are epoch milliseconds. */
export interface TrackedLov {
  readonly lovId: number;
  readonly status: TrackingStatus;
  readonly progression: number | null;
  readonly timeSpentSeconds: number | null;
  readonly firstAccessDate: number | null;
  readonly lastAccessDate: number | null;
}

export const REGISTRATION_STATUSES = ['NOT_STARTED', 'IN_PROGRESS', 'COMPLETED'] as const;

export type RegistrationStatus = (typeof REGISTRATION_STATUSES)[number];

export interface RegistrationTotals {
  readonly status: RegistrationStatus;
  /** Percent; null where there is nothing to be measured by. */
  readonly progression: number | null;
  readonly progressionMandatory: number | null;
  readonly timeSpentSeconds: number;
  readonly lovs: number;
  readonly lovsStarted: number;
  readonly lovsFinished: number;
  readonly firstAccessDate: number | null;
  readonly lastAccessDate: number | null;
}

/**
 * Totals of the registrations in a training that has these LOVs; what comes back makes them of what is stored of one
 * registration. Source: docs/rules/registration-totals.md.
 */
export function totalsIn(
  training: readonly CountedLov[],
): (tracking: readonly TrackedLov[]) => RegistrationTotals {
  // Sums of fractions depend on their order.
  const lovs = [...training].sort((a, b) => a.lovId - b.lovId);
  const mandatory = lovs.filter((lov) => lov.mandatory);
  const decisive = mandatory.length > 0 ? mandatory : lovs;
  const hasPoints = lovs.some(({ points }) => points !== null);
  const weightOf = ({ points }: CountedLov) => (hasPoints ? (points ?? 0) : 1);

  return (tracking) => {
    const byLov = new Map(tracking.map((tracked) => [tracked.lovId, tracked]));
    const isStarted = ({ lovId }: CountedLov) => byLov.has(lovId);
    const isFinished = ({ lovId }: CountedLov) => {
      const status = byLov.get(lovId)?.status;
      return status !== undefined && isComplete(status);
    };
    const progressionOf = (counted: readonly CountedLov[]) =>
      mean(counted, weightOf, ({ lovId }) => byLov.get(lovId)?.progression ?? 0);
    const lovsStarted = lovs.filter(isStarted).length;
    const isCompleted = decisive.length > 0 && decisive.every(isFinished);
    return {
      status: isCompleted ? 'COMPLETED' : lovsStarted > 0 ? 'IN_PROGRESS' : 'NOT_STARTED',
      progression: progressionOf(lovs),
      progressionMandatory: progressionOf(mandatory),
      timeSpentSeconds: tracking.reduce((sum, { timeSpentSeconds }) => sum + (timeSpentSeconds ?? 0), 0),
      lovs: lovs.length,
      lovsStarted,
      lovsFinished: lovs.filter(isFinished).length,
      firstAccessDate: outermost(tracking, 'firstAccessDate', Math.min),
      lastAccessDate: outermost(tracking, 'lastAccessDate', Math.max),
    };
  };
}

/** In the order of the items. Null where nothing weighs anything. Rounding does not carry it beyond its values. */
function mean<Item>(
  items: readonly Item[],
  weightOf: (item: Item) => number,
  percentOf: (item: Item) => number,
): number | null {
  let [sum, weights] = [0, 0];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const item of items) {
    const weight = weightOf(item);
    if (weight === 0) continue;
    const value = percentOf(item);
    sum += weight * value;
    weights += weight;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return weights === 0 ? null : Math.min(Math.max(sum / weights, least), most);
}

function outermost(
  tracking: readonly TrackedLov[],
  field: 'firstAccessDate' | 'lastAccessDate',
  outer: (a: number, b: number) => number,
): number | null {
  let found: number | null = null;
  for (const { [field]: instant } of tracking) {
    if (instant !== null) found = found === null ? instant : outer(found, instant);
  }
  return found;
}
