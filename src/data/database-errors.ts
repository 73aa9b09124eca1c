import { QueryFailedError } from 'typeorm';
import { EmbeddedFileGone } from './embedded-file';

export const DATABASE_ERROR_CODES = ['SERVICE_BUSY', 'OUTCOME_UNKNOWN', 'DATABASE_UNAVAILABLE'] as const;

/** Why an operation could not be finished through no fault of its input. */
export type DatabaseErrorCode = (typeof DATABASE_ERROR_CODES)[number];

const RETRY_AFTER_SECONDS: Readonly<Record<DatabaseErrorCode, number>> = {
  SERVICE_BUSY: 2,
  OUTCOME_UNKNOWN: 5,
  DATABASE_UNAVAILABLE: 5,
};

/**
 * What callers are told when the database did not do what was asked. What happened is the cause, which stays in the
 * log.
 * - `SERVICE_BUSY`: nothing was written; the same can be sent again.
 * - `OUTCOME_UNKNOWN`: COMMIT was sent and its answer never came. Retryable where the same request, sent again, learns
 *   what became of the first: under an idempotency key.
 * - `DATABASE_UNAVAILABLE`: it is down, read-only, full or broken; nothing was written.
 */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly retryAfterSeconds: number;

  constructor(
    readonly code: DatabaseErrorCode,
    cause: unknown,
    /** Whether the same request, sent again, does no harm. */
    readonly retryable = true,
  ) {
    super(code, { cause });
    this.retryAfterSeconds = RETRY_AFTER_SECONDS[code];
  }
}

/** A connection that could not be had; the driver's error is the cause. */
export class ConnectFailure extends Error {
  override readonly name = 'ConnectFailure';

  constructor(cause: unknown) {
    super('no connection to the database', { cause });
  }
}

/** The time of a request was over before the database was done. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/** The connection is silent, and the database is not working on what it was asked: the answer got lost. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost';
}

/** The mark of a write is gone, and its instant is worth nothing; to be run again with another one. */
export class MarkLost extends Error {
  override readonly name = 'MarkLost';
}

/** Nobody knows whether the transaction was committed; what happened is the cause. */
export class CommitUnanswered extends Error {
  override readonly name = 'CommitUnanswered';

  constructor(cause: unknown) {
    super('the answer to COMMIT was lost', { cause });
  }
}

/**
 * What an error of a database says of it:
 * - `conflict`: another transaction was in the way, or the statement took too long; to be run again from the start.
 * - `duplicate`: a row has a key that is there. Another transaction may have written it since it was looked for, so that
 *   it is run again a few times; what stays is a fault of ours. The embedded database has one writer, and knows none.
 * - `lost`: the connection went away, and the transaction with it.
 * - `not-ready`: this server serves nobody at the moment, and says so.
 * - `down`: it cannot be reached, or takes no more connections.
 * - `read-only`, `broken` (full, damaged, out of memory): it answers, and writes nothing.
 * - `late`: the deadline has passed.
 * Undefined for all others: they are faults of the statement, hence ours.
 */
export type Fault =
  | 'conflict'
  | 'duplicate'
  | 'lost'
  | 'not-ready'
  | 'down'
  | 'read-only'
  | 'broken'
  | 'late';

const FAULT_OF_NUMBER: ReadonlyMap<number, Fault> = new Map([
  ...numbers('conflict', [
    1020, // the row has changed since it was read
    1205, // lock wait timeout
    1213, // deadlock, and a conflict between nodes of a cluster
    1451, // something refers to a row since it was looked at
    1452, // what a row refers to has gone since it was looked up
    1317, // KILL QUERY, or interrupted by a cluster
    1614, // deadlock in a distributed transaction
    1969, // max_statement_time
    3024, // max_execution_time
    3101, // conflict between members of a group, found at COMMIT
    3572, // NOWAIT
  ]),
  ...numbers('duplicate', [1062, 1586]),
  ...numbers('lost', [1053, 1152, 1158, 1159, 1160, 1161, 1927, 3169, 4031]),
  ...numbers('not-ready', [
    1047, // a cluster's node that is not part of it at the moment
    3100, // a group's member that cannot commit
  ]),
  ...numbers('down', [1040, 1044, 1045, 1049, 1129, 1130, 1203, 1226, 1698]),
  ...numbers('read-only', [1290, 1792, 1836, 3098]),
  ...numbers('broken', [3, 1021, 1026, 1030, 1034, 1037, 1038, 1041, 1114, 1194, 1195, 1598, 1812, 1877]),
]);

