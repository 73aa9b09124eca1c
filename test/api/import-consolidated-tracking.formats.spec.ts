import { runInThisContext } from 'node:vm';
import type { ProblemCode } from '../../src/kernel/messages';
import type { ImportParameters, ImportRow, StatusAlias } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import {
  ADA_AID,
  ADA_FIRE,
  codes,
  importRows,
  LONG_AGO,
  outcomes,
  stored,
  worldWith,
} from '../support/import-cases';
import type { StoredRow } from '../support/import-types';
import { present } from '../support/present';
import { storedTracking, storeWorld } from '../support/world';

/** The real process: Jest gives tests a copy of `process.env`, which Node does not watch. */
const realProcess = runInThisContext('process') as NodeJS.Process;

describe.each(DATABASE_KINDS)('importConsolidatedTracking on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(async () => {
    await test.clear();
    await storeWorld(test, worldWith());
  });
  afterAll(() => test.drop());

  /** Sends one row and answers its codes, and what is stored of it. */
  async function sent(
    cells: ImportRow,
    parameters?: ImportParameters,
  ): Promise<{ codes: ProblemCode[]; row: StoredRow | undefined }> {
    const answer = await importRows(api, [{ ...ADA_FIRE, ...cells }], { parameters });
    const [row] = await storedTracking(test);
    return { codes: codes(answer), row };
  }

  /** Sends a date and expects the instant, or the refusal, and nothing else. */
  async function expectDate(
    cell: string,
    expected: string | 'DATE_INVALID',
    parameters?: ImportParameters,
    warnings: ProblemCode[] = [],
  ) {
    const { codes: found, row } = await sent({ firstAccessDate: cell }, parameters);
    if (expected === 'DATE_INVALID') {
      expect(found).toEqual(['DATE_INVALID']);
      expect(row).toBeUndefined();
    } else {
      expect(found).toEqual(warnings);
      expect(isoOf(row?.firstAccessDate)).toBe(expected);
    }
  }

  function isoOf(instant: number | null | undefined): string | undefined {
    return typeof instant === 'number' ? new Date(instant).toISOString() : undefined;
  }

  describe('dateTimeFormat', () => {
    it.each<[string | undefined, string, string]>([
      [undefined, '2024-05-06 07:08:09', '2024-05-06T07:08:09.000Z'],
      ['YYYY-MM-DD HH:II:SS', '2024-05-06 07:08:09', '2024-05-06T07:08:09.000Z'],
      ['yyyy-mm-dd hh:ii:ss', '2024-05-06 07:08:09', '2024-05-06T07:08:09.000Z'],
      ['DD/MM/YYYY', '06/05/2024', '2024-05-06T00:00:00.000Z'],
      ['MM.DD.YYYY hh', '05.06.2024 07', '2024-05-06T07:00:00.000Z'],
      ['YYYY_DD_MM hh:ii', '2024_06_05 07:08', '2024-05-06T07:08:00.000Z'],
      ['DD,MM;YYYY:hh-ii', '06,05;2024:07-08', '2024-05-06T07:08:00.000Z'],
      ['YYYYMMDDhhiiss', '20240506070809', '2024-05-06T07:08:09.000Z'],
      ['YYYY-MM-DDThh:ii:ss', '2024-05-06T07:08:09', '2024-05-06T07:08:09.000Z'],
    ])(
      'YYYY, MM, DD exactly once each, date before time; hh, ii, ss optional; any case; separators: %s',
      async (dateTimeFormat, cell, expected) => {
        await expectDate(cell, expected, dateTimeFormat === undefined ? undefined : { dateTimeFormat });
      },
    );

    it.each([
      '',
      'YYYY-MM',
      'YYYY-MM-DD MM',
      'YYYY-YYYY-MM-DD',
      'hh:ii YYYY-MM-DD',
      'YYYY-MM-DD ii',
      'YYYY-MM-DD hh:ss',
      'YYYY-MM-DD ss:ii:hh',
      'YYYY-MM-DD hh:mm',
      'YY-MM-DD',
      'YYYY|MM|DD',
      'YYYY-MM-DD hh:ii:ssZ',
      'YYYYTMM-DD',
      'dd MMM yyyy',
    ])('Anything else: DATE_FORMAT_INVALID (%j)', async (dateTimeFormat) => {
      const answer = await importRows(api, [ADA_FIRE], { parameters: { dateTimeFormat } });
      expect(answer.problems).toMatchObject([
        { code: 'DATE_FORMAT_INVALID', severity: 'ERROR', path: ['parameters', 'dateTimeFormat'], row: null },
      ]);
    });

    it.each([
      [undefined, '2024-05-06T00:00:00.000Z'],
      ['23:59:58', '2024-05-06T23:59:58.000Z'],
    ])('A cell may stop after the date; defaultTime completes it (%s)', async (defaultTime, expected) => {
      await expectDate('2024-05-06', expected, defaultTime === undefined ? undefined : { defaultTime });
    });

    it('A cell with a time is not completed', async () => {
      await expectDate('2024-05-06 00:00:00', '2024-05-06T00:00:00.000Z', { defaultTime: '23:59:58' });
    });

    it.each<[string, string]>([
      ['2024-05-06T07:08:09Z', '2024-05-06T07:08:09.000Z'],
      ['2024-05-06T07:08:09+05:30', '2024-05-06T01:38:09.000Z'],
      ['2024-05-06T07:08:09.5-03:00', '2024-05-06T10:08:09.500Z'],
      ['2024-05-06T07:08:09.123999Z', '2024-05-06T07:08:09.123Z'],
      ['2024-12-31T23:00:00-14:00', '2025-01-01T13:00:00.000Z'],
    ])(
      'ISO-8601 with an explicit offset or Z is accepted whatever the format; fractions beyond milliseconds are cut: %s',
      async (cell, expected) => {
        await expectDate(cell, expected, { dateTimeFormat: 'DD/MM/YYYY', timeZone: 'Asia/Kolkata' });
      },
    );

    it.each([
      '2023-02-29 00:00:00',
      '2024-02-30',
      '2024-04-31 10:00:00',
      '2024-13-01',
      '2024-00-10',
      '2024-01-00',
      '2024-01-01 24:00:00',
      '2024-01-01 10:60:00',
      '2016-12-31 23:59:60',
      '2023-02-29T00:00:00Z',
      '2024-01-01T24:00:00Z',
      '2024-01-01T00:00:00+15:00',
    ])('A date that does not exist is a row error, never shifted: %s', async (cell) => {
      await expectDate(cell, 'DATE_INVALID');
    });

    it.each(['2024-05-06T07:08:09', '06/05/2024', '2024-05-06 07:08', 'yesterday', '1714979289'])(
      'What follows neither is a row error: %s',
      async (cell) => {
        await expectDate(cell, 'DATE_INVALID');
      },
    );

    it.each<[string, string, ProblemCode[]]>([
      ['1000-01-01 00:00:00', '1000-01-01T00:00:00.000Z', []],
      ['9999-12-31 23:59:59', '9999-12-31T23:59:59.000Z', ['DATE_IN_FUTURE']],
      ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z', ['DATE_IN_FUTURE']],
      ['0999-12-31 23:59:59', 'DATE_INVALID', []],
      ['0000-01-01', 'DATE_INVALID', []],
      ['10000-01-01', 'DATE_INVALID', []],
      ['9999-12-31T23:59:59-01:00', 'DATE_INVALID', []],
      ['1000-01-01T00:00:00+01:00', 'DATE_INVALID', []],
    ])('Years 1000–9999: %s', async (cell, expected, warnings) => {
      await expectDate(cell, expected, {}, warnings);
    });
  });

  describe('Zones', () => {
    it.each<[string, string, string, string, ProblemCode[]]>([
      [
        'local times become instants',
        'America/Sao_Paulo',
        '2024-05-06 07:08:09',
        '2024-05-06T10:08:09.000Z',
        [],
      ],
      ['local times become instants', 'Asia/Kolkata', '2024-05-06', '2024-05-05T18:30:00.000Z', []],
      [
        'no midnight, so +1 h',
        'America/Sao_Paulo',
        '2018-11-04',
        '2018-11-04T03:00:00.000Z',
        ['TIME_SKIPPED'],
      ],
      [
        'a gap of an hour',
        'Europe/Paris',
        '2024-03-31 02:30:00',
        '2024-03-31T01:30:00.000Z',
        ['TIME_SKIPPED'],
      ],
      ['the end of the gap', 'Europe/Paris', '2024-03-31 03:00:00', '2024-03-31T01:00:00.000Z', []],
      [
        'a gap of 30 min',
        'Australia/Lord_Howe',
        '2024-10-06 02:15:00',
        '2024-10-05T15:45:00.000Z',
        ['TIME_SKIPPED'],
      ],
      ['twice', 'America/New_York', '2024-11-03 01:30:00', '2024-11-03T05:30:00.000Z', ['TIME_AMBIGUOUS']],
      ['once again', 'America/New_York', '2024-11-03 02:00:00', '2024-11-03T07:00:00.000Z', []],
      [
        'twice, 30 min',
        'Australia/Lord_Howe',
        '2024-04-07 01:45:00',
        '2024-04-06T14:45:00.000Z',
        ['TIME_AMBIGUOUS'],
      ],
      ['an offset decides', 'America/New_York', '2024-11-03T01:30:00-05:00', '2024-11-03T06:30:00.000Z', []],
    ])(
      'A gap moves forward by the gap, a repeated time takes the earlier instant, both with a warning: %s, %s %s',
      async (_, timeZone, cell, expected, warnings) => {
        const answer = await importRows(api, [{ ...ADA_FIRE, firstAccessDate: cell }], {
          parameters: { timeZone },
        });
        const [row] = await storedTracking(test);
        expect(isoOf(row?.firstAccessDate)).toBe(expected);
        expect(answer.problems).toMatchObject(
          warnings.map((code) => ({
            code,
            severity: 'WARNING',
            path: ['rows', '0', 'firstAccessDate'],
            row: 1,
          })),
        );
      },
    );

    it('A day that the zone skipped does not exist (Apia, 2011-12-30)', async () => {
      await expectDate('2011-12-30', 'DATE_INVALID', { timeZone: 'Pacific/Apia' });
    });

    // mysql2 remembers local days: these dates are in no other test, and the first zone is not that of the others.
    it.each(['America/Sao_Paulo', 'Pacific/Kiritimati', 'Europe/London', 'UTC'])(
      'The answer is the same on every host zone and every day of the year (%s)',
      async (hostZone) => {
        const before = realProcess.env.TZ;
        realProcess.env.TZ = hostZone;
        try {
          const cells = { firstAccessDate: '2023-11-05 01:30:00', lastAccessDate: '2024-03-10 02:30:00' };
          const found: string[] = [];
          for (const now of ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z']) {
            const at = api.as({ clock: () => new Date(now) });
            const parameters = { timeZone: 'America/New_York' };
            const answer = await importRows(at, [{ ...ADA_FIRE, ...cells }], { parameters });
            found.push(...outcomes(answer));
            expect(answer.rows[0]?.tracking).toMatchObject({
              firstAccessDate: '2023-11-05T05:30:00.000Z',
              lastAccessDate: '2024-03-10T07:30:00.000Z',
            });
          }
          expect(found).toEqual(['CREATED', 'UNCHANGED']);
          // As text, past the drivers' own conversion.
          const column = (name: string) => `CAST(${name} AS CHAR) AS ${name}`;
          expect(
            await test.query(
              `SELECT ${column('first_access_date')}, ${column('last_access_date')} FROM consolidated_tracking`,
            ),
          ).toEqual([
            { first_access_date: '2023-11-05 05:30:00.000', last_access_date: '2024-03-10 07:30:00.000' },
          ]);
        } finally {
          if (before === undefined) delete realProcess.env.TZ;
          else realProcess.env.TZ = before;
        }
      },
    );
  });

  describe('timeSpent', () => {
    it.each<[NonNullable<ImportParameters['timeSpentFormat']>, string | number, number | null]>([
      ['RAW_SECONDS', '5115', 5115],
      ['RAW_SECONDS', ' 5115 ', 5115],
      ['RAW_SECONDS', 5115, 5115],
      ['RAW_SECONDS', '0', 0],
      ['RAW_SECONDS', '2147483647', 2_147_483_647],
      ['RAW_SECONDS', '2147483648', null],
      ['RAW_SECONDS', 2_147_483_648, null],
      ['RAW_SECONDS', '5115.0', 5115],
      ['RAW_SECONDS', 5115.5, 5116],
      ['RAW_SECONDS', '-1', null],
      ['RAW_SECONDS', -1, null],
      ['RAW_SECONDS', 'PT1H', null],
      ['RAW_MINUTES', '85.25', 5115],
      ['RAW_MINUTES', 85.25, 5115],
      ['RAW_MINUTES', '85', 5100],
      // Half up, in decimal: 0.0083… minutes are half a second.
      ['RAW_MINUTES', '0.0083', 0],
      ['RAW_MINUTES', '0.0084', 1],
      ['RAW_MINUTES', '85.075', 5105],
      ['RAW_MINUTES', 85.075, 5105],
      ['RAW_MINUTES', '35791394.12', 2_147_483_647],
      ['RAW_MINUTES', '35791394.13', null],
      ['RAW_MINUTES', '1:25', null],
      ['ISO_8601', 'PT1H25M15S', 5115],
      ['ISO_8601', 'P1DT1S', 86_401],
      ['ISO_8601', 5115, 5115],
      ['ISO_8601', 'PT0.5S', 1],
      ['ISO_8601', 'P1M', null],
      ['ISO_8601', '-PT1S', null],
      ['ISO_8601', '5115', null],
      ['PADDED', '001:25', 5100],
      ['PADDED', '100:00', 360_000],
      ['PADDED', '001:60', null],
      ['PADDED', 5115, 5115],
      ['PADDED', '5115', null],
      ['PADDED_HH', '01:25', 5100],
      ['PADDED_HH', '01:25:15', null],
      ['PADDED_HH', 5115, 5115],
      ['PADDED_HH', 5115.5, 5116],
    ])('%s %j is %j seconds', async (timeSpentFormat, timeSpent, seconds) => {
      const { codes: found, row } = await sent({ timeSpent }, { timeSpentFormat });
      expect(found).toEqual(seconds === null ? ['TIME_SPENT_INVALID'] : []);
      expect(row?.timeSpentSeconds).toBe(seconds ?? undefined);
    });
  });

  describe('trackingStatus', () => {
    const ALIASES: StatusAlias[] = [
      { status: 'COMPLETED', alias: ' Terminé ' },
      { status: 'COMPLETED', alias: 'fini' },
      { status: 'PASSED', alias: ' ' },
      { status: 'FAILED', alias: 'passed-not' },
      { status: 'BROWSED', alias: '' },
      { status: 'BROWSED', alias: 'seen' },
    ];

    it.each<[string, StatusAlias[] | null, string, string | null]>([
      ["the vendor's camelCase name", null, 'incomplete', 'INCOMPLETE'],
      ["the vendor's camelCase name", null, 'completed', 'COMPLETED'],
      ["the vendor's camelCase name", null, 'passed', 'PASSED'],
      ["the vendor's camelCase name", null, 'failed', 'FAILED'],
      ["the vendor's camelCase name", null, 'browsed', 'BROWSED'],
      ["the enum's spelling", null, 'COMPLETED', 'COMPLETED'],
      ['case and surrounding blanks', null, ' \tBrowSed ', 'BROWSED'],
      ['an unknown word', null, 'complete', null],
      ['an alias', ALIASES, 'Terminé', 'COMPLETED'],
      ['an alias without regard to case and blanks', ALIASES, ' TERMINÉ', 'COMPLETED'],
      ['accents count', ALIASES, 'termine', null],
      ['several per status', ALIASES, 'FINI', 'COMPLETED'],
      ['an aliased status no longer answers to its own name', ALIASES, 'completed', null],
      ['nor to any spelling of it', ALIASES, 'COMPLETED', null],
      ['blank means own name', ALIASES, 'passed', 'PASSED'],
      ['blank besides an alias keeps the own name', ALIASES, 'browsed', 'BROWSED'],
      ['and the alias', ALIASES, 'seen', 'BROWSED'],
      ['a status that is not listed', ALIASES, 'incomplete', 'INCOMPLETE'],
      [
        'an own name given up may be an alias',
        [
          { status: 'FAILED', alias: 'passed' },
          { status: 'PASSED', alias: 'failed' },
        ],
        'passed',
        'FAILED',
      ],
    ])('%s: %j %j is %s', async (_, trackingStatus, word, status) => {
      const isComplete = status === 'COMPLETED' || status === 'PASSED';
      const date = isComplete ? { firstCompletionDate: '2024-02-01' } : {};
      const answer = await importRows(api, [{ ...ADA_FIRE, ...date, trackingStatus: word }], {
        parameters: { trackingStatus },
      });
      const refusal = {
        code: 'TRACKING_STATUS_UNKNOWN',
        severity: 'ERROR',
        path: ['rows', '0', 'trackingStatus'],
        row: 1,
      };
      expect(answer.problems).toMatchObject(status === null ? [refusal] : []);
      expect((await storedTracking(test))[0]?.status).toBe(status ?? undefined);
    });

    it.each(['notAttempted', 'not attempted', 'NOT_ATTEMPTED', ' Not Attempted '])(
      'The default word is the vendor\'s camelCase name; "not attempted" and the enum\'s spelling are understood, too: %j',
      async (trackingStatus) => {
        await importRows(api, [ADA_FIRE]);
        const answer = await importRows(api, [{ ...ADA_FIRE, trackingStatus }]);
        expect(outcomes(answer)).toEqual(['DELETED']);
      },
    );

    it.each<[string, StatusAlias[], number]>([
      [
        'two aliases',
        [
          { status: 'FAILED', alias: 'out' },
          { status: 'BROWSED', alias: 'OUT ' },
        ],
        1,
      ],
      ['an alias and an own name', [{ status: 'FAILED', alias: 'Not Attempted' }], 0],
      [
        'an alias and a kept own name',
        [
          { status: 'PASSED', alias: '' },
          { status: 'FAILED', alias: 'passed' },
        ],
        1,
      ],
    ])('A word that would mean two statuses refuses the request: %s', async (_, trackingStatus, index) => {
      const answer = await importRows(api, [ADA_FIRE], { parameters: { trackingStatus } });
      expect(answer).toMatchObject({
        importId: null,
        problems: [
          {
            code: 'STATUS_ALIAS_AMBIGUOUS',
            severity: 'ERROR',
            path: ['parameters', 'trackingStatus', String(index), 'alias'],
            row: null,
          },
        ],
      });
    });
  });

  describe('Text', () => {
    const TEXTS = [
      'emoji 👩🏽‍🚀🗝️',
      'مرحبا \u202eabc\u202c עברית',
      'combining e\u0301 a\u030a\u0323',
      'precomposed é å',
      '\'; DROP TABLE learner; -- \\ % _ "',
      'ﬁ ℌ ½ \u00a0 \u200b.',
    ];

    it('is stored exactly as sent (emoji, right-to-left, combining marks), and found by exactly that', async () => {
      await test.clear();
      const lovs = TEXTS.map((text, index) => ({
        id: 10 + index,
        code: text,
        guid: `guid ${[...text].slice(0, 30).join('').trim()}`,
        provider: 'PARTNER' as const,
        kind: 'OTHER' as const,
        trainingIds: [10],
      }));
      const learners = TEXTS.map((text, index) => ({
        id: 10 + index,
        login: text,
        refNumber: text,
        email: null,
        createdAt: 0,
      }));
      const registrations = TEXTS.map((_, index) => ({
        id: 2000 + index,
        learnerId: 10 + index,
        sessionId: 100,
      }));
      await storeWorld(test, worldWith({ lovs, learners, registrations }));
      const rows = lovs.map(({ code, guid }) => ({
        candidateLogin: code,
        candidateRefNumber: code,
        sessionId: 100,
        trackingStatus: 'incomplete',
        lovCode: code,
        lovGuid: guid,
      }));
      const answer = await importRows(api, rows);
      expect(answer.problems).toEqual([]);
      expect(answer.rows.map((row) => [row.tracking?.lovCode, row.tracking?.lovGuid])).toEqual(
        lovs.map(({ code, guid }) => [code, guid]),
      );
      const other = await importRows(
        api,
        rows.map((row) => ({ ...row, lovCode: row.lovCode.normalize('NFKD') })),
      );
      // A text that is its own NFKD form is found, all others are not.
      expect(outcomes(other)).toEqual(
        TEXTS.map((text) => (text === text.normalize('NFKD') ? 'UNCHANGED' : 'REJECTED')),
      );
    });
  });

  describe('Storage', () => {
    it.each([0.1 + 0.2, 1e-7, 1 / 3, 33.333333333333336, 0.009999, Math.PI * 10, Math.fround(0.1)])(
      'Score and progression are double precision, read back bit-equal: %d',
      async (value) => {
        const { codes: found, row } = await sent({ progression: value, score: value, scoreMax: 100 });
        expect(found).toEqual([]);
        expect([row?.progression, row?.score]).toEqual([value, value]);
        const again = await importRows(api, [
          { ...ADA_FIRE, progression: value, score: value, scoreMax: 100 },
        ]);
        expect(again.rows[0]).toMatchObject({
          outcome: 'UNCHANGED',
          tracking: { progression: value, score: value },
        });
      },
    );

    it.each([
      5e-324,
      1.5e-323,
      2.2250738585072014e-308,
      99.99999999999999,
      Number.MAX_VALUE,
      1e22,
      99_999.994,
      2 ** 53 + 2,
      123_456_789.123_456_78,
    ])('A score without a maximum is read back bit-equal: %d', async (score) => {
      const { row } = await sent({ score, scoreMax: null });
      expect(row?.score).toBe(score);
    });

    it('-0 is stored as 0', async () => {
      const { row } = await sent({ progression: -0, score: -0 });
      expect([row?.progression, row?.score].map((value) => Object.is(value, 0))).toEqual([true, true]);
      expect(outcomes(await importRows(api, [{ ...ADA_FIRE, progression: 0, score: 0 }]))).toEqual([
        'UNCHANGED',
      ]);
    });

    it('Changes tell numbers in their shortest decimal form and instants in ISO-8601', async () => {
      await test.clear();
      await storeWorld(
        test,
        worldWith({ stored: [stored({ progression: 1 / 3, lastAccessDate: LONG_AGO })] }),
      );
      const answer = await importRows(api, [
        { ...ADA_FIRE, progression: 0.1 + 0.2, score: 1e-7, lastAccessDate: '2024-02-29T12:00:00.120Z' },
      ]);
      expect(answer.rows[0]?.changes).toEqual([
        { field: 'lastAccessDate', before: '2020-01-01T00:00:00.000Z', after: '2024-02-29T12:00:00.120Z' },
        { field: 'progression', before: '0.3333333333333333', after: '0.30000000000000004' },
        { field: 'score', before: null, after: '1e-7' },
        { field: 'scoreMax', before: null, after: '100' },
      ]);
    });

    it.each([
      '1000-01-01T00:00:00.000Z',
      '1969-12-31T23:59:59.999Z',
      '2024-02-29T12:34:56.789Z',
      '9999-12-31T23:59:59.999Z',
    ])('Instants in UTC with milliseconds: %s', async (instant) => {
      const { row } = await sent({
        trackingStatus: 'passed',
        firstAccessDate: instant,
        firstCompletionDate: instant,
        lastAccessDate: instant,
      });
      const { firstAccessDate, firstCompletionDate, lastAccessDate } = present(row);
      expect([firstAccessDate, firstCompletionDate, lastAccessDate].map(isoOf)).toEqual([
        instant,
        instant,
        instant,
      ]);
      const [text] = await test.query<{ text: string }>(
        'SELECT CAST(last_access_date AS CHAR) AS text FROM consolidated_tracking',
      );
      expect(text?.text).toBe(instant.replace('T', ' ').replace('Z', ''));
    });

    it('ConsolidatedTracking.id is opaque and computed from registration and LOV', async () => {
      const answer = await importRows(api, [ADA_FIRE, ADA_AID]);
      const ids = answer.rows.map((row) => row.tracking?.id);
      expect(new Set(ids).size).toBe(2);
      await importRows(api, [{ ...ADA_FIRE, trackingStatus: 'notAttempted' }]);
      const anew = await importRows(api, [ADA_FIRE]);
      expect(anew.rows[0]?.tracking?.id).toBe(ids[0]);
    });

    it('Unique key (registration, LOV) in the database', async () => {
      await importRows(api, [ADA_FIRE]);
      await expect(
        test.query('INSERT INTO consolidated_tracking SELECT * FROM consolidated_tracking'),
      ).rejects.toThrow(/unique|duplicate/i);
    });

    it('Every table carries its site', async () => {
      const without = await test.database.read(async ({ manager }) =>
        manager.connection.entityMetadatas
          .filter((entity) => !entity.columns.some((column) => column.databaseName === 'site_id'))
          .map((entity) => entity.tableName),
      );
      // Nothing that anybody stores is in the second and third.
      expect(without).toEqual(['site', 'write_check', 'write_mark']);
    });
  });
});
