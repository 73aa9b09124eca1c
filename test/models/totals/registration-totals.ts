/**
 * Totals of a registration as docs/rules/registration-totals.md says them, written from that page alone and as plainly
 * as can be; only tests use it.
 */
export interface ModelMembership {
  readonly lovId: number;
  readonly mandatory: boolean;
  readonly points: number | null;
}

export interface ModelTracking {
  readonly lovId: number;
  readonly status: string;
  readonly progression: number | null;
  readonly timeSpentSeconds: number | null;
  readonly firstAccessDate: number | null;
  readonly lastAccessDate: number | null;
}

export interface ModelTotals {
  readonly status: string;
  readonly progression: number | null;
  readonly progressionMandatory: number | null;
  readonly timeSpentSeconds: number;
  readonly lovs: number;
  readonly lovsStarted: number;
  readonly lovsFinished: number;
  readonly firstAccessDate: number | null;
  readonly lastAccessDate: number | null;
}

export function modelTotals(
  memberships: readonly ModelMembership[],
  tracking: readonly ModelTracking[],
): ModelTotals {
  const storedOf = (lovId: number) => tracking.find((each) => each.lovId === lovId);
  const isComplete = (lovId: number) => ['COMPLETED', 'PASSED'].includes(storedOf(lovId)?.status ?? '');
  const mandatory = memberships.filter((each) => each.mandatory);
  const withPoints = memberships.some(({ points }) => points !== null);

  const progressionOf = (counted: readonly ModelMembership[]): number | null => {
    const parts = counted.map(({ lovId, points }) => ({
      points: withPoints ? (points ?? 0) : 1,
      percent: storedOf(lovId)?.progression ?? 0,
    }));
    const all = sum(parts.map(({ points }) => points));
    return all === 0 ? null : sum(parts.map(({ points, percent }) => points * percent)) / all;
  };

  const started = memberships.filter(({ lovId }) => storedOf(lovId) !== undefined);
  const finished = memberships.filter(({ lovId }) => isComplete(lovId));
  let status = started.length > 0 ? 'IN_PROGRESS' : 'NOT_STARTED';
  const toComplete = mandatory.length > 0 ? mandatory : memberships;
  if (memberships.length > 0 && toComplete.every(({ lovId }) => isComplete(lovId))) status = 'COMPLETED';

  return {
    status,
    progression: progressionOf(memberships),
    progressionMandatory: progressionOf(mandatory),
    timeSpentSeconds: sum(tracking.map(({ timeSpentSeconds }) => timeSpentSeconds ?? 0)),
    lovs: memberships.length,
    lovsStarted: started.length,
    lovsFinished: finished.length,
    firstAccessDate: sorted(tracking.map(({ firstAccessDate }) => firstAccessDate)).at(0) ?? null,
    lastAccessDate: sorted(tracking.map(({ lastAccessDate }) => lastAccessDate)).at(-1) ?? null,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function sorted(instants: readonly (number | null)[]): number[] {
  return instants.filter((instant) => instant !== null).sort((a, b) => a - b);
}
