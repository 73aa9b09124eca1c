import fc from 'fast-check';
import type { ImportParameters, ImportRow, TimeSpentFormat, TrackingStatus } from './types';

/** What stands in the cells that are stored: mostly right, and now and then wrong in one of the ways there are. */

export function mostly<T>(right: readonly T[], wrong: readonly T[], weight = 12): fc.Arbitrary<T> {
  return fc.oneof(
    { weight, arbitrary: fc.constantFrom(...right) },
    { weight: 1, arbitrary: fc.constantFrom(...wrong) },
  );
}

/** Surrounded by what is not read: blanks of several kinds, a byte order mark, ends of lines. */
export function padded(text: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(text) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        ` ${text}`,
        `\uFEFF${text}`,
        `${text}\r\n`,
        `\t${text}\u00a0`,
        `\u2003${text}\u0085`,
      ),
    },
  );
}

const EMPTY: readonly unknown[] = [null, null, '', ' ', '\uFEFF', '\u00a0\r\n'];
const NO_NUMBERS: readonly unknown[] = [
  'n/a',
  true,
  false,
  '1,000',
  '12,345',
  '1.2.3',
  '.5',
  '5.',
  '+5',
  '1e400',
  '0x10',
  '1 000',
  'NaN',
  '-',
];

function sum(times: number): number {
  return Array.from({ length: times }, () => 100 / times).reduce((total, share) => total + share, 0);
}

/** Nine of 100/9 and so on: a hair below 100, or above. */
const SUMS = [3, 6, 7, 9, 11, 12, 13].map(sum);

function withEmpty(cell: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 8, arbitrary: cell }, { weight: 1, arbitrary: fc.constantFrom(...EMPTY) });
}

const FULL: readonly unknown[] = [100, 100, '100', '1e2', '100,0', ...SUMS];
const PARTIAL: readonly unknown[] = [0, 40, 40.5, '40,5', '40.50', '4E1', -0, 1e-10, -1e-10, 99.5];
const OUT_OF_RANGE: readonly unknown[] = [-1, '-0.5', -1e-8, 100 + 1e-8, 100.5, '101', String(2 ** 53 + 1)];
const NO_PROGRESSION: readonly unknown[] = [...NO_NUMBERS, ...OUT_OF_RANGE, ...OUT_OF_RANGE];

const score = withEmpty(
  mostly<unknown>(
    [0, 12.5, '12,5', '3', 50, '5e1', 0.1 + 0.2, 50 + 1e-9],
    [...NO_NUMBERS, Number.POSITIVE_INFINITY, -0.5, '-3', 50.1, 80, 100 + 1e-8, 120, 1000, 1e300, ...SUMS],
    30,
  ),
);

const scoreMax = withEmpty(
  mostly<unknown>(
    [50, 50, 100, '100', '100.0', '50,00', 1000, 2_147_483_647],
    [...NO_NUMBERS, 12.5, '12,5', '1,5', 0, -1, '-1', 2 ** 31, '9007199254740993', 2 ** 53 + 1, '50.001'],
    30,
  ),
);

const TIME_SPENT: Readonly<Record<TimeSpentFormat, readonly unknown[]>> = {
  RAW_SECONDS: [
    `${' '.repeat(300)}60`,
    '5115',
    '5115.0',
    '5115,4',
    '5115.5',
    '0',
    '0.4999',
    '2147483647',
    '2147483647.4',
  ],
  RAW_MINUTES: ['85.25', '85,25', '1.675', '0.0083', '1.008', '35791394'],
  ISO_8601: [
    'PT1H25M15S',
    'PT1M30.55S',
    'PT1.5H',
    'PT0,5M',
    'P1W',
    'P2DT3H',
    'P1W2DT1S',
    'PT0.5S',
    'P1D',
    'PT90M',
    'pt1h30m',
    `PT${'0'.repeat(240)}90M`,
  ],
  PADDED: ['001:25', '000:00', '100:59', '1000:05'],
  PADDED_HH: ['01:25', '00:00', '23:59', '100:05'],
};
const NO_TIME_SPENT: readonly unknown[] = [
  {},
  [60],
  Number.POSITIVE_INFINITY,
  `1${'0'.repeat(255)}`,
  `${'0'.repeat(255)}1`,
  '1,000',
  'n/a',
  true,
  -1,
  '-1',
  '2147483648',
  '2147483647.5',
  2_147_483_648,
  'P',
  'PT',
  'P1Y',
  'P1M',
  'PT1H2',
  '01:60',
  '1:2:3',
];

