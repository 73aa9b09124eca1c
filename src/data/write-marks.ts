import { AsyncResource } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Connection } from 'mysql2';
import { instantToSql } from '../kernel/dates/instants';
import { instant, text } from './cells';
import { cutConnection } from './cut-connection';
import { AnswerLost, faultOf } from './database-errors';
import type { Dialect } from './dialect';
import { placeholders } from './sql';
import { CLOCK, LOOK_AT_MARKS_AFTER_MS } from './stamps';
import { type Query, reading, serverStatements } from './statements';

/** The right of a server's writes to an instant, for as long as it is in the table. */
export interface Mark {
  readonly id: string;
  /** How many of them are under way. */
  writes: number;
  isUsed: boolean;
}

export interface MarkSettings {
  readonly dialect: Dialect;
  connect(): Connection;
  /** Whether locks are seen by this node alone. */
  readonly isOnCluster: boolean;
}

const BEAT_MS = 1_000;
/** In a row, before it is left to others to remove what is left of it. */
const MAX_FAILURES = 60;
const ANSWER_LIMIT_MS = 5_000;
const TRIES = 5;
/** What is older, and held by nobody, was left behind. */
const LEFT_BEHIND_MS = { alone: 15_000, onCluster: 300_000 };

const NOBODY_WATCHES = { onStatement: undefined, onBegin: () => {}, onEnd: () => {} };

/**
 * What this process cannot do with its marks now others do, or it does later: nobody waits for it but a write, which is
 * told of the failure by itself.
 */
const leftToOthers = (_: unknown): void => {};

/**
 * The marks of this process on a database server (docs/decisions.md, "`syncedThrough` is read from marks"). They are
 * written on a connection of their own: all others may be taken by writes that wait for a mark.
 */
