import { LRUCache } from 'lru-cache';
import type { Connection, Pool, PoolConnection, ResultSetHeader, TypeCastField, TypeCastNext } from 'mysql2';
import { type DataSource, type EntityManager, QueryFailedError, type QueryRunner } from 'typeorm';
import { nextTurn } from '../event-loop/turns';
import { type Cells, readRows } from './cells';
import type { StatementObserver } from './data-source';

/**
 * Runs one statement. It is handed to the driver before this returns, so that the caller can go on working while a
 * database server does. Rows are answered only to who says how each of their cells is read.
 * @throws QueryFailedError
 */
export interface Query {
  (sql: string, values?: readonly unknown[]): Promise<void>;
  /** @throws UnexpectedCell */
  <Row extends object>(sql: string, values: readonly unknown[], cells: Cells<Row>): Promise<Row[]>;
}

/** What a driver answers: rows whose cells nobody has read, or what it tells of a statement that has none. */
export interface Answer {
  readonly rows: readonly unknown[];
  readonly affected?: number;
  /** In the form in which TypeORM looks for the ids of inserted rows. */
  readonly inserted?: unknown;
}

/** @throws QueryFailedError */
export type RunStatement = (sql: string, values: readonly unknown[]) => Promise<Answer>;

/** The statements of a `RunStatement`, with their cells read. */
export function reading(run: RunStatement): Query {
  const query = async (sql: string, values: readonly unknown[] = [], cells?: Cells<object>) => {
    const { rows } = await run(sql, values);
    return cells === undefined ? undefined : readRows(rows, cells);
  };
  return query as Query;
}

/**
 * The statements of one transaction or read: what is handed over when that has ended is refused, as another one may be
 * under way on its connection by then.
 */
export function untilEnded(run: RunStatement, hasEnded: () => boolean): RunStatement {
  return (sql, values) =>
    hasEnded() ? Promise.reject(new Error('What the statement belongs to has ended')) : run(sql, values);
}

/** Told when a statement is handed to the driver, and when its answer is there. */
export interface StatementWatch {
  readonly onStatement: StatementObserver | undefined;
  readonly onBegin: () => void;
  readonly onEnd: (failure: Error | undefined) => void;
}

/**
 * Statements go straight to the driver: TypeORM's way there (its events, its results, a statement compiled anew for
 * every transaction) costs more than most of ours do.
 */
export function serverStatements(connection: Connection, watch: StatementWatch): RunStatement {
  return (sql, values) =>
    new Promise((resolve, reject) => {
      watch.onStatement?.(sql);
      watch.onBegin();
      connection.query({ sql, values: [...values], typeCast: readField }, (error, answer) => {
        const failure = error === null ? undefined : new QueryFailedError(sql, [...values], error);
        watch.onEnd(failure);
        if (failure === undefined) resolve(answerOf(answer));
        else reject(failure);
      });
    });
}

function answerOf(answer: unknown): Answer {
  if (Array.isArray(answer)) return { rows: answer };
  const { affectedRows } = answer as ResultSetHeader;
  return { rows: [], affected: affectedRows, inserted: answer };
}

/**
 * mysql2's own reading of a DOUBLE that came as text is off in the last digits of numbers such as 91.66666666666667.
 * Told of here and not to the pool: for prepared statements it would make an object of every value.
 */
function readField(field: TypeCastField, next: TypeCastNext): unknown {
  if (field.type !== 'DOUBLE') return next();
  const text = field.string();
  return text === null ? null : Number(text);
}

/** The same, prepared: the server reads a text once for each connection, and numbers come and go as they are. */
export function preparedServerStatements(connection: PoolConnection, watch: StatementWatch): RunStatement {
  return (sql, values) =>
    new Promise((resolve, reject) => {
      watch.onStatement?.(sql);
      watch.onBegin();
      connection.execute({ sql, values: [...values] }, (error, answer) => {
        const failure = error === null ? undefined : new QueryFailedError(sql, [...values], error);
        watch.onEnd(failure);
        if (failure === undefined) resolve(answerOf(answer));
        else reject(failure);
      });
    });
}

