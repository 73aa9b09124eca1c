import { modelImport } from './model-import';
import type {
  ImportInput,
  ImportRow,
  ModelAnswer,
  ModelProblem,
  RowAnswer,
  Stored,
  Tracking,
  World,
} from './types';

/** A small site, and short ways to say what is sent to it. */
export const WORLD: World = {
  learners: [
    { id: 1, login: 'ada', email: 'ada@example.org', refNumber: 'R-1' },
    { id: 2, login: 'Ada', email: 'shared@example.org', refNumber: 'R-2' },
    { id: 3, login: 'bob', email: 'Shared@example.org', refNumber: '12345' },
    { id: 4, login: 'Eve', email: null, refNumber: null },
    { id: 5, login: 'eve', email: null, refNumber: null },
    { id: 6, login: 'zoe', email: 'pair@example.org', refNumber: null },
    { id: 7, login: 'yan', email: 'pair@example.org', refNumber: null },
    { id: 8, login: '\u212aim', email: null, refNumber: null },
  ],
  trainings: [
    { id: 1, guid: 'TG-1', code: 'T-1' },
    { id: 2, guid: 'TG-2', code: 't-1' },
  ],
  sessions: [
    { id: 11, guid: 'SG-11', title: 'Spring', trainingId: 1 },
    { id: 12, guid: 'SG-12', title: 'Spring', trainingId: 1 },
    { id: 21, guid: 'SG-21', title: 'Spring', trainingId: 2 },
  ],
  lovs: [
    { id: 71, guid: 'LG-71', code: 'L-1', guards: [], trainingIds: [1] },
    { id: 72, guid: 'LG-72', code: 'L-2', guards: [], trainingIds: [1] },
    { id: 73, guid: 'LG-73', code: 'L-2', guards: [], trainingIds: [1, 2] },
    { id: 74, guid: 'LG-74', code: 'L-4', guards: [], trainingIds: [2] },
    { id: 75, guid: 'LG-75', code: 'L-5', guards: ['PROVIDED_BY_CROSSKNOWLEDGE'], trainingIds: [1] },
    { id: 76, guid: 'LG-76', code: 'L-6', guards: ['EASYQUIZZ'], trainingIds: [1] },
  ],
  registrations: [
    { learnerId: 1, sessionId: 11 },
    { learnerId: 2, sessionId: 11 },
    { learnerId: 2, sessionId: 12 },
    { learnerId: 3, sessionId: 11 },
    { learnerId: 5, sessionId: 11 },
    { learnerId: 6, sessionId: 11 },
    { learnerId: 7, sessionId: 11 },
    { learnerId: 7, sessionId: 12 },
    { learnerId: 8, sessionId: 11 },
  ],
};

export const NONE: Stored = new Map();
export const CLOCK = Date.UTC(2026, 0, 15, 12);
export const ROW = { candidateLogin: 'bob', sessionGuid: 'SG-11', lovCode: 'L-1' };
export const MERGE = { writeMode: 'MERGE' as const };
export const SKIP = { options: { olderRows: 'SKIP' as const } };

type Extra = Omit<ImportInput, 'rows'>;

export function send(rows: readonly ImportRow[], extra: Extra = {}, stored = NONE, clock = CLOCK) {
  return modelImport(WORLD, stored, { ...extra, rows }, clock);
}

/** The answer to one row, about bob unless it says otherwise. */
export function one(row: ImportRow, extra: Extra = {}, stored = NONE): RowAnswer {
  return first(send([{ ...ROW, ...row }], extra, stored).answer);
}

export function first(answer: ModelAnswer): RowAnswer {
  const [row] = answer.rows;
  if (row === undefined) throw new Error(`The request was refused: ${codes(answer.problems)}`);
  return row;
}

/** What is stored after a first import of bob's row. */
export function stored(row: ImportRow, extra: Extra = {}): Stored {
  const after = send([{ ...ROW, ...row }], extra, NONE, CLOCK - 1000);
  if (after.answer.type === 'Error') throw new Error(`Nothing was stored: ${codes(after.answer.problems)}`);
  return after.stored;
}

export function codes(problems: readonly ModelProblem[]): string[] {
  return problems.map(({ code }) => code);
}

export function problemsOf(row: ImportRow, extra?: Extra, before?: Stored): string[] {
  return codes(one(row, extra, before).problems);
}

export function trackingOf(row: ImportRow, extra?: Extra, before?: Stored): Partial<Tracking> {
  return one(row, extra, before).tracking ?? {};
}

export function outcomes(answer: ModelAnswer): string[] {
  return answer.rows.map(({ outcome }) => outcome);
}

export const instant = (text: string) => new Date(text).getTime();
