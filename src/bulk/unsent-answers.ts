import { Readable } from 'node:stream';

/** A piece of an answer, as text or as UTF-8. */
export type Part = string | Buffer;

interface Unsent {
  readonly stream: Readable;
  length: number;
  isBegun: boolean;
}

/**
 * The answers that wait for their callers to read them. Where they are too many, those whose callers have read nothing
 * for the longest are broken off.
 */
export class UnsentAnswers {
  readonly #maxLength: number;
  /** Who has read last stands last. */
  readonly #answers = new Set<Unsent>();

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** The pieces as a stream. */
  send(pieces: Iterable<Part>, length: number): Readable {
    const answers = this.#answers;
    function* read(): Generator<Part> {
      for (const piece of pieces) {
        answer.isBegun = true;
        answer.length -= piece.length;
        if (answers.delete(answer)) answers.add(answer);
        yield piece;
      }
    }
    const answer: Unsent = { stream: Readable.from(read()), length, isBegun: false };
    answer.stream.once('close', () => answers.delete(answer));
    answers.add(answer);
    this.#makeRoom();
    return answer.stream;
  }

  #makeRoom(): void {
    let length = 0;
    for (const answer of this.#answers) length += answer.length;
    for (const answer of this.#answers) {
      if (length <= this.#maxLength) return;
      // One that is not begun has no connection yet that could be closed.
      if (!answer.isBegun) continue;
      length -= answer.length;
      this.#answers.delete(answer);
      answer.stream.destroy(new Error('The answer is not read, and others need its room'));
    }
  }
}
