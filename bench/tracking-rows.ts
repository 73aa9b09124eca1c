import {
  type Cell,
  learnerLogin,
  learnerOf,
  lovCode,
  lovOf,
  REGISTRATIONS,
  SITE_ID,
  sessionGuid,
  sessionOf,
  trainingOf,
} from './academy';

/**
 * The rows that the imports of the bench send. Each has a place, 0 to 999,999; of 200,000 in a row, places stand for registrations in a
 * scattered order, as learners stand in the file of a partner. A row of an even place is stored before the import,
 * which replaces it; the others are created.
 */
export const PLACES = REGISTRATIONS;

/** Local dates are those of this zone. All times of day are between 8 and 20 h, where the clock never changes. */
export const TIME_ZONE = 'Europe/Paris';
/** Days of 2024, from 0: 31 March to 26 October. */
const SUMMER_TIME = { from: 90, to: 299 };

/** As a partner sends it. */
export interface SentRow {
  readonly candidateLogin: string;
  readonly sessionGuid: string;
  readonly lovCode: string;
  readonly firstAccessDate?: string;
  readonly firstCompletionDate: string | null;
  readonly lastAccessDate: string;
  readonly progression: number;
  readonly score: number;
  readonly scoreMax?: number;
  readonly timeSpent: number;
  readonly trackingStatus: string;
}

export type WriteMode = 'REPLACE' | 'MERGE';

/** MERGE rows leave out what the stored row is to keep. */
export function sentRow(place: number, mode: WriteMode): SentRow {
  const { registrationId, lovId } = keyOf(place);
  const values = sentValues(place);
  const { status, firstCompletion } = values;
  return {
    candidateLogin: learnerLogin(learnerOf(registrationId)),
    sessionGuid: sessionGuid(sessionOf(registrationId)),
    lovCode: lovCode(lovId),
    ...(mode === 'REPLACE' ? { firstAccessDate: localText(values.firstAccess) } : {}),
    firstCompletionDate: firstCompletion === null ? null : localText(firstCompletion),
    lastAccessDate: localText(values.lastAccess),
    progression: values.progression,
    score: values.score,
    ...(sendsScoreMax(place, mode) ? { scoreMax: SCORE_MAX } : {}),
    timeSpent: values.timeSpentSeconds,
    trackingStatus: status.toLowerCase(),
  };
}

const VALUES = [
  'first_access_date',
  'first_completion_date',
  'last_access_date',
  'progression',
  'score',
  'score_max',
  'time_spent_seconds',
  'status',
] as const;

/** The same row for a bulk load: references as text, dates in UTC. */
export const STAGED_COLUMNS = ['login', 'session_guid', 'lov_code', ...VALUES] as const;

export function stagedRow(place: number, mode: WriteMode): Cell[] {
  const { registrationId, lovId } = keyOf(place);
  const values = sentValues(place);
  return [
    learnerLogin(learnerOf(registrationId)),
    sessionGuid(sessionOf(registrationId)),
    lovCode(lovId),
    mode === 'REPLACE' ? utcText(values.firstAccess) : null,
    values.firstCompletion === null ? null : utcText(values.firstCompletion),
    utcText(values.lastAccess),
    values.progression,
    values.score,
    sendsScoreMax(place, mode) ? SCORE_MAX : null,
    values.timeSpentSeconds,
    values.status,
  ];
}

/** Of consolidated_tracking. */
export const TRACKING_COLUMNS = [
  'site_id',
  'registration_id',
  'lov_id',
  ...VALUES,
  'updated_at',
  'import_id',
] as const;

/** What an import changes of a row, the time and the import apart. */
export const VALUE_COLUMNS = TRACKING_COLUMNS.slice(1, -2);

/** Undefined where nothing is stored before the import. */
export function storedRow(place: number): Cell[] | undefined {
  if (!isStored(place)) return undefined;
  const { registrationId, lovId } = keyOf(place);
  const { firstAccess } = sentValues(place);
  return [
    SITE_ID,
    registrationId,
    lovId,
    utcText(firstAccess),
    null,
    utcText({ ...firstAccess, day: firstAccess.day + 2 }),
    place % 60,
    place % 40,
    SCORE_MAX,
    600 + (place % 1_000),
    'INCOMPLETE',
    '2024-12-01 00:00:00.000',
    'bench',
  ];
}

export const isStored = (place: number) => place % 2 === 0;

export function keyOf(place: number): { readonly registrationId: number; readonly lovId: number } {
  // A prime that does not divide the number of places: every registration comes once.
  const registrationId = (((place % PLACES) * 7_919 + 12_345) % PLACES) + 1;
  return { registrationId, lovId: lovOf(trainingOf(sessionOf(registrationId)), Math.floor(place / PLACES)) };
}

const SCORE_MAX = 100;

/** A new row without it would be told that it is assumed. */
function sendsScoreMax(place: number, mode: WriteMode): boolean {
  return mode === 'REPLACE' || !isStored(place);
}

/** A day of 2024, from 0, and a local time of day. */
interface LocalTime {
  readonly day: number;
  readonly second: number;
}

function sentValues(place: number) {
  const second = 8 * 3_600 + ((place * 37) % (11 * 3_600));
  const firstAccess: LocalTime = { day: place % 250, second };
  const status = (['COMPLETED', 'INCOMPLETE', 'PASSED'] as const)[place % 3] ?? 'INCOMPLETE';
  const isComplete = status !== 'INCOMPLETE';
  return {
    firstAccess,
    firstCompletion: isComplete ? { day: firstAccess.day + 10, second } : null,
    lastAccess: { day: firstAccess.day + 20, second },
    progression: isComplete ? 100 : 60 + (place % 40),
    score: 40 + (place % 60),
    timeSpentSeconds: 2_000 + (place % 5_000),
    status,
  };
}

function localText({ day, second }: LocalTime): string {
  return textOf(day * 86_400 + second);
}

function utcText({ day, second }: LocalTime): string {
  const isSummer = day >= SUMMER_TIME.from && day <= SUMMER_TIME.to;
  return textOf(day * 86_400 + second - (isSummer ? 7_200 : 3_600));
}

const YEAR_START = Date.UTC(2024, 0, 1);

function textOf(secondOfYear: number): string {
  return new Date(YEAR_START + secondOfYear * 1_000).toISOString().slice(0, 19).replace('T', ' ');
}
