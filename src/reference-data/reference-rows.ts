import type { LovKind, LovProvider } from '../data/entities/learning-object-version.entity';
import type { Problem } from '../kernel/problem';

/**
 * The reference data of one site as plain rows. Each row is found by its key, and created where there is none.
 * On a stored record an absent (undefined) field keeps what is stored, null clears it, a value sets it.
 * References name a record of the site or of the same request.
 */
export interface ReferenceRows {
  readonly site?: SiteRow;
  readonly organisations?: readonly OrganisationRow[];
  readonly learners?: readonly LearnerRow[];
  readonly trainings?: readonly TrainingRow[];
  readonly sessions?: readonly SessionRow[];
  readonly lovs?: readonly LovRow[];
  readonly registrations?: readonly RegistrationRow[];
}

export interface SiteRow {
  readonly name?: string | null;
}

/** Key: `syncKey`. */
export interface OrganisationRow {
  readonly syncKey: string;
  /** Needed to create. */
  readonly name?: string | null;
  /** Null: at the top. */
  readonly parentSyncKey?: string | null;
}

/** Key: `login`, case included. */
export interface LearnerRow {
  readonly login: string;
  readonly refNumber?: string | null;
  readonly email?: string | null;
  readonly organisationSyncKey?: string | null;
  /** When the account was opened; by default, when the record is created. */
  readonly createdAt?: Date | null;
}

/** Key: `guid`. */
export interface TrainingRow {
  readonly guid: string;
  readonly pathCode?: string | null;
  readonly syncKey?: string | null;
  /** Needed to create. */
  readonly title?: string | null;
  readonly organisationSyncKey?: string | null;
}

/** Key: `guid`. The training is named by its GUID or its path code; needed to create. */
export interface SessionRow {
  readonly guid: string;
  readonly trainingGuid?: string | null;
  readonly trainingPathCode?: string | null;
  /** Needed to create. */
  readonly title?: string | null;
  readonly startsAt?: Date | null;
  readonly endsAt?: Date | null;
}

/** Key: `guid`. The trainings named are added to those the learning object version is part of already. */
export interface LovRow {
  readonly guid: string;
  /** Needed to create. */
  readonly code?: string | null;
  /** Null, or absent when the record is created: the code. */
  readonly title?: string | null;
  /** Null, or absent when the record is created: PARTNER. */
  readonly provider?: LovProvider | null;
  /** Null, or absent when the record is created: CONTENT. */
  readonly kind?: LovKind | null;
  readonly trainingGuids?: readonly string[] | null;
  readonly trainingPathCodes?: readonly string[] | null;
}

/** The learner is named by login or reference number. */
export interface RegistrationRow {
  readonly learnerLogin?: string | null;
  readonly learnerRefNumber?: string | null;
  readonly sessionGuid: string;
}

/** `memberships`: a learning object version is part of a training. */
export const REPORTED_KINDS = [
  'site',
  'organisations',
  'learners',
  'trainings',
  'sessions',
  'lovs',
  'memberships',
  'registrations',
] as const;

export type ReportedKind = (typeof REPORTED_KINDS)[number];

export interface ReferenceCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

export interface ReferenceReport {
  /** All 0 when an error refused the request. */
  readonly counts: Readonly<Record<ReportedKind, ReferenceCounts>>;
  /** In the order of the kinds and rows; the path is `[kind, index, field]`, indexes from 0. */
  readonly problems: readonly Problem[];
}