export class WriteMarks {
  readonly #settings: MarkSettings;
  readonly #leftBehindMs: number;
  /** Bound to here: a request that happens to come first would have all of it in its trace. */
  readonly #beat: () => void;
  #connection: Connection | undefined;
  #current: Mark | undefined;
  #making: Promise<Mark> | undefined;
  /** Transactions run one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  /** Marks whose last write has ended. */
  #ended = new Set<string>();
  #latestStamp = 0;
  #failures = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #beating: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(settings: MarkSettings) {
    this.#settings = settings;
    this.#leftBehindMs = settings.isOnCluster ? LEFT_BEHIND_MS.onCluster : LEFT_BEHIND_MS.alone;
    this.#beat = AsyncResource.bind(() => void this.#renew());
  }

  /** The mark for one more write; to be left when that has ended. Throws what the driver throws. */
  async enter(): Promise<Mark> {
    if (this.#current === undefined) this.#making ??= this.#make();
    const mark = this.#current ?? (await (this.#making as Promise<Mark>));
    mark.writes += 1;
    mark.isUsed = true;
    return mark;
  }

  /** @param isKnown whether it is certain that the write is seen by now, or never will be */
  leave(mark: Mark, isKnown: boolean): void {
    mark.writes -= 1;
    // Locks tell of the end that this process has not seen; on a cluster they do so on their node only.
    if (!isKnown && this.#settings.isOnCluster) this.#abandon(mark);
    else if (!isKnown) this.#release(mark);
    else if (mark.writes === 0 && mark !== this.#current) this.#ended.add(mark.id);
  }

  /** Others have removed it. */
  lose(mark: Mark): void {
    mark.writes -= 1;
    this.#abandon(mark);
  }

  /** No later instant will be told for one that this process has given. */
  note(stamp: number): void {
    this.#latestStamp = Math.max(this.#latestStamp, stamp);
  }

  /** Moves the clock on, and removes what was left behind; soon, and not for everybody who asks. */
  lookAtMarks(): void {
    const now = performance.now();
    if (this.#isClosed || now - this.#lookedAt < LOOK_AT_MARKS_AFTER_MS) return;
    this.#lookedAt = now;
    this.#beating ??= setTimeout(this.#beat, 0).unref();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#beating);
    await this.#making?.catch(leftToOthers);
    if (this.#current !== undefined) this.#release(this.#current);
    if (this.#ended.size > 0) await this.#run((query) => this.#moveOn(query)).catch(leftToOthers);
    await this.#last;
    this.#disconnect();
  }

  #abandon(mark: Mark): void {
    if (this.#current === mark) this.#current = undefined;
    this.#ended.delete(mark.id);
    mark.writes = Number.POSITIVE_INFINITY;
  }

  #release(mark: Mark): void {
    if (this.#current === mark) this.#current = undefined;
    this.#ended.add(mark.id);
  }

  async #make(): Promise<Mark> {
    const mark: Mark = { id: randomUUID(), writes: 0, isUsed: false };
    try {
      await this.#run((query) => this.#moveOn(query, mark.id));
    } catch (error) {
      // It may be there all the same.
      this.#ended.add(mark.id);
      throw error;
    } finally {
      this.#making = undefined;
      this.#beating ??= setTimeout(this.#beat, BEAT_MS).unref();
    }
    const before = this.#current;
    this.#current = mark;
    if (before?.writes === 0) this.#ended.add(before.id);
    return mark;
  }

  /** A mark that was used makes room for another one, and one that was not goes. */
  async #renew(): Promise<void> {
    this.#beating = undefined;
    if (this.#isClosed) return;
    const current = this.#current;
    try {
      if (current?.isUsed) {
        this.#making ??= this.#make();
        await this.#making;
      } else {
        if (current !== undefined) this.#release(current);
        await this.#run((query) => this.#moveOn(query));
      }
      this.#failures = 0;
    } catch (error) {
      leftToOthers(error);
      this.#failures += 1;
      if (this.#failures === MAX_FAILURES) this.#ended.clear();
    }
    const isIdle = this.#current === undefined && this.#making === undefined && this.#ended.size === 0;
    if (isIdle) this.#disconnect();
    else if (!this.#isClosed) this.#beating ??= setTimeout(this.#beat, BEAT_MS).unref();
  }

  /** One step of the clock: a new mark there, and marks gone that nobody holds. */
  async #moveOn(query: Query, made?: string): Promise<void> {
    const { now: NOW } = this.#settings.dialect;
    await query(`INSERT INTO write_mark (id, at) VALUES (?, ${NOW}) ON DUPLICATE KEY UPDATE at = at`, [
      CLOCK,
    ]);
    const [clock] = await query(`SELECT at, ${NOW} AS now FROM write_mark WHERE id = ? FOR UPDATE`, [CLOCK], {
      at: instant,
      now: instant,
    });
    if (clock === undefined) throw new Error('There is no clock');
    const at = Math.max(clock.now, clock.at + 1, this.#latestStamp + 1);
    await query('UPDATE write_mark SET at = ? WHERE id = ?', [instantToSql(at), CLOCK]);
    if (made !== undefined)
      await query('INSERT INTO write_mark (id, at) VALUES (?, ?)', [made, instantToSql(at)]);
    const ended = [...this.#ended];
    const isEnded = ended.length === 0 ? '' : `OR id IN ${placeholders(ended.length)}`;
    const gone = await query(
      `SELECT id FROM write_mark WHERE id <> ? AND (at < ? ${isEnded}) FOR UPDATE SKIP LOCKED`,
      [CLOCK, instantToSql(at - this.#leftBehindMs), ...ended],
      { id: text },
    );
    if (gone.length === 0) return;
    const ids = gone.map(({ id }) => id);
    await query(`DELETE FROM write_mark WHERE id IN ${placeholders(ids.length)}`, ids);
  }

  /** Forgets marks that are there no more, whoever removed them. */
  async #forget(query: Query): Promise<void> {
    const ended = [...this.#ended];
    if (ended.length === 0) return;
    const held = await query(`SELECT id FROM write_mark WHERE id IN ${placeholders(ended.length)}`, ended, {
      id: text,
    });
    for (const id of ended) if (!held.some((mark) => mark.id === id)) this.#ended.delete(id);
  }

  /** As one transaction, behind those that were begun before; again where another server was in the way. */
  #run(work: (query: Query) => Promise<void>): Promise<void> {
    const running = this.#last.then(async () => {
      for (let tries = 1; ; tries++) {
        try {
          return await this.#transact(work);
        } catch (error) {
          if (faultOf(error) !== 'conflict' || tries === TRIES) throw error;
        }
      }
    });
    this.#last = running.catch(leftToOthers);
    return running;
  }

  async #transact(work: (query: Query) => Promise<void>): Promise<void> {
    this.#connection ??= this.#connect();
    const connection = this.#connection;
    const query = reading(serverStatements(connection, NOBODY_WATCHES));
    const limit = setTimeout(
      () => cutConnection(connection, new AnswerLost('a mark is not written in time')),
      ANSWER_LIMIT_MS,
    );
    try {
      await query('START TRANSACTION');
      await work(query);
      await query('COMMIT');
      await this.#forget(query);
    } catch (error) {
      // The server rolls back what it had from it.
      this.#connection = undefined;
      cutConnection(connection, error as Error);
      throw error;
    } finally {
      clearTimeout(limit);
    }
  }

  #connect(): Connection {
    const connection = this.#settings.connect();
    // Whoever waits for an answer is told; an error that nobody waits for would end the process.
    connection.on('error', () => {});
    connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', (error) => {
      if (error !== null) cutConnection(connection, error);
    });
    return connection;
  }

  #disconnect(): void {
    this.#connection?.end();
    this.#connection = undefined;
  }
}
