/**
 * The oracle of importConsolidatedTracking: the rules of the spec page, one row at a time, over arrays that are
 * searched from front to back. Slow on purpose: it is to be read next to the rules, and shares no code with the
 * implementation it judges.
 *
 * It knows less than the operation where that keeps it simple, and throws where it is asked for more: the default
 * dateTimeFormat only, RAW_SECONDS only, the zones of OFFSET_MINUTES only, and no memory of idempotency keys.
 */
import type { ProblemCode } from '../../src/kernel/messages';

export type TrackingStatus = 'NOT_ATTEMPTED' | 'INCOMPLETE' | 'COMPLETED' | 'PASSED' | 'FAILED' | 'BROWSED';
export type RowOutcome = 'CREATED' | 'REPLACED' | 'UNCHANGED' | 'DELETED' | 'SUPERSEDED' | 'REJECTED';

// ---------- the world: what is stored before the request ----------

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

/** The eight stored values of a tracking row; dates in epoch milliseconds. */
export interface TrackingValues {
  readonly firstAccessDate: number | null;
  readonly firstCompletionDate: number | null;
  readonly lastAccessDate: number | null;
  readonly progression: number | null;
  readonly score: number | null;
  readonly scoreMax: number | null;
  readonly timeSpentSeconds: number | null;
  readonly status: TrackingStatus;
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

// ---------- the request: the GraphQL input object as plain JSON ----------

export interface ImportRow {
  candidateEmail?: string | null;
  candidateLogin?: string | null;
  candidateRefNumber?: string | null;
  firstAccessDate?: string | null;
  firstCompletionDate?: string | null;
  ignoredColumn?: string | null;
  lastAccessDate?: string | null;
  lovCode?: string | null;
  lovGuid?: string | null;
  progression?: number | null;
  score?: number | null;
  scoreMax?: number | null;
  sessionGuid?: string | null;
  sessionId?: number | null;
  sessionTitle?: string | null;
  timeSpent?: number | string | null;
  trackingStatus?: string | null;
  trainingGuid?: string | null;
  trainingId?: number | null;
  trainingPathCode?: string | null;
}

export interface StatusAlias {
  status: TrackingStatus;
  alias: string;
}

export interface ImportParameters {
  dateTimeFormat?: string;
  timeZone?: string;
  defaultTime?: string;
  timeSpentFormat?: 'RAW_SECONDS' | 'RAW_MINUTES' | 'ISO_8601' | 'PADDED' | 'PADDED_HH';
  trackingStatus?: StatusAlias[] | null;
}

export interface ImportInput {
  rows: ImportRow[];
  options?: { defaultScoreMax?: number | null } | null;
  parameters?: ImportParameters | null;
  writeMode?: 'REPLACE' | 'MERGE';
  errorPolicy?: 'REJECT_FAILED_ROWS' | 'REJECT_EVERYTHING';
  dryRun?: boolean;
  idempotencyKey?: string | null;
}

// ---------- the answer ----------

export interface ModelChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface ModelProblem {
  readonly code: ProblemCode;
  /** The rules fix it for cells of check 4 and for DATE_IN_FUTURE only; elsewhere it is this model's choice. */
  readonly path: readonly string[];
  readonly row: number | null;
}

export interface ModelRow {
  readonly row: number;
  readonly outcome: RowOutcome;
  /** The row's problems, in order. */
  readonly codes: readonly ProblemCode[];
  readonly tracking: StoredRow | null;
  readonly changes: readonly ModelChange[];
}

export interface ModelSummary {
  readonly received: number;
  readonly created: number;
  readonly replaced: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly superseded: number;
  readonly rejected: number;
  readonly withWarnings: number;
}

export interface ModelResult {
  readonly typename: 'Success' | 'Warning' | 'Error';
  readonly refused: boolean;
  readonly summary: ModelSummary;
  readonly rows: readonly ModelRow[];
  readonly problems: readonly ModelProblem[];
  /** What is stored afterwards, by registration and LOV. */
  readonly after: readonly StoredRow[];
}

/** All other codes are errors. */
export const WARNING_CODES: readonly ProblemCode[] = [
  'TIME_SKIPPED',
  'TIME_AMBIGUOUS',
  'LEARNER_AMBIGUOUS',
  'COMPLETION_DATE_DEFAULTED',
  'DATES_OUT_OF_ORDER',
  'DATE_IN_FUTURE',
  'STATUS_CONTRADICTS_PROGRESSION',
  'VALUE_RESET',
  'VALUES_IGNORED',
  'ROW_SUPERSEDED',
];

/** Only accepted rows say these: on a rejected row they would speak of something that did not happen. */
const ONLY_ON_ACCEPTED_ROWS: readonly ProblemCode[] = [
  'COMPLETION_DATE_DEFAULTED',
  'DATES_OUT_OF_ORDER',
  'DATE_IN_FUTURE',
  'STATUS_CONTRADICTS_PROGRESSION',
  'VALUE_RESET',
  'VALUES_IGNORED',
];

const OUTPUT_FIELDS = [
  'firstAccessDate',
  'firstCompletionDate',
  'lastAccessDate',
  'progression',
  'score',
  'scoreMax',
  'timeSpentSeconds',
  'status',
] as const;

type OutputField = (typeof OUTPUT_FIELDS)[number];

/** The columns in the order in which check 4 reports them. */
const COLUMNS = [
  'candidateEmail',
  'candidateLogin',
  'candidateRefNumber',
  'firstAccessDate',
  'firstCompletionDate',
  'lastAccessDate',
  'lovCode',
  'lovGuid',
  'progression',
  'score',
  'scoreMax',
  'sessionGuid',
  'sessionId',
  'sessionTitle',
  'timeSpent',
  'trackingStatus',
  'trainingGuid',
  'trainingId',
  'trainingPathCode',
] as const;

type Column = (typeof COLUMNS)[number];

const LEARNER_COLUMNS: readonly Column[] = ['candidateEmail', 'candidateLogin', 'candidateRefNumber'];
const LOV_COLUMNS: readonly Column[] = ['lovCode', 'lovGuid'];
const CONTEXT_COLUMNS: readonly Column[] = [
  'sessionGuid',
  'sessionId',
  'sessionTitle',
  'trainingGuid',
  'trainingId',
  'trainingPathCode',
];
const REFERENCE_COLUMNS: readonly Column[] = [...LEARNER_COLUMNS, ...LOV_COLUMNS, ...CONTEXT_COLUMNS];

/** What NOT_ATTEMPTED ignores. */
const VALUE_COLUMNS: readonly Column[] = [
  'firstAccessDate',
  'firstCompletionDate',
  'lastAccessDate',
  'progression',
  'score',
  'scoreMax',
  'timeSpent',
];

const SCORE_COLUMNS: readonly Column[] = ['score', 'scoreMax'];
const COMPLETION_COLUMNS: readonly Column[] = ['firstCompletionDate', 'progression', 'trackingStatus'];

const DATE_COLUMNS = ['firstAccessDate', 'firstCompletionDate', 'lastAccessDate'] as const;

const MAX_ROWS = 10_000;
const MAX_SECONDS = 2_147_483_647;
const MAX_TEXT = 255;
const MAX_GUID = 40;

const DEFAULT_FORMAT = 'YYYY-MM-DD hh:ii:ss';

/** Zones without a transition in the years that are generated. */
const OFFSET_MINUTES: readonly { readonly timeZone: string; readonly minutes: number }[] = [
  { timeZone: 'UTC', minutes: 0 },
  { timeZone: 'Asia/Kolkata', minutes: 330 },
];

const OWN_WORDS: readonly { readonly status: TrackingStatus; readonly words: readonly string[] }[] = [
  { status: 'NOT_ATTEMPTED', words: ['notattempted', 'not attempted', 'not_attempted'] },
  { status: 'INCOMPLETE', words: ['incomplete'] },
  { status: 'COMPLETED', words: ['completed'] },
  { status: 'PASSED', words: ['passed'] },
  { status: 'FAILED', words: ['failed'] },
  { status: 'BROWSED', words: ['browsed'] },
];

// ---------- the request as a whole ----------

export function modelImport(world: World, input: ImportInput, now: number): ModelResult {
  const before = sorted(world.stored);
  const refusals = refusalsOf(input);
  if (refusals.length > 0) {
    return {
      typename: 'Error',
      refused: true,
      summary: summarise([]),
      rows: [],
      problems: refusals,
      after: before,
    };
  }

  const settings = settingsOf(input, now);
  let state: readonly StoredRow[] = before;
  const verdicts: Verdict[] = [];
  for (const [index, row] of input.rows.entries()) {
    const verdict = judge(world, settings, state, row, index);
    if (verdict.accepted) {
      state = state.filter((stored) => !hasKey(stored, verdict.key));
      if (verdict.after !== null) {
        state = [...state, { ...verdict.key, ...verdict.after, updatedAt: now }];
      }
    }
    verdicts.push(verdict);
  }

  const applied = input.errorPolicy !== 'REJECT_EVERYTHING' || verdicts.every((verdict) => verdict.accepted);
  const final = state.map((row) => unlessUnchanged(before, row));
  const reported = verdicts.map((verdict, index) =>
    applied ? report(verdicts, index, before, final) : reportNotApplied(verdict, index),
  );
  const rows = reported.map(({ problems, ...row }) => ({ ...row, codes: problems.map((one) => one.code) }));
  const problems = reported.flatMap((row) => row.problems);
  return {
    typename: typenameOf(rows, problems),
    refused: false,
    summary: summarise(rows),
    rows,
    problems,
    after: applied && input.dryRun !== true ? sorted(final) : before,
  };
}

interface ReportedRow extends Omit<ModelRow, 'codes'> {
  readonly problems: readonly ModelProblem[];
}

/** What is answered for a row when the accepted rows of the request stand. */
function report(
  verdicts: readonly Verdict[],
  index: number,
  before: readonly StoredRow[],
  final: readonly StoredRow[],
): ReportedRow {
  const row = index + 1;
  const verdict = verdicts[index] as Verdict;
  if (!verdict.accepted) {
    return { row, outcome: 'REJECTED', tracking: null, changes: [], problems: verdict.problems };
  }
  const superseded = verdicts
    .slice(index + 1)
    .some((later) => later.accepted && hasKey(later.key, verdict.key));
  if (superseded) {
    const problems = [...verdict.problems, rowProblem(index, 'ROW_SUPERSEDED')];
    return { row, outcome: 'SUPERSEDED', tracking: null, changes: [], problems };
  }
  const old = before.find((stored) => hasKey(stored, verdict.key)) ?? null;
  const tracking = final.find((stored) => hasKey(stored, verdict.key)) ?? null;
  return {
    row,
    outcome: outcomeOf(old, tracking),
    tracking,
    changes: changesOf(old, tracking),
    problems: verdict.problems,
  };
}

/** What is answered for a row when REJECT_EVERYTHING stops the request. */
function reportNotApplied(verdict: Verdict, index: number): ReportedRow {
  const problems = verdict.accepted
    ? [...verdict.problems, rowProblem(index, 'NOT_APPLIED')]
    : verdict.problems;
  return { row: index + 1, outcome: 'REJECTED', tracking: null, changes: [], problems };
}

function outcomeOf(old: StoredRow | null, tracking: StoredRow | null): RowOutcome {
  if (old === null) {
    return tracking === null ? 'UNCHANGED' : 'CREATED';
  }
  if (tracking === null) {
    return 'DELETED';
  }
  return sameValues(old, tracking) ? 'UNCHANGED' : 'REPLACED';
}

function changesOf(old: StoredRow | null, tracking: StoredRow | null): ModelChange[] {
  const changes: ModelChange[] = [];
  for (const field of OUTPUT_FIELDS) {
    const before = old === null ? null : written(field, old[field]);
    const after = tracking === null ? null : written(field, tracking[field]);
    if (before !== after) {
      changes.push({ field, before, after });
    }
  }
  return changes;
}

function written(field: OutputField, value: number | string | null): string | null {
  if (value === null) {
    return null;
  }
  const isDate = (DATE_COLUMNS as readonly string[]).includes(field);
  return isDate ? new Date(value).toISOString() : String(value);
}

/** A row equal to the stored one is not written: the stored one stays, its updatedAt included. */
function unlessUnchanged(before: readonly StoredRow[], row: StoredRow): StoredRow {
  const old = before.find((stored) => hasKey(stored, row));
  return old !== undefined && sameValues(old, row) ? old : row;
}

function sameValues(left: TrackingValues, right: TrackingValues): boolean {
  return OUTPUT_FIELDS.every((field) => left[field] === right[field]);
}

function typenameOf(rows: readonly ModelRow[], problems: readonly ModelProblem[]): ModelResult['typename'] {
  if (rows.every((row) => row.outcome === 'REJECTED')) {
    return 'Error';
  }
  return problems.length === 0 ? 'Success' : 'Warning';
}

function summarise(rows: readonly ModelRow[]): ModelSummary {
  const count = (outcome: RowOutcome) => rows.filter((row) => row.outcome === outcome).length;
  return {
    received: rows.length,
    created: count('CREATED'),
    replaced: count('REPLACED'),
    unchanged: count('UNCHANGED'),
    deleted: count('DELETED'),
    superseded: count('SUPERSEDED'),
    rejected: count('REJECTED'),
    withWarnings: rows.filter((row) => row.outcome !== 'REJECTED' && row.codes.length > 0).length,
  };
}

interface Key {
  readonly registrationId: number;
  readonly lovId: number;
}

function hasKey(candidate: Key, key: Key): boolean {
  return candidate.registrationId === key.registrationId && candidate.lovId === key.lovId;
}

function sorted(rows: readonly StoredRow[]): StoredRow[] {
  return [...rows].sort((a, b) => a.registrationId - b.registrationId || a.lovId - b.lovId);
}

// ---------- refused as a whole, and the settings ----------

function refusalsOf(input: ImportInput): ModelProblem[] {
  const refusals: ModelProblem[] = [];
  const refuse = (code: ProblemCode, ...path: string[]) => refusals.push({ code, path, row: null });

  if (input.rows.length === 0) {
    refuse('ROWS_MISSING', 'rows');
  }
  if (input.rows.length > MAX_ROWS) {
    refuse('ROWS_TOO_MANY', 'rows');
  }
  const parameters = input.parameters ?? {};
  if (parameters.timeZone !== undefined && !isZone(parameters.timeZone)) {
    refuse('TIME_ZONE_UNKNOWN', 'parameters', 'timeZone');
  }
  if (parameters.dateTimeFormat !== undefined && lacksADatePart(parameters.dateTimeFormat)) {
    refuse('DATE_FORMAT_INVALID', 'parameters', 'dateTimeFormat');
  }
  if (parameters.defaultTime !== undefined && readTimeOfDay(parameters.defaultTime) === null) {
    refuse('DEFAULT_TIME_INVALID', 'parameters', 'defaultTime');
  }
  for (const [index, entry] of (parameters.trackingStatus ?? []).entries()) {
    if (entry.alias.length > MAX_TEXT || !isStorable(entry.alias)) {
      refuse('STATUS_ALIAS_INVALID', 'parameters', 'trackingStatus', String(index), 'alias');
    }
  }
  for (const index of ambiguousAliases(parameters.trackingStatus ?? [])) {
    refuse('STATUS_ALIAS_AMBIGUOUS', 'parameters', 'trackingStatus', String(index), 'alias');
  }
  const defaultScoreMax = input.options?.defaultScoreMax ?? null;
  if (defaultScoreMax !== null && defaultScoreMax < 0) {
    refuse('DEFAULT_SCORE_MAX_NEGATIVE', 'options', 'defaultScoreMax');
  }
  const key = input.idempotencyKey ?? null;
  if (key !== null && (key.length < 1 || key.length > 255 || [...key].some(isControlCharacter))) {
    refuse('IDEMPOTENCY_KEY_INVALID', 'idempotencyKey');
  }
  return refusals;
}

interface Settings {
  readonly now: number;
  readonly merge: boolean;
  readonly defaultScoreMax: number | null;
  readonly offsetMinutes: number;
  readonly defaultTime: TimeOfDay;
  readonly words: readonly StatusWord[];
}

function settingsOf(input: ImportInput, now: number): Settings {
  const parameters = input.parameters ?? {};
  const format = parameters.dateTimeFormat ?? DEFAULT_FORMAT;
  if (format.toLowerCase() !== DEFAULT_FORMAT.toLowerCase()) {
    throw new Error(`The model does not know the date format ${format}.`);
  }
  if ((parameters.timeSpentFormat ?? 'RAW_SECONDS') !== 'RAW_SECONDS') {
    throw new Error(`The model does not know the time span format ${parameters.timeSpentFormat}.`);
  }
  const timeZone = parameters.timeZone ?? 'UTC';
  const zone = OFFSET_MINUTES.find((one) => one.timeZone === timeZone);
  if (zone === undefined) {
    throw new Error(`The model does not know the time zone ${timeZone}.`);
  }
  return {
    now,
    merge: input.writeMode === 'MERGE',
    defaultScoreMax: input.options?.defaultScoreMax ?? null,
    offsetMinutes: zone.minutes,
    defaultTime: readTimeOfDay(parameters.defaultTime ?? '00:00:00') as TimeOfDay,
    words: statusWords(parameters.trackingStatus ?? []),
  };
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) {
      return false;
    }
    throw error;
  }
}

