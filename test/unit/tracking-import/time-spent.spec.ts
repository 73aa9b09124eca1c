import fc from 'fast-check';
import { readTimeSpent, type TimeSpentFormat } from '../../../src/tracking-import/time-spent';

const FORMATS = ['RAW_SECONDS', 'RAW_MINUTES', 'ISO_8601', 'PADDED', 'PADDED_HH'] as const;
const REFUSED = { ok: false, reason: expect.stringMatching(/^[a-z][^.]+$/) };

describe('a time span in its format', () => {
  it.each<[TimeSpentFormat, unknown, number]>([
    ['RAW_SECONDS', '5115', 5115],
    ['RAW_SECONDS', ' 5115\t', 5115],
    ['RAW_SECONDS', '0', 0],
    ['RAW_SECONDS', '000005115', 5115],
    ['RAW_SECONDS', '2147483647', 2147483647],
    ['RAW_SECONDS', '1'.padStart(255, '0'), 1],
    ['RAW_SECONDS', '5115.0', 5115],
    ['RAW_SECONDS', '5115,4', 5115],
    ['RAW_SECONDS', '5115.5', 5116],
    ['RAW_SECONDS', '0.49999999999999999999', 0],
    ['RAW_MINUTES', '85.25', 5115],
    ['RAW_MINUTES', '85,25', 5115],
    ['RAW_MINUTES', '85', 5100],
    ['RAW_MINUTES', '35791394.1166', 2147483647],
    ['RAW_MINUTES', '0.00', 0],
    ['ISO_8601', 'PT1H25M15S', 5115],
    ['ISO_8601', 'pt1h25m15s', 5115],
    ['ISO_8601', 'P1DT2H', 93600],
    ['ISO_8601', 'P1W', 604800],
    ['ISO_8601', 'P1W1DT1S', 691201],
    ['ISO_8601', 'P1.5D', 129600],
    ['ISO_8601', 'PT1M30.55S', 91],
    ['ISO_8601', 'PT30.0S', 30],
    ['ISO_8601', 'PT1.74S', 2],
    ['ISO_8601', 'PT1.5H', 5400],
    ['ISO_8601', 'PT15,5S', 16],
    ['ISO_8601', 'P2D', 172800],
    ['ISO_8601', 'PT90M', 5400],
    ['ISO_8601', 'PT5115S', 5115],
    ['ISO_8601', 'PT1H15S', 3615],
    ['ISO_8601', 'PT0S', 0],
    ['ISO_8601', 'P0D', 0],
    ['PADDED', '001:25', 5100],
    ['PADDED', '1:25', 5100],
    ['PADDED', '1234:59', 4445940],
    ['PADDED_HH', '01:25', 5100],
    ['PADDED_HH', '00:00', 0],
    ['PADDED_HH', ' 100:00 ', 360000],
  ])('%s %j is %d seconds', (format, value, seconds) => {
    expect(readTimeSpent(value, format)).toEqual({ ok: true, seconds });
  });

  it.each<[TimeSpentFormat, unknown]>([
    ['RAW_SECONDS', '5 115'],
    ['RAW_SECONDS', '5,115'],
    ['RAW_SECONDS', '+5'],
    ['RAW_SECONDS', '-5'],
    ['RAW_SECONDS', '-0'],
    ['RAW_SECONDS', '1e3'],
    ['RAW_SECONDS', '0x10'],
    ['RAW_SECONDS', '٣'],
    ['RAW_SECONDS', '01:25'],
    ['RAW_SECONDS', 'PT5S'],
    ['RAW_SECONDS', '2147483648'],
    ['RAW_SECONDS', '9007199254740993'],
    ['RAW_SECONDS', '9'.repeat(255)],
    ['RAW_SECONDS', '0'.repeat(256)],
    ['RAW_SECONDS', ''],
    ['RAW_SECONDS', '  '],
    ['RAW_SECONDS', 'NaN'],
    ['RAW_SECONDS', 'Infinity'],
    ['RAW_MINUTES', '85.'],
    ['RAW_MINUTES', '.5'],
    ['RAW_MINUTES', '1e2'],
    ['RAW_MINUTES', '-0.001'],
    ['RAW_MINUTES', '35791394.13'],
    ['RAW_MINUTES', '9'.repeat(255)],
    ['RAW_MINUTES', ''],
    ['ISO_8601', 'P'],
    ['ISO_8601', 'PT'],
    ['ISO_8601', 'P1DT'],
    ['ISO_8601', 'P1Y'],
    ['ISO_8601', 'P1M'],
    ['ISO_8601', 'P1Y2M3DT4H'],
    ['ISO_8601', 'PT1.5H1M'],
    ['ISO_8601', 'PT1.S'],
    ['ISO_8601', 'PT1M1H'],
    ['ISO_8601', 'PT1H1H'],
    ['ISO_8601', 'P1H'],
    ['ISO_8601', '-PT5S'],
    ['ISO_8601', 'PT-5S'],
    ['ISO_8601', 'PT1H 25M'],
    ['ISO_8601', '5115'],
    ['ISO_8601', 'P24856D'],
    ['ISO_8601', `PT${'9'.repeat(250)}S`],
    ['ISO_8601', ''],
    ['PADDED', '001:60'],
    ['PADDED', '001:5'],
    ['PADDED', ':25'],
    ['PADDED', '001'],
    ['PADDED', '1:25:15'],
    ['PADDED', '-1:25'],
    ['PADDED', '1.25'],
    ['PADDED', '596523:15'],
    ['PADDED', ''],
    ['PADDED_HH', '01:99'],
    ['PADDED_HH', '01:025'],
    ['PADDED_HH', ''],
  ])('%s %j is refused', (format, value) => {
    expect(readTimeSpent(value, format)).toEqual(REFUSED);
  });

  it.each([
    ['RAW_SECONDS', '-5', /minus sign/],
    ['ISO_8601', '-PT5S', /minus sign/],
    ['RAW_SECONDS', '1,000', /thousand/],
    ['ISO_8601', 'PT1.5H1M', /only the last part/],
    ['ISO_8601', 'P1Y', /years and months/],
    ['PADDED', '1:60', /minutes must be/],
    ['RAW_SECONDS', '2147483648', /at most 2147483647/],
  ] as const)('says why: %s %j', (format, value, reason) => {
    expect(readTimeSpent(value, format)).toMatchObject({ reason: expect.stringMatching(reason) });
  });

  it('says which side of the limit a text is by its characters', () => {
    expect(readTimeSpent('😀'.repeat(200), 'RAW_SECONDS')).not.toMatchObject({
      reason: expect.stringContaining('255'),
    });
    expect(readTimeSpent('1'.repeat(256), 'RAW_SECONDS')).toMatchObject({
      reason: expect.stringContaining('255'),
    });
  });
});

