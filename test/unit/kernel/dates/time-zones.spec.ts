import fc from 'fast-check';
import { DateTime, Settings } from 'luxon';
import { formatInstant } from '../../../../src/kernel/dates/instants';
import { isKnownTimeZone } from '../../../../src/kernel/dates/time-zones';
import { at, DEFAULT_FORMAT, reader } from '../../../support/date-reader';
import { inHostZone } from '../../../support/host-zone';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function atNow(iso: string, act: () => void): void {
  const before = Settings.now;
  Settings.now = () => Date.parse(iso);
  try {
    act();
  } finally {
    Settings.now = before;
  }
}

describe('isKnownTimeZone', () => {
  it.each([
    'UTC',
    'utc',
    'Etc/UTC',
    'Etc/GMT+3',
    'GMT',
    'GMT+0',
    'America/Sao_Paulo',
    'america/sao_paulo',
    'EUROPE/PARIS',
    'America/Argentina/ComodRivadavia',
    'America/North_Dakota/New_Salem',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'US/Pacific',
    'EST',
    'EST5EDT',
    'CET',
    'GB',
    'NZ-CHAT',
    'W-SU',
    'Zulu',
  ])('accepts %s', (name) => {
    expect(isKnownTimeZone(name)).toBe(true);
  });

  it.each([
    '',
    ' ',
    'UTC ',
    ' UTC',
    '+03:00',
    '-03:00',
    '+0300',
    '+03',
    'UTC+3',
    'UTC+03:00',
    'GMT+3',
    'GMT+03:00',
    'Z',
    'local',
    'system',
    'default',
    'Mars/Olympus',
    'Europe/Paris\0',
    'Europe',
    'undefined',
    `Europe/${'x'.repeat(60)}`,
    'E. South America Standard Time',
  ])('refuses %j', (name) => {
    expect(isKnownTimeZone(name)).toBe(false);
  });

  it.each('ACT AET AST BST CST ECT IST JST MIT NST PST SST VST bst'.split(' '))(
    'refuses %s, which Intl knows and the IANA database does not',
    (name) => {
      expect(isKnownTimeZone(name)).toBe(false);
    },
  );

  it('accepts every zone this Node lists', () => {
    expect(Intl.supportedValuesOf('timeZone').filter((name) => !isKnownTimeZone(name))).toEqual([]);
  });

  it('is what compileDateReader wants', () => {
    expect(() => reader('UTC+3')).toThrow(RangeError);
    expect(() => reader('local')).toThrow(RangeError);
  });
});

