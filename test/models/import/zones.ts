/** Local times of a zone, by what Intl knows of it. */

const DAY = 24 * 60 * 60 * 1000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(zone, made);
  return made;
}

/** The names of three letters in the database; others that Intl knows are abbreviations that two countries may use. */
const SHORT_NAMES = /^(CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|UTC|WET)$/i;

export function isZone(name: string): boolean {
  // Intl takes offsets such as +02:00 on some versions of Node; they are no names.
  if (!/^[A-Za-z]/.test(name) || name.length > 50) return false;
  if (name.length === 3 && !SHORT_NAMES.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, zone: string): number {
  const whole = Math.floor(instant / 1000) * 1000;
  const parts = formatOf(zone).formatToParts(whole);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return local - whole;
}

export interface Instant {
  readonly instant: number;
  readonly oddity: 'skipped' | 'ambiguous' | null;
}

/** The instant of a local time, which is given as if it were UTC; null on a day that the zone skipped. */
export function instantOf(local: number, zone: string): Instant | null {
  // No zone is a day ahead or behind, so these two are the offsets before and after a change that is near.
  const before = offsetAt(local - DAY, zone);
  const after = offsetAt(local + DAY, zone);
  const instants = [...new Set([local - before, local - after])]
    .filter((instant) => instant + offsetAt(instant, zone) === local)
    .sort((a, b) => a - b);
  const [earlier, later] = instants;
  if (earlier === undefined && after - before >= DAY) return null;
  // It does not exist: it moves forward by the gap, to where clocks would stand that had not been changed.
  if (earlier === undefined) return { instant: local - before, oddity: 'skipped' };
  return { instant: earlier, oddity: later === undefined ? null : 'ambiguous' };
}
