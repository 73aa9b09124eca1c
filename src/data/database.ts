import type { EntityManager } from 'typeorm';
import type { StatementObserver } from './data-source';
import type { Deadline } from './deadline';
import type { Dialect } from './dialect';
import type { OpenSchema } from './migrate';
import type { Stamps } from './stamps';
import type { Query } from './statements';
import type { Limits } from './time-limits';
import type { Owner } from './turns-at-connections';

/**
 * The way to the database while a transaction (or a read) runs. Whatever can run inside one takes it as a
 * parameter and has no other way to the database.
 */
export interface Tx extends Stamps {
  readonly dialect: Dialect;
  /**
   * Several servers of the database write at the same time. Each sees of the others' transactions what they write, not
   * what they lock: what is locked has to be written, too, or both of two that lock the same row commit.
   */
  readonly writesLocks: boolean;
  readonly query: Query;
  /**
   * The same for the few statements that run all the time. A database server keeps each of their texts for each
   * connection: none may have a length that data decides on, such as a list.
   */
  readonly prepared: Query;
  /**
   * Where a statement lets nothing else of this process run: gives the others their turn in the middle of a read, which
   * then may see what was committed meanwhile. Undefined where the database is a server, or in a transaction.
   */
  readonly giveWay?: (() => Promise<void>) | undefined;
  /** The entities by way of TypeORM, which runs its statements as `query` does and reads their cells as strictly. */
  readonly manager: EntityManager;
}

export interface DatabaseSettings {
  readonly limits: Limits;
  readonly onStatement?: StatementObserver | undefined;
  /** Whether several servers of the database write at the same time; by default what they say. */
  readonly multiWriter?: boolean | undefined;
  readonly onNotice?: ((notice: DatabaseNotice) => void) | undefined;
}

/** What operators want to know of the way to the database. */
export interface DatabaseNotice {
  readonly kind: 'host-left' | 'host-taken' | 'version-untested' | 'applies-in-parallel';
  readonly host: string;
  /** What the server is, where that is what is to be known. */
  readonly server?: string;
  /** How many threads apply what other nodes have written, where that is what is to be known. */
  readonly appliers?: number;
}

export interface WorkOptions {
  /** By default what `Limits` allow from now on. */
  readonly deadline?: Deadline;
  /**
   * Whether the work may be run again although it may have been committed already, because its COMMIT was not answered:
   * it does nothing a second time, or finds out by itself, as under an idempotency key. By default it may not.
   */
  readonly isRepeatable?: boolean;
  /** A dry run: whatever becomes of its COMMIT, nothing was written. */
  readonly writesNothing?: boolean;
  /** How many rows it is about: thousands take much memory, and few such run at a time. */
  readonly rows?: number;
  /** Who has the turn at a connection; by default the server itself. */
  readonly owner?: Owner;
}

/** The way to the database for who serves a request. */
export interface DatabaseAccess {
  readonly dialect: Dialect;
  /**
   * Reads without a transaction; run again while the database is in trouble that may pass.
   * @throws DatabaseError
   */
  read<Result>(
    work: (tx: Tx) => Promise<Result>,
    options?: Pick<WorkOptions, 'deadline' | 'owner'>,
  ): Promise<Result>;
  /**
   * Runs `work` in one transaction. Nothing of it stays unless all of it does. What other transactions or the state of
   * the database have ended is run again, COMMIT included, until the deadline.
   * @throws DatabaseError
   */
  transaction<Result>(work: (tx: Tx) => Promise<Result>, options?: WorkOptions): Promise<Result>;
}

export interface Database extends DatabaseAccess, OpenSchema {
  readonly limits: Limits;
  /** Resolves when something can be written. */
  ping(): Promise<void>;
  /** How busy the way to it is at this moment. */
  load(): DatabaseLoad;
  close(): Promise<void>;
}

/** Of the embedded database, the connection that writes. */
export interface DatabaseLoad {
  readonly connectionsInUse: number;
  readonly connectionsIdle: number;
  /** Reads and transactions that wait for a connection. */
  readonly waiting: number;
}

/**
 * The database for one request of the owner: whatever the request asks for, all of it has to be done within the time
 * that one write may take, or one read where it writes nothing. Tells when something is committed.
 */
export function withinRequest(
  database: Database,
  owner: Owner,
  onCommitted: () => void = () => {},
): DatabaseAccess {
  const startedAt = performance.now();
  const { dialect, limits } = database;
  let isWriting = false;
  return {
    dialect,
    read: (work) =>
      database.read(work, { owner, deadline: startedAt + (isWriting ? limits.writeMs : limits.readMs) }),
    transaction: async (work, options) => {
      isWriting = true;
      const deadline = startedAt + limits.writeMs;
      const result = await database.transaction(work, { ...options, owner, deadline });
      if (options?.writesNothing !== true) onCommitted();
      return result;
    },
  };
}
