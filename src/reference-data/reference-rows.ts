import type { Problem } from '../kernel/problem';
import type { LoadReferenceDataInput } from './input/load-reference-data.input';

/**
 * The reference data of one site as plain rows, by kind. Each row is found by its key, and created where there is none.
 * On a stored record an absent (undefined) field keeps what is stored, null clears it, a value sets it.
 * References name a record of the site or of the same request.
 */
export type ReferenceRows = Readonly<Omit<LoadReferenceDataInput, 'dryRun'>>;

export type RowKind = Exclude<keyof ReferenceRows, 'site'>;
export type RowOf<Kind extends RowKind> = NonNullable<ReferenceRows[Kind]>[number];

/** `memberships`: a learning object version is part of a training. */
export const REPORTED_KINDS = [
  'site',
  'organisations',
  'users',
  'learners',
  'learningObjectives',
  'trainings',
  'sessions',
  'lovs',
  'memberships',
  'registrations',
  'scales',
  'courseElements',
] as const satisfies readonly (RowKind | 'site')[];

export type ReportedKind = (typeof REPORTED_KINDS)[number];

export interface ReferenceCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Flagged as deleted, where records of the kind are not removed. */
  readonly removed: number;
}

export interface ReferenceReport {
  /** All 0 when an error refused the request. */
  readonly counts: Readonly<Record<ReportedKind, ReferenceCounts>>;
  /** In the order of the kinds and rows; the path is `[kind, index, field]`, indexes from 0. */
  readonly problems: readonly Problem[];
}
