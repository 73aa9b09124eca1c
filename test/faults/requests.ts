import { createHash } from 'node:crypto';
import { activityKey, COURSE_KEY, EDITOR_KEY, learnerLogin, lovCode, SESSION_GUID } from './academy';

/** A row as it is sent. What it does is plain: no default, no rounding, no warning decides on it. */
export interface SentRow {
  readonly learner: number;
  readonly lov: number;
  /** Cells by their names in the API; a MERGE leaves some out. */
  readonly cells: Readonly<Record<string, string | number>>;
}

interface Sent {
  /** The number of the request in its run, from 1. */
  readonly serial: number;
  /** Who sends it; each sends one request after the other. */
  readonly caller: string;
  /** Null: sent without one, so that nobody can ask what it came to. */
  readonly key: string | null;
}

export interface SentImport extends Sent {
  readonly kind: 'import';
  readonly writeMode: 'REPLACE' | 'MERGE';
  readonly rows: readonly SentRow[];
}

export interface SentUpdate extends Sent {
  readonly kind: 'update';
  readonly activity: number;
  readonly notify: boolean;
}

export type SentRequest = SentImport | SentUpdate;

export const OPERATIONS = { import: 'importConsolidatedTracking', update: 'updateCustomActivity' } as const;

const IMPORT = `mutation Import($input: ImportConsolidatedTrackingInput!) {
  importConsolidatedTracking(input: $input) {
    __typename
    ... on ImportConsolidatedTrackingOutcome {
      importId
      summary { received created replaced unchanged deleted superseded rejected }
      rows { row outcome }
    }
  }
}`;

const UPDATE = `mutation Update($input: UpdateCustomActivityInput!) {
  updateCustomActivity(input: $input) {
    __typename
    ... on UpdateCustomActivityOutcome { elementId changes { field } }
  }
}`;

/** What goes over the wire, the same each time that the request is sent. */
export function bodyOf(request: SentRequest): string {
  const key = request.key === null ? {} : { idempotencyKey: request.key };
  if (request.kind === 'update') {
    const input = {
      ...key,
      courseSyncKey: COURSE_KEY,
      elementSyncKey: activityKey(request.activity),
      userSyncKey: EDITOR_KEY,
      title: titleAfter(request),
      description: descriptionAfter(request),
      sendUpdateNotification: request.notify,
    };
    return JSON.stringify({ query: UPDATE, variables: { input } });
  }
  const rows = request.rows.map(({ learner, lov, cells }) => ({
    candidateLogin: learnerLogin(learner),
    sessionGuid: SESSION_GUID,
    lovCode: lovCode(lov),
    ...cells,
  }));
  // Every row sends its maximum, so that this one changes nothing; the record of the import shows it, and so tells of
  // which request it is.
  const options = { defaultScoreMax: request.serial };
  const input = { ...key, writeMode: request.writeMode, options, rows };
  return JSON.stringify({ query: IMPORT, variables: { input } });
}

/** Two tables hold what an update writes. */
export const titleAfter = ({ serial }: SentUpdate) => `Element ${serial}`;
export const descriptionAfter = ({ serial }: SentUpdate) => `<p>After ${serial}.</p>`;

/** As the server stores a key. */
export function keyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

const FIRST_DAY = Date.UTC(2024, 0, 1);
const DAY_MS = 24 * 60 * 60 * 1_000;

function instant(day: number): string {
  return new Date(FIRST_DAY + (day % 500) * DAY_MS).toISOString();
}

/** All cells of a row; other values with every serial. */
export function fullCells(serial: number, place: number): SentRow['cells'] {
  const isPassed = (serial + place) % 3 === 0;
  return {
    progression: isPassed ? 100 : (serial + place) % 99,
    score: ((serial * 7 + place) % 200) / 2,
    scoreMax: 100,
    timeSpent: serial,
    firstAccessDate: instant(place),
    lastAccessDate: instant(place + serial),
    ...(isPassed ? { firstCompletionDate: instant(serial) } : {}),
    trackingStatus: isPassed ? 'passed' : 'incomplete',
  };
}

/** A row that wipes what is stored. */
export const WIPING_CELLS: SentRow['cells'] = { trackingStatus: 'notAttempted' };
