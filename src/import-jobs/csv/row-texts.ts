import { nextTurn } from '../../event-loop/turns';
import { type Problem, problem } from '../../kernel/problem';
import type { Encoding } from '../file-format';
import { BYTE_ORDER_MARK_BYTES, byteOrderMark, DECODERS } from './encodings';
import { type RowSpan, splitRows } from './split-rows';

/** A place between two rows of the unpacked file. */
export interface FilePlace {
  /** Bytes before it. */
  readonly byte: number;
  /** The line that begins there; the first is 1. */
  readonly line: number;
}

export const START_OF_FILE: FilePlace = { byte: 0, line: 1 };

/** A row before its cells are told apart. */
export interface RowText {
  readonly line: number;
  readonly text: string;
  readonly isQuoted: boolean;
  readonly end: FilePlace;
  readonly lineEnd: string;
}

/** Rows that were read together, and what ends the file behind them. */
export interface RowTexts {
  readonly rows: readonly RowText[];
  readonly failure?: Problem;
}

/** Without its line end. */
export const MAX_ROW_BYTES = 1_048_576;
/** Some hundred rows, a few milliseconds of work. */
const BLOCK_BYTES = 65_536;
/** How long reading goes on before others get their turn. */
const TURN_MS = 5;

/**
 * The rows of a file whose bytes begin at `from`, some hundred at a time, decoded. Behind a failure nothing is read.
 * No more is kept than the row that is under way, and a block.
 */
export async function* readRowTexts(
  bytes: AsyncIterable<Buffer>,
  encoding: Encoding,
  from: FilePlace,
  blockBytes = BLOCK_BYTES,
): AsyncGenerator<RowTexts> {
  let place = from;
  let rest: Buffer = Buffer.alloc(0);
  /** A row that goes on for many blocks is not looked through with each of them. */
  let wanted = 0;
  let turnEnds = performance.now() + TURN_MS;

  for await (const { block, isLast } of inBlocks(bytes, blockBytes)) {
    rest = rest.length === 0 ? block : Buffer.concat([rest, block]);
    if (place.byte === 0) {
      if (rest.length < BYTE_ORDER_MARK_BYTES && !isLast) continue;
      const mark = byteOrderMark(rest);
      if (mark !== undefined && mark[0] !== encoding) {
        const reason = `it begins with the byte order mark of ${mark[0]}`;
        const failure = problem(
          'CSV_ENCODING_INVALID',
          { line: place.line, encoding, reason },
          placeOf(place.line),
        );
        yield { rows: [], failure };
        return;
      }
      rest = rest.subarray(mark?.[1].length ?? 0);
      place = { byte: mark?.[1].length ?? 0, line: place.line };
    }
    if (rest.length < wanted && !isLast) continue;
    if (performance.now() > turnEnds) {
      await nextTurn();
      turnEnds = performance.now() + TURN_MS;
    }
    const read = readBlock(rest, encoding, place, isLast);
    if (read.rows.length > 0 || read.failure !== undefined) yield read;
    if (read.failure !== undefined) return;
    rest = rest.subarray(read.next.byte - place.byte);
    place = read.next;
    wanted = Math.min(2 * rest.length, MAX_ROW_BYTES);
  }
}

/** Bytes as they come, in blocks of about this size; the last one is said to be it, and may be empty. */
async function* inBlocks(
  bytes: AsyncIterable<Buffer>,
  size: number,
): AsyncGenerator<{ readonly block: Buffer; readonly isLast: boolean }> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < size) continue;
    const all = waiting.length === 1 ? chunk : Buffer.concat(waiting);
    for (let start = 0; start < all.length; start += size) {
      yield { block: all.subarray(start, start + size), isLast: false };
    }
    [waiting, length] = [[], 0];
  }
  yield { block: Buffer.concat(waiting), isLast: true };
}

function readBlock(
  bytes: Buffer,
  encoding: Encoding,
  place: FilePlace,
  isLast: boolean,
): RowTexts & { readonly next: FilePlace } {
  const decoder = DECODERS[encoding];
  const { unitBytes } = decoder;
  const units = decoder.units(bytes);
  const { spans, rest, restLine } = splitRows(units, place.line, isLast);
  const isPlain = decoder.isPlain(bytes, units);
  const next = { byte: place.byte + rest * unitBytes, line: restLine };
  const maxUnits = MAX_ROW_BYTES / unitBytes;

  const rows: RowText[] = [];
  const failed = (failure: Problem) => ({ rows, failure, next });
  const noText = (line: number, reason: string) =>
    failed(problem('CSV_ENCODING_INVALID', { line, encoding, reason }, placeOf(line)));

  for (const span of spans) {
    const { line, start, end, isQuoted } = span;
    if (end - start > maxUnits) return failed(tooLong(line, units, start, maxUnits));
    const text = isPlain ? units.slice(start, end) : decoder.decode(bytes, units, start, end);
    if (typeof text !== 'string') return noText(line, text.reason);
    const lineEnd = units.slice(end, span.next);
    rows.push({ line, text, isQuoted, lineEnd, end: placeBehind(span, place.byte, unitBytes) });
  }
  // One more may be the CR that waits for its LF.
  if (units.length - rest > maxUnits + 1) return failed(tooLong(restLine, units, rest, maxUnits));
  if (isLast && bytes.length % unitBytes !== 0) return noText(restLine, 'it ends within a character');
  return { rows, next };
}

function placeBehind(span: RowSpan, byte: number, unitBytes: number): FilePlace {
  return { byte: byte + span.next * unitBytes, line: span.nextLine };
}

/** Within a quote it is the quote that somebody forgot to close. The same is told however the file came in. */
function tooLong(line: number, units: string, start: number, maxUnits: number): Problem {
  const quotes = units.slice(start, start + maxUnits).split('"').length - 1;
  if (quotes % 2 === 0) return problem('CSV_LINE_TOO_LONG', { line, max: MAX_ROW_BYTES }, placeOf(line));
  const reason = `no closing quote follows within ${MAX_ROW_BYTES} bytes`;
  return problem('CSV_QUOTE_OPEN', { line, reason }, placeOf(line));
}

/** Rows of a file are named by the line that they begin in. */
export function placeOf(line: number): { readonly path: readonly string[]; readonly row: number } {
  return { path: [], row: line };
}