function timeSpent(format: TimeSpentFormat): fc.Arbitrary<unknown> {
  const own = TIME_SPENT[format];
  const others = Object.values(TIME_SPENT).flat();
  return withEmpty(
    mostly<unknown>([...own, ...own, 5115, 85.25, 60, 1.5, 0.5, 0, 1e-7], [...NO_TIME_SPENT, ...others], 30),
  );
}

export type AliasTable = NonNullable<ImportParameters['trackingStatus']>;

export const ALIAS_TABLES: readonly AliasTable[] = [
  [],
  [
    { status: 'COMPLETED', alias: 'c' },
    { status: 'NOT_ATTEMPTED', alias: 'n' },
  ],
  [
    { status: 'COMPLETED', alias: ' Fertig ' },
    { status: 'COMPLETED', alias: '2' },
    { status: 'COMPLETED', alias: 'ok' },
  ],
  [
    { status: 'PASSED', alias: '' },
    { status: 'FAILED', alias: ' ' },
    { status: 'FAILED', alias: 'durchgefallen' },
  ],
  // Each has the other's name, which nobody answers to otherwise.
  [
    { status: 'PASSED', alias: 'completed' },
    { status: 'COMPLETED', alias: 'passed' },
  ],
];

export const BAD_ALIAS_TABLES: readonly AliasTable[] = [
  [{ status: 'PASSED', alias: 'a\u0000' }],
  [
    { status: 'PASSED', alias: 'ok' },
    { status: 'FAILED', alias: 'ok' },
    { status: 'FAILED', alias: 'x'.repeat(256) },
  ],
  Array.from({ length: 101 }, () => ({ status: 'PASSED', alias: 'ok' })),
  [{ status: 'PASSED', alias: 'Completed' }],
  [
    { status: 'PASSED', alias: 'ok' },
    { status: 'FAILED', alias: ' O\u212a ' },
  ],
  [
    { status: 'COMPLETED', alias: 'not attempted' },
    { status: 'COMPLETED', alias: '' },
  ],
];

const OWN_WORDS: Readonly<Record<TrackingStatus, readonly string[]>> = {
  NOT_ATTEMPTED: ['notAttempted', 'not attempted', 'NOT_ATTEMPTED', 'NOT Attempted'],
  INCOMPLETE: ['incomplete', 'INCOMPLETE'],
  COMPLETED: ['completed', 'COMPLETED', ' Completed'],
  PASSED: ['passed', 'Passed'],
  FAILED: ['failed', 'FAILED\r\n'],
  BROWSED: ['browsed'],
};

/** A word that means one of these statuses by the table, written in one way or another. */
function wordOf(table: AliasTable, statuses: readonly TrackingStatus[]): fc.Arbitrary<unknown> {
  return fc.constantFrom(...statuses).chain((status) => {
    const aliases = table.filter((each) => each.status === status).map(({ alias }) => alias);
    const own = aliases.every((alias) => alias.trim() === '') ? OWN_WORDS[status] : [];
    const words = [...own, ...aliases.filter((alias) => alias.trim() !== '')];
    const spelled = words.flatMap((word) => [word, word, word.toUpperCase(), word.replaceAll('k', '\u212a')]);
    return fc.constantFrom<unknown>(...spelled, ...words.filter((word) => word === '2').map(Number));
  });
}