function lacksADatePart(format: string): boolean {
  return ['YYYY', 'MM', 'DD'].some((part) => format.toUpperCase().split(part).length !== 2);
}

function isControlCharacter(character: string): boolean {
  return character < ' ' || character === '\u007f';
}

interface StatusWord {
  readonly word: string;
  readonly status: TrackingStatus;
  /** The entry of the alias table that gives the word; null where a status answers to its own name. */
  readonly entry: number | null;
}

/** Every word that means a status in this request. */
function statusWords(aliases: readonly StatusAlias[]): StatusWord[] {
  const all: StatusWord[] = [];
  for (const { status, words } of OWN_WORDS) {
    if (!aliases.some((entry) => entry.status === status)) {
      all.push(...words.map((word) => ({ word, status, entry: null })));
    }
    for (const [index, entry] of aliases.entries()) {
      if (entry.status === status) {
        const meant = isBlank(entry.alias) ? words : [fold(entry.alias.trim())];
        all.push(...meant.map((word) => ({ word, status, entry: index })));
      }
    }
  }
  return all;
}

/** The entries that give a word which means another status, too: the last such entry per word. */
function ambiguousAliases(aliases: readonly StatusAlias[]): number[] {
  const words = statusWords(aliases);
  const entries: number[] = [];
  for (const { word, status } of words) {
    const rivals = words.filter((other) => other.word === word);
    if (rivals.some((other) => other.status !== status)) {
      const last = Math.max(...rivals.map((rival) => rival.entry ?? -1));
      if (!entries.includes(last)) {
        entries.push(last);
      }
    }
  }
  return entries.sort((a, b) => a - b);
}

