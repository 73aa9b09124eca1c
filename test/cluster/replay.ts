import { createHash } from 'node:crypto';
import type { ActivityAnswer, AssessmentAnswer, FieldChange, ImportAnswer, SentRow } from './api';
import type { Row } from './cluster';
import type { Acknowledged, SentAssessment, SentImport, SentUpdate, UpdatedField } from './traffic';

/** A stored row of tracking, as far as the traffic writes it. */
interface Tracking {
  score: number | null;
  scoreMax: number | null;
  seconds: number | null;
  firstAccess: string | null;
  lastAccess: string | null;
  progression: number | null;
}

const NOTHING: Tracking = {
  score: null,
  scoreMax: null,
  seconds: null,
  firstAccess: null,
  lastAccess: null,
  progression: null,
};

/** What must be stored after the requests, in the form in which `STORED` reads it. */
export interface Expected {
  readonly stored: Readonly<Record<keyof typeof STORED, readonly Row[]>>;
  /** Where an answer does not tell what the requests before it had left. */
  readonly contradictions: readonly string[];
}

/** How what is stored is read; every statement is given the site. */
export const STORED = {
  tracking: `SELECT l.login, v.code, t.score, t.score_max AS scoreMax, t.time_spent_seconds AS seconds,
      DATE_FORMAT(t.first_access_date, '%Y-%m-%d') AS firstAccess,
      DATE_FORMAT(t.last_access_date, '%Y-%m-%d') AS lastAccess, t.progression, t.status
    FROM consolidated_tracking t
      JOIN registration r ON r.site_id = t.site_id AND r.id = t.registration_id
      JOIN learner l ON l.site_id = r.site_id AND l.id = r.learner_id
      JOIN learning_object_version v ON v.site_id = t.site_id AND v.id = t.lov_id
    WHERE t.site_id = ?`,
  activities: `SELECT e.sync_key AS activity, e.title, a.description FROM course_element e
      JOIN custom_activity a ON a.site_id = e.site_id AND a.element_id = e.id
    WHERE e.site_id = ?`,
  scores: `SELECT e.sync_key AS activity, l.login, x.score FROM activity_assessment x
      JOIN course_element e ON e.site_id = x.site_id AND e.id = x.element_id
      JOIN learner l ON l.site_id = x.site_id AND l.id = x.learner_id
    WHERE x.site_id = ?`,
  importRuns: 'SELECT id FROM import_run WHERE site_id = ?',
  keys: 'SELECT operation, key_hash AS hash FROM idempotency_entry WHERE site_id = ?',
  audit: `SELECT operation, outcome, COUNT(*) AS entries FROM audit_entry
    WHERE site_id = ? AND operation IN ('importConsolidatedTracking', 'updateCustomActivity', 'assessCustomActivity')
    GROUP BY operation, outcome`,
  auditedImports: `SELECT target_id AS id FROM audit_entry
    WHERE site_id = ? AND operation = 'importConsolidatedTracking'`,
} as const;

const OPERATIONS = {
  import: 'importConsolidatedTracking',
  update: 'updateCustomActivity',
  assessment: 'assessCustomActivity',
} as const;

/**
 * Does in plain words what the acknowledged requests asked for. It shares nothing with the server, and knows no more
 * of the rules than the traffic needs: simple rows, all of them valid.
 */
export function replay(
  acknowledged: readonly Acknowledged[],
  activities: ReadonlyMap<string, string>,
): Expected {
  const state = new Replay(activities);
  for (const each of acknowledged) state.take(each);
  return state.expected(acknowledged);
}

class Replay {
  readonly #tracking = new Map<string, Tracking>();
  /** How often a row was told to be made, less how often it was told to be deleted. */
  readonly #made = new Map<string, number>();
  readonly #texts: Map<string, Record<UpdatedField, string | null>>;
  readonly #scores = new Map<string, number>();
  readonly #contradictions: string[] = [];

  constructor(titles: ReadonlyMap<string, string>) {
    this.#texts = new Map([...titles].map(([name, title]) => [name, { title, description: null }]));
  }

  take({ key, sent, answer }: Acknowledged): void {
    if (sent.kind === 'import') this.#import(key, sent, answer as ImportAnswer);
    else if (sent.kind === 'update') this.#update(key, sent, answer as ActivityAnswer);
    else this.#assess(key, sent, answer as AssessmentAnswer);
  }

