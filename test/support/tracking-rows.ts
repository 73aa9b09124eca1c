/** Rows of an import as its steps hand them on, for tests of one step: nothing is looked up, and nothing is stored. */
import type { decide } from '../../src/tracking-import/decide';
import type { judgeRow } from '../../src/tracking-import/judge-row';

export type ReadRow = Parameters<typeof judgeRow>[0];
export type Values = NonNullable<Parameters<typeof judgeRow>[1]>;
export type Settings = Parameters<typeof judgeRow>[2];
export type Cells = ReadRow['values'];
export type ResolvedRow = Parameters<typeof decide>[0]['rows'][number];
export type Subject = NonNullable<ResolvedRow['subject']>;
export type Stored = NonNullable<Subject['tracking']['stored']>;

export const NO_CELLS: Cells = {
  firstAccessDate: undefined,
  firstCompletionDate: undefined,
  lastAccessDate: undefined,
  progression: undefined,
  score: undefined,
  scoreMax: undefined,
  timeSpent: undefined,
  trackingStatus: undefined,
};

export const NO_VALUES: Values = {
  firstAccessDate: null,
  firstCompletionDate: null,
  lastAccessDate: null,
  progression: null,
  score: null,
  scoreMax: null,
  timeSpentSeconds: null,
  status: 'INCOMPLETE',
};

export function readRow(cells: Partial<Cells> = {}, more: Partial<ReadRow> = {}): ReadRow {
  return {
    index: 0,
    lov: null,
    learner: null,
    context: null,
    values: { ...NO_CELLS, ...cells },
    unreadable: new Set(),
    wipes: false,
    ignored: [],
    problems: [],
    ...more,
  };
}

/** What judges and decides asks no more of the settings. */
export function settingsOf(given: Partial<Pick<Settings, 'writeMode' | 'defaultScoreMax'>> = {}): Settings {
  return { writeMode: 'REPLACE', defaultScoreMax: null, ...given } as Settings;
}

/** A stored row, written by an import before. */
export function storedRow(values: Values, by: Omit<Stored, 'values'>): Stored {
  return { ...by, values };
}

/** What a row is about: the same object for all rows about the same. */
export function subjectOf(registrationId: number, lovId: number, stored: Stored | null = null): Subject {
  return {
    session: { id: 100, guid: 'session-100', title: 'Spring', trainingId: 10 },
    lov: { id: lovId, code: `LOV-${lovId}`, guid: `lov-${lovId}`, provider: 'PARTNER', kind: 'CONTENT' },
    tracking: { learnerId: registrationId, sessionId: 100, lovId, registrationId, stored },
  };
}

const NOTHING_FOUND: ResolvedRow['candidates'] = { lovs: [], learners: [], others: [], sessions: [] };
const NOT_RESOLVED: ResolvedRow['resolution'] = {
  lovs: [],
  registered: null,
  isAnyRegistered: false,
  isLearnerAmbiguous: false,
  isAnotherRegistered: false,
};

export function resolvedRow(subject: Subject | null, row: ReadRow): ResolvedRow {
  return { ...row, subject, referenceProblems: [], candidates: NOTHING_FOUND, resolution: NOT_RESOLVED };
}