// ---------- cells ----------

/** Given or not: a cell is absent, null (null or blank), a value, or a value that check 4 refuses. */
type Cell<Value> =
  | { readonly is: 'absent' }
  | { readonly is: 'null' }
  | { readonly is: 'value'; readonly value: Value }
  | { readonly is: 'bad'; readonly code: ProblemCode };

interface Cells {
  readonly candidateEmail: Cell<string>;
  readonly candidateLogin: Cell<string>;
  readonly candidateRefNumber: Cell<string>;
  readonly firstAccessDate: Cell<number>;
  readonly firstCompletionDate: Cell<number>;
  readonly lastAccessDate: Cell<number>;
  readonly lovCode: Cell<string>;
  readonly lovGuid: Cell<string>;
  readonly progression: Cell<number>;
  readonly score: Cell<number>;
  readonly scoreMax: Cell<number>;
  readonly sessionGuid: Cell<string>;
  readonly sessionId: Cell<number>;
  readonly sessionTitle: Cell<string>;
  readonly timeSpent: Cell<number>;
  readonly trackingStatus: Cell<TrackingStatus>;
  readonly trainingGuid: Cell<string>;
  readonly trainingId: Cell<number>;
  readonly trainingPathCode: Cell<string>;
}

function readCells(row: ImportRow, settings: Settings): Cells {
  const date = (text: string) => readDate(text, settings);
  return {
    candidateEmail: readText(row.candidateEmail, MAX_TEXT, readEmail),
    candidateLogin: readText(row.candidateLogin, MAX_TEXT),
    candidateRefNumber: readText(row.candidateRefNumber, MAX_TEXT),
    firstAccessDate: readText(row.firstAccessDate, MAX_TEXT, date),
    firstCompletionDate: readText(row.firstCompletionDate, MAX_TEXT, date),
    lastAccessDate: readText(row.lastAccessDate, MAX_TEXT, date),
    lovCode: readText(row.lovCode, MAX_TEXT),
    lovGuid: readText(row.lovGuid, MAX_GUID),
    progression: readNumber(row.progression, readProgression),
    score: readNumber(row.score, readNotNegative),
    scoreMax: readNumber(row.scoreMax, readNotNegative),
    sessionGuid: readText(row.sessionGuid, MAX_GUID),
    sessionId: readNumber(row.sessionId, value),
    sessionTitle: readText(row.sessionTitle, MAX_TEXT),
    timeSpent: readTimeSpent(row.timeSpent),
    trackingStatus: readText(row.trackingStatus, MAX_TEXT, (text) => readStatus(text, settings)),
    trainingGuid: readText(row.trainingGuid, MAX_GUID),
    trainingId: readNumber(row.trainingId, value),
    trainingPathCode: readText(row.trainingPathCode, MAX_TEXT),
  };
}