  expected(acknowledged: readonly Acknowledged[]): Expected {
    for (const [place, times] of this.#made) {
      this.#expect('all', `${place} made`, times, this.#tracking.has(place) ? 1 : 0);
    }
    return {
      stored: {
        tracking: [...this.#tracking].map(([place, cells]) => {
          const [login = '', code = ''] = place.split('/');
          return { login, code, ...cells, status: 'INCOMPLETE' };
        }),
        activities: [...this.#texts].map(([activity, each]) => ({ activity, ...each })),
        scores: [...this.#scores].map(([place, score]) => {
          const [activity = '', login = ''] = place.split('/');
          return { activity, login, score };
        }),
        importRuns: importIds(acknowledged),
        keys: acknowledged.map(({ key, sent }) => ({
          operation: OPERATIONS[sent.kind],
          hash: createHash('sha256').update(key).digest('hex'),
        })),
        audit: auditOf(acknowledged),
        auditedImports: importIds(acknowledged),
      },
      contradictions: this.#contradictions,
    };
  }

  #import(key: string, { mode, rows }: SentImport, answer: ImportAnswer): void {
    for (const [index, row] of rows.entries()) {
      const place = `${row.candidateLogin}/${row.lovCode}`;
      const { outcome = 'none', changes = [] } = answer.rows[index] ?? {};
      const stored = this.#tracking.get(place);
      const change = { CREATED: 1, DELETED: -1 }[outcome] ?? 0;
      this.#made.set(place, (this.#made.get(place) ?? 0) + change);
      if (row.trackingStatus === 'notAttempted') {
        this.#expect(key, `${place} wiped`, outcome, stored === undefined ? 'UNCHANGED' : 'DELETED');
        this.#tracking.delete(place);
        continue;
      }
      // Rows that callers share may be made by any of them.
      if (mode === 'REPLACE')
        this.#expect(key, place, outcome, stored === undefined ? 'CREATED' : 'REPLACED');
      const score = stored?.score ?? null;
      const seconds = stored?.seconds ?? null;
      if (row.score !== undefined) this.#expectBefore(key, place, changes, 'score', score);
      if (row.timeSpent !== undefined) this.#expectBefore(key, place, changes, 'timeSpentSeconds', seconds);
      this.#tracking.set(place, written(mode === 'MERGE' ? (stored ?? NOTHING) : NOTHING, row));
    }
  }

  #update(key: string, { activity, field, value }: SentUpdate, { changes }: ActivityAnswer): void {
    const stored = this.#texts.get(activity) ?? { title: null, description: null };
    this.#expectBefore(key, activity, changes, field, stored[field]);
    this.#texts.set(activity, { ...stored, [field]: value });
  }

  #assess(key: string, { activity, scores }: SentAssessment, { results }: AssessmentAnswer): void {
    for (const [index, [login, score]] of [...scores].entries()) {
      const place = `${activity}/${login}`;
      const { changes = [] } = results[index] ?? {};
      this.#expectBefore(key, place, changes, 'score', this.#scores.get(place) ?? null);
      this.#scores.set(place, score);
    }
  }

  /** What callers send is always new, so that each request changes the cell and tells what was there. */
  #expectBefore(
    key: string,
    place: string,
    changes: readonly FieldChange[],
    field: string,
    known: string | number | null,
  ): void {
    const told = changes.find((change) => change.field === field);
    this.#expect(key, `${place} ${field}`, told?.before, known === null ? null : String(known));
  }

  #expect(key: string, what: string, told: unknown, known: unknown): void {
    if (told !== known) this.#contradictions.push(`${key}: ${what} was ${told}, and is to be ${known}`);
  }
}

function written(stored: Tracking, row: SentRow): Tracking {
  const number = (cell: string, before: number | null) =>
    row[cell] === undefined ? before : Number(row[cell]);
  const text = (cell: string, before: string | null) =>
    row[cell] === undefined ? before : String(row[cell]);
  return {
    score: number('score', stored.score),
    scoreMax: number('scoreMax', stored.scoreMax),
    seconds: number('timeSpent', stored.seconds),
    firstAccess: text('firstAccessDate', stored.firstAccess),
    lastAccess: text('lastAccessDate', stored.lastAccess),
    progression: number('progression', stored.progression),
  };
}

function importIds(acknowledged: readonly Acknowledged[]): Row[] {
  return acknowledged.flatMap(({ sent, answer }) =>
    sent.kind === 'import' && 'importId' in answer ? [{ id: answer.importId }] : [],
  );
}

function auditOf(acknowledged: readonly Acknowledged[]): Row[] {
  const counts = new Map<string, number>();
  for (const { sent } of acknowledged) {
    counts.set(OPERATIONS[sent.kind], (counts.get(OPERATIONS[sent.kind]) ?? 0) + 1);
  }
  return [...counts].map(([operation, entries]) => ({ operation, outcome: 'SUCCESS', entries }));
}
