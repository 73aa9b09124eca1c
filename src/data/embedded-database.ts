import { setImmediate as nextTick } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { instantToSql } from '../kernel/dates/instants';
import { instant, nullable } from './cells';
import type { Database, DatabaseLoad, DatabaseSettings, Tx, WorkOptions } from './database';
import { DatabaseError, DeadlinePassed, faultOf } from './database-errors';
import { type Deadline, deadlineIn, tryUntil } from './deadline';
import { DIALECTS } from './dialect';
import type { OpenedFile } from './embedded-file';
import type { MigrateSettings, OpenSchema, SchemaState } from './migrate';
import { CLOCK, MOVE_CLOCK_AFTER_MS, refuseToStamp, stampedOnce } from './stamps';
import {
  embeddedStatements,
  managerOver,
  type Query,
  type RunStatement,
  reading,
  untilEnded,
} from './statements';
import type { Limits } from './time-limits';
import { type GiveBack, type Owner, TurnsAtConnections } from './turns-at-connections';
import { BROKEN_FOR_MS, CHECK_LIMIT_MS, checkWriting } from './write-check';

/** An embedded database that is open: its connections, the same one twice where it is in memory, and its file. */
interface Opened {
  readonly writer: DataSource;
  readonly reader: DataSource;
  readonly schema: OpenSchema;
  readonly file?: OpenedFile;
}

/** A writer of another process is done in milliseconds, and tells nobody. */
const LONGEST_PAUSE_MS = 100;

/**
 * The embedded database has one connection that writes: a statement of one request would fall into the transaction of
 * another. So every use of it has its turn, and a transaction has it from BEGIN to COMMIT. Reads have a connection of
 * their own and see what is committed: they wait for no writer. Statements are done when they return, and
 * others have the event loop after a few milliseconds of them; reads have their turns, too. A database in memory has one connection for both.
 */
export class EmbeddedDatabase implements Database {
  readonly dialect = DIALECTS.sqlite;
  readonly limits: Limits;
  readonly #writer: DataSource;
  readonly #reader: DataSource;
  readonly #schema: OpenSchema;
  readonly #file: OpenedFile | undefined;
  readonly #turns = new TurnsAtConnections(1);
  readonly #readTurns: TurnsAtConnections;
  readonly #writeTx: Tx;
  /** The way of one transaction to the connection that writes. */
  readonly #writeTxUntil: (hasEnded: () => boolean) => Tx;
  readonly #readTx: Tx;
  /** What the first statement of the running transaction threw that failed: whoever ran it may not have looked. */
  #failure: Error | undefined;
  #brokenAt: number | undefined;
  #isMovingClock = false;

  constructor({ writer, reader, schema, file }: Opened, { limits, onStatement }: DatabaseSettings) {
    this.limits = limits;
    this.#schema = schema;
    this.#file = file;
    this.#writer = writer;
    this.#reader = reader;
    this.#readTurns = reader === writer ? this.#turns : new TurnsAtConnections(1);
    const { dialect } = this;
    const txOn = (connection: DataSource, run: RunStatement): Tx => {
      const query = reading(run);
      const manager = managerOver(run, connection, connection.createQueryRunner());
      const syncedThrough = () => this.#syncedThrough(query);
      const unstamped = stampedOnce(refuseToStamp);
      return { dialect, writesLocks: false, query, prepared: query, manager, ...unstamped, syncedThrough };
    };
    const noteFailure = (failure: Error) => {
      this.#failure ??= failure;
    };
    const write = embeddedStatements(writer, onStatement, noteFailure);
    this.#writeTx = txOn(writer, write);
    this.#writeTxUntil = (hasEnded) => txOn(writer, untilEnded(write, hasEnded));
    this.#readTx = txOn(reader, embeddedStatements(reader, onStatement));
  }

  read<Result>(work: (tx: Tx) => Promise<Result>, options: WorkOptions = {}): Promise<Result> {
    const { deadline = deadlineIn(this.limits.readMs), owner } = options;
    return this.#tryUntil(() => this.#readOnce(work, { deadline, owner }), deadline);
  }

