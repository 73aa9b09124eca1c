/**
 * Local times become instants by one rule, whatever the host's zone, the database's zone and the day of the import:
 * a time that does not exist moves forward by the gap, one that exists twice is the earlier instant, and a day that
 * does not exist is refused. The expected instants come from the published clock changes, not from a library.
 */
import { runInThisContext } from 'node:vm';
import { Settings } from 'luxon';
import type { Database } from '../../src/data/database';
import { openDatabase } from '../../src/data/open-database';
import type { ImportParameters, ImportRow } from '../models/import/types';
import { apiOn } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { codes, type ImportAnswer, importRows } from '../support/import-cases';
import { present } from '../support/present';
import { withSession } from '../support/session';
import { storeWorld } from '../support/world';

/** A cell, and the instant that it is, or the code that refuses it; a warning where the clock change had to choose. */
type Local = readonly [cell: string, becomes: string, warning?: 'TIME_SKIPPED' | 'TIME_AMBIGUOUS'];

const CLOCK_CHANGES: Readonly<Record<string, readonly Local[]>> = {
  // Forward at midnight, where the default time 00:00:00 falls into the gap; back at midnight.
  'America/Sao_Paulo': [
    ['2018-11-03 23:59:59', '2018-11-04T02:59:59.000Z'],
    ['2018-11-04', '2018-11-04T03:00:00.000Z', 'TIME_SKIPPED'],
    ['2018-11-04 00:00:00', '2018-11-04T03:00:00.000Z', 'TIME_SKIPPED'],
    ['2018-11-04 00:59:59', '2018-11-04T03:59:59.000Z', 'TIME_SKIPPED'],
    ['2018-11-04 01:00:00', '2018-11-04T03:00:00.000Z'],
    ['2018-02-17 22:59:59', '2018-02-18T00:59:59.000Z'],
    ['2018-02-17 23:00:00', '2018-02-18T01:00:00.000Z', 'TIME_AMBIGUOUS'],
    ['2018-02-17 23:59:59', '2018-02-18T01:59:59.000Z', 'TIME_AMBIGUOUS'],
    ['2018-02-18 00:00:00', '2018-02-18T03:00:00.000Z'],
  ],
  'America/New_York': [
    ['2024-11-03 00:59:59', '2024-11-03T04:59:59.000Z'],
    ['2024-11-03 01:00:00', '2024-11-03T05:00:00.000Z', 'TIME_AMBIGUOUS'],
    ['2024-11-03 01:30:00', '2024-11-03T05:30:00.000Z', 'TIME_AMBIGUOUS'],
    ['2024-11-03 01:59:59', '2024-11-03T05:59:59.000Z', 'TIME_AMBIGUOUS'],
    ['2024-11-03 02:00:00', '2024-11-03T07:00:00.000Z'],
    ['2024-03-10 01:59:59', '2024-03-10T06:59:59.000Z'],
    ['2024-03-10 02:00:00', '2024-03-10T07:00:00.000Z', 'TIME_SKIPPED'],
    ['2024-03-10 02:30:00', '2024-03-10T07:30:00.000Z', 'TIME_SKIPPED'],
    ['2024-03-10 03:00:00', '2024-03-10T07:00:00.000Z'],
    // With an offset there is nothing to choose.
    ['2024-11-03T01:30:00-05:00', '2024-11-03T06:30:00.000Z'],
    ['2024-11-03T01:30:00-04:00', '2024-11-03T05:30:00.000Z'],
    ['2024-03-10T02:30:00Z', '2024-03-10T02:30:00.000Z'],
  ],
  // Half an hour.
  'Australia/Lord_Howe': [
    ['2024-04-07 01:29:59', '2024-04-06T14:29:59.000Z'],
    ['2024-04-07 01:30:00', '2024-04-06T14:30:00.000Z', 'TIME_AMBIGUOUS'],
    ['2024-04-07 01:45:00', '2024-04-06T14:45:00.000Z', 'TIME_AMBIGUOUS'],
    ['2024-04-07 02:00:00', '2024-04-06T15:30:00.000Z'],
    ['2024-10-06 02:15:00', '2024-10-05T15:45:00.000Z', 'TIME_SKIPPED'],
    ['2024-10-06 02:30:00', '2024-10-05T15:30:00.000Z'],
  ],
  // A day that never was, and a change far from the zone's present offset.
  'Pacific/Apia': [
    ['2011-12-29 23:59:59', '2011-12-30T09:59:59.000Z'],
    ['2011-12-30', 'DATE_INVALID'],
    ['2011-12-30 00:00:00', 'DATE_INVALID'],
    ['2011-12-30 23:59:59', 'DATE_INVALID'],
    ['2011-12-31 00:00:00', '2011-12-30T10:00:00.000Z'],
    ['2010-09-26 00:30:00', '2010-09-26T11:30:00.000Z', 'TIME_SKIPPED'],
    ['2010-09-26 01:30:00', '2010-09-26T11:30:00.000Z'],
  ],
  'Europe/Paris': [
    ['2024-03-31 02:30:00', '2024-03-31T01:30:00.000Z', 'TIME_SKIPPED'],
    ['2024-10-27 02:30:00', '2024-10-27T00:30:00.000Z', 'TIME_AMBIGUOUS'],
    ['2024-10-27 03:00:00', '2024-10-27T02:00:00.000Z'],
  ],
  // Its summer time is written down as the standard.
  'Europe/Dublin': [
    ['2024-03-31 01:30:00', '2024-03-31T01:30:00.000Z', 'TIME_SKIPPED'],
    ['2024-10-27 01:30:00', '2024-10-27T00:30:00.000Z', 'TIME_AMBIGUOUS'],
  ],
  // Two hours.
  'Antarctica/Troll': [
    ['2024-03-31 02:30:00', '2024-03-31T02:30:00.000Z', 'TIME_SKIPPED'],
    ['2024-10-27 02:30:00', '2024-10-27T00:30:00.000Z', 'TIME_AMBIGUOUS'],
  ],
  // A quarter of an hour, once.
  'Asia/Kathmandu': [
    ['1985-12-31 23:59:59', '1985-12-31T18:29:59.000Z'],
    ['1986-01-01', '1985-12-31T18:30:00.000Z', 'TIME_SKIPPED'],
    ['1986-01-01 00:14:59', '1985-12-31T18:44:59.000Z', 'TIME_SKIPPED'],
    ['1986-01-01 00:15:00', '1985-12-31T18:30:00.000Z'],
  ],
  // An offset with seconds, until 1972.
  'Africa/Monrovia': [
    ['1972-01-06 12:00:00', '1972-01-06T12:44:30.000Z'],
    ['1972-01-07 00:30:00', '1972-01-07T01:14:30.000Z', 'TIME_SKIPPED'],
    ['1972-01-07 00:44:30', '1972-01-07T00:44:30.000Z'],
  ],
  UTC: [
    ['2024-11-03 01:30:00', '2024-11-03T01:30:00.000Z'],
    ['2018-11-04', '2018-11-04T00:00:00.000Z'],
    ['2011-12-30', '2011-12-30T00:00:00.000Z'],
  ],
};

