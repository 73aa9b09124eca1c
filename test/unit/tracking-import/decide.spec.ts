import 'reflect-metadata';
import { problem } from '../../../src/kernel/problem';
import { decide } from '../../../src/tracking-import/decide';
import {
  type Cells,
  NO_VALUES,
  type ReadRow,
  type ResolvedRow,
  readRow,
  resolvedRow,
  type Subject,
  settingsOf,
  storedRow,
  subjectOf,
  type Values,
} from '../../support/tracking-rows';

/** What a row becomes, given its cells and what is stored, is compared with the model by `decide.model.spec.ts`. */

const NOW = Date.UTC(2026, 0, 2);
const EARLIER = Date.UTC(2025, 0, 1);

const FULL: Values = {
  firstAccessDate: Date.UTC(2024, 0, 1),
  firstCompletionDate: Date.UTC(2024, 0, 2),
  lastAccessDate: Date.UTC(2024, 0, 3),
  progression: 90,
  score: 40,
  scoreMax: 50,
  timeSpentSeconds: 60,
  status: 'PASSED',
};

/** The cells that make these values. */
const { timeSpentSeconds, status, ...others } = FULL;
const FULL_CELLS: Cells = { ...others, timeSpent: timeSpentSeconds, trackingStatus: status };

const stored = (values: Values) =>
  storedRow(values, { registrationId: 7, lovId: 1, updatedAt: EARLIER, importId: 'before' });
const subjectWith = (values: Values | null) => subjectOf(7, 1, values === null ? null : stored(values));

type Settings = Parameters<typeof settingsOf>[0];

async function decided(
  rows: readonly ResolvedRow[],
  { rejectEverything = false, ...given }: Settings & { rejectEverything?: boolean } = {},
) {
  return decide({
    rows,
    settings: settingsOf(given),
    rejectEverything,
    importId: 'now',
    now: NOW,
    writtenAt: NOW,
  });
}

/** What happens to a row that is alone. */
async function only(row: ResolvedRow, given: Settings = {}) {
  const [decision] = await decided([row], given);
  if (decision === undefined) throw new Error('No row was decided');
  const { row: of, ...what } = decision;
  expect(of).toBe(row);
  return what;
}

const row = (subject: Subject | null, cells: Partial<Cells> = {}, more: Partial<ReadRow> = {}) =>
  resolvedRow(subject, readRow(cells, more));

const PLACE = { path: ['rows', '0'], row: 1 };
const WARNING = problem('TIME_AMBIGUOUS', { field: 'x', timeZone: 'y', instant: 'z' }, PLACE);
const ERROR = problem('CONTEXT_MISSING', {}, PLACE);

describe('a row that is as it is stored', () => {
  it('is unchanged, and keeps who wrote it', async () => {
    const subject = subjectWith(FULL);
    expect(await only(row(subject, FULL_CELLS))).toEqual({
      outcome: 'UNCHANGED',
      subject,
      before: stored(FULL),
      after: stored(FULL),
      problems: [],
    });
  });

  it.each(Object.keys(FULL) as (keyof Values)[])('is another one where %s is', async (field) => {
    const other = { ...FULL, [field]: field === 'status' ? 'COMPLETED' : Number(FULL[field]) - 1 };
    const decision = await only(row(subjectWith(other), FULL_CELLS));
    expect(decision.outcome).toBe('REPLACED');
    expect(decision.before).toEqual(stored(other));
    const by = { registrationId: 7, lovId: 1, updatedAt: NOW, importId: 'now' };
    expect(decision.after).toEqual(storedRow(FULL, by));
  });

  it('is created where nothing was stored', async () => {
    const subject = subjectWith(null);
    const by = { registrationId: 7, lovId: 1, updatedAt: NOW, importId: 'now' };
    expect(await only(row(subject, FULL_CELLS))).toEqual({
      outcome: 'CREATED',
      subject,
      before: null,
      after: storedRow(FULL, by),
      problems: [],
    });
  });
});

describe('a row that wipes', () => {
  const wiping = (subject: Subject | null, more: Partial<ReadRow> = {}) =>
    row(subject, {}, { index: 4, wipes: true, ...more });

  it('deletes what is stored, and nothing else', async () => {
    const subject = subjectWith(FULL);
    expect(await only(wiping(subject))).toEqual({
      outcome: 'DELETED',
      subject,
      before: stored(FULL),
      after: null,
      problems: [],
    });
    expect(await only(wiping(subjectWith(null)))).toMatchObject({
      outcome: 'UNCHANGED',
      before: null,
      after: null,
    });
  });

  it('says which values it ignores, after what else there is to say', async () => {
    const decision = await only(
      wiping(subjectWith(null), { ignored: ['progression', 'score'], problems: [WARNING] }),
    );
    expect(decision.problems.map(({ code }) => code)).toEqual(['TIME_AMBIGUOUS', 'VALUES_IGNORED']);
    expect(decision.problems[1]).toMatchObject({ path: ['rows', '4'], row: 5 });
    expect(decision.problems[1]?.message).toBe('These cells have no effect: progression, score.');
  });
});

