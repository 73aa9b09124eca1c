import type { Socket } from 'node:net';
import type { PoolConnection } from 'mysql2';
import type { DataSource, QueryRunner } from 'typeorm';
import type { StatementObserver } from './data-source';
import type { Tx } from './database';
import { CommitUnanswered, DeadlinePassed, faultOf, isRolledBack } from './database-errors';
import type { Deadline } from './deadline';
import { managerOver, preparedServerStatements, type Query, reading, serverStatements } from './statements';

/** What every `Tx` of a host holds besides its ways to it. */
export type HostEngine = Pick<Tx, 'dialect' | 'writesLocks'>;

/** Where the watch over sessions looks. */
export interface Watched {
  readonly deadline: Deadline;
  /** How the server calls this connection. */
  readonly threadId: number;
  /** Since when a statement waits for its answer, in milliseconds of the monotonic clock; undefined: none does. */
  readonly silentSince: number | undefined;
  /** Ends the connection, and with it everything that runs on it. */
  cut(reason: Error): void;
}

/**
 * One connection of a database server, for one transaction or one read. Its session commits nothing by itself: what
 * reaches the server behind a statement that ended the transaction begins another one, which is rolled back.
 */
export class ServerSession implements Watched {
  readonly tx: Tx;
  readonly threadId: number;
  readonly #runner: QueryRunner;
  readonly connection: PoolConnection;
  readonly #query: Query;
  #running = 0;
  #answeredAt = 0;
  /** What the first statement threw that failed: whoever ran it may not have looked. */
  #failure: Error | undefined;
  #isCut = false;

  constructor(
    dataSource: DataSource,
    runner: QueryRunner,
    connection: PoolConnection,
    readonly deadline: Deadline,
    engine: HostEngine,
    onStatement: StatementObserver | undefined,
  ) {
    this.#runner = runner;
    this.connection = connection;
    this.threadId = connection.threadId;
    const watch = {
      onStatement,
      onBegin: () => {
        if (this.#running === 0) this.#answeredAt = performance.now();
        this.#running += 1;
      },
      onEnd: (failure: Error | undefined) => {
        this.#running -= 1;
        this.#answeredAt = performance.now();
        this.#failure ??= failure;
      },
    };
    const run = serverStatements(connection, watch);
    this.#query = reading(run);
    this.tx = {
      ...engine,
      query: this.#query,
      prepared: reading(preparedServerStatements(connection, watch)),
      manager: managerOver(run, dataSource, runner),
    };
  }

  get silentSince(): number | undefined {
    return this.#running > 0 ? this.#answeredAt : undefined;
  }

  /**
   * Runs `work` as one transaction.
   * @throws CommitUnanswered where nobody knows what became of it
   */
  async transact<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    try {
      const result = await work(this.tx);
      await this.#commit();
      return result;
    } catch (error) {
      await this.#rollBack();
      // What a failed statement led to tells less than the statement.
      throw this.#failure !== undefined &&
        faultOf(error) === undefined &&
        !(error instanceof CommitUnanswered)
        ? this.#failure
        : error;
    }
  }

  async #commit(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isCut || performance.now() > this.deadline) throw new DeadlinePassed('not committed');
    try {
      await this.tx.query('COMMIT');
    } catch (error) {
      throw isRolledBack(error) ? error : new CommitUnanswered(error);
    }
  }

  /** Nothing of the session stays. */
  async #rollBack(): Promise<void> {
    if (this.#isCut) return;
    try {
      await this.#query('ROLLBACK');
    } catch (error) {
      // A server rolls back what it had from a connection that is gone.
      this.cut(error as Error);
    }
  }

  /** Ends what a read began, without waiting: whatever runs on the connection next does. */
  endRead(): void {
    if (this.#isCut) return;
    this.connection.query('ROLLBACK', (error) => {
      if (error !== null) this.cut(error);
    });
  }

  cut(reason: Error): void {
    if (this.#isCut) return;
    this.#isCut = true;
    cutConnection(this.connection, reason);
  }

  release(): Promise<void> {
    return this.#runner.release();
  }
}

/**
 * Ends a connection at once, and tells all that wait for an answer on it. The driver's own `destroy` takes it out of
 * its pool, and then waits for the other side to say goodbye.
 */
export function cutConnection(connection: PoolConnection, reason: Error): void {
  const { stream } = connection as unknown as { readonly stream: Socket };
  // Where nobody waits the driver has nobody to tell, which would end the process.
  connection.on('error', () => {});
  connection.destroy();
  stream.destroy(reason);
}