const HOST_ZONES = [
  'UTC',
  'America/Sao_Paulo',
  'America/New_York',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Asia/Kathmandu',
];
const TODAYS = ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z'];

/** The real process: Jest gives tests a copy of `process.env`, which Node does not watch. */
const realProcess = runInThisContext('process') as NodeJS.Process;

async function inHostZone(timeZone: string, act: () => Promise<void>): Promise<void> {
  const before = realProcess.env.TZ;
  realProcess.env.TZ = timeZone;
  try {
    await act();
  } finally {
    if (before === undefined) delete realProcess.env.TZ;
    else realProcess.env.TZ = before;
  }
}

async function onDay(today: string, act: () => Promise<void>): Promise<void> {
  const before = Settings.now;
  Settings.now = () => Date.parse(today);
  try {
    await act();
  } finally {
    Settings.now = before;
  }
}

describe.each(DATABASE_KINDS)('zones on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await storeWorld(test, classWorld({ learners: 20 }));
  });
  beforeEach(async () => {
    await test.query('DELETE FROM consolidated_tracking');
  });
  afterAll(() => test.drop());

  function send(
    rows: readonly ImportRow[],
    parameters: ImportParameters,
    today = TODAYS[0] as string,
    database: Database = test.database,
  ): Promise<ImportAnswer> {
    const api = apiOn(test, { database, clock: () => new Date(today) });
    return importRows(api, rows, { parameters });
  }

  /** Imports the zone's table and compares it with what is answered and with what is stored. */
  async function expectTable(timeZone: string, today?: string, database?: Database): Promise<void> {
    const table = present(CLOCK_CHANGES[timeZone]);
    const rows = table.map(([firstAccessDate], index) => ({ ...classRow(index + 1), firstAccessDate }));
    const answer = await send(rows, { timeZone }, today, database);
    expect(
      answer.rows.map((row, index) => {
        const [cell] = present(table[index]);
        const [code] = codes(row);
        const instant = row.tracking?.firstAccessDate;
        return instant ? [cell, instant, ...(code ? [code] : [])] : [cell, code];
      }),
    ).toEqual(table);
    expect(await storedTexts()).toEqual(
      table.flatMap(([, instant]) =>
        instant.startsWith('DATE') ? [] : [instant.slice(0, 23).replace('T', ' ')],
      ),
    );
    await test.query('DELETE FROM consolidated_tracking');
  }

  /** The instants as the database itself writes them. */
  async function storedTexts(): Promise<string[]> {
    const rows = await test.query<{ instant: string }>(
      'SELECT CAST(first_access_date AS CHAR) AS instant FROM consolidated_tracking ORDER BY registration_id',
    );
    return rows.map((row) => row.instant);
  }

  describe.each(HOST_ZONES)('host in %s', (hostZone) => {
    it.each(TODAYS)('imports the same instants on %s', async (today) => {
      await inHostZone(hostZone, async () => {
        expect(new Date(2024, 0, 1).getTime()).toBe(MIDNIGHTS[hostZone]);
        await onDay(today, async () => {
          for (const timeZone of Object.keys(CLOCK_CHANGES)) await expectTable(timeZone, today);
        });
      });
    });
  });

  it('imports in July what it imported in January, and finds it unchanged', async () => {
    for (const [timeZone, table] of Object.entries(CLOCK_CHANGES)) {
      const rows = table.map(([lastAccessDate], index) => ({ ...classRow(index + 1), lastAccessDate }));
      const answers: ImportAnswer[] = [];
      for (const today of TODAYS) {
        await onDay(today, async () => {
          answers.push(await send(rows, { timeZone }, today));
        });
      }
      const [january, july] = answers.map((answer) =>
        answer.rows.map((row) => [row.tracking?.lastAccessDate, codes(row)]),
      );
      expect(july).toEqual(january);
      expect(answers[1]?.summary).toMatchObject({ replaced: 0, created: 0 });
      await test.query('DELETE FROM consolidated_tracking');
    }
  });

  it('the completion date that the import sets itself is its clock, on every host', async () => {
    for (const hostZone of HOST_ZONES) {
      await inHostZone(hostZone, async () => {
        const answer = await send([{ ...classRow(1), progression: 100 }], { timeZone: 'Pacific/Apia' });
        expect(answer.rows[0]?.tracking).toMatchObject({
          firstCompletionDate: '2026-01-15T12:00:00.000Z',
          updatedAt: '2026-01-15T12:00:00.000Z',
        });
        await test.query('DELETE FROM consolidated_tracking');
      });
    }
  });

  it('a default time in the gap or in the repeated hour follows the same rule', async () => {
    const parameters = {
      timeZone: 'America/New_York',
      dateTimeFormat: 'DD/MM/YYYY',
      defaultTime: '02:30:00',
    };
    const spring = await send([{ ...classRow(1), firstAccessDate: '10/03/2024' }], parameters);
    expect(spring.rows[0]?.tracking?.firstAccessDate).toBe('2024-03-10T07:30:00.000Z');
    expect(codes(spring)).toEqual(['TIME_SKIPPED']);
    const autumn = await send([{ ...classRow(1), firstAccessDate: '03/11/2024' }], {
      ...parameters,
      defaultTime: '01:30:00',
    });
    expect(autumn.rows[0]?.tracking?.firstAccessDate).toBe('2024-11-03T05:30:00.000Z');
    expect(codes(autumn)).toEqual(['TIME_AMBIGUOUS']);
  });

  it('every date cell follows the same rule', async () => {
    const night = '2024-11-03 01:30:00';
    const answer = await send(
      [
        {
          ...classRow(1),
          firstAccessDate: night,
          firstCompletionDate: night,
          lastAccessDate: night,
          trackingStatus: 'completed',
        },
      ],
      { timeZone: 'america/new_york' },
    );
    const instant = '2024-11-03T05:30:00.000Z';
    expect(answer.rows[0]?.tracking).toMatchObject({
      firstAccessDate: instant,
      firstCompletionDate: instant,
      lastAccessDate: instant,
    });
    expect(codes(answer)).toEqual(['TIME_AMBIGUOUS', 'TIME_AMBIGUOUS', 'TIME_AMBIGUOUS']);
  });

  if (kind.kind !== 'sqlite') {
    it.each(['+00:00', '+05:45', '-12:00', '+13:00'])(
      'the session zone %s of the database does not matter',
      async (zone) => {
        // Connections of its own: what is set on them stays set.
        const inside = await openDatabase(test.target);
        const database = withSession(inside, `SET SESSION time_zone = '${zone}'`);
        for (const timeZone of Object.keys(CLOCK_CHANGES)) await expectTable(timeZone, TODAYS[0], database);
        await send(
          [{ ...classRow(1), firstAccessDate: '2018-11-04' }],
          { timeZone: 'America/Sao_Paulo' },
          TODAYS[0],
          database,
        );
        const api = apiOn(test, { database });
        const filter = { changedSince: TODAYS[0] };
        const found = await api.run(
          'query($filter: ConsolidatedTrackingFilter = {}) { consolidatedTracking(filter: $filter) { nodes { firstAccessDate updatedAt } } }',
          { filter },
        );
        expect(found).toEqual({
          consolidatedTracking: {
            nodes: [{ firstAccessDate: '2018-11-04T03:00:00.000Z', updatedAt: '2026-01-15T12:00:00.000Z' }],
          },
        });
        await inside.close();
      },
    );
  }
});

/** New Year's midnight of 2024 on each host: shows that the host's zone is what the test says. */
const MIDNIGHTS: Readonly<Record<string, number>> = {
  UTC: Date.parse('2024-01-01T00:00:00Z'),
  'America/Sao_Paulo': Date.parse('2024-01-01T03:00:00Z'),
  'America/New_York': Date.parse('2024-01-01T05:00:00Z'),
  'Australia/Lord_Howe': Date.parse('2023-12-31T13:00:00Z'),
  'Pacific/Apia': Date.parse('2023-12-31T11:00:00Z'),
  'Asia/Kathmandu': Date.parse('2023-12-31T18:15:00Z'),
};
