import fc from 'fast-check';
import { formatInstant, instantFromSql, instantToSql } from '../../../../src/kernel/dates/instants';
import { inHostZone } from '../../../support/host-zone';

describe('instants', () => {
  it('are written in ISO-8601 with milliseconds', () => {
    expect(formatInstant(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(formatInstant(Date.UTC(9999, 11, 31, 23, 59, 59, 999))).toBe('9999-12-31T23:59:59.999Z');
    expect(formatInstant(-1)).toBe('1969-12-31T23:59:59.999Z');
  });

  it('are stored as text in UTC and come back, whatever the zone of the host', () => {
    const range = { min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) };
    for (const host of ['UTC', 'America/Sao_Paulo', 'Asia/Kathmandu']) {
      inHostZone(host, () => {
        expect(instantToSql(Date.UTC(2018, 10, 4, 0, 0, 0, 7))).toBe('2018-11-04 00:00:00.007');
        fc.assert(
          fc.property(fc.integer(range), (instant) => {
            expect(instantFromSql(instantToSql(instant))).toBe(instant);
            expect(instantFromSql(new Date(instant))).toBe(instant);
          }),
        );
      });
    }
  });

  it('are written as Date writes them', () => {
    const bound = Date.UTC(10_500, 0, 1);
    const anyNumber = fc.oneof(
      fc.integer({ min: -Date.UTC(2900, 0, 1), max: bound }),
      fc.double({ min: -bound, max: bound, noNaN: true }),
      fc.constantFrom(
        0,
        -0,
        -1,
        0.5,
        -0.5,
        Date.UTC(1000, 0, 1) - 1,
        Date.UTC(1000, 0, 1),
        Date.UTC(10_000, 0, 1),
      ),
      fc.integer({ min: 900, max: 10_000 }).map((year) => Date.UTC(year, 2, 1) - 1),
    );
    fc.assert(
      fc.property(anyNumber, (ms) => {
        const iso = new Date(ms).toISOString();
        expect(formatInstant(ms)).toBe(iso);
        expect(instantToSql(ms)).toBe(iso.slice(0, 23).replace('T', ' '));
      }),
      { numRuns: 2000 },
    );
    for (const none of [Number.NaN, Infinity, 1e300]) expect(() => formatInstant(none)).toThrow(RangeError);
  });

  it('are read as Date reads them', () => {
    const digits = (width: number) =>
      fc.nat(10 ** width - 1).map((number) => String(number).padStart(width, '0'));
    const near = (width: number, max: number) =>
      fc.oneof(fc.nat(max), fc.nat(max + 1)).map((number) => String(number).padStart(width, '0'));
    const text = fc
      .tuple(digits(4), near(2, 12), near(2, 31), near(2, 24), near(2, 60), near(2, 60), digits(3))
      .map(([y, m, d, h, i, s, f]) => `${y}-${m}-${d} ${h}:${i}:${s}.${f}`);
    const damaged = fc
      .tuple(text, fc.nat(22), fc.constantFrom('x', ' ', '-', '٣', ''))
      .map(([sound, place, by]) => sound.slice(0, place) + by + sound.slice(place + 1));
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: damaged }), (value) => {
        const isSound = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}$/.test(value);
        const ms = isSound ? Date.parse(`${value.replace(' ', 'T')}Z`) : Number.NaN;
        if (Number.isNaN(ms)) expect(() => instantFromSql(value)).toThrow(RangeError);
        else expect(instantFromSql(value)).toBe(ms);
      }),
      { numRuns: 2000 },
    );
  });

  it('are read without a fraction, too', () => {
    expect(instantFromSql('2024-11-03 05:30:00')).toBe(Date.UTC(2024, 10, 3, 5, 30));
  });

  it.each([
    '',
    '2024-11-03',
    '2024-11-03T05:30:00.000Z',
    '2024-13-03 05:30:00.000',
    '0000-00-00 00:00:00.000',
    '2024-11-03 05:30:00.000+02:00',
    new Date(Number.NaN),
  ])('are never made of %j', (value) => {
    expect(() => instantFromSql(value)).toThrow(RangeError);
  });
});