function value<Value>(content: Value): Cell<Value> {
  return { is: 'value', value: content };
}

function bad<Value>(code: ProblemCode): Cell<Value> {
  return { is: 'bad', code };
}

function readText(raw: string | null | undefined, max: number): Cell<string>;
function readText<Value>(
  raw: string | null | undefined,
  max: number,
  read: (text: string) => Cell<Value>,
): Cell<Value>;
function readText(
  raw: string | null | undefined,
  max: number,
  read: (text: string) => Cell<unknown> = value,
): Cell<unknown> {
  if (raw === undefined) {
    return { is: 'absent' };
  }
  if (raw === null || isBlank(raw)) {
    return { is: 'null' };
  }
  if (raw.length > max) {
    return bad('TEXT_TOO_LONG');
  }
  if (!isStorable(raw)) {
    return bad('TEXT_INVALID');
  }
  return read(raw);
}

function readNumber(raw: number | null | undefined, read: (content: number) => Cell<number>): Cell<number> {
  if (raw === undefined) {
    return { is: 'absent' };
  }
  if (raw === null) {
    return { is: 'null' };
  }
  return Number.isFinite(raw) ? read(raw) : bad('NUMBER_NOT_FINITE');
}

function readEmail(text: string): Cell<string> {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? value(text) : bad('EMAIL_INVALID');
}

