import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';

/** Longer answers take several milliseconds to put together and to send. */
const MAX_BYTES_AT_ONCE = 1_024 * 1_024;
const COMMA = ','.charCodeAt(0);

/** A piece of an answer, as text or as UTF-8. */
type Part = string | Buffer;

/** In an answer, a list whose entries are JSON already. */
export class JsonText {
  /** Stands for the list until all else is JSON. No other text of the answer can hold it: nobody knows it before. */
  readonly #place = randomUUID();
  /** Encoded while the list is written, which is when the database works; the caller waits for the rest of the answer. */
  readonly #parts: Buffer[] = [];

  append(entries: readonly unknown[]): void {
    if (entries.length === 0) return;
    const list = Buffer.from(JSON.stringify(entries));
    // Its bracket makes room for what stands between it and the entries before.
    if (this.#parts.length > 0) list[0] = COMMA;
    this.#parts.push(list.subarray(0, -1));
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
export function stringifyAnswer(answer: unknown): string {
  const parts = answerParts(answer);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > MAX_BYTES_AT_ONCE) return Readable.from(parts) as unknown as string;
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  return Buffer.concat(parts.map(encoded)) as unknown as string;
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
