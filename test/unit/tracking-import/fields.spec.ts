import { TRACKING_FIELDS } from '../../../src/tracking-import/fields';
import type { ImportRow } from '../../models/import/types';
import { apiOn } from '../../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../../support/databases';
import { ADA_FIRE, codes, importRows, worldWith } from '../../support/import-cases';
import { storedTracking, storeWorld } from '../../support/world';

/**
 * Every value goes all the way under its own name: from its cell to its column, from there into answers, and into what
 * is told of it. `npm run test:omissions` leaves out what makes it do so, one thing after the other.
 */

const CELLS = {
  firstAccessDate: '2025-01-01 00:00:00',
  firstCompletionDate: '2025-01-02 00:00:00',
  lastAccessDate: '2025-01-03 00:00:00',
  progression: 61,
  score: 7,
  scoreMax: 9,
  timeSpent: 12,
  trackingStatus: 'passed',
} as const satisfies ImportRow;

const VALUES = {
  firstAccessDate: '2025-01-01T00:00:00.000Z',
  firstCompletionDate: '2025-01-02T00:00:00.000Z',
  lastAccessDate: '2025-01-03T00:00:00.000Z',
  progression: 61,
  score: 7,
  scoreMax: 9,
  timeSpentSeconds: 12,
  status: 'PASSED',
};

const SENT: ImportRow = { ...ADA_FIRE, ...CELLS };

let test: TestDatabase;

beforeAll(async () => {
  const [embedded] = DATABASE_KINDS;
  if (embedded === undefined) throw new Error('There is no embedded database');
  test = await openTestDatabase(embedded);
});
beforeEach(async () => {
  await test.clear();
  await storeWorld(test, worldWith());
});
afterAll(() => test.drop());

it('There are values here for every field and its cell', () => {
  expect(TRACKING_FIELDS.map(({ field }) => field)).toEqual(Object.keys(VALUES));
  expect(TRACKING_FIELDS.map(({ cell }) => cell)).toEqual(Object.keys(CELLS));
});

it('A value is stored, answered, and told as a change', async () => {
  const { rows } = await importRows(apiOn(test), [SENT]);
  const changes = Object.entries(VALUES).map(([field, value]) => ({
    field,
    before: null,
    after: String(value),
  }));
  expect(rows).toMatchObject([{ outcome: 'CREATED', tracking: VALUES, changes }]);
  expect(await storedTracking(test)).toMatchObject([
    {
      ...VALUES,
      firstAccessDate: Date.parse(VALUES.firstAccessDate),
      firstCompletionDate: Date.parse(VALUES.firstCompletionDate),
      lastAccessDate: Date.parse(VALUES.lastAccessDate),
    },
  ]);
});

it('A stored value is read back: the same row changes nothing', async () => {
  await importRows(apiOn(test), [SENT]);
  const { rows } = await importRows(apiOn(test), [SENT]);
  expect(rows).toMatchObject([{ outcome: 'UNCHANGED', tracking: VALUES, changes: [], problems: [] }]);
});

it('In MERGE a value stays whose cell is not sent', async () => {
  await importRows(apiOn(test), [SENT]);
  const { rows } = await importRows(apiOn(test), [ADA_FIRE], { writeMode: 'MERGE' });
  expect(rows).toMatchObject([
    { outcome: 'UNCHANGED', tracking: VALUES, problems: [{ code: 'NOTHING_SENT' }] },
  ]);
});

it('In REPLACE a value is told whose cell is not sent', async () => {
  await importRows(apiOn(test), [SENT]);
  const { rows } = await importRows(apiOn(test), [ADA_FIRE]);
  const fields = Object.keys(CELLS).join(', ');
  expect(rows).toMatchObject([
    { outcome: 'REPLACED', problems: [{ code: 'VALUE_RESET' }, { code: 'NOTHING_SENT' }] },
  ]);
  expect(rows[0]?.problems[0]?.message).toContain(fields);
});

it('A row that wipes tells every cell with a value, but for the status', async () => {
  const { rows } = await importRows(apiOn(test), [{ ...SENT, trackingStatus: 'notAttempted' }]);
  const fields = Object.keys(CELLS).slice(0, -1).join(', ');
  expect(rows).toMatchObject([{ problems: [{ code: 'VALUES_IGNORED' }] }]);
  expect(rows[0]?.problems[0]?.message).toContain(fields);
});

it.each<[cell: keyof typeof CELLS, value: string | number, code: string]>([
  ['firstAccessDate', 'x'.repeat(256), 'TEXT_TOO_LONG'],
  ['firstCompletionDate', 'x'.repeat(256), 'TEXT_TOO_LONG'],
  ['lastAccessDate', 'x'.repeat(256), 'TEXT_TOO_LONG'],
  ['progression', 101, 'PROGRESSION_OUT_OF_RANGE'],
  ['score', -1, 'SCORE_NEGATIVE'],
  ['scoreMax', -1, 'SCORE_NEGATIVE'],
  ['timeSpent', -1, 'TIME_SPENT_INVALID'],
  ['trackingStatus', 'x'.repeat(256), 'TEXT_TOO_LONG'],
])('The cell %s is checked', async (cell, value, code) => {
  const answer = await importRows(apiOn(test), [{ ...ADA_FIRE, [cell]: value }]);
  expect(answer.rows).toMatchObject([
    { outcome: 'REJECTED', problems: [{ code, path: ['rows', '0', cell] }] },
  ]);
  expect(codes(answer)).toHaveLength(1);
});
