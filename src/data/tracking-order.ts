import { instantToSql } from '../kernel/dates/instants';
import type { TrackingKey } from './consolidated-tracking.repository';

/** Where a page starts: after the row with this key. */
export interface TrackingPosition extends TrackingKey {
  /** Of no account in the order of keys. */
  readonly updatedAt: number;
}

interface Bound {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** An order of tracking rows, as statements that call the table `t` have it. */
export interface TrackingOrder {
  readonly orderBy: string;
  /** Whether a row changes its place when it is written. */
  readonly isOfChanges: boolean;
  /** The rows behind this one. */
  after(position: TrackingPosition): Bound;
  /** The rows up to this one. */
  upTo(position: TrackingPosition): Bound;
}

type Sign = '<' | '>';

/** By the first, a row is on this side of a position; by the second, it is the row at the position or on this side. */
function ofChanges(orderBy: string, after: Sign, before: Sign): TrackingOrder {
  const bound = (sign: Sign, equal: '' | '=', { updatedAt, registrationId, lovId }: TrackingPosition) => {
    const instant = instantToSql(updatedAt);
    return {
      sql: `t.updated_at ${sign}= ? AND (t.updated_at ${sign} ? OR t.registration_id ${sign} ? OR (t.registration_id = ? AND t.lov_id ${sign}${equal} ?))`,
      values: [instant, instant, registrationId, registrationId, lovId],
    };
  };
  return {
    orderBy,
    isOfChanges: true,
    after: (position) => bound(after, '', position),
    upTo: (position) => bound(before, '=', position),
  };
}

/** By their names in the API. */
export const TRACKING_ORDERS = {
  NEWEST_FIRST: ofChanges('ORDER BY t.updated_at DESC, t.registration_id DESC, t.lov_id DESC', '<', '>'),
  OLDEST_FIRST: ofChanges('ORDER BY t.updated_at, t.registration_id, t.lov_id', '>', '<'),
  KEY: {
    orderBy: 'ORDER BY t.registration_id, t.lov_id',
    isOfChanges: false,
    after: ({ registrationId, lovId }) => ({
      sql: 't.registration_id >= ? AND (t.registration_id > ? OR t.lov_id > ?)',
      values: [registrationId, registrationId, lovId],
    }),
    upTo: ({ registrationId, lovId }) => ({
      sql: 't.registration_id <= ? AND (t.registration_id < ? OR t.lov_id <= ?)',
      values: [registrationId, registrationId, lovId],
    }),
  },
} as const satisfies Readonly<Record<string, TrackingOrder>>;

export type TrackingOrderName = keyof typeof TRACKING_ORDERS;