/** [zone, cell, instant or refusal, adjusted] */
const ZONE_TABLE: readonly (readonly [string, string, string | null, ('SKIPPED' | 'AMBIGUOUS')?])[] = [
  ['UTC', '2024-03-31 02:30:00', '2024-03-31T02:30:00Z'],
  ['Etc/GMT+3', '2024-03-31 02:30:00', '2024-03-31T05:30:00Z'],
  // Midnight that does not exist, also where the default time 00:00:00 puts it.
  ['America/Sao_Paulo', '2018-11-04 00:00:00', '2018-11-04T03:00:00Z', 'SKIPPED'],
  ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z', 'SKIPPED'],
  ['America/Sao_Paulo', '2018-11-04 00:59:59', '2018-11-04T03:59:59Z', 'SKIPPED'],
  ['America/Sao_Paulo', '2018-11-04 01:00:00', '2018-11-04T03:00:00Z'],
  ['America/Sao_Paulo', '2018-11-03 23:59:59', '2018-11-04T02:59:59Z'],
  ['America/Sao_Paulo', '2018-02-17 23:30:00', '2018-02-18T01:30:00Z', 'AMBIGUOUS'],
  ['America/New_York', '2024-11-03 01:30:00', '2024-11-03T05:30:00Z', 'AMBIGUOUS'],
  ['America/New_York', '2024-11-03 00:59:59', '2024-11-03T04:59:59Z'],
  ['America/New_York', '2024-11-03 01:00:00', '2024-11-03T05:00:00Z', 'AMBIGUOUS'],
  ['America/New_York', '2024-11-03 01:59:59', '2024-11-03T05:59:59Z', 'AMBIGUOUS'],
  ['America/New_York', '2024-11-03 02:00:00', '2024-11-03T07:00:00Z'],
  ['America/New_York', '2024-03-10 01:59:59', '2024-03-10T06:59:59Z'],
  ['America/New_York', '2024-03-10 02:00:00', '2024-03-10T07:00:00Z', 'SKIPPED'],
  ['America/New_York', '2024-03-10 02:30:00', '2024-03-10T07:30:00Z', 'SKIPPED'],
  ['America/New_York', '2024-03-10 03:00:00', '2024-03-10T07:00:00Z'],
  ['Australia/Lord_Howe', '2024-04-07 01:45:00', '2024-04-06T14:45:00Z', 'AMBIGUOUS'],
  ['Australia/Lord_Howe', '2024-04-07 01:29:59', '2024-04-06T14:29:59Z'],
  ['Australia/Lord_Howe', '2024-04-07 02:00:00', '2024-04-06T15:30:00Z'],
  ['Australia/Lord_Howe', '2024-10-06 02:15:00', '2024-10-05T15:45:00Z', 'SKIPPED'],
  ['Australia/Lord_Howe', '2024-10-06 02:30:00', '2024-10-05T15:30:00Z'],
  ['Europe/London', '2024-03-31 01:30:00', '2024-03-31T01:30:00Z', 'SKIPPED'],
  ['Europe/London', '2024-10-27 01:30:00', '2024-10-27T00:30:00Z', 'AMBIGUOUS'],
  ['Europe/London', '2024-07-01 12:00:00', '2024-07-01T11:00:00Z'],
  ['Africa/Casablanca', '2024-04-14 02:30:00', '2024-04-14T02:30:00Z', 'SKIPPED'],
  ['America/St_Johns', '2010-11-07 00:00:30', '2010-11-07T02:30:30Z', 'AMBIGUOUS'],
  ['Antarctica/Troll', '2024-03-31 01:30:00', '2024-03-31T01:30:00Z', 'SKIPPED'],
  // Days that a zone skipped as a whole, whatever the time, and their neighbours.
  ['Pacific/Apia', '2011-12-30', null],
  ['Pacific/Apia', '2011-12-30 00:00:00', null],
  ['Pacific/Apia', '2011-12-30 12:00:00', null],
  ['Pacific/Apia', '2011-12-30 23:59:59', null],
  ['Pacific/Apia', '2011-12-29 23:59:59', '2011-12-30T09:59:59Z'],
  ['Pacific/Apia', '2011-12-31 00:00:00', '2011-12-30T10:00:00Z'],
  ['Pacific/Fakaofo', '2011-12-30 08:00:00', null],
  ['Pacific/Kwajalein', '1993-08-21 08:00:00', null],
  ['Pacific/Kwajalein', '1993-08-22 00:00:00', '1993-08-21T12:00:00Z'],
  ['Pacific/Kiritimati', '1994-12-31 08:00:00', null],
  ['Asia/Manila', '1844-12-31 08:00:00', null],
  // A day that a zone had twice.
  ['America/Juneau', '1867-10-18 20:00:00', '1867-10-18T04:57:41Z', 'AMBIGUOUS'],
  ['America/Juneau', '1867-10-18 12:00:00', '1867-10-17T20:57:41Z'],
  ['Pacific/Apia', '1892-07-04 12:00:00', '1892-07-03T23:26:56Z', 'AMBIGUOUS'],
  // Where Luxon's fromObject with getPossibleOffsets is an hour off, as its zone is elsewhere today.
  ['Pacific/Apia', '2010-09-26 01:30:00', '2010-09-26T11:30:00Z'],
  ['Pacific/Apia', '2010-09-26 00:30:00', '2010-09-26T11:30:00Z', 'SKIPPED'],
  // Offsets of seconds.
  ['Africa/Monrovia', '1950-06-01 12:00:00', '1950-06-01T12:44:30Z'],
  ['Africa/Monrovia', '1972-01-07 00:30:00', '1972-01-07T01:14:30Z', 'SKIPPED'],
  ['Africa/Monrovia', '1972-01-07 00:44:30', '1972-01-07T00:44:30Z'],
  ['Europe/Paris', '1000-06-01 12:00:00', '1000-06-01T11:50:39Z'],
  ['America/New_York', '9999-07-01 12:00:00', '9999-07-01T16:00:00Z'],
];

