/** What is stored before a test of imports, and after it, with everything that the database keeps. */
import type { TrackingValues } from '../models/import/types';

export interface WorldLearner {
  readonly id: number;
  readonly login: string;
  readonly refNumber: string | null;
  readonly email: string | null;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export interface WorldTraining {
  readonly id: number;
  readonly guid: string;
  readonly pathCode: string | null;
  readonly title: string;
}

export interface WorldSession {
  readonly id: number;
  readonly trainingId: number;
  readonly guid: string;
  readonly title: string;
}

export interface WorldLov {
  readonly id: number;
  readonly code: string;
  readonly guid: string;
  readonly provider: 'PARTNER' | 'CROSSKNOWLEDGE';
  readonly kind: 'OTHER' | 'EASYQUIZZ';
  readonly trainingIds: readonly number[];
}

export interface WorldRegistration {
  readonly id: number;
  readonly learnerId: number;
  readonly sessionId: number;
}

export interface StoredRow extends TrackingValues {
  readonly registrationId: number;
  readonly lovId: number;
  readonly updatedAt: number;
}

export interface World {
  readonly siteId: number;
  readonly learners: readonly WorldLearner[];
  readonly trainings: readonly WorldTraining[];
  readonly sessions: readonly WorldSession[];
  readonly lovs: readonly WorldLov[];
  readonly registrations: readonly WorldRegistration[];
  readonly stored: readonly StoredRow[];
}
