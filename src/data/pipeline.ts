/** Statements that are handed to the database without waiting for the answers to the ones before. */
export class Pipeline<Answer> {
  readonly #running: Promise<Answer>[] = [];

  add(statement: Promise<Answer>): void {
    // Whoever asks for the answers is told of a failure; until then it is nobody's.
    statement.catch(() => {});
    this.#running.push(statement);
  }

  /** As `answers`, one after the other: the database works on the next while the caller does on this one. */
  async *inOrder(): AsyncGenerator<Answer> {
    for (const answer of this.#running) yield await answer;
  }

  /** The answers in the order of the statements; throws what the first one threw that failed. */
  answers(): Promise<Answer[]> {
    return Promise.all(this.#running);
  }
}