function expectZoneTable(): void {
  const read = ZONE_TABLE.map(([zone, cell]) => [zone, cell, reader(zone).read(cell)]);
  const expected = ZONE_TABLE.map(([zone, cell, instant, adjusted]) => [
    zone,
    cell,
    instant === null ? { ok: false, reason: `there is no such day in ${zone}` } : at(instant, adjusted),
  ]);
  expect(read).toEqual(expected);
}

describe('local times in zones', () => {
  it('follow the table', expectZoneTable);

  it('are read alike by a reader that met other cells before', () => {
    for (const zone of new Set(ZONE_TABLE.map(([name]) => name))) {
      const rows = ZONE_TABLE.filter(([name]) => name === zone);
      const shared = reader(zone);
      const fresh = rows.map(([, cell]) => reader(zone).read(cell));
      expect(rows.map(([, cell]) => shared.read(cell))).toEqual(fresh);
      expect(rows.toReversed().map(([, cell]) => shared.read(cell))).toEqual(fresh.toReversed());
    }
  });

  it.each(['2024-01-15T12:00:00Z', '2024-07-15T12:00:00Z', '1867-10-18T20:00:00Z', '2011-12-30T10:00:00Z'])(
    'are the same when today is %s',
    (now) => atNow(now, expectZoneTable),
  );

  it.each([
    'America/New_York',
    'Europe/London',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Asia/Kolkata',
    'UTC',
  ])('are the same on a host in %s', (host) => {
    inHostZone(host, () => {
      const here = Intl.DateTimeFormat('en', { timeZone: host }).resolvedOptions().timeZone;
      expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(here);
      expectZoneTable();
    });
  });

  it('follow the default time', () => {
    expect(reader('America/Sao_Paulo', 'YYYY-MM-DD', '00:30:00').read('2018-11-04')).toEqual(
      at('2018-11-04T03:30:00Z', 'SKIPPED'),
    );
    expect(reader('America/Sao_Paulo', 'YYYY-MM-DD', '01:00:00').read('2018-11-04')).toEqual(
      at('2018-11-04T03:00:00Z'),
    );
    expect(reader('America/New_York', DEFAULT_FORMAT, '01:30:00').read('2024-11-03')).toEqual(
      at('2024-11-03T05:30:00Z', 'AMBIGUOUS'),
    );
  });

  it('do not touch cells with an offset', () => {
    const cells = reader('America/New_York');
    expect(cells.read('2024-11-03T01:30:00-05:00')).toEqual(at('2024-11-03T06:30:00Z'));
    expect(cells.read('2024-03-10T02:30:00-05:00')).toEqual(at('2024-03-10T07:30:00Z'));
    expect(reader('Pacific/Apia').read('2011-12-30T12:00:00Z')).toEqual(at('2011-12-30T12:00:00Z'));
  });
});

/**
 * The oracle: the stated rule by trial, on Intl alone. All offsets of three days are tried; those that show the
 * wanted time are its instants; if there is none, the offset before the gap is taken.
 */
function oracle(offsetAt: (instant: number) => number, localMs: number) {
  const around = [-24, -18, -12, -6, 0, 6, 12, 18, 24].map((hours) => offsetAt(localMs + hours * HOUR));
  const instants = [...new Set(around)]
    .map((offset) => localMs - offset)
    .filter((instant) => instant + offsetAt(instant) === localMs);
  if (instants.length > 1) return { instant: Math.min(...instants), adjusted: 'AMBIGUOUS' };
  if (instants.length === 1) return { instant: instants[0] };
  return { instant: localMs - (around[0] ?? Number.NaN), adjusted: 'SKIPPED' };
}