/** What is used of better-sqlite3, which comes without types. */
interface EmbeddedConnection {
  readonly inTransaction: boolean;
  prepare(sql: string): EmbeddedStatement;
}

interface EmbeddedStatement {
  readonly reader: boolean;
  all(...values: unknown[]): unknown[];
  run(...values: unknown[]): { readonly changes: number; readonly lastInsertRowid: unknown };
}

const MAX_COMPILED_STATEMENTS = 200;

export function embeddedStatements(
  dataSource: DataSource,
  onStatement?: StatementObserver,
  onFailure?: (failure: Error) => void,
): RunStatement {
  const { databaseConnection: connection } = dataSource.driver as unknown as {
    readonly databaseConnection: EmbeddedConnection;
  };
  const compiled = new LRUCache<string, EmbeddedStatement>({ max: MAX_COMPILED_STATEMENTS });
  /** By what SQLite ended a transaction, until the next one begins: statements that follow are not to stay. */
  let endedBy: Error | undefined;
  const run = (sql: string, values: readonly unknown[]): Answer => {
    onStatement?.(sql);
    if (sql.startsWith('BEGIN')) endedBy = undefined;
    if (endedBy !== undefined) throw endedBy;
    const isWithin = connection.inTransaction;
    try {
      const statement = compiled.get(sql) ?? connection.prepare(sql);
      compiled.set(sql, statement);
      const bound = values.map((value) => (typeof value === 'boolean' ? Number(value) : value));
      if (statement.reader) return { rows: statement.all(...bound) };
      const { changes, lastInsertRowid } = statement.run(...bound);
      return { rows: [], affected: changes, inserted: lastInsertRowid };
    } catch (error) {
      const failure = new QueryFailedError(sql, [...values], error as Error);
      if (isWithin && !connection.inTransaction) endedBy = failure;
      onFailure?.(failure);
      throw failure;
    }
  };
  return givingWay(run);
}

/** How long statements run one after the other, nothing else in between. */
const TURN_MS = 2;

/** SQLite answers at once, so that many statements would be one piece of work. They keep their order. */
function givingWay(run: (...statement: Parameters<RunStatement>) => Answer): RunStatement {
  let workedMs = 0;
  let others: Promise<void> | undefined;
  const runInTurn: RunStatement = async (sql, values) => {
    if (others !== undefined) return others.then(() => runInTurn(sql, values));
    const startedAt = performance.now();
    try {
      return run(sql, values);
    } finally {
      workedMs += performance.now() - startedAt;
      if (workedMs > TURN_MS) {
        others = nextTurn().then(() => {
          others = undefined;
          workedMs = 0;
        });
      }
    }
  };
  return runInTurn;
}

/**
 * TypeORM's entities by way of these statements, and of no other way to the connection of `runner`: whatever the
 * manager runs is watched, counts for the transaction and is told as they are.
 */
export function managerOver(run: RunStatement, dataSource: DataSource, runner: QueryRunner): EntityManager {
  const query = async (sql: string, values: readonly unknown[] = [], structured = false) => {
    const { rows, affected, inserted } = await run(sql, values);
    return structured ? { records: rows, affected, raw: inserted ?? rows } : (inserted ?? rows);
  };
  // The runner itself stays as it is: that of the embedded database also runs the migrations.
  const watched: QueryRunner = Object.assign(Object.create(runner), { query });
  return dataSource.createEntityManager(watched);
}

/** The pool of a database server. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { readonly pool: Pool }).pool;
}

/** The connection that a transaction runs on. */
export async function connectionOf(runner: QueryRunner): Promise<PoolConnection> {
  return (await runner.connect()) as PoolConnection;
}
