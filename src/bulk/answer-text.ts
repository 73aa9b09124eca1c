import { randomUUID } from 'node:crypto';
import type { Part, UnsentAnswers } from './unsent-answers';

/** Longer answers take several milliseconds to put together and to send. */
const MAX_BYTES_AT_ONCE = 1_024 * 1_024;
/** What of an answer waits in the socket. */
const PIECE_LENGTH = 64 * 1_024;
const COMMA = ','.charCodeAt(0);

/** In an answer, a list whose entries are JSON already. */
export class JsonText {
  /** Stands for the list until all else is JSON. No other text of the answer can hold it: nobody knows it before. */
  readonly #place = randomUUID();
  /** Encoded while the list is written, which is when the database works; the caller waits for the rest of the answer. */
  readonly #parts: Buffer[] = [];

  /** Answers how many bytes that takes. */
  append(entries: readonly unknown[]): number {
    if (entries.length === 0) return 0;
    const list = Buffer.from(JSON.stringify(entries));
    // Its bracket makes room for what stands between it and the entries before.
    if (this.#parts.length > 0) list[0] = COMMA;
    this.#parts.push(list.subarray(0, -1));
    return list.length - 1;
  }

  toJSON(): string {
    found?.set(this.#place, this);
    return this.#place;
  }

  parts(): readonly Part[] {
    return this.#parts.length === 0 ? ['[]'] : [...this.#parts, ']'];
  }
}

/** What `stringifyAnswer` comes across; a replacer would be called for every value of the answer. */
let found: Map<string, JsonText> | undefined;

/**
 * The answer as JSON; a long one as a stream, so that sending it keeps nobody waiting. Apollo Server hands on what it
 * is given, but its types know strings only.
 */
export function stringifyAnswer(answer: unknown, unsent: UnsentAnswers): string {
  const parts = answerParts(answer);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > MAX_BYTES_AT_ONCE) return unsent.send(piecesOf(parts), length) as unknown as string;
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  return Buffer.concat(parts.map(encoded)) as unknown as string;
}

/** In the order of sending, as fast as somebody reads them; what is sent is not kept. */
function* piecesOf(parts: Part[]): Generator<Part> {
  parts.reverse();
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    for (let start = 0; start < part.length; ) {
      const end = Math.min(start + PIECE_LENGTH, part.length);
      const next = end < part.length && isHalf(part, end - 1) ? end - 1 : end;
      yield typeof part === 'string' ? part.slice(start, next) : part.subarray(start, next);
      start = next;
    }
  }
}

/** Whether only the first half of a character stands there, of which the second would be encoded by itself. */
function isHalf(part: Part, at: number): boolean {
  return typeof part === 'string' && /[\uD800-\uDBFF]/.test(part.charAt(at));
}

function encoded(part: Part): Buffer {
  return typeof part === 'string' ? Buffer.from(part) : part;
}

/** The answer as JSON, cut between characters. */
export function answerParts(answer: unknown): Part[] {
  const texts = new Map<string, JsonText>();
  found = texts;
  try {
    let rest = JSON.stringify(answer);
    if (texts.size === 0) return [`${rest}\n`];
    const parts: Part[] = [];
    for (const [place, text] of texts) {
      const [before = '', after = ''] = rest.split(`"${place}"`);
      parts.push(before, ...text.parts());
      rest = after;
    }
    return [...parts, `${rest}\n`];
  } finally {
    found = undefined;
  }
}
