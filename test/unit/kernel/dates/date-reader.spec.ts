import { parseTimeOfDay, readInstant } from '../../../../src/kernel/dates/date-reader';
import { at, DEFAULT_FORMAT, reader } from '../../../support/date-reader';

const REFUSED = { ok: false, reason: expect.stringMatching(/^[a-z](?!.*\.$)/) };

describe('parseTimeOfDay', () => {
  it.each([
    ['00:00:00', 0, 0, 0],
    ['23:59:59', 23, 59, 59],
    ['09:05:01', 9, 5, 1],
  ])('reads %s', (text, hour, minute, second) => {
    expect(parseTimeOfDay(text)).toEqual({ hour, minute, second });
  });

  it.each(['', '24:00:00', '23:60:00', '23:59:60', '9:05:01', '09:05', '09:05:01.0', '-1:00:00', '٠٠:٠٠:٠٠'])(
    'refuses %j',
    (text) => {
      expect(parseTimeOfDay(text)).toBeUndefined();
    },
  );

  it.each([' 00:00:00', '00:00:00\n', '000:00:00', '00-00-00', '00:00:00Z'])('refuses %j', (text) => {
    expect(parseTimeOfDay(text)).toBeUndefined();
  });
});

describe('a cell in the format', () => {
  it.each([
    [DEFAULT_FORMAT, '2024-02-29 23:59:58', '2024-02-29T23:59:58Z'],
    [DEFAULT_FORMAT, '  2024-02-29 23:59:58\t', '2024-02-29T23:59:58Z'],
    [DEFAULT_FORMAT, '2024-02-29', '2024-02-29T12:34:56Z'],
    [DEFAULT_FORMAT, ' 2024-02-29 ', '2024-02-29T12:34:56Z'],
    [DEFAULT_FORMAT, '1000-01-01 00:00:00', '1000-01-01T00:00:00Z'],
    [DEFAULT_FORMAT, '9999-12-31 23:59:59', '9999-12-31T23:59:59Z'],
    [DEFAULT_FORMAT, '2000-02-29 00:00:00', '2000-02-29T00:00:00Z'],
    [DEFAULT_FORMAT, '1969-12-31 23:59:59', '1969-12-31T23:59:59Z'],
    ['YYYY-MM-DD', '2024-02-03', '2024-02-03T12:34:56Z'],
    ['DD/MM/YYYY', '03/02/2024', '2024-02-03T12:34:56Z'],
    ['MM/DD/YYYY', '03/02/2024', '2024-03-02T12:34:56Z'],
    ['MM-DD-YYYY hh', '03-02-2024 07', '2024-03-02T07:00:00Z'],
    ['DD.MM.YYYY hh:ii', '03.02.2024 07:08', '2024-02-03T07:08:00Z'],
    ['DD.MM.YYYY hh:ii', '03.02.2024', '2024-02-03T12:34:56Z'],
    ['YYYYMMDDhhiiss', '20240203070809', '2024-02-03T07:08:09Z'],
    ['YYYYMMDDhhiiss', '20240203', '2024-02-03T12:34:56Z'],
    ['YYYYDDMM', '20240302', '2024-02-03T12:34:56Z'],
    ['YYYY-MM-DDThh:ii:ss', '2024-02-03T07:08:09', '2024-02-03T07:08:09Z'],
    ['YYYY-MM-DDThh:ii:ss', '2024-02-03t07:08:09', '2024-02-03T07:08:09Z'],
    ['yyyy-mm-ddthh:ii:ss', '2024-02-03T07:08:09', '2024-02-03T07:08:09Z'],
    ['YYYY_MM;DD,hh.ii ss', '2024_02;03,07.08 09', '2024-02-03T07:08:09Z'],
  ])('%s reads %j as %s', (format, cell, instant) => {
    expect(reader('UTC', format, '12:34:56').read(cell)).toEqual(at(instant));
  });

  it.each([
    [DEFAULT_FORMAT, '24-2-29 23:59:58'],
    [DEFAULT_FORMAT, '2024/02/29 23:59:58'],
    [DEFAULT_FORMAT, '2024-02-29T23:59:58'],
    [DEFAULT_FORMAT, '2024-02-29  23:59:58'],
    [DEFAULT_FORMAT, '2024-02-29\u00a023:59:58'],
    [DEFAULT_FORMAT, '2024-02-29 23:59'],
    [DEFAULT_FORMAT, '2024-02-29 23'],
    [DEFAULT_FORMAT, '2024-02-29 23:59:58.5'],
    [DEFAULT_FORMAT, '2024-02-29 23:59:58 x'],
    [DEFAULT_FORMAT, '2024-02'],
    [DEFAULT_FORMAT, '20240229'],
    [DEFAULT_FORMAT, '10000-01-01 00:00:00'],
    [DEFAULT_FORMAT, '+2024-02-29 00:00:00'],
    [DEFAULT_FORMAT, '-2024-02-29 00:00:00'],
    [DEFAULT_FORMAT, ''],
    [DEFAULT_FORMAT, '   '],
    [DEFAULT_FORMAT, '٢٠٢٤-٠٢-٠٣'],
    [DEFAULT_FORMAT, '2024-02-29\n23:59:58'],
    [DEFAULT_FORMAT, '2024-02-29\0'],
    ['YYYY-MM-DD', '2024-02-29 10:00:00'],
    ['YYYY-MM-DD hh:ii', '2024-02-29 10:00:00'],
    ['YYYY.MM.DD', '2024-02-29'],
    ['YYYYMMDD', '202402291'],
    ['YYYY-MM-DDThh:ii:ss', '2024-02-03 07:08:09'],
    ['YYYY-MM-DDThh:ii:ss', '2024-02-03T'],
  ])('%s refuses %j for its shape', (format, cell) => {
    expect(reader('UTC', format).read(cell)).toEqual({
      ok: false,
      reason: 'the text does not have that shape',
    });
  });

  it.each([
    ['0000-01-01 00:00:00', 'the year must be from 1000 to 9999'],
    ['0999-12-31 23:59:59', 'the year must be from 1000 to 9999'],
    ['2024-00-10', 'the month must be from 01 to 12'],
    ['2024-13-10', 'the month must be from 01 to 12'],
    ['2024-01-00', 'the day must be from 01 to 31'],
    ['2024-01-32', 'the day must be from 01 to 31'],
    ['2024-02-30', 'the day must be from 01 to 29'],
    ['2023-02-29', 'the day must be from 01 to 28'],
    ['1900-02-29', 'the day must be from 01 to 28'],
    ['2024-04-31', 'the day must be from 01 to 30'],
    ['2024-01-01 24:00:00', 'the hour must be from 00 to 23'],
    ['2024-01-01 23:60:00', 'the minute must be from 00 to 59'],
    ['2016-12-31 23:59:60', 'the second must be from 00 to 59'],
  ])('refuses %j: %s', (cell, reason) => {
    expect(reader().read(cell)).toEqual({ ok: false, reason });
    expect(reader('America/New_York').read(cell)).toEqual({ ok: false, reason });
  });

  it('is kept within the years 1000 to 9999 in UTC', () => {
    const reason = 'the instant must lie in the years 1000 to 9999 (UTC)';
    expect(reader('Asia/Tokyo').read('1000-01-01 00:00:00')).toEqual({ ok: false, reason });
    expect(reader('America/New_York').read('9999-12-31 23:00:00')).toEqual({ ok: false, reason });
    expect(reader('Asia/Tokyo').read('9999-12-31 23:59:59')).toEqual(at('9999-12-31T14:59:59Z'));
    expect(reader('America/New_York').read('1000-01-01 00:00:00')).toEqual(at('1000-01-01T04:56:02Z'));
  });
});

