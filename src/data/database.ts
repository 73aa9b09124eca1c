import { AsyncResource } from 'node:async_hooks';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTick, setTimeout as pause } from 'node:timers/promises';
import { Mutex } from 'async-mutex';
import type { PoolConnection } from 'mysql2';
import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { createDataSource, type DataSourceSettings, type StatementObserver } from './data-source';
import type { DatabaseTarget } from './database-url';
import { connectionOf, embeddedQuery, poolOf, type Query, serverPrepared, serverQuery } from './statements';

export type DatabaseKind = DatabaseTarget['kind'];

/**
 * The way to the database while a transaction (or a read) runs. Whatever can run inside one takes it as a
 * parameter and has no other way to the database.
 */
export interface Tx {
  readonly kind: DatabaseKind;
  readonly query: Query;
  /**
   * The same for the few statements that run all the time. A database server keeps each of their texts for each
   * connection: none may have a length that data decides on, such as a list.
   */
  readonly prepared: Query;
  /** The same connection by way of TypeORM, which does not read the last digits of a double from a database server. */
  readonly manager: EntityManager;
}

export interface Database {
  readonly kind: DatabaseKind;
  /** Reads without a transaction. */
  read<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  /**
   * Runs `work` in one transaction. A deadlock, a lock wait that timed out or a busy embedded database rolls
   * everything back and runs `work` again, COMMIT included, up to 5 times; then `BusyError`.
   */
  transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  ping(): Promise<void>;
  migrate(): Promise<void>;
  hasPendingMigrations(): Promise<boolean>;
  /** How busy the way to it is at this moment. */
  load(): DatabaseLoad;
  close(): Promise<void>;
}

/** Of the embedded database, the connection that writes: reads do not wait for it. */
export interface DatabaseLoad {
  readonly connectionsInUse: number;
  readonly connectionsIdle: number;
  /** Reads and transactions that wait for a connection. */
  readonly waiting: number;
}

/** The database stayed busy through every try; nothing was written and the request can be sent again. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

const MAX_TRIES = 5;
const FIRST_PAUSE_MS = 50;

/** Connects; the embedded database's file and folder are made where they are missing. */
export async function openDatabase(
  target: DatabaseTarget,
  settings: Omit<DataSourceSettings, 'isReadOnly'> = {},
): Promise<Database> {
  if (target.kind === 'sqlite' && target.path !== ':memory:') {
    mkdirSync(dirname(target.path), { recursive: true });
  }
  const dataSource = await createDataSource(target, settings).initialize();
  const { onStatement } = settings;
  if (target.kind === 'mysql') return server(dataSource, onStatement);
  if (target.path === ':memory:') return embedded(dataSource, dataSource, onStatement);
  const reader = await createDataSource(target, { ...settings, isReadOnly: true }).initialize();
  return embedded(dataSource, reader, onStatement);
}

/**
 * The embedded database has one connection that writes: a statement of one request would fall into the transaction of
 * another. So every use of it passes one queue, and a transaction holds it from BEGIN to COMMIT. Reads have a
 * connection of their own and see what is committed: they wait for nobody. A database in memory cannot be shared, so
 * that there reads queue up as well.
 */
function embedded(
  dataSource: DataSource,
  reader: DataSource,
  onStatement: StatementObserver | undefined,
): Database {
  const queue = new Mutex();
  const query = embeddedQuery(dataSource, onStatement);
  const readerQuery = embeddedQuery(reader, onStatement);
  let waiting = 0;
  const inTurn = <Result>(work: () => Promise<Result>) => {
    waiting += 1;
    return queue.runExclusive(() => {
      waiting -= 1;
      return work();
    });
  };
  const transactOnce = async <Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> => {
    // better-sqlite3 answers at once, so that one transaction after the other would let nothing else in between.
    await nextTick();
    const runner = dataSource.createQueryRunner();
    // IMMEDIATE takes the write lock at once: waiting for it later could fail in the middle of the work.
    const tx: Tx = { kind: 'sqlite', query, prepared: query, manager: runner.manager };
    await tx.query('BEGIN IMMEDIATE');
    try {
      const result = await work(tx);
      await tx.query('COMMIT');
      return result;
    } catch (error) {
      await undo(() => tx.query('ROLLBACK'));
      throw error;
    }
  };
  return {
    kind: 'sqlite',
    read: (work) => {
      const readTx: Tx = {
        kind: 'sqlite',
        query: readerQuery,
        prepared: readerQuery,
        manager: reader.manager,
      };
      return reader === dataSource ? inTurn(() => work(readTx)) : work(readTx);
    },
    transaction: (work) => retried(() => inTurn(() => transactOnce(work))),
    // Not in turn: it touches nothing, and a long import must not make the server look dead.
    ping: async () => {
      await reader.query('SELECT 1');
    },
    migrate: () => inTurn(() => migrate(dataSource)),
    hasPendingMigrations: () => inTurn(() => dataSource.showMigrations()),
    load: () => {
      const connectionsInUse = Number(queue.isLocked());
      return { connectionsInUse, connectionsIdle: 1 - connectionsInUse, waiting };
    },
    close: () =>
      inTurn(async () => {
        if (reader !== dataSource) await reader.destroy();
        await dataSource.destroy();
      }),
  };
}

