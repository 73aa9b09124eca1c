import { setTimeout as pause } from 'node:timers/promises';
import type { PoolConnection } from 'mysql2';
import type { DataSource, QueryRunner } from 'typeorm';
import { instant, nullable } from './cells';
import { cutConnection } from './cut-connection';
import type { StatementObserver } from './data-source';
import type { Tx } from './database';
import { CommitUnanswered, DeadlinePassed, faultOf, isRolledBack, MarkLost } from './database-errors';
import type { Deadline } from './deadline';
import type { SessionSetting } from './server-facts';
import { CLOCK, LOOK_AT_MARKS_AFTER_MS, MOVE_CLOCK_AFTER_MS, refuseToStamp, stampedOnce } from './stamps';
import {
  managerOver,
  preparedServerStatements,
  type Query,
  reading,
  serverStatements,
  untilEnded,
} from './statements';
import type { Mark, WriteMarks } from './write-marks';

/** Behind the address of a cluster a mark may be written on another node, and takes a moment to come. */
const MARK_WAIT_MS = 1_000;
const MARK_PAUSE_MS = 20;

/** What every `Tx` of a host holds besides its ways to it. */
export interface HostEngine extends Pick<Tx, 'dialect' | 'writesLocks'> {
  readonly marks: WriteMarks;
  /** The setting of a session that waits for what other nodes have committed before it reads; undefined: there are none. */
  readonly waitForOthers: SessionSetting | undefined;
}

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
  /** Whether the transaction or read has ended, or is about to: nothing more is to reach the server from it. */
  #hasEnded = false;
  readonly #engine: HostEngine;
  #mark: Mark | undefined;

  constructor(
    dataSource: DataSource,
    runner: QueryRunner,
    connection: PoolConnection,
    readonly deadline: Deadline,
    engine: HostEngine,
    onStatement: StatementObserver | undefined,
  ) {
    this.#runner = runner;
    this.#engine = engine;
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
    const own = serverStatements(connection, watch);
    this.#query = reading(own);
    const hasEnded = () => this.#hasEnded;
    const run = untilEnded(own, hasEnded);
    const prepared = untilEnded(preparedServerStatements(connection, watch), hasEnded);
    const { dialect, writesLocks } = engine;
    this.tx = {
      dialect,
      writesLocks,
      query: reading(run),
      prepared: reading(prepared),
      manager: managerOver(run, dataSource, runner),
      ...stampedOnce(refuseToStamp),
      syncedThrough: () => this.#syncedThrough(),
    };
  }

  get silentSince(): number | undefined {
    return this.#running > 0 ? this.#answeredAt : undefined;
  }

  /**
   * Runs `work` as one transaction.
   * @throws CommitUnanswered where nobody knows what became of it
   */
  async transact<Result>(work: (tx: Tx) => Promise<Result>, writesNothing = false): Promise<Result> {
    const stamped = stampedOnce(() => (writesNothing ? this.#lookAtClock() : this.#stamp()));
    const tx = { ...this.tx, ...stamped };
    try {
      const result = await work(tx);
      await this.#commit(tx);
      this.#leaveMark(true);
      return result;
    } catch (error) {
      await this.#rollBack();
      this.#leaveMark(!(error instanceof CommitUnanswered));
      // What a failed statement led to tells less than the statement.
      throw this.#failure !== undefined &&
        faultOf(error) === undefined &&
        !(error instanceof CommitUnanswered)
        ? this.#failure
        : error;
    }
  }

  async #stamp(): Promise<number> {
    const { marks, dialect, writesLocks } = this.#engine;
    const mark = await marks.enter();
    this.#mark = mark;
    const waitUntil = performance.now() + (writesLocks ? MARK_WAIT_MS : 0);
    for (;;) {
      const [stamp] = await this.tx.prepared(
        `SELECT GREATEST(${dialect.now}, at) AS at FROM write_mark WHERE id = ? LOCK IN SHARE MODE`,
        [mark.id],
        { at: instant },
      );
      if (stamp !== undefined) {
        marks.note(stamp.at);
        return stamp.at;
      }
      if (performance.now() > waitUntil) break;
      await pause(MARK_PAUSE_MS);
    }
    this.#mark = undefined;
    marks.lose(mark);
    throw new MarkLost('another server has removed the mark of this write');
  }

  #leaveMark(isKnown: boolean): void {
    if (this.#mark !== undefined) this.#engine.marks.leave(this.#mark, isKnown);
    this.#mark = undefined;
  }

  /** What a write would be stamped with now, or a bit later. */
  async #lookAtClock(): Promise<number> {
    const [clock] = await this.tx.query(
      `SELECT ${this.#engine.dialect.now} AS now, (SELECT at FROM write_mark WHERE id = ?) AS at`,
      [CLOCK],
      { now: instant, at: nullable(instant) },
    );
    return Math.max(clock?.now ?? 0, clock?.at ?? 0);
  }

  async #syncedThrough(): Promise<number> {
    const { waitForOthers, dialect, marks } = this.#engine;
    if (waitForOthers !== undefined) await this.tx.query(setting(waitForOthers.name, waitForOthers.value));
    const [marked] = await this.tx.query(
      `SELECT MIN(at) AS first, MAX(at) AS last, ${dialect.now} AS now FROM write_mark`,
      [],
      { first: nullable(instant), last: nullable(instant), now: instant },
    );
    // Later statements of this session see no less.
    if (waitForOthers !== undefined) await this.tx.query(setting(waitForOthers.name, 'DEFAULT'));
    if (marked === undefined) throw new Error('The least of no rows is a row');
    const { first, last, now } = marked;
    // Without a clock nobody has written: whoever asks with this reads everything anew.
    const through = first ?? 0;
    const isLeftBehind = through !== last && now - through > LOOK_AT_MARKS_AFTER_MS;
    if (isLeftBehind || now - through > MOVE_CLOCK_AFTER_MS) marks.lookAtMarks();
    return through;
  }

  async #commit({ query }: Tx): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isCut || performance.now() > this.deadline) throw new DeadlinePassed('not committed');
    try {
      const committing = query('COMMIT');
      this.#hasEnded = true;
      await committing;
    } catch (error) {
      throw isRolledBack(error) ? error : new CommitUnanswered(error);
    }
  }

  /** Nothing of the session stays. */
  async #rollBack(): Promise<void> {
    this.#hasEnded = true;
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
    this.#hasEnded = true;
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

function setting(name: string, value: string): string {
  return `SET SESSION ${name} = ${value}`;
}