function readProgression(content: number): Cell<number> {
  return content >= 0 && content <= 100 ? value(content) : bad('PROGRESSION_OUT_OF_RANGE');
}

function readNotNegative(content: number): Cell<number> {
  return content >= 0 ? value(content) : bad('SCORE_NEGATIVE');
}

function readTimeSpent(raw: unknown): Cell<number> {
  if (raw === undefined) {
    return { is: 'absent' };
  }
  if (raw === null || (typeof raw === 'string' && isBlank(raw))) {
    return { is: 'null' };
  }
  const isSeconds = typeof raw === 'number' || (typeof raw === 'string' && /^\d+$/.test(raw));
  const seconds = Number(raw);
  const fits = Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_SECONDS;
  return isSeconds && fits ? value(seconds) : bad('TIME_SPENT_INVALID');
}

function readStatus(text: string, settings: Settings): Cell<TrackingStatus> {
  const found = settings.words.find((one) => one.word === fold(text.trim()));
  return found === undefined ? bad('TRACKING_STATUS_UNKNOWN') : value(found.status);
}

interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function readTimeOfDay(text: string): TimeOfDay | null {
  const parts = /^(\d\d):(\d\d):(\d\d)$/.exec(text);
  if (parts === null) {
    return null;
  }
  const [hour, minute, second] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  return hour <= 23 && minute <= 59 && second <= 59 ? { hour, minute, second } : null;
}

/** The request's format, which may stop after the date, or ISO-8601 with Z or an offset. */
function readDate(text: string, settings: Settings): Cell<number> {
  const dateOnly = /^\d{4}-\d\d-\d\d$/.exec(text);
  const local = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(text);
  const iso = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (dateOnly !== null) {
    return readInstant(text, settings.defaultTime, 0, settings.offsetMinutes);
  }
  if (local !== null) {
    return readInstant(local[1] ?? '', readTimeOfDay(local[2] ?? ''), 0, settings.offsetMinutes);
  }
  if (iso !== null) {
    const time = readTimeOfDay(`${iso[2]}${iso[3] ?? ':00'}`);
    const milliseconds = Number((iso[4] ?? '').padEnd(3, '0').slice(0, 3));
    return readInstant(iso[1] ?? '', time, milliseconds, readOffset(iso[5] ?? ''));
  }
  return bad('DATE_INVALID');
}

