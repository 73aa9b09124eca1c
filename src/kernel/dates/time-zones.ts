import { LRUCache } from 'lru-cache';
import { IANAZone } from 'luxon';
import { HOUR_MS, MINUTE_MS } from './calendar';
import { type LocalTimeReader, localTimeReaders, type OffsetAt } from './local-time';

/** The only module that knows Luxon and Intl. Source: docs/rules/import.md, "Time zones". */

const MAX_ZONE_LENGTH = 50;
/** The names of three letters that the IANA database has. */
const SHORT_ZONE_NAMES = /^(CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|UTC|WET)$/i;

/**
 * True for a name of the IANA time zone database (at most 50 characters, any letter case) that this Node knows.
 * Offsets (`+03:00`, `UTC+3`), blanks, `local` and `system` are no names. Neither are the abbreviations that Intl
 * knows besides the database: it reads BST as Bangladesh and IST as India, which a British or Israeli caller
 * would never notice.
 */
export function isKnownTimeZone(name: string): boolean {
  if (name.length > MAX_ZONE_LENGTH || !/^[a-z]/i.test(name)) return false;
  if (/^[a-z]{3}$/i.test(name) && !SHORT_ZONE_NAMES.test(name)) return false;
  // Intl takes a third of a millisecond to find out.
  return zoneReaders.has(name.toLowerCase()) || IANAZone.isValidZone(name);
}

/** Tables of known zones outlive requests. There are some 600 names. */
const zoneReaders = new LRUCache<string, () => LocalTimeReader>({ max: 1_000 });

export function localTimeReader(timeZone: string): LocalTimeReader {
  const key = timeZone.toLowerCase();
  let newReader = zoneReaders.get(key);
  if (newReader === undefined) {
    newReader = localTimeReaders(offsetsOf(timeZone));
    zoneReaders.set(key, newReader);
  }
  return newReader();
}

/**
 * The offsets of a zone, out of what Intl writes (`11/3/2024, GMT-04:00`), historical seconds included: five times
 * as fast as Luxon, which reads a whole date. Its `DateTime` is of no use here: it starts from today's offset of the
 * zone, resolves repeated times by the season of the import, and even its `getPossibleOffsets` is an hour off where
 * the zone was far from its present offset (Apia 2010-09-26 01:30).
 */
function offsetsOf(timeZone: string): OffsetAt {
  const clock = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const known = new Map<string, number>();
  return (instant) => {
    const written = clock.format(instant);
    const offset = written.slice(written.indexOf('GMT'));
    let ms = known.get(offset);
    if (ms === undefined) {
      ms = offsetMs(offset);
      known.set(offset, ms);
    }
    return ms;
  };
}

function offsetMs(written: string): number {
  const match = /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(written);
  if (match === null) throw new Error(`Intl writes an offset as ${written}`);
  const [, sign, hours, minutes, seconds] = match;
  const ms = Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * MINUTE_MS + Number(seconds ?? 0) * 1000;
  return sign === '-' ? -ms : ms;
}