const ANY_WORDS: readonly unknown[] = [
  ...Object.values(OWN_WORDS).flat(),
  ...['c', 'FERTIG ', 2, 'ok', 'done', true, 'complete', 'x'.repeat(300)],
];

/** Local times: ordinary ones, and those that clocks skip or show twice in one of the zones. */
const LOCAL_TIMES: readonly (readonly number[])[] = [
  [1000, 1, 2, 0, 0, 0],
  // Apia, where a day was skipped
  [2011, 12, 30, 10, 0, 0],
  // São Paulo, where midnight was skipped
  [2018, 2, 17, 23, 30, 0],
  [2018, 11, 4, 0, 0, 0],
  [2024, 2, 29, 0, 0, 0],
  // New York
  [2024, 3, 10, 2, 30, 0],
  // Paris
  [2024, 3, 31, 2, 0, 0],
  // Lord Howe, by half an hour
  [2024, 4, 7, 1, 45, 0],
  [2024, 5, 4, 9, 5, 0],
  [2024, 5, 4, 9, 5, 7],
  // Lord Howe, Paris and New York once more
  [2024, 10, 6, 2, 15, 0],
  [2024, 10, 27, 2, 59, 59],
  [2024, 11, 3, 1, 30, 0],
  [2025, 12, 31, 23, 59, 59],
  // The clock of the first request, and later.
  [2026, 1, 15, 12, 0, 0],
  [2031, 1, 1, 0, 0, 0],
];
const NO_LOCAL_TIMES: readonly (readonly number[])[] = [
  [2025, 2, 29, 0, 0, 0],
  [2024, 13, 1, 0, 0, 0],
  [2024, 0, 1, 0, 0, 0],
  [2024, 4, 31, 0, 0, 0],
  [2024, 5, 4, 24, 0, 0],
  [2024, 5, 4, 9, 60, 0],
  [999, 5, 4, 9, 0, 0],
];
const INSTANTS = [
  '2024-05-04T09:05:07Z',
  '2024-05-04T09:05:07.5Z',
  '2024-05-04T09:05:07.1239Z',
  '2024-05-04T09:05:07,999999+02:00',
  '2024-05-04T09:05-03:00',
  '2024-05-04 09:05z',
  '2024-05-04T09:05:07+14:00',
  '2026-01-15T12:00:00.000Z',
  '2030-01-01T00:00:00+05:45',
];
const NO_DATES: readonly unknown[] = [
  'n/a',
  '0000-00-00',
  '2024-05-04T09:05:07',
  '2024-02-30T00:00:00Z',
  '2024-05-04T25:00:00Z',
  '2024-05-04T09:05:07-14:01',
  `2024-05-04${' '.repeat(300)}x`,
  '4 May 2024',
  true,
  12.5,
];

/** A local time in a format, day and so on with one digit where they have only one. */
function written(
  format: string,
  time: readonly number[],
  how: { oneDigit: boolean; stops: boolean },
): string {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = time;
  const parts: Readonly<Record<string, number>> = { MM: month, DD: day, HH: hour, II: minute, SS: second };
  const end = Math.max(
    ...['YYYY', 'MM', 'DD'].map((part) => format.toUpperCase().indexOf(part) + part.length),
  );
  return (how.stops ? format.slice(0, end) : format).replace(/YYYY|MM|DD|HH|II|SS|T/gi, (token) => {
    const upper = token.toUpperCase();
    if (upper === 'YYYY') return String(year).padStart(4, '0');
    return upper === 'T' ? 'T' : String(parts[upper]).padStart(how.oneDigit ? 1 : 2, '0');
  });
}

