import { randomUUID } from 'node:crypto';

/** In an answer, a list whose entries are JSON already. */
export class JsonText {
  /** Stands for the list until all else is JSON. No other text of the answer can hold it: nobody knows it before. */
  readonly #place = randomUUID();
  readonly #parts: string[] = [];

  append(part: string): void {
    this.#parts.push(part);
  }

  toJSON(): string {
    found?.set(this.#place, this);
    return this.#place;
  }

  toString(): string {
    return `[${this.#parts.join(',')}]`;
  }
}

/** What `stringifyAnswer` comes across; a replacer would be called for every value of the answer. */
let found: Map<string, JsonText> | undefined;

/** The answer as JSON. */
export function stringifyAnswer(answer: unknown): string {
  const texts = new Map<string, JsonText>();
  found = texts;
  try {
    let rest = JSON.stringify(answer);
    const parts: string[] = [];
    for (const [place, text] of texts) {
      const [before = '', after = ''] = rest.split(`"${place}"`);
      parts.push(before, text.toString());
      rest = after;
    }
    return `${parts.join('')}${rest}\n`;
  } finally {
    found = undefined;
  }
}
