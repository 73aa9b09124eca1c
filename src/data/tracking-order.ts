import { instantToSql } from '../kernel/dates/instants';
import type { TrackingKey } from './consolidated-tracking.repository';
import type { Condition, Dialect, Sign } from './dialect';

/** Where a page starts: after the row with this key. */
export interface TrackingPosition extends TrackingKey {
  /** Of no account in the order of keys. */
  readonly updatedAt: number;
}

/** An order of tracking rows, as statements that call the table `t` have it. */
export interface TrackingOrder {
  readonly orderBy: string;
  /** Whether a row changes its place when it is written. */
  readonly isOfChanges: boolean;
  /** The rows behind this one. */
  after(dialect: Dialect, position: TrackingPosition): Condition;
  /** The rows up to this one. */
  upTo(dialect: Dialect, position: TrackingPosition): Condition;
}

interface Ordered {
  readonly columns: readonly string[];
  readonly isOfChanges: boolean;
  readonly isNewestFirst: boolean;
  placeOf(position: TrackingPosition): readonly (string | number)[];
}

function ordered({ columns, isOfChanges, isNewestFirst, placeOf }: Ordered): TrackingOrder {
  const [before, behind]: readonly [Sign, Sign] = isNewestFirst ? ['>', '<'] : ['<', '>'];
  return {
    orderBy: `ORDER BY ${columns.map((name) => (isNewestFirst ? `${name} DESC` : name)).join(', ')}`,
    isOfChanges,
    after: (dialect, position) => dialect.beside(columns, behind, placeOf(position)),
    upTo: (dialect, position) => dialect.beside(columns, before, placeOf(position), true),
  };
}

const BY_CHANGE = {
  columns: ['t.updated_at', 't.registration_id', 't.lov_id'],
  isOfChanges: true,
  placeOf: ({ updatedAt, registrationId, lovId }: TrackingPosition) => [
    instantToSql(updatedAt),
    registrationId,
    lovId,
  ],
};

/** By their names in the API. */
export const TRACKING_ORDERS = {
  NEWEST_FIRST: ordered({ ...BY_CHANGE, isNewestFirst: true }),
  OLDEST_FIRST: ordered({ ...BY_CHANGE, isNewestFirst: false }),
  KEY: ordered({
    columns: ['t.registration_id', 't.lov_id'],
    isOfChanges: false,
    isNewestFirst: false,
    placeOf: ({ registrationId, lovId }) => [registrationId, lovId],
  }),
} as const satisfies Readonly<Record<string, TrackingOrder>>;

export type TrackingOrderName = keyof typeof TRACKING_ORDERS;