describe('a row is rejected', () => {
  it.each<[string, ResolvedRow]>([
    ['for an error', row(subjectWith(FULL), FULL_CELLS, { problems: [ERROR] })],
    ['for an error, although it wipes', row(subjectWith(FULL), {}, { wipes: true, problems: [ERROR] })],
    ['for an error of a reference', { ...row(subjectWith(FULL), FULL_CELLS), referenceProblems: [ERROR] }],
    [
      'for an error of a reference, although it wipes',
      { ...row(subjectWith(FULL), {}, { wipes: true }), referenceProblems: [ERROR] },
    ],
  ])('%s', async (_, sent) => {
    for (const writeMode of ['REPLACE', 'MERGE'] as const) {
      expect(await only(sent, { writeMode })).toEqual({
        outcome: 'REJECTED',
        subject: null,
        before: null,
        after: null,
        problems: [ERROR],
      });
    }
  });

  it.each([{}, { wipes: true }])('where nobody knows what it is about: %j', async (more) => {
    for (const writeMode of ['REPLACE', 'MERGE'] as const) {
      const decision = await only(row(null, {}, more), { writeMode });
      expect(decision).toMatchObject({ outcome: 'REJECTED', subject: null, problems: [] });
    }
  });

  it('together with all others where that is asked for; the accepted ones say so', async () => {
    const rows = [
      row(subjectWith(FULL), FULL_CELLS, { problems: [WARNING] }),
      row(subjectWith(FULL), FULL_CELLS, { index: 1, problems: [ERROR] }),
      row(subjectOf(8, 1), {}, { index: 2, wipes: true }),
    ];
    const decisions = await decided(rows, { rejectEverything: true });
    expect(decisions.map(({ outcome, subject, after }) => [outcome, subject, after])).toEqual(
      Array(3).fill(['REJECTED', null, null]),
    );
    expect(
      decisions.map(({ problems }) => problems.map(({ code, path }) => [code, ...path].join(' '))),
    ).toEqual([
      ['TIME_AMBIGUOUS rows 0', 'NOT_APPLIED rows 0'],
      ['CONTEXT_MISSING rows 0'],
      ['NOT_APPLIED rows 2'],
    ]);
    const kept = await decided(rows.slice(0, 1), { rejectEverything: true });
    expect(kept.map(({ outcome }) => outcome)).toEqual(['UNCHANGED']);
  });
});

describe('rows about the same', () => {
  it('are superseded by the last accepted one, which is compared with what was stored', async () => {
    const subject = subjectWith(FULL);
    const decisions = await decided([
      row(subject, { progression: 1 }, { index: 0 }),
      row(subject, {}, { index: 1, wipes: true }),
      row(subjectOf(8, 1), { progression: 1 }, { index: 2 }),
      row(subject, FULL_CELLS, { index: 3 }),
      row(subject, { progression: 3 }, { index: 4, problems: [ERROR] }),
    ]);
    expect(decisions.map(({ outcome }) => outcome)).toEqual([
      'SUPERSEDED',
      'SUPERSEDED',
      'CREATED',
      'UNCHANGED',
      'REJECTED',
    ]);
    const [first, second] = decisions;
    expect(first).toMatchObject({ subject, before: null, after: null });
    expect(second?.problems.map(({ code, path, row }) => [code, path, row])).toEqual([
      ['ROW_SUPERSEDED', ['rows', '1'], 2],
    ]);
    expect(second?.problems[0]?.message).toBe(
      'Row 4 has the same learner, session and learning object version and supersedes this row.',
    );
  });

  it('in MERGE each finds what the one before left', async () => {
    const subject = subjectWith(NO_VALUES);
    const decisions = await decided(
      [row(subject, { progression: 1 }), row(subject, { score: 2 }, { index: 1 })],
      { writeMode: 'MERGE' },
    );
    const by = { registrationId: 7, lovId: 1, updatedAt: NOW, importId: 'now' };
    expect(decisions[1]?.after).toEqual(
      storedRow({ ...NO_VALUES, progression: 1, score: 2, scoreMax: 100 }, by),
    );
  });
});