function readOffset(text: string): number | null {
  if (text === 'Z') {
    return 0;
  }
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(4, 6));
  if (hours > 23 || minutes > 59) {
    return null;
  }
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function readInstant(
  date: string,
  time: TimeOfDay | null,
  milliseconds: number,
  offsetMinutes: number | null,
): Cell<number> {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  if (time === null || offsetMinutes === null || year < 1000) {
    return bad('DATE_INVALID');
  }
  const midnight = new Date(Date.UTC(year, month - 1, day));
  const exists = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day;
  if (!exists) {
    return bad('DATE_INVALID');
  }
  const minutes = time.hour * 60 + time.minute - offsetMinutes;
  return value(midnight.getTime() + minutes * 60_000 + time.second * 1000 + milliseconds);
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

/** NUL and halves of surrogate pairs are no text. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

/** As e-mails, logins and status words are compared. */
function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

function isGiven(cell: Cell<unknown>): boolean {
  return cell.is === 'value' || cell.is === 'bad';
}

function sentValue<Value>(cell: Cell<Value>): Value | null {
  return cell.is === 'value' ? cell.value : null;
}

// ---------- one row ----------

type Verdict =
  | { readonly accepted: false; readonly problems: readonly ModelProblem[] }
  | {
      readonly accepted: true;
      readonly problems: readonly ModelProblem[];
      readonly key: Key;
      /** The row as it stands after this row; null when it was wiped. */
      readonly after: TrackingValues | null;
    };

function rowProblem(index: number, code: ProblemCode, ...cell: string[]): ModelProblem {
  return { code, path: ['rows', String(index), ...cell], row: index + 1 };
}

/** All checks of one row, against the state that the rows before it have left. */
function judge(
  world: World,
  settings: Settings,
  state: readonly StoredRow[],
  row: ImportRow,
  index: number,
): Verdict {
  const cells = readCells(row, settings);
  const wipes = sentValue(cells.trackingStatus) === 'NOT_ATTEMPTED';
  const isBad = (column: Column) => cells[column].is === 'bad';
  const noneGiven = (columns: readonly Column[]) => !columns.some((column) => isGiven(cells[column]));
  const problems: ModelProblem[] = [];
  const add = (code: ProblemCode, ...cell: string[]) => problems.push(rowProblem(index, code, ...cell));

  // Check 1
  const lovMissing = noneGiven(LOV_COLUMNS);
  if (lovMissing) {
    add('LOV_REFERENCE_MISSING');
  }

  // Check 2
  const learnerMissing = noneGiven(LEARNER_COLUMNS);
  if (learnerMissing) {
    add('LEARNER_REFERENCE_MISSING');
  }

  // Check 3
  const hasContext =
    isGiven(cells.sessionGuid) ||
    isGiven(cells.sessionId) ||
    (isGiven(cells.sessionTitle) && !noneGiven(['trainingPathCode', 'trainingId', 'trainingGuid']));
  if (!hasContext) {
    add('CONTEXT_MISSING');
  }

  // Check 4
  for (const column of COLUMNS) {
    const cell = cells[column];
    const counts = !wipes || REFERENCE_COLUMNS.includes(column) || column === 'trackingStatus';
    if (cell.is === 'bad' && counts) {
      add(cell.code, column);
    }
  }

  // Checks 5 to 7 are looked up here and reported below, as the end of check 4 may need the stored row.
  const contextReadable = hasContext && !CONTEXT_COLUMNS.some(isBad);
  const sessions = contextReadable ? sessionsOf(world, cells) : [];
  const lookup: ModelProblem[] = [];
  const addLookup = (code: ProblemCode) => lookup.push(rowProblem(index, code));

  // Check 5
  let lov: WorldLov | null = null;
  if (!lovMissing && !LOV_COLUMNS.some(isBad)) {
    const found = lovOf(world, cells, sessions);
    if (found.problem !== null) {
      addLookup(found.problem);
    }
    lov = found.lov;
  }

  // Check 6
  if (lov !== null && lov.provider === 'CROSSKNOWLEDGE') {
    addLookup('LOV_PROVIDED_BY_CROSSKNOWLEDGE');
  }
  if (lov !== null && lov.kind === 'EASYQUIZZ') {
    addLookup('LOV_IS_EASYQUIZZ');
  }

  // Check 7
  let registration: WorldRegistration | null = null;
  if (!learnerMissing && contextReadable && !LEARNER_COLUMNS.some(isBad)) {
    const found = registrationOf(world, cells, sessions);
    for (const code of found.problems) {
      addLookup(code);
    }
    registration = found.registration;
  }

  const lookupFailed = lookup.some((one) => isError(one.code));
  const key =
    registration !== null && lov !== null && !lookupFailed
      ? { registrationId: registration.id, lovId: lov.id }
      : null;
  const stored = key === null ? null : (state.find((one) => hasKey(one, key)) ?? null);

  if (wipes) {
    problems.push(...lookup);
    if (VALUE_COLUMNS.some((column) => isGiven(cells[column]))) {
      add('VALUES_IGNORED');
    }
    return verdictOf(problems, key, null);
  }

  // MERGE completes the row from the stored one: without it there is nothing to judge.
  if (key === null && settings.merge) {
    problems.push(...lookup);
    return verdictOf(problems, null, null);
  }

  const full = completeRow(cells, settings, stored);

  // Check 4, its end; a check is skipped only where a cell that it looks at could not be read.
  const scoreReadable = !SCORE_COLUMNS.some(isBad);
  if (scoreReadable && full.score !== null && full.scoreMax !== null && full.score > full.scoreMax) {
    add('SCORE_EXCEEDS_MAX', 'score');
  }

  problems.push(...lookup);

  // Check 8
  const completionReadable = !COMPLETION_COLUMNS.some(isBad);
  if (completionReadable && full.completion === 'refused') {
    add('COMPLETION_DATE_WITHOUT_COMPLETION', 'firstCompletionDate');
  }
  if (full.completion === 'defaulted') {
    add('COMPLETION_DATE_DEFAULTED', 'firstCompletionDate');
  }

  // Check 9
  const pairs = [
    ['firstAccessDate', 'firstCompletionDate'],
    ['firstAccessDate', 'lastAccessDate'],
    ['firstCompletionDate', 'lastAccessDate'],
  ] as const;
  for (const [earlier, later] of pairs) {
    const sent = [earlier, later].filter((column) => cells[column].is === 'value').length;
    const fromClock = full.completion === 'defaulted' && [earlier, later].includes('firstCompletionDate');
    const judged = settings.merge ? sent >= 1 && !fromClock : sent === 2;
    const [first, second] = [full[earlier], full[later]];
    if (judged && first !== null && second !== null && first > second) {
      add('DATES_OUT_OF_ORDER');
    }
  }
  for (const column of DATE_COLUMNS) {
    const sent = sentValue(cells[column]);
    if (sent !== null && sent > settings.now) {
      add('DATE_IN_FUTURE', column);
    }
  }

  // Check 10
  const belowHundred = full.progression !== null && full.progression < 100;
  if (
    (full.status === 'COMPLETED' && belowHundred) ||
    (full.status === 'INCOMPLETE' && full.progression === 100)
  ) {
    add('STATUS_CONTRADICTS_PROGRESSION');
  }

  // The write mode
  if (!settings.merge && stored !== null && resetFields(cells, stored, full).length > 0) {
    add('VALUE_RESET');
  }

  return verdictOf(problems, key, valuesOf(full));
}

function verdictOf(
  problems: readonly ModelProblem[],
  key: Key | null,
  after: TrackingValues | null,
): Verdict {
  if (problems.some((one) => isError(one.code))) {
    const kept = problems.filter((one) => !ONLY_ON_ACCEPTED_ROWS.includes(one.code));
    return { accepted: false, problems: kept };
  }
  if (key === null) {
    throw new Error('A row without an error has no key: the model is wrong.');
  }
  return { accepted: true, problems, key, after };
}

function isError(code: ProblemCode): boolean {
  return !WARNING_CODES.includes(code);
}

// ---------- checks 5 and 7: references ----------

/** Whether the reference is not given, or given and equal. */
function agrees<Value>(cell: Cell<Value>, actual: Value | null): boolean {
  return !isGiven(cell) || sentValue(cell) === actual;
}

function agreesFolded(cell: Cell<string>, actual: string | null): boolean {
  const wanted = sentValue(cell);
  return wanted === null || (actual !== null && fold(wanted) === fold(actual));
}

/** The sessions that every given session and training reference designates. */
function sessionsOf(world: World, cells: Cells): WorldSession[] {
  return world.sessions.filter((session) => {
    const training = trainingOf(world, session);
    return (
      agrees(cells.sessionGuid, session.guid) &&
      agrees(cells.sessionId, session.id) &&
      agrees(cells.sessionTitle, session.title) &&
      agrees(cells.trainingGuid, training.guid) &&
      agrees(cells.trainingId, training.id) &&
      agrees(cells.trainingPathCode, training.pathCode)
    );
  });
}

function trainingOf(world: World, session: WorldSession): WorldTraining {
  return world.trainings.find((training) => training.id === session.trainingId) as WorldTraining;
}

function lovOf(
  world: World,
  cells: Cells,
  sessions: readonly WorldSession[],
): { readonly lov: WorldLov | null; readonly problem: ProblemCode | null } {
  const candidates = world.lovs.filter(
    (lov) => agrees(cells.lovCode, lov.code) && agrees(cells.lovGuid, lov.guid),
  );
  const [candidate] = candidates;
  if (candidate === undefined) {
    return { lov: null, problem: 'LOV_NOT_FOUND' };
  }
  const trainingId = sessions[0]?.trainingId;
  const trainingKnown = sessions.every((session) => session.trainingId === trainingId);
  if (trainingId === undefined || !trainingKnown) {
    return { lov: candidates.length === 1 ? candidate : null, problem: null };
  }
  const inTraining = candidates.filter((lov) => lov.trainingIds.includes(trainingId));
  const [lov] = inTraining;
  if (lov === undefined) {
    return { lov: null, problem: 'LOV_NOT_IN_TRAINING' };
  }
  return inTraining.length > 1 ? { lov: null, problem: 'LOV_AMBIGUOUS' } : { lov, problem: null };
}

function registrationOf(
  world: World,
  cells: Cells,
  sessions: readonly WorldSession[],
): { readonly registration: WorldRegistration | null; readonly problems: readonly ProblemCode[] } {
  const learners = world.learners.filter(
    (learner) =>
      agreesFolded(cells.candidateLogin, learner.login) &&
      agreesFolded(cells.candidateEmail, learner.email) &&
      agrees(cells.candidateRefNumber, learner.refNumber),
  );
  const isRegistered = (learner: WorldLearner) =>
    world.registrations.some(
      (one) => one.learnerId === learner.id && sessions.some((session) => session.id === one.sessionId),
    );
  const registered = learners.filter(isRegistered);
  const [oldest] = registered.sort((a, b) => a.createdAt - b.createdAt || a.id - b.id);
  if (oldest === undefined) {
    return { registration: null, problems: ['REGISTRATION_NOT_FOUND'] };
  }
  const problems: ProblemCode[] = registered.length > 1 ? ['LEARNER_AMBIGUOUS'] : [];
  const registrations = world.registrations.filter(
    (one) => one.learnerId === oldest.id && sessions.some((session) => session.id === one.sessionId),
  );
  if (registrations.length > 1) {
    return { registration: null, problems: [...problems, 'SESSION_AMBIGUOUS'] };
  }
  return { registration: registrations[0] ?? null, problems };
}

// ---------- checks 8, 10 and 11: the full row ----------

interface FullRow extends TrackingValues {
  /** What became of the completion date. */
  readonly completion: 'settled' | 'defaulted' | 'refused';
}

/** The row that the cells make, in MERGE out of the stored one. */
function completeRow(cells: Cells, settings: Settings, stored: StoredRow | null): FullRow {
  // REPLACE starts from nothing, so that an absent cell resets as null does.
  const base = settings.merge ? stored : null;

  const score = keepOrSet(cells.score, base?.score ?? null);
  const sentProgression = keepOrSet(cells.progression, base?.progression ?? null);
  const status = statusOf(cells, base, sentProgression);
  const progression = progressionOf(cells, status, sentProgression);
  return {
    firstAccessDate: keepOrSet(cells.firstAccessDate, base?.firstAccessDate ?? null),
    lastAccessDate: keepOrSet(cells.lastAccessDate, base?.lastAccessDate ?? null),
    progression,
    score,
    scoreMax: scoreMaxOf(cells, settings, base, score),
    timeSpentSeconds: keepOrSet(cells.timeSpent, base?.timeSpentSeconds ?? null),
    status,
    ...completionOf(cells, settings, status, base, stored),
  };
}

function valuesOf({ completion: _completion, ...values }: FullRow): TrackingValues {
  return values;
}

function keepOrSet<Value>(cell: Cell<Value>, kept: Value | null): Value | null {
  return cell.is === 'absent' ? kept : sentValue(cell);
}

function isComplete(status: TrackingStatus): boolean {
  return status === 'COMPLETED' || status === 'PASSED';
}

/** Statuses that say more than a progression can: they are not derived from one. */
function isKeptStatus(status: TrackingStatus): boolean {
  return status === 'PASSED' || status === 'FAILED' || status === 'BROWSED';
}

/** Rule 10, first half. */
function statusOf(cells: Cells, base: StoredRow | null, progression: number | null): TrackingStatus {
  const derived = progression === 100 ? 'COMPLETED' : 'INCOMPLETE';
  const sent = sentValue(cells.trackingStatus);
  if (sent !== null) {
    return sent;
  }
  if (cells.trackingStatus.is === 'null' || base === null) {
    return derived;
  }
  const progressionSent = cells.progression.is !== 'absent';
  return progressionSent && !isKeptStatus(base.status) ? derived : base.status;
}

/** Rule 10, second half. */
function progressionOf(cells: Cells, status: TrackingStatus, progression: number | null): number | null {
  const completedByWord = isGiven(cells.trackingStatus) && cells.progression.is === 'absent';
  return isComplete(status) && (progression === null || completedByWord) ? 100 : progression;
}

/** Rule 11. */
function scoreMaxOf(
  cells: Cells,
  settings: Settings,
  base: StoredRow | null,
  score: number | null,
): number | null {
  if (cells.scoreMax.is !== 'absent') {
    return sentValue(cells.scoreMax);
  }
  if (base !== null && base.scoreMax !== null) {
    return base.scoreMax;
  }
  if (base !== null && cells.score.is !== 'value') {
    return null;
  }
  const assumed = score === null ? null : 100;
  return settings.defaultScoreMax ?? assumed;
}

/** Rule 8. */
function completionOf(
  cells: Cells,
  settings: Settings,
  status: TrackingStatus,
  base: StoredRow | null,
  stored: StoredRow | null,
): Pick<FullRow, 'firstCompletionDate' | 'completion'> {
  const sent = sentValue(cells.firstCompletionDate);
  const merged = keepOrSet(cells.firstCompletionDate, base?.firstCompletionDate ?? null);

  if (!isComplete(status)) {
    const clearedByWord = isGiven(cells.trackingStatus) && sent === null;
    if (merged === null || clearedByWord) {
      return { firstCompletionDate: null, completion: 'settled' };
    }
    return { firstCompletionDate: merged, completion: 'refused' };
  }

  if (merged !== null) {
    return { firstCompletionDate: merged, completion: 'settled' };
  }
  if (stored !== null && isComplete(stored.status) && stored.firstCompletionDate !== null) {
    return { firstCompletionDate: stored.firstCompletionDate, completion: 'settled' };
  }
  return { firstCompletionDate: settings.now, completion: 'defaulted' };
}

/** The output fields whose stored value is lost because their cell is absent; REPLACE only. */
function resetFields(cells: Cells, stored: StoredRow, full: FullRow): OutputField[] {
  const cellOf = (field: OutputField): Cell<unknown> => {
    if (field === 'timeSpentSeconds') {
      return cells.timeSpent;
    }
    return field === 'status' ? cells.trackingStatus : cells[field];
  };
  const isDerived = (field: OutputField) => {
    if (field === 'status') {
      return cells.progression.is === 'value' && !isKeptStatus(stored.status);
    }
    const sent = sentValue(cells.trackingStatus);
    return field === 'progression' && sent !== null && isComplete(sent);
  };
  return OUTPUT_FIELDS.filter(
    (field) =>
      cellOf(field).is === 'absent' &&
      stored[field] !== null &&
      stored[field] !== full[field] &&
      !isDerived(field),
  );
}