const FAULT_OF_CODE: ReadonlyMap<string, Fault> = new Map([
  ...codes('lost', ['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ERR_STREAM_DESTROYED']),
  ...codes('down', [
    'EAI_AGAIN',
    'ECONNREFUSED',
    'EHOSTDOWN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'ETIMEDOUT',
    'HANDSHAKE_SSL_ERROR',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ]),
]);

/** Families of SQLite's codes; an extended code begins with that of its family. */
const FAULT_OF_SQLITE: readonly (readonly [string, Fault])[] = [
  ['SQLITE_BUSY', 'conflict'],
  ['SQLITE_LOCKED', 'conflict'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_PERM', 'read-only'],
  ['SQLITE_FULL', 'broken'],
  ['SQLITE_IOERR', 'broken'],
  ['SQLITE_CANTOPEN', 'broken'],
  ['SQLITE_CORRUPT', 'broken'],
  ['SQLITE_NOTADB', 'broken'],
  ['SQLITE_NOMEM', 'broken'],
];

function numbers(fault: Fault, list: readonly number[]): [number, Fault][] {
  return list.map((number) => [number, fault]);
}

function codes(fault: Fault, list: readonly string[]): [string, Fault][] {
  return list.map((code) => [code, fault]);
}

interface DriverError {
  readonly errno?: unknown;
  readonly code?: unknown;
  readonly fatal?: unknown;
  readonly message?: unknown;
}

/** An error that says what the database's trouble is, on the way from a driver or from this folder. */
function driverErrorOf(error: unknown): DriverError | undefined {
  if (error instanceof QueryFailedError) return error.driverError as DriverError;
  if (error instanceof ConnectFailure) return driverErrorOf(error.cause) ?? (error.cause as DriverError);
  return undefined;
}

/** The trouble of the database that an error tells of; undefined where it tells of none. */
export function faultOf(error: unknown): Fault | undefined {
  if (error instanceof DeadlinePassed) return 'late';
  if (error instanceof AnswerLost) return 'lost';
  if (error instanceof MarkLost) return 'conflict';
  if (error instanceof EmbeddedFileGone) return 'broken';
  const driver = driverErrorOf(error);
  if (driver === undefined) return undefined;
  if (driver instanceof DeadlinePassed) return 'late';
  if (driver instanceof AnswerLost) return 'lost';
  if (driver.errno === ER_ERROR_DURING_COMMIT) return isDeadlockAtCommit(driver) ? 'conflict' : 'not-ready';
  const ofNumber = typeof driver.errno === 'number' ? FAULT_OF_NUMBER.get(driver.errno) : undefined;
  if (ofNumber !== undefined) return ofNumber;
  const code = typeof driver.code === 'string' ? driver.code : '';
  const ofCode = FAULT_OF_CODE.get(code) ?? FAULT_OF_SQLITE.find(([family]) => code.startsWith(family))?.[1];
  if (ofCode !== undefined) return ofCode;
  if (error instanceof ConnectFailure) return 'down';
  // The driver's word for a connection that serves no more.
  return driver.fatal === true ? 'lost' : undefined;
}

const ER_ERROR_DURING_COMMIT = 1180;
const HA_ERR_LOCK_DEADLOCK = 149;

function isDeadlockAtCommit({ message }: DriverError): boolean {
  return String(message).includes(`Got error ${HA_ERR_LOCK_DEADLOCK} `);
}

/**
 * Whether a COMMIT that was answered with this error has certainly written nothing. A cluster may have spread a
 * transaction whose COMMIT it then answers with an error about itself.
 */
export function isRolledBack(error: unknown): boolean {
  const fault = faultOf(error);
  const { errno } = driverErrorOf(error) ?? {};
  const isInterrupted = errno === 1317 || errno === 1969;
  return (fault === 'conflict' && !isInterrupted) || fault === 'read-only';
}

/** The trouble with the database that an error tells of; undefined where it is something else. */
export function databaseErrorOf(error: unknown): DatabaseError | undefined {
  return error instanceof DatabaseError ? error : undefined;
}

/** Whether another connection holds what the embedded database was asked for. TypeORM's errors have the driver's code. */
export function isHeldByAnother(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}
