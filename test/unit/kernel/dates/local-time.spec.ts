import fc from 'fast-check';
import { IANAZone } from 'luxon';
import { compileDateFormat } from '../../../../src/kernel/dates/date-format';
import {
  compileDateReader,
  type DateReader,
  type DateReading,
} from '../../../../src/kernel/dates/date-reader';
import { formatInstant } from '../../../../src/kernel/dates/instants';
import { localTimeReaders, type OffsetAt } from '../../../../src/kernel/dates/local-time';
import { isKnownTimeZone } from '../../../../src/kernel/dates/time-zones';
import { dayWiseReader } from '../../../support/day-wise-dates';
import { ZONE_ALIASES } from '../../../support/zone-aliases';

const DEFAULT_FORMAT = 'YYYY-MM-DD hh:ii:ss';
const MIDNIGHT = { hour: 0, minute: 0, second: 0 };
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FROM = Date.UTC(1970, 0, 1);
const UNTIL = Date.UTC(2038, 0, 1);

const LISTED = Intl.supportedValuesOf('timeZone');
const ALL_NAMES = [...LISTED, ...ZONE_ALIASES];

function reader(timeZone: string, format = DEFAULT_FORMAT, defaultTime = MIDNIGHT): DateReader {
  const compiled = compileDateFormat(format);
  if (!compiled.ok) throw new Error(compiled.reason);
  return compileDateReader({ format: compiled.format, timeZone, defaultTime });
}

function cellOf(localMs: number): string {
  return formatInstant(localMs).slice(0, 19).replace('T', ' ');
}

