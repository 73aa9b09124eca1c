import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';

/** Characters that are handed to the connection at once. */
const PART_LENGTH = 64 * 1_024;
/** Longer answers take several milliseconds to put together, to encode and to send. */
const MAX_TEXT_LENGTH = 1_024 * 1_024;

/** In an answer, a list whose entries are JSON already. */
export class JsonText {
  /** Stands for the list until all else is JSON. No other text of the answer can hold it: nobody knows it before. */
  readonly #place = randomUUID();
  readonly #parts: string[] = [];
  #last = '[';

  append(entries: string): void {
    if (this.#last.length >= PART_LENGTH) {
      this.#parts.push(this.#last);
      this.#last = '';
    }
    const isFirst = this.#parts.length === 0 && this.#last === '[';
    this.#last += isFirst ? entries : `,${entries}`;
  }

  toJSON(): string {
    found?.set(this.#place, this);
    return this.#place;
  }

  parts(): string[] {
    return [...this.#parts, `${this.#last}]`];
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
  return length <= MAX_TEXT_LENGTH ? parts.join('') : (Readable.from(parts) as unknown as string);
}

/** The answer as JSON, cut anywhere. */
export function answerParts(answer: unknown): string[] {
  const texts = new Map<string, JsonText>();
  found = texts;
  try {
    let rest = JSON.stringify(answer);
    const parts: string[] = [];
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
