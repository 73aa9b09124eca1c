import { AsyncResource } from 'node:async_hooks';
import { type Connection, createConnection, type PoolConnection, type RowDataPacket } from 'mysql2';
import type { DataSource } from 'typeorm';
import { connectionOptions } from './connection-options';
import { cutConnection } from './cut-connection';
import { openDataSource, POOL_SIZE } from './data-source';
import type { DatabaseLoad, DatabaseSettings } from './database';
import { AnswerLost, ConnectFailure, DeadlinePassed, faultOf } from './database-errors';
import { hostOf, type ServerTarget } from './database-url';
import type { Deadline } from './deadline';
import { DIALECTS, type Dialect, SQL_MODE } from './dialect';
import { askServer } from './server-facts';
import { type HostEngine, ServerSession, type Watched } from './server-session';
import { connectionOf, poolOf } from './statements';
import { type GiveBack, type Owner, TurnsAtConnections } from './turns-at-connections';
import { WriteMarks } from './write-marks';

const WATCH_EVERY_MS = 250;
/** After so long without an answer the server is asked whether it works on one. */
const SILENCE_MS = 3_000;
const ASK_AGAIN_MS = 750;
const ASK_LIMIT_MS = 2_000;
/** So many times in a row: an answer may be on its way while the server is asked. */
const TIMES_ASKED = 2;

/**
 * Connects to a database server and learns what it is. `onSilent` is told once it does not answer at all; it says
 * whether another one has taken over. Throws what the driver throws.
 */
export async function openHost(
  target: ServerTarget,
  settings: DatabaseSettings,
  onSilent: () => boolean,
): Promise<ServerHost> {
  const server = await askServer(target);
  if (!server.isTested) {
    settings.onNotice?.({ kind: 'version-untested', host: hostOf(target), server: server.name });
  }
  const { appliers } = server;
  if (appliers > 1) settings.onNotice?.({ kind: 'applies-in-parallel', host: hostOf(target), appliers });
  const dataSource = await openDataSource({ ...target, server }, settings);
  const dialect = DIALECTS[server.kind];
  const writesLocks = settings.multiWriter ?? server.hasOtherWriters;
  const connect = () => createConnection({ ...connectionOptions(target), dateStrings: true });
  const marks = new WriteMarks({ dialect, connect, isOnCluster: writesLocks });
  const engine = { dialect, writesLocks, marks, waitForOthers: server.waitForOthers };
  return new ServerHost(target, dataSource, engine, settings, onSilent);
}

/** A database server: its connections, and a watch over those that wait for an answer. */
export class ServerHost {
  readonly #target: ServerTarget;
  readonly #dataSource: DataSource;
  readonly #engine: HostEngine;
  readonly #settings: DatabaseSettings;
  readonly #onSilent: () => boolean;
  readonly #turns = new TurnsAtConnections(POOL_SIZE);
  readonly #sessions = new Map<ServerSession, GiveBack>();
  /** Which server a connection leads to: behind one address there may be several. */
  readonly #servers = new WeakMap<PoolConnection, string>();
  readonly #watching: NodeJS.Timeout;
  /** How often in a row the server said of a session that it works on nothing. */
  #idle: ReadonlyMap<Watched, number> = new Map();
  #unanswered = 0;
  #askedAt = 0;
  #isAsking = false;