/** Writers take explicit row locks first; gap locks on top of them would only add deadlocks. */
const ISOLATION = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED';

async function server(dataSource: DataSource, onStatement: StatementObserver | undefined): Promise<Database> {
  const pool = poolOf(dataSource);
  // The pool has one connection already, which the look whether the server is there has left.
  await dataSource.query(ISOLATION);
  const setIsolation = (connection: PoolConnection) => {
    connection.query(ISOLATION, (error) => {
      if (error !== null) connection.destroy();
    });
  };
  // Bound to here: a request that happens to open the connection would have the statement in its trace.
  pool.on('connection', AsyncResource.bind(setIsolation));
  const query = serverQuery(pool, onStatement);
  const prepared = serverPrepared(pool, onStatement);
  const transactOnce = async <Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> => {
    const runner = dataSource.createQueryRunner();
    try {
      const connection = await connectionOf(runner);
      const tx: Tx = {
        kind: 'mysql',
        query: serverQuery(connection, onStatement),
        prepared: serverPrepared(connection, onStatement),
        manager: runner.manager,
      };
      await tx.query('START TRANSACTION');
      try {
        const result = await work(tx);
        await tx.query('COMMIT');
        return result;
      } catch (error) {
        await undo(() => tx.query('ROLLBACK'));
        throw error;
      }
    } finally {
      await runner.release();
    }
  };
  return {
    kind: 'mysql',
    read: (work) => work({ kind: 'mysql', query, prepared, manager: dataSource.manager }),
    transaction: (work) => retried(() => transactOnce(work)),
    ping: async () => {
      await dataSource.query('SELECT 1');
    },
    migrate: () => migrate(dataSource),
    hasPendingMigrations: () => dataSource.showMigrations(),
    load: () => poolLoad(dataSource),
    close: () => dataSource.destroy(),
  };
}

/** mysql2 tells no numbers of its pool but by these, its own queues. */
interface Pool {
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections: { readonly length: number };
  readonly _connectionQueue: { readonly length: number };
}

function poolLoad(dataSource: DataSource): DatabaseLoad {
  const { pool } = dataSource.driver as unknown as { readonly pool: Pool | undefined };
  // TypeORM forgets the pool when it closes.
  if (pool === undefined) return { connectionsInUse: 0, connectionsIdle: 0, waiting: 0 };
  const connectionsIdle = pool._freeConnections.length;
  return {
    connectionsInUse: pool._allConnections.length - connectionsIdle,
    connectionsIdle,
    waiting: pool._connectionQueue.length,
  };
}

async function migrate(dataSource: DataSource): Promise<void> {
  await dataSource.runMigrations({ transaction: 'each' });
}

/** Where the connection broke or the database rolled back by itself there is nothing left to undo: the first error counts. */
async function undo(rollBack: () => Promise<unknown>): Promise<void> {
  try {
    await rollBack();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

async function retried<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isLockConflict(error)) throw error;
      if (tries === MAX_TRIES) throw new BusyError('The database is busy.', { cause: error });
      await pause(FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + Math.random()));
    }
  }
}

const ER_LOCK_WAIT_TIMEOUT = 1205;
const ER_LOCK_DEADLOCK = 1213;

interface DriverError {
  readonly errno?: number;
  readonly code?: string;
}

function driverError(error: unknown): DriverError | undefined {
  return error instanceof QueryFailedError ? (error.driverError as DriverError) : undefined;
}

function isLockConflict(error: unknown): boolean {
  const driver = driverError(error);
  return (
    driver?.errno === ER_LOCK_DEADLOCK ||
    driver?.errno === ER_LOCK_WAIT_TIMEOUT ||
    driver?.code?.startsWith('SQLITE_BUSY') === true
  );
}
