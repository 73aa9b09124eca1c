/** Where a row stands in a text. */
export interface RowSpan {
  /** The line that it begins in. */
  readonly line: number;
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
  /** Behind its line end; the next row, or an empty line, begins there, in `nextLine`. */
  readonly next: number;
  readonly nextLine: number;
  /** It holds a quote, so that there is more to its cells than delimiters. */
  readonly isQuoted: boolean;
}

export interface RowSpans {
  readonly spans: readonly RowSpan[];
  /** Where the row begins whose end is not there yet; the end of the text where there is none. */
  readonly rest: number;
  readonly restLine: number;
}

/**
 * Finds the rows of a text that begins with one, in line `line`. A row ends at CR LF, LF or CR behind an even number of
 * quotes: doubled ones count twice, and what stands between two belongs to a cell. Whether the quotes stand where they
 * may is for who reads the cells. Empty lines are no rows.
 */
export function splitRows(units: string, line: number, isLast: boolean): RowSpans {
  const [lineFeeds, returns, quotes] = [
    new Places(units, '\n'),
    new Places(units, '\r'),
    new Places(units, '"'),
  ];
  const { length } = units;
  const spans: RowSpan[] = [];
  let [start, startLine] = [0, line];

  while (start < length) {
    let end = Math.min(lineFeeds.from(start), returns.from(start));
    const isQuoted = quotes.from(start) < end;
    if (isQuoted) end = endBehindQuotes(start);
    if (end === Number.POSITIVE_INFINITY || (end === length - 1 && units[end] === '\r')) {
      // Of a CR that comes last, the LF may follow.
      if (!isLast) break;
      end = Math.min(end, length);
    }
    const next = end === length ? end : end + (units.startsWith('\r\n', end) ? 2 : 1);
    const breaks = (isQuoted ? lineBreaks(units.slice(start, end)) : 0) + (end === length ? 0 : 1);
    const nextLine = startLine + breaks;
    if (end > start) spans.push({ line: startLine, start, end, next, nextLine, isQuoted });
    [start, startLine] = [next, nextLine];
  }
  return { spans, rest: start, restLine: startLine };

  /** The first line end behind an even number of quotes. */
  function endBehindQuotes(from: number): number {
    let isOpen = false;
    let end = -1;
    let place = from;
    for (;;) {
      const quote = quotes.from(place);
      if (!isOpen) {
        if (end < place) end = Math.min(lineFeeds.from(place), returns.from(place));
        if (quote >= end) return end;
      }
      if (quote === Number.POSITIVE_INFINITY) return quote;
      isOpen = !isOpen;
      place = quote + 1;
    }
  }
}

/** The places of a character, asked for from the front to the back: what was found is not looked for again. */
class Places {
  private found = -1;

  constructor(
    private readonly text: string,
    private readonly character: string,
  ) {}

  /** The first place from there on; infinity where there is none. */
  from(place: number): number {
    if (this.found < place) {
      const found = this.text.indexOf(this.character, place);
      this.found = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    return this.found;
  }
}

function lineBreaks(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