interface Change {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** The offset by which a reader understood a local time; undefined: it refused it. */
function offsetRead(cells: DateReader, localMs: number): number | undefined {
  const reading = cells.read(cellOf(localMs));
  return reading.ok ? localMs - reading.instant : undefined;
}

/** The clock changes that a reader knows of: where the offset that it reads with becomes another one. */
function changesOf(cells: DateReader): Change[] {
  const changes: Change[] = [];
  const step = 3 * DAY;
  let before = offsetRead(cells, FROM) ?? Number.NaN;
  for (let local = FROM; local + step < UNTIL; local += step) {
    let after = offsetRead(cells, local + step);
    // The day is skipped as a whole; the next one is not.
    after ??= offsetRead(cells, local + step + DAY) ?? Number.NaN;
    if (after === before) continue;
    let [earlier, later] = [local, local + step + DAY];
    while (later - earlier > SECOND) {
      const middle = earlier + Math.floor((later - earlier) / (2 * SECOND)) * SECOND;
      if (offsetRead(cells, middle) === after) later = middle;
      else earlier = middle;
    }
    changes.push({ at: later - Math.max(before, after), before, after });
    before = after;
  }
  return changes;
}

/** The stated rule by trial: which of the two offsets shows the local time? */
function ruleAt({ at, before, after }: Change, localMs: number): DateReading {
  const isShown = (local: number) => local - before < at || local - after >= at;
  const [early, late] = [localMs - before, localMs - after];
  if (early < at && late >= at) return { ok: true, instant: early, adjusted: 'AMBIGUOUS' };
  if (early < at) return { ok: true, instant: early };
  if (late >= at) return { ok: true, instant: late };
  const day = Math.floor(localMs / DAY) * DAY;
  const hasSomeTime = isShown(day) || isShown(day + DAY - SECOND);
  return hasSomeTime
    ? { ok: true, instant: early, adjusted: 'SKIPPED' }
    : { ok: false, reason: 'there is no such day' };
}

describe('from 1970 to 2037', () => {
  it('every zone changes its clocks when Luxon says so, and reads by the rule around each change', () => {
    const [jitter = 0] = fc.sample(fc.integer({ min: 0, max: 40 * DAY - 1 }), 1);
    const wrong: string[] = [];
    const seen = new Set<string>();
    for (const zone of LISTED) {
      const cells = reader(zone);
      const luxon = IANAZone.create(zone);
      const offsetAt = (instant: number) => Math.round(luxon.offset(instant) * MINUTE);
      const changes = changesOf(cells);

      for (const { at, before, after } of changes) {
        const told = [offsetAt(at - SECOND), offsetAt(at)];
        if (told[0] !== before || told[1] !== after) wrong.push(`${zone} ${cellOf(at)}: ${told}`);
      }
      // Between the changes, too.
      for (let instant = FROM + DAY + jitter; instant < UNTIL - DAY; instant += 40 * DAY) {
        const last = changes.findLast(({ at }) => at <= instant);
        const expected = last?.after ?? changes[0]?.before ?? offsetRead(cells, FROM);
        if (offsetAt(instant) !== expected) wrong.push(`${zone} ${cellOf(instant)}: ${offsetAt(instant)}`);
      }
      for (const change of changes) {
        for (const local of localTimesAround(change, seen)) {
          const reading = cells.read(cellOf(local));
          if (!alike(reading, ruleAt(change, local))) {
            wrong.push(`${zone} ${cellOf(local)}: ${JSON.stringify(reading)}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('every alias is its zone', () => {
    expect(ZONE_ALIASES.filter((name) => !isKnownTimeZone(name))).toEqual([]);
    const wrong = ZONE_ALIASES.filter((name) => {
      const zone = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
      const [alias, canonical] = [reader(name), reader(zone)];
      const locals = fc.sample(fc.integer({ min: FROM / SECOND, max: UNTIL / SECOND - 1 }), 20);
      return locals
        .map((s) => cellOf(s * SECOND))
        .some((cell) => !alike(alias.read(cell), canonical.read(cell)));
    });
    expect(wrong).toEqual([]);
  });
});

/** Both sides of where the change begins and ends; more for the first zone that has this change. */
function localTimesAround({ at, before, after }: Change, seen: Set<string>): number[] {
  const [from, until] = [at + Math.min(before, after), at + Math.max(before, after)];
  const edges = [from - SECOND, from, until - SECOND, until];
  const key = `${at} ${before} ${after}`;
  if (seen.has(key)) return edges;
  seen.add(key);
  const centres = [from, until, (from + until) / 2, from - 2 * DAY, until + 2 * DAY];
  const distances = [-90 * MINUTE, -MINUTE, SECOND, MINUTE, 90 * MINUTE];
  const others = centres.flatMap((centre) => distances.map((distance) => centre + distance));
  return [...edges, ...others.map((local) => Math.floor(local / SECOND) * SECOND)];
}

function alike(reading: DateReading, expected: DateReading): boolean {
  return reading.ok && expected.ok
    ? reading.instant === expected.instant && reading.adjusted === expected.adjusted
    : reading.ok === expected.ok;
}

/** Clocks that no zone has: one change, anywhere. */
describe('a zone with one clock change', () => {
  const offset = fc.integer({ min: -15 * 3600, max: 15 * 3600 }).map((seconds) => seconds * SECOND);
  const anInstant = fc
    .integer({ min: Date.UTC(1960, 0, 1) / SECOND, max: Date.UTC(2045, 0, 1) / SECOND })
    .map((seconds) => seconds * SECOND);

  it('is read by the rule, inside the table and outside', () => {
    fc.assert(
      fc.property(
        anInstant,
        offset,
        offset,
        fc.array(fc.integer({ min: -40 * 3600, max: 40 * 3600 }), { minLength: 1, maxLength: 20 }),
        (at, before, after, distances) => {
          fc.pre(before !== after);
          const offsetAt: OffsetAt = (instant) => (instant < at ? before : after);
          const read = localTimeReaders(offsetAt)();
          for (const distance of distances) {
            const local = at + distance * SECOND;
            const found = read(local);
            const expected = ruleAt({ at, before, after }, local);
            expect(
              found === undefined ? { ok: false, reason: 'there is no such day' } : { ok: true, ...found },
            ).toEqual(expected);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a cell', () => {
  const separator = fc.constantFrom('', ' ', '-', '/', '_', '.', ':', ';', ',');
  const format = fc
    .tuple(
      fc.shuffledSubarray(['YYYY', 'MM', 'DD'], { minLength: 3 }),
      fc.integer({ min: 0, max: 3 }),
      fc.array(separator, { minLength: 5, maxLength: 5 }),
      fc.constantFrom('', 'T', 't'),
    )
    .map(([date, timeTokens, separators, t]) =>
      [...date, ...['hh', 'ii', 'ss'].slice(0, timeTokens)]
        .map(
          (token, place) =>
            (place === 0 ? token : (place === 3 && t) || (separators[place - 1] ?? '')) +
            (place === 0 ? '' : token),
        )
        .join(''),
    );
  const number = (width: number, max: number) =>
    fc
      .oneof(
        { weight: 9, arbitrary: fc.integer({ min: 1, max }) },
        { weight: 1, arbitrary: fc.nat(10 ** width - 1) },
      )
      .map((value) => String(value).padStart(width, '0'));
  const numbers = fc.record({
    YYYY: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1968, max: 2040 }).map(String) },
      {
        weight: 2,
        arbitrary: fc.integer({ min: 1, max: 9999 }).map((year) => String(year).padStart(4, '0')),
      },
      { weight: 1, arbitrary: fc.constantFrom('0000', '0999', '1000', '9999', '2000', '1900') },
    ),
    MM: number(2, 12),
    DD: number(2, 31),
    hh: number(2, 23),
    ii: number(2, 59),
    ss: number(2, 59),
  });
  const blanks = fc.constantFrom('', '', '', ' ', '\t', '\u00a0', '\n ', '\ufeff');
  const damage = fc.record({
    kind: fc.constantFrom('none', 'none', 'none', 'insert', 'remove', 'replace', 'cut'),
    place: fc.nat(25),
    by: fc.constantFrom('0', '9', '-', ' ', 'T', 't', 'x', ':', '/', '٣', '\0', 'Z', '\u017f', '😀'),
  });
  const fraction = fc.constantFrom('', '', '.5', ',123456', '.', '.0000');
  const zoneMark = fc.constantFrom(
    'Z',
    'z',
    '+00:00',
    '-05:00',
    '+0530',
    '-14',
    '+14:01',
    '+05:60',
    '',
    ' Z',
  );

  it('is read as the day-wise reader reads it, whatever the format and the zone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ALL_NAMES),
        format,
        fc.boolean(),
        numbers,
        fc.constantFrom('whole', 'whole', 'date', 'iso'),
        fc.record({ before: blanks, after: blanks }),
        damage,
        fraction,
        zoneMark,
        (timeZone, text, upper, written, kind, pad, { kind: how, place, by }, decimals, mark) => {
          const formatText = upper ? text.toUpperCase() : text.toLowerCase();
          const { YYYY, MM, DD, hh, ii, ss } = written;
          const follow = (pattern: string) =>
            pattern
              .replace('YYYY', YYYY)
              .replace('MM', MM)
              .replace('DD', DD)
              .replace('hh', hh)
              .replace('ii', ii)
              .replace('ss', ss);
          const datePart = /^(?:[^A-Z]?(?:YYYY|MM|DD)){3}/.exec(text)?.[0] ?? '';
          const sound = {
            whole: follow(text),
            date: follow(datePart),
            iso: `${YYYY}-${MM}-${DD}T${hh}:${ii}:${ss}${decimals}${mark}`,
          }[kind];
          const damaged = {
            none: sound,
            insert: sound.slice(0, place) + by + sound.slice(place),
            remove: sound.slice(0, place) + sound.slice(place + 1),
            replace: sound.slice(0, place) + by + sound.slice(place + 1),
            cut: sound.slice(0, place),
          }[how];
          const cell = pad.before + damaged + pad.after;
          const defaultTime = { hour: 1, minute: 30, second: 15 };
          const oracle = dayWiseReader({ format: formatText, timeZone, defaultTime });
          expect(reader(timeZone, formatText, defaultTime).read(cell)).toEqual(oracle(cell));
        },
      ),
      { numRuns: 4000 },
    );
  });
});