/** Luxon's own way, started from an offset of the day and not of today: earlier of two, later across a gap. */
function luxonInstant(zone: string, offsetAt: (instant: number) => number, localMs: number): number {
  const candidates = DateTime.fromMillis(localMs, { zone: 'utc' })
    .setZone(zone, { keepLocalTime: true })
    .getPossibleOffsets()
    .map((candidate) => Math.round(candidate.toMillis()));
  const existing = candidates.filter((instant) => instant + offsetAt(instant) === localMs);
  return existing.length > 0 ? Math.min(...existing) : Math.max(...candidates);
}

function intlOffset(timeZone: string): (instant: number) => number {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (instant) => {
    const [month, day, year, hour, minute, second] = clock.format(instant).split(/\D+/).map(Number);
    return (
      Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000
    );
  };
}

function clockChanges(offsetAt: (instant: number) => number, from: number, until: number): number[] {
  const changes: number[] = [];
  const step = 12 * DAY;
  let offset = offsetAt(from);
  for (let start = from; start < until; start += step) {
    const next = offsetAt(start + step);
    if (next === offset) continue;
    let [before, after] = [start, start + step];
    while (after - before > 1000) {
      const middle = before + Math.floor((after - before) / 2000) * 1000;
      if (offsetAt(middle) === offset) before = middle;
      else after = middle;
    }
    changes.push(after);
    offset = next;
  }
  return changes;
}

describe('every local time from 1900 to 2037', () => {
  const from = Date.UTC(1900, 0, 1);
  const until = Date.UTC(2038, 0, 1);

  it.each([
    'UTC',
    'Europe/London',
    'Europe/Paris',
    'Europe/Dublin',
    'Europe/Warsaw',
    'Europe/Moscow',
    'Africa/Casablanca',
    'Africa/Monrovia',
    'Africa/Cairo',
    'America/New_York',
    'America/Sao_Paulo',
    'America/St_Johns',
    'America/Caracas',
    'America/Juneau',
    'Asia/Kathmandu',
    'Asia/Pyongyang',
    'Asia/Tehran',
    'Asia/Gaza',
    'Asia/Manila',
    'Australia/Lord_Howe',
    'Antarctica/Troll',
    'Antarctica/Casey',
    'Pacific/Apia',
    'Pacific/Kwajalein',
    'Pacific/Chatham',
  ])('in %s is what the rule says', (zone) => {
    const offsetAt = intlOffset(zone);
    const changes = clockChanges(offsetAt, from, until);
    const cells = reader(zone);
    const anywhere = fc.integer({ min: from / 1000, max: until / 1000 - 1 }).map((second) => second * 1000);
    const nearChange =
      changes.length === 0
        ? anywhere
        : fc
            .tuple(fc.constantFrom(...changes), fc.integer({ min: -3 * 1440, max: 3 * 1440 }))
            .map(([change, minutes]) => change + offsetAt(change) + minutes * 60_000);
    const justAtChange =
      changes.length === 0
        ? anywhere
        : fc
            .tuple(fc.constantFrom(...changes), fc.integer({ min: -7300, max: 7300 }))
            .map(([change, seconds]) => change + offsetAt(change) + seconds * 1000);

    fc.assert(
      fc.property(fc.oneof(anywhere, nearChange, justAtChange), (localMs) => {
        const cell = formatInstant(localMs).slice(0, 19).replace('T', ' ');
        const reading = cells.read(cell);
        if (!reading.ok) {
          expect(reading.reason).toBe(`there is no such day in ${zone}`);
          const hours = Array.from(
            { length: 24 },
            (_, hour) => Math.floor(localMs / DAY) * DAY + hour * HOUR,
          );
          expect(hours.filter((hour) => oracle(offsetAt, hour).adjusted !== 'SKIPPED')).toEqual([]);
          return;
        }
        expect(reading).toEqual({ ok: true, ...oracle(offsetAt, localMs) });
        expect(reading.instant).toBe(luxonInstant(zone, offsetAt, localMs));
      }),
      { numRuns: 400 },
    );
  });
});