describe('ISO-8601 with an offset', () => {
  it.each([
    ['2024-11-03T01:30:00Z', '2024-11-03T01:30:00.000Z'],
    ['2024-11-03T01:30:00z', '2024-11-03T01:30:00.000Z'],
    ['2024-11-03t01:30Z', '2024-11-03T01:30:00.000Z'],
    ['2024-11-03 01:30:00+00:00', '2024-11-03T01:30:00.000Z'],
    [' 2024-11-03T01:30:00-05:00 ', '2024-11-03T06:30:00.000Z'],
    ['2024-11-03T01:30:00-0500', '2024-11-03T06:30:00.000Z'],
    ['2024-11-03T01:30:00-05', '2024-11-03T06:30:00.000Z'],
    ['2024-11-03T01:30+05:45', '2024-11-02T19:45:00.000Z'],
    ['2024-11-03T01:30:00+14:00', '2024-11-02T11:30:00.000Z'],
    ['2024-11-03T01:30:00-14:00', '2024-11-03T15:30:00.000Z'],
    ['2024-11-03T01:30:00-00:00', '2024-11-03T01:30:00.000Z'],
    ['2024-11-03T01:30:00.1Z', '2024-11-03T01:30:00.100Z'],
    ['2024-11-03T01:30:00,12Z', '2024-11-03T01:30:00.120Z'],
    ['2024-11-03T01:30:00.123456789Z', '2024-11-03T01:30:00.123Z'],
    ['2024-11-03T01:30:59.9999999Z', '2024-11-03T01:30:59.999Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['1000-01-01T00:00:00Z', '1000-01-01T00:00:00.000Z'],
  ])('reads %j as %s in every format and zone, exactly', (cell, instant) => {
    for (const format of [DEFAULT_FORMAT, 'DD/MM/YYYY', 'YYYY-MM-DDThh:ii:ss']) {
      for (const zone of ['UTC', 'America/New_York', 'Pacific/Apia']) {
        expect(reader(zone, format).read(cell)).toEqual(at(instant));
      }
    }
  });

  it.each([
    '2024-11-03T01:30:00',
    '2024-11-03T01:30:00.Z',
    '2024-11-03T01:30.5Z',
    '2024-11-03T01Z',
    '2024-11-03Z',
    '2024-11-03+01:00',
    '20241103T013000Z',
    '2024-11-03T01:30:00 Z',
    '2024-11-03T01:30:00 +01:00',
    '2024-11-03T01:30:00+1:00',
    '2024-11-03T01:30:00+14:01',
    '2024-11-03T01:30:00-15:00',
    '2024-11-03T01:30:00+13:60',
    '2024-11-03T01:30:00+99:00',
    '2024-11-03T24:00:00Z',
    '2016-12-31T23:59:60Z',
    '2024-13-03T01:30:00Z',
    '2023-02-29T01:30:00Z',
    '0000-01-01T01:30:00Z',
    '0999-12-31T23:59:59-14:00',
    '1000-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '+002024-11-03T01:30:00Z',
    '2024-W44-7T01:30:00Z',
    '2024-11-03T01:30:00[Europe/Paris]',
    '2024-11-03T01:30:00−05:00',
  ])('refuses %j', (cell) => {
    expect(reader().read(cell)).toEqual(REFUSED);
  });

  it('is what readInstant reads', () => {
    expect(readInstant(' 2024-11-03T01:30:00-05:00 ')).toEqual(at('2024-11-03T06:30:00Z'));
    for (const refused of ['', '2024-11-03', '2024-11-03 01:30:00', '2024-02-30T01:30:00Z']) {
      expect(readInstant(refused)).toEqual(REFUSED);
    }
  });

  it('reads what the format says first where both fit', () => {
    const both = '2024-01-05T10:20-03';
    expect(reader('UTC', 'YYYY-MM-DDThh:ii-ss').read(both)).toEqual(at('2024-01-05T10:20:03Z'));
    expect(reader('UTC', 'YYYY-MM-DDThh:ii').read(both)).toEqual(at('2024-01-05T13:20:00Z'));
  });
});