  constructor(
    target: ServerTarget,
    dataSource: DataSource,
    engine: HostEngine,
    settings: DatabaseSettings,
    onSilent: () => boolean,
  ) {
    this.#target = target;
    this.#dataSource = dataSource;
    this.#engine = engine;
    this.#settings = settings;
    this.#onSilent = onSilent;
    // Bound to here: a request that happens to open the connection would have the statements in its trace.
    poolOf(dataSource).on('connection', AsyncResource.bind(this.#setUp.bind(this)));
    // The pool has one connection already, which the look whether the server is there has left.
    this.#dropIdle();
    this.#watching = setInterval(() => this.#watch(), WATCH_EVERY_MS).unref();
  }

  get dialect(): Dialect {
    return this.#engine.dialect;
  }

  get load(): DatabaseLoad {
    const { inUse, waiting } = this.#turns;
    return { connectionsInUse: inUse, connectionsIdle: this.#free().length, waiting };
  }

  /** A session to work on until the deadline; to be ended. Throws ConnectFailure or DeadlinePassed. */
  async begin(deadline: Deadline, owner: Owner | undefined): Promise<ServerSession> {
    const giveBack = await this.#turns.take(deadline, owner);
    try {
      const runner = this.#dataSource.createQueryRunner();
      const connection = await connectionOf(runner).catch((error: unknown) => {
        throw new ConnectFailure(error);
      });
      const session = new ServerSession(
        this.#dataSource,
        runner,
        connection,
        deadline,
        this.#engine,
        this.#settings.onStatement,
      );
      this.#sessions.set(session, giveBack);
      return session;
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  async end(session: ServerSession): Promise<void> {
    const giveBack = this.#sessions.get(session);
    this.#sessions.delete(session);
    await session.release();
    giveBack?.();
  }

  async close(): Promise<void> {
    clearInterval(this.#watching);
    await this.#engine.marks.close();
    try {
      await this.#dataSource.destroy();
    } catch (error) {
      // A connection that broke while it was closed is closed.
      if (faultOf(new ConnectFailure(error)) !== 'lost') throw error;
    }
  }

  #setUp(connection: PoolConnection): void {
    // Whoever waits for an answer is told; an error that nobody waits for would end the process.
    connection.on('error', () => {});
    for (const statement of sessionSettings(this.dialect, this.#settings)) {
      connection.query(statement, (error) => {
        if (error !== null) cutConnection(connection, error);
      });
    }
    connection.query<RowDataPacket[]>(WHICH_SERVER, (error, [row] = []) => {
      if (error === null) this.#servers.set(connection, String(row?.server));
    });
  }

  #watch(): void {
    const now = performance.now();
    const silent: ServerSession[] = [];
    for (const session of this.#sessions.keys()) {
      const { silentSince } = session;
      if (now > session.deadline) {
        if (silentSince !== undefined) void this.#stop(session);
        session.cut(new DeadlinePassed('the database is not done in time'));
      } else if (silentSince !== undefined && now - silentSince > SILENCE_MS) silent.push(session);
    }
    if (silent.length === 0) {
      this.#idle = new Map();
      this.#unanswered = 0;
      return;
    }
    if (this.#isAsking || now - this.#askedAt < ASK_AGAIN_MS) return;
    this.#isAsking = true;
    this.#askedAt = now;
    void this.#judge(silent).finally(() => {
      this.#isAsking = false;
    });
  }

  /**
   * A statement may take long for good reasons. Only the server knows, so it is asked, on a connection of its own,
   * whether it works on what it was asked. Where it does not, it has answered already, and the answer got lost.
   */
  async #judge(silent: readonly ServerSession[]): Promise<void> {
    const since = silent.map((session) => session.silentSince);
    const asked = await this.#askWhatRuns();
    if (asked === undefined) {
      this.#unanswered += 1;
      if (this.#unanswered >= TIMES_ASKED && this.#onSilent()) this.#cut(this.#sessions.keys());
      return;
    }
    this.#unanswered = 0;
    const idle = new Map<Watched, number>();
    const lost: ServerSession[] = [];
    for (const [place, session] of silent.entries()) {
      // Of a connection that has not even answered how its server is called nothing is to be hoped for.
      const server = this.#servers.get(session.connection) ?? asked.server;
      const isAnswered = session.silentSince !== since[place];
      if (isAnswered || server !== asked.server || asked.threadsAtWork.has(session.threadId)) continue;
      const times = (this.#idle.get(session) ?? 0) + 1;
      if (times < TIMES_ASKED) idle.set(session, times);
      else lost.push(session);
    }
    this.#idle = idle;
    if (lost.length > 0) this.#cut(lost);
  }

  /** What happened to these connections may have to those that wait for work. */
  #cut(sessions: Iterable<ServerSession>): void {
    for (const session of sessions) session.cut(new AnswerLost('the database does not answer'));
    this.#dropIdle();
  }

  /** Undefined where the server does not tell in time. */
  #askWhatRuns(): Promise<
    { readonly server: string; readonly threadsAtWork: ReadonlySet<number> } | undefined
  > {
    return this.#ask((connection, end) => {
      let server = '';
      connection.query<RowDataPacket[]>(WHICH_SERVER, (_, [row] = []) => {
        server = String(row?.server);
      });
      connection.query<RowDataPacket[]>('SHOW PROCESSLIST', (error, rows) => {
        if (error !== null) return end(undefined);
        const atWork = rows.filter(({ Command }) => Command !== 'Sleep').map(({ Id }) => Number(Id));
        end({ server, threadsAtWork: new Set(atWork) });
      });
    });
  }

  /** A server does not notice that nobody waits for a statement any more, and would go on with it. */
  #stop({ connection, threadId }: ServerSession): Promise<undefined> {
    return this.#ask<undefined>((own, end) => {
      own.query<RowDataPacket[]>(WHICH_SERVER, (error, [row] = []) => {
        // Another one has threads of the same numbers.
        if (error !== null || String(row?.server) !== this.#servers.get(connection)) return end(undefined);
        own.query(`KILL ${threadId}`, () => end(undefined));
      });
    });
  }