  async #readOnce<Result>(work: (tx: Tx) => Promise<Result>, turn: Turn): Promise<Result> {
    const takeTurn = async () => {
      const giveBack = await this.#readTurns.take(turn.deadline, turn.owner);
      await nextTick();
      return giveBack;
    };
    let giveBack: GiveBack | undefined = await takeTurn();
    const giveWay = async () => {
      giveBack?.();
      giveBack = undefined;
      giveBack = await takeTurn();
    };
    try {
      return await work({ ...this.#readTx, giveWay });
    } finally {
      giveBack?.();
    }
  }

  transaction<Result>(work: (tx: Tx) => Promise<Result>, options: WorkOptions = {}): Promise<Result> {
    const { deadline = deadlineIn(this.limits.writeMs), owner, writesNothing = false } = options;
    const transactOnce = () => this.#transactOnce(work, deadline, writesNothing);
    return this.#tryUntil(() => inTurn(this.#turns, { deadline, owner }, transactOnce), deadline);
  }

  async ping(): Promise<void> {
    if (this.#brokenAt !== undefined && performance.now() - this.#brokenAt < BROKEN_FOR_MS) {
      throw new DatabaseError('DATABASE_UNAVAILABLE', undefined);
    }
    this.#file?.checkFile();
    // A long import must not make the server look dead.
    if (this.#turns.inUse > 0) await this.#readTx.query('SELECT 1');
    else await this.transaction(checkWriting, { deadline: deadlineIn(CHECK_LIMIT_MS) });
  }

  migrate(settings?: MigrateSettings): Promise<readonly string[]> {
    return inTurn(this.#turns, AT_ANY_TIME, () => this.#schema.migrate(settings));
  }

  schemaState(): Promise<SchemaState> {
    return inTurn(this.#turns, AT_ANY_TIME, () => this.#schema.schemaState());
  }

  load(): DatabaseLoad {
    const { inUse, waiting } = this.#turns;
    const reading = this.#readTurns === this.#turns ? 0 : this.#readTurns.waiting;
    return { connectionsInUse: inUse, connectionsIdle: 1 - inUse, waiting: waiting + reading };
  }

  close(): Promise<void> {
    return inTurn(this.#turns, AT_ANY_TIME, async () => {
      if (this.#reader !== this.#writer) {
        await inTurn(this.#readTurns, AT_ANY_TIME, () => this.#reader.destroy());
      }
      await this.#writer.destroy();
    });
  }

  #tryUntil<Result>(attempt: () => Promise<Result>, deadline: Deadline): Promise<Result> {
    const watched = async () => {
      try {
        return await attempt();
      } catch (error) {
        if (faultOf(error) === 'broken') this.#brokenAt = performance.now();
        throw error;
      }
    };
    // COMMIT answers in this process: nothing of it is ever lost.
    return tryUntil(watched, {
      deadline,
      isRepeatable: true,
      writesNothing: false,
      hasOtherHosts: false,
      longestPauseMs: LONGEST_PAUSE_MS,
    });
  }

  async #transactOnce<Result>(
    work: (tx: Tx) => Promise<Result>,
    deadline: Deadline,
    writesNothing: boolean,
  ): Promise<Result> {
    // better-sqlite3 answers at once, so that one transaction after the other would let nothing else in between.
    await nextTick();
    const stamped = stampedOnce(() => this.#stamp(writesNothing));
    let hasEnded = false;
    const tx = { ...this.#writeTxUntil(() => hasEnded), ...stamped };
    this.#failure = undefined;
    this.#file?.checkFile();
    // IMMEDIATE takes the write lock at once: waiting for it later could fail in the middle of the work.
    await tx.query('BEGIN IMMEDIATE');
    try {
      const result = await work(tx);
      if (this.#failure !== undefined) throw this.#failure;
      if (performance.now() > deadline) throw new DeadlinePassed('not committed');
      const committing = tx.query('COMMIT');
      hasEnded = true;
      await committing;
      this.#brokenAt = undefined;
      return result;
    } catch (error) {
      hasEnded = true;
      const failure: unknown = faultOf(error) === undefined ? (this.#failure ?? error) : error;
      await this.#rollBack();
      throw failure;
    }
  }

  /** Transactions run one after the other: each moves the clock on, past its own instant. */
  async #stamp(writesNothing: boolean): Promise<number> {
    const { query } = this.#writeTx;
    const { now, at } = await readClock(query);
    const stamp = Math.max(now, at ?? 0);
    if (writesNothing) return stamp;
    const overwrite = this.dialect.overwriting(['id'], ['at']);
    await query(`INSERT INTO write_mark (id, at) VALUES (?, ?) ${overwrite}`, [
      CLOCK,
      instantToSql(stamp + 1),
    ]);
    return stamp;
  }

  async #syncedThrough(query: Query): Promise<number> {
    const { now, at } = await readClock(query);
    // Without a clock nobody has written: whoever asks with this reads everything anew.
    const through = at ?? 0;
    if (now - through > MOVE_CLOCK_AFTER_MS && !this.#isMovingClock) {
      this.#isMovingClock = true;
      const moveOn = this.transaction((tx) => tx.stamp());
      // Whoever reads later tries again.
      void moveOn
        .catch(() => {})
        .finally(() => {
          this.#isMovingClock = false;
        });
    }
    return through;
  }

  /** Where the database has rolled back by itself there is nothing left to undo. */
  async #rollBack(): Promise<void> {
    try {
      await this.#writeTx.query('ROLLBACK');
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }
}

async function readClock(query: Query): Promise<{ readonly now: number; readonly at: number | null }> {
  const [clock] = await query(
    `SELECT ${DIALECTS.sqlite.now} AS now, (SELECT at FROM write_mark WHERE id = ?) AS at`,
    [CLOCK],
    { now: instant, at: nullable(instant) },
  );
  if (clock === undefined) throw new Error('A SELECT without a table has a row');
  return clock;
}

interface Turn {
  readonly deadline: Deadline;
  readonly owner?: Owner | undefined;
}

const AT_ANY_TIME: Turn = { deadline: Number.POSITIVE_INFINITY };

async function inTurn<Result>(
  turns: TurnsAtConnections,
  { deadline, owner }: Turn,
  work: () => Promise<Result>,
): Promise<Result> {
  const giveBack = await turns.take(deadline, owner);
  try {
    return await work();
  } finally {
    giveBack();
  }
}