/** A date of a part of the times, so that those of a row are mostly in order. */
function date(format: string, times: readonly (readonly number[])[]): fc.Arbitrary<unknown> {
  const local = fc
    .record({
      time: mostly(times, NO_LOCAL_TIMES, 120),
      // Where parts touch each other, every digit is needed.
      oneDigit: mostly([false], [true], /[DHIS]{3}|YM/i.test(format) ? 20 : 3),
      stops: mostly([false], [true], 3),
    })
    .map(({ time, ...how }) => written(format, time, how));
  return withEmpty(
    fc.oneof(
      { weight: 60, arbitrary: local.chain(padded) },
      { weight: 10, arbitrary: fc.constantFrom<unknown>(...INSTANTS) },
      { weight: 1, arbitrary: fc.constantFrom<unknown>(...NO_DATES, 20_240_504) },
    ),
  );
}

const COMPLETE: readonly TrackingStatus[] = ['COMPLETED', 'PASSED'];
const OTHERS: readonly TrackingStatus[] = ['INCOMPLETE', 'FAILED', 'BROWSED'];

/** The stored cells of a row, each of which may be absent; most rows make sense. */
export function valueCells(
  format: string,
  timeSpentFormat: TimeSpentFormat,
  table: AliasTable,
): fc.Arbitrary<ImportRow> {
  const some = (cells: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<ImportRow> =>
    fc.record(cells, { requiredKeys: [], noNullPrototype: true });
  const common = {
    firstAccessDate: date(format, LOCAL_TIMES.slice(0, 10)),
    lastAccessDate: date(format, LOCAL_TIMES.slice(8)),
    score,
    scoreMax,
    timeSpent: timeSpent(timeSpentFormat),
    ignoredColumn: fc.constantFrom<unknown>(null, 'x', true, { a: [1] }),
  };
  const firstCompletionDate = date(format, LOCAL_TIMES.slice(6, 12));
  const complete = fc
    .tuple(
      some({ ...common, firstCompletionDate, progression: mostly(FULL, [...PARTIAL, ...OUT_OF_RANGE], 15) }),
      wordOf(table, COMPLETE),
      fc.boolean(),
    )
    .map(([cells, trackingStatus, isSaid]) =>
      isSaid ? { ...cells, trackingStatus } : { progression: 100, ...cells },
    );
  const other = some({
    ...common,
    progression: withEmpty(mostly(PARTIAL, [...FULL, ...OUT_OF_RANGE], 15)),
    trackingStatus: withEmpty(wordOf(table, OTHERS)),
    firstCompletionDate: fc.constantFrom<unknown>(null, '', ' '),
  });
  const wiping = fc
    .tuple(fc.oneof(fc.constant<ImportRow>({}), some(common)), wordOf(table, ['NOT_ATTEMPTED']))
    .map(([cells, trackingStatus]) => ({ ...cells, trackingStatus }));
  // A mapping that lost its columns.
  const nothing = some({ score: fc.constantFrom(...EMPTY), progression: fc.constantFrom(...EMPTY) });
  // One cell is sent, which in MERGE meets what is stored.
  const single = fc
    .tuple(other, complete, fc.nat())
    .map(([one, another, index]) => Object.entries({ ...one, ...another }).slice(index % 3, (index % 3) + 1))
    .map((cells) => Object.fromEntries(cells));
  const wild = some({
    ...common,
    firstAccessDate: date(format, LOCAL_TIMES),
    lastAccessDate: date(format, LOCAL_TIMES),
    firstCompletionDate: date(format, LOCAL_TIMES),
    progression: mostly<unknown>([...FULL, ...PARTIAL, null], NO_PROGRESSION),
    trackingStatus: fc.constantFrom<unknown>(...ANY_WORDS, null),
  });
  return fc.oneof(
    { weight: 6, arbitrary: complete },
    { weight: 6, arbitrary: other },
    { weight: 2, arbitrary: wiping },
    { weight: 1, arbitrary: nothing },
    { weight: 4, arbitrary: single },
    { weight: 2, arbitrary: wild },
  );
}
