import { And, type FindOperator, LessThanOrEqual, MoreThanOrEqual } from 'typeorm';

/** Instants in milliseconds, inclusive. */
export interface Period {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** A condition on an instant; undefined where every instant is within. */
export function within({ since, until }: Period): FindOperator<Date> | undefined {
  const bounds = [
    ...(since === undefined ? [] : [MoreThanOrEqual(new Date(since))]),
    ...(until === undefined ? [] : [LessThanOrEqual(new Date(until))]),
  ];
  return bounds.length === 0 ? undefined : And(...bounds);
}