  /** Asks the server on a connection of its own; undefined where it does not answer in time. */
  #ask<Answer>(
    ask: (connection: Connection, end: (answer: Answer | undefined) => void) => void,
  ): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      const connection: Connection = createConnection({
        ...connectionOptions(this.#target),
        connectTimeout: ASK_LIMIT_MS,
      });
      const end = (answer: Answer | undefined) => {
        clearTimeout(limit);
        resolve(answer);
        connection.destroy();
      };
      const limit = setTimeout(() => end(undefined), ASK_LIMIT_MS);
      connection.on('error', () => end(undefined));
      ask(connection, end);
    });
  }

  #free(): PoolConnection[] {
    const pool = poolOf(this.#dataSource) as unknown as PoolInternals | undefined;
    // TypeORM forgets the pool when it closes.
    if (pool === undefined) return [];
    return Array.from({ length: pool._freeConnections.length }, (_, place) =>
      pool._freeConnections.get(place),
    );
  }

  #dropIdle(): void {
    for (const connection of this.#free()) cutConnection(connection, new AnswerLost('not trusted any more'));
  }
}

/** mysql2 tells which of its connections wait for work by this only. */
interface PoolInternals {
  readonly _freeConnections: { readonly length: number; get(place: number): PoolConnection };
}

const WHICH_SERVER = "SELECT CONCAT_WS('/', @@hostname, @@port, @@server_id) AS server";

const MIN_LOCK_WAIT_SECONDS = 1;
const MAX_LOCK_WAIT_SECONDS = 5;
/** Longer than any transaction, as all end at their deadline: what the server has of one that nobody ends any more. */
const GRACE_SECONDS = 10;

/**
 * What each session is told. Writers take explicit row locks first; gap locks on top of them would only add deadlocks.
 * A wait for a lock ends early enough for several tries within the time of a request.
 */
function sessionSettings(dialect: Dialect, { limits }: DatabaseSettings): string[] {
  const seconds = Math.ceil(Math.max(limits.writeMs, limits.readMs) / 1_000);
  const lockWait = Math.min(
    Math.max(Math.floor(limits.writeMs / 6_000), MIN_LOCK_WAIT_SECONDS),
    MAX_LOCK_WAIT_SECONDS,
  );
  return [
    'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    `SET SESSION autocommit = 0, innodb_lock_wait_timeout = ${lockWait}, lock_wait_timeout = ${lockWait},
      wait_timeout = ${seconds + GRACE_SECONDS}, sql_mode = '${SQL_MODE}', ${dialect.statementLimit(seconds)}`,
  ];
}