describe('a number', () => {
  const inSeconds = FORMATS.filter((format) => format !== 'RAW_MINUTES');

  it.each(inSeconds)('is seconds under %s', (format) => {
    expect(readTimeSpent(5115, format)).toEqual({ ok: true, seconds: 5115 });
    expect(readTimeSpent(0, format)).toEqual({ ok: true, seconds: 0 });
    expect(readTimeSpent(2147483647, format)).toEqual({ ok: true, seconds: 2147483647 });
    expect(readTimeSpent(0.5, format)).toEqual({ ok: true, seconds: 1 });
    expect(readTimeSpent(5115.4, format)).toEqual({ ok: true, seconds: 5115 });
    for (const refused of [2147483648, 2 ** 53 + 1, 1e300]) {
      expect(readTimeSpent(refused, format)).toEqual(REFUSED);
    }
  });

  it.each<[number, number]>([
    [85.25, 5115],
    [1e-7, 0],
    [5e-324, 0],
    [0.008333333333333333, 0],
    [0.00833333333333334, 1],
    [1 / 60, 1],
    [0.025, 2],
    [0.075, 5],
    [1.075, 65],
    [1.005, 60],
    [4.675, 281],
    [10.075, 605],
    [35791394.1166, 2147483647],
  ])('is minutes under RAW_MINUTES, rounded half up: %d is %d seconds', (minutes, seconds) => {
    expect(readTimeSpent(minutes, 'RAW_MINUTES')).toEqual({ ok: true, seconds });
    if (!String(minutes).includes('e')) {
      expect(readTimeSpent(String(minutes), 'RAW_MINUTES')).toEqual({ ok: true, seconds });
    }
  });

  it.each([35791394.13, 1e21, 1.5e300, Number.MAX_VALUE])('is refused under RAW_MINUTES: %d', (minutes) => {
    expect(readTimeSpent(minutes, 'RAW_MINUTES')).toEqual(REFUSED);
  });

  it.each(FORMATS)('is refused under %s when negative or not finite, and -0 is 0', (format) => {
    for (const value of [-1, -1e-9, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(readTimeSpent(value, format)).toEqual(REFUSED);
    }
    expect(readTimeSpent(-0, format)).toStrictEqual({ ok: true, seconds: 0 });
  });
});

describe('anything else', () => {
  it.each(FORMATS)('is refused under %s', (format) => {
    for (const value of [
      true,
      false,
      {},
      { seconds: 5 },
      [],
      [5115],
      ['5115'],
      null,
      undefined,
      5n,
      Symbol('s'),
    ]) {
      expect(readTimeSpent(value, format)).toEqual(REFUSED);
    }
  });

  it('never throws and answers storable seconds or a reason', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.double(),
      fc.stringMatching(/^[-+PTDHMSW:.,e0-9 ]{0,12}$/),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(value, fc.constantFrom(...FORMATS), (given, format) => {
        const reading = readTimeSpent(given, format);
        if (!reading.ok) return expect(reading).toEqual(REFUSED);
        expect(Number.isInteger(reading.seconds)).toBe(true);
        expect(reading.seconds).toBeGreaterThanOrEqual(0);
        return expect(reading.seconds).toBeLessThanOrEqual(2147483647);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('every number of seconds', () => {
  const seconds = fc.integer({ min: 0, max: 2147483647 });

  it('comes back from RAW_SECONDS and ISO_8601', () => {
    fc.assert(
      fc.property(seconds, (total) => {
        const iso = `P${Math.floor(total / 86400)}DT${Math.floor(total / 3600) % 24}H${Math.floor(total / 60) % 60}M${total % 60}S`;
        for (const reading of [
          readTimeSpent(total, 'ISO_8601'),
          readTimeSpent(String(total), 'RAW_SECONDS'),
          readTimeSpent(iso, 'ISO_8601'),
        ]) {
          expect(reading).toEqual({ ok: true, seconds: total });
        }
      }),
    );
  });

  it('comes back from RAW_MINUTES, divided in binary', () => {
    fc.assert(
      fc.property(seconds, (total) => {
        expect(readTimeSpent(total / 60, 'RAW_MINUTES')).toEqual({ ok: true, seconds: total });
      }),
    );
  });

  it('comes back from PADDED without its odd seconds', () => {
    fc.assert(
      fc.property(seconds, (total) => {
        const minutes = Math.floor(total / 60);
        const text = `${String(Math.floor(minutes / 60)).padStart(3, '0')}:${String(minutes % 60).padStart(2, '0')}`;
        expect(readTimeSpent(text, 'PADDED')).toEqual({ ok: true, seconds: minutes * 60 });
      }),
    );
  });
});

describe('whole numbers', () => {
  const BORDERS = [0, 1, 9_999_999, 10_000_000, 10_000_001, 35_791_394, 99_999_999, 2_147_483_647];

  it.each(BORDERS)('are read alike as number and as text, in seconds and in minutes: %d', (number) => {
    const seconds = { ok: true, seconds: number };
    expect(readTimeSpent(number, 'RAW_SECONDS')).toEqual(seconds);
    expect(readTimeSpent(`00${number}`, 'RAW_SECONDS')).toEqual(seconds);
    expect(readTimeSpent(` ${number} `, 'RAW_SECONDS')).toEqual(seconds);
    const minutes = number > 35_791_394 ? { ok: false } : { ok: true, seconds: number * 60 };
    expect(readTimeSpent(number, 'RAW_MINUTES')).toMatchObject(minutes);
    expect(readTimeSpent(String(number), 'RAW_MINUTES')).toMatchObject(minutes);
    expect(readTimeSpent(number, 'PADDED')).toEqual(seconds);
    expect(readTimeSpent(String(number), 'PADDED').ok).toBe(false);
  });
});
