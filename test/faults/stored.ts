import type { Engine } from './engines/engine';

/** What is stored of all that requests write, read past the server. */
export interface Stored {
  readonly tracking: readonly StoredTracking[];
  readonly runs: readonly StoredRun[];
  readonly audited: readonly {
    readonly operation: string;
    readonly targetId: string;
    readonly outcome: string;
  }[];
  readonly keys: readonly {
    readonly operation: string;
    readonly keyHash: string;
    readonly isAnswered: number;
  }[];
  readonly activities: readonly StoredActivity[];
  readonly notifications: readonly { readonly activity: number; readonly updateId: string }[];
}

export interface StoredTracking {
  readonly learner: number;
  readonly lov: number;
  readonly progression: number | null;
  readonly score: number | null;
  readonly scoreMax: number | null;
  readonly timeSpent: number | null;
  readonly firstAccess: string | null;
  readonly lastAccess: string | null;
  readonly firstCompletion: string | null;
  readonly status: string;
  readonly importId: string;
}

export interface StoredRun {
  readonly id: string;
  /** The number of its request. */
  readonly serial: number;
  readonly received: number;
  readonly created: number;
  readonly replaced: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly superseded: number;
  readonly rejected: number;
}

export interface StoredActivity {
  readonly id: number;
  readonly title: string;
  readonly description: string;
}

export async function readStored(engine: Engine): Promise<Stored> {
  return {
    tracking: await engine.select(
      `SELECT registration_id AS learner, lov_id AS lov, progression, score, score_max AS scoreMax,
         time_spent_seconds AS timeSpent, first_access_date AS firstAccess, last_access_date AS lastAccess,
         first_completion_date AS firstCompletion, status, import_id AS importId
       FROM consolidated_tracking ORDER BY lov_id, registration_id`,
    ),
    runs: await engine.select(
      `SELECT id, default_score_max AS serial, received, created, replaced, unchanged, deleted, superseded, rejected
       FROM import_run`,
    ),
    audited: await engine.select('SELECT operation, target_id AS targetId, outcome FROM audit_entry'),
    keys: await engine.select(
      'SELECT operation, key_hash AS keyHash, answer IS NOT NULL AS isAnswered FROM idempotency_entry',
    ),
    activities: await engine.select(
      `SELECT e.id AS id, e.title AS title, a.description AS description
       FROM course_element e JOIN custom_activity a ON a.site_id = e.site_id AND a.element_id = e.id`,
    ),
    notifications: await engine.select(
      'SELECT element_id AS activity, update_id AS updateId FROM notification ORDER BY update_id',
    ),
  };
}

/** The requests that are recorded as imports. */
export function readRunSerials(engine: Engine): Promise<readonly Pick<StoredRun, 'serial'>[]> {
  return engine.select('SELECT default_score_max AS serial FROM import_run');
}
