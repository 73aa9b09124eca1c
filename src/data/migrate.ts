import { performance } from 'node:perf_hooks';
import {
  type DataSource,
  MigrationExecutor,
  type MigrationInterface,
  QueryFailedError,
  type QueryRunner,
} from 'typeorm';
import { openDataSource } from './data-source';
import { isHeldByAnother } from './database-errors';
import { type DatabaseTarget, targetsOf } from './database-url';
import { DIALECTS, type ServerKind, SQL_MODE } from './dialect';
import { APPLICATION_ID, isFile, prepareEmbeddedFile } from './embedded-file';
import { MigrationLease } from './migration-lease';
import { ForeignTableError } from './migrations/schema';
import { type KnownTarget, knownTarget, type ServerFacts } from './server-facts';

export interface MigrateSettings {
  /** How long to wait for another migrate, on the embedded database for any writer. */
  readonly waitSeconds?: number;
  /** Told once, where there is somebody to wait for. */
  readonly onWait?: (waitSeconds: number) => void;
  /** Told of every migration before it is run or undone. */
  readonly onStart?: (name: string) => void;
  /** Whether several servers of a cluster write at the same time; unless said, as the server says. */
  readonly multiWriter?: boolean | undefined;
}

/** How the schema that is there differs from the one that this program knows. */
export interface SchemaState {
  /** Names of the migrations that are still to be run. */
  readonly pending: readonly string[];
  /** Names of those that were run and that only a newer version of this program knows. */
  readonly unknown: readonly string[];
}

/** Why the schema could not be changed, in the words of one line that has the database in front. */
export class MigrateError extends Error {}

const WAIT_SECONDS = 600;
const WAIT_AT_ONCE_SECONDS = 2;
/** While an ALTER waits for a table, nobody else gets at it. */
const TABLE_WAIT_SECONDS = 60;
const ER_LOCK_WAIT_TIMEOUT = 1205;

/**
 * Brings the schema up to date, on a connection of its own: one migrate at a time, the others wait. It can be killed at
 * any moment and run again. Answers the names of the migrations that it ran.
 * @throws MigrateError, or what the driver throws where it cannot connect
 */
export async function migrate(
  target: DatabaseTarget,
  settings: MigrateSettings = {},
): Promise<readonly string[]> {
  return onItsOwn(target, (dataSource, server) =>
    migrateThrough(dataSource, { multiWriter: server?.hasOtherWriters, ...defined(settings) }),
  );
}

function migrateThrough(dataSource: DataSource, settings: MigrateSettings): Promise<readonly string[]> {
  return alone(dataSource, settings, async (runner, checkAlone) => {
    const executor = new MigrationExecutor(dataSource, runner);
    refuseNewer(await stateBy(executor, dataSource.migrations));
    const pending = await executor.getPendingMigrations();
    for (const migration of pending) {
      checkAlone();
      settings.onStart?.(migration.name);
      await inTheNameOf(migration.name, () => executor.executeMigration(migration));
    }
    return pending.map(({ name }) => name);
  });
}

/**
 * Undoes all migrations, or those after the named one; what they stored is lost. As {@link migrate} it can be killed
 * and run again. Answers their names, the newest first.
 */
export async function migrateDown(
  target: DatabaseTarget,
  to: string | undefined,
  settings: MigrateSettings = {},
): Promise<readonly string[]> {
  return onItsOwn(target, (dataSource, server) =>
    alone(
      dataSource,
      { multiWriter: server?.hasOtherWriters, ...defined(settings) },
      async (runner, checkAlone) => {
        const executor = new MigrationExecutor(dataSource, runner);
        refuseNewer(await stateBy(executor, dataSource.migrations));
        const names = dataSource.migrations.map(nameOf);
        if (to !== undefined && !names.includes(to)) {
          throw new MigrateError(`there is no migration ${to}, only ${names.join(', ')}`);
        }
        const applied = await executor.getExecutedMigrations();
        // Those that do not count as run as well: a run that was killed may have left something of them.
        const undone = dataSource.migrations.slice(to === undefined ? 0 : names.indexOf(to) + 1).reverse();
        for (const migration of undone) {
          const name = nameOf(migration);
          checkAlone();
          settings.onStart?.(name);
          await inTheNameOf(name, async () => {
            const row = applied.find((each) => each.name === name);
            // First: from here on nobody takes the schema for complete.
            if (row !== undefined) await executor.deleteMigration(row);
            await migration.down(runner);
          });
        }
        return undone.map(nameOf);
      },
    ),
  );
}

/** Compares the schema that is there with the one that this program knows, and changes nothing. */
export async function schemaState(target: DatabaseTarget): Promise<SchemaState> {
  return onItsOwn(target, stateOf);
}

/** Of a database that is open. */
export interface OpenSchema {
  migrate(settings?: MigrateSettings): Promise<readonly string[]>;
  schemaState(): Promise<SchemaState>;
}

/** A database in memory is reached by its one connection only, others by one that is for the schema alone. */
export function openSchema(target: DatabaseTarget, dataSource: DataSource): OpenSchema {
  if (isFile(target) || target.kind === 'mysql') {
    return { migrate: (settings) => migrate(target, settings), schemaState: () => schemaState(target) };
  }
  return {
    migrate: (settings = {}) => migrateThrough(dataSource, settings),
    schemaState: () => stateOf(dataSource),
  };
}

function stateOf(dataSource: DataSource): Promise<SchemaState> {
  return stateBy(new MigrationExecutor(dataSource), dataSource.migrations);
}

async function stateBy(
  executor: MigrationExecutor,
  migrations: readonly MigrationInterface[],
): Promise<SchemaState> {
  const applied = await inTheNameOf('reading the table migrations', () => executor.getExecutedMigrations());
  const names = new Set(applied.map(({ name }) => name));
  const known = migrations.map(nameOf);
  return {
    pending: known.filter((name) => !names.has(name)),
    unknown: [...names].filter((name) => !known.includes(name)),
  };
}

/** Names that are newer than this program, in the words of a line about their database. */
export function newerWords({ unknown }: SchemaState): string {
  return `was migrated by a newer version of this program (${unknown.join(', ')}): start that version, or see "Downgrade" in docs/operating.md`;
}

function refuseNewer(state: SchemaState): void {
  if (state.unknown.length > 0) throw new MigrateError(newerWords(state));
}

function nameOf(migration: MigrationInterface): string {
  return migration.name ?? migration.constructor.name;
}

async function inTheNameOf<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ForeignTableError) {
      throw new MigrateError(`${name} failed: ${error.message}`, { cause: error });
    }
    if (!(error instanceof QueryFailedError)) throw error;
    const { code, errno } = error.driverError as { readonly code?: string; readonly errno?: number };
    const reason =
      errno === ER_LOCK_WAIT_TIMEOUT
        ? `another connection kept a table for more than ${TABLE_WAIT_SECONDS} s`
        : String(code);
    throw new MigrateError(`${name} failed (${reason}); it can be run again`, { cause: error });
  }
}

async function onItsOwn<Result>(
  target: DatabaseTarget,
  work: (dataSource: DataSource, server: ServerFacts | undefined) => Promise<Result>,
): Promise<Result> {
  if (isFile(target)) prepareEmbeddedFile(target.path);
  const known = await servingTarget(target);
  const dataSource = await openDataSource(known);
  try {
    return await work(dataSource, known.kind === 'mysql' ? known.server : undefined);
  } finally {
    await dataSource.destroy();
  }
}

/** Of several hosts the first that serves. */
async function servingTarget(target: DatabaseTarget): Promise<KnownTarget> {
  if (target.kind === 'sqlite') return target;
  const failures: unknown[] = [];
  for (const host of targetsOf(target)) {
    try {
      return await knownTarget(host);
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures[0];
}

/** What `work` calls before each migration, and what throws where it is no longer alone. */
type CheckAlone = () => void;

/** Runs `work` on one connection, while no other migrate runs; it answers what it has changed. */
async function alone(
  dataSource: DataSource,
  settings: MigrateSettings,
  work: (runner: QueryRunner, checkAlone: CheckAlone) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    if (dataSource.options.type === 'better-sqlite3') {
      return await inOneTransaction(runner, settings, () => work(runner, () => {}));
    }
    return await underNamedLock(runner, settings, (left) =>
      settings.multiWriter
        ? underLease(dataSource, runner, left, (checkAlone) => work(runner, checkAlone))
        : work(runner, () => {}),
    );
  } finally {
    await runner.release();
  }
}

/** SQLite's schema is changed by a transaction like any other data: all of it or nothing, and one writer at a time. */
async function inOneTransaction(
  runner: QueryRunner,
  settings: MigrateSettings,
  work: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  // A migration may have to make a table anew that others refer to. Inside a transaction this could not be set.
  await runner.query('PRAGMA foreign_keys = OFF');
  await untilTaken(settings, async (seconds) => {
    await runner.query(`PRAGMA busy_timeout = ${seconds * 1_000}`);
    return isNotBusy(() => runner.query('BEGIN IMMEDIATE'));
  });
  try {
    const changed = await work();
    if (changed.length > 0 && (await runner.query('PRAGMA foreign_key_check')).length > 0) {
      throw new MigrateError('would be left with rows that refer to nothing; nothing was changed');
    }
    await runner.query(`PRAGMA application_id = ${APPLICATION_ID}`);
    await inTheNameOf('the commit', () => runner.query('COMMIT'));
    return changed;
  } catch (error) {
    // A full disk has ended the transaction by itself.
    await runner.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    await runner.query('PRAGMA foreign_keys = ON');
  }
}

async function isNotBusy(begin: () => Promise<unknown>): Promise<boolean> {
  try {
    await begin();
    return true;
  } catch (error) {
    if (isHeldByAnother(error)) return false;
    throw error;
  }
}

/**
 * On a server every DDL statement commits, so that another migrate would see, and make, halves. The lock belongs to the
 * connection that makes the changes: it is free when the last statement of a migrate that was killed has ended, and not
 * before. `work` is told how much of the waiting time is left.
 */
async function underNamedLock(
  runner: QueryRunner,
  settings: MigrateSettings,
  work: (left: MigrateSettings) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const noLimit = DIALECTS[runner.dataSource.options.type as ServerKind].statementLimit(0);
  const left = await inTheNameOf('taking the lock', async () => {
    await runner.query(
      `SET SESSION autocommit = 1, lock_wait_timeout = ${TABLE_WAIT_SECONDS}, sql_mode = '${SQL_MODE}', ${noLimit}`,
    );
    return untilTaken(settings, async (seconds) => {
      // Its name is one for the whole server, and at most 64 characters long.
      const [row] = await runner.query(
        "SELECT GET_LOCK(CONCAT('coursetrack migrate ', LEFT(SHA2(DATABASE(), 256), 40)), ?) AS taken",
        [seconds],
      );
      return Number(row.taken) === 1;
    });
  });
  // It goes with the connection.
  return work(left);
}

/** Nodes of a cluster do not know each other's named locks. */
async function underLease(
  dataSource: DataSource,
  runner: QueryRunner,
  settings: MigrateSettings,
  work: (checkAlone: CheckAlone) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const lease = await inTheNameOf('taking the lease', async () => {
    const taking = await MigrationLease.on(dataSource, runner);
    await untilTaken(settings, (seconds) => taking.take(seconds === 0));
    return taking.keep();
  });
  try {
    return await work(() => {
      if (lease.isLost()) throw new MigrateError('is being migrated through another node meanwhile');
    });
  } finally {
    await lease.release();
  }
}

/** Answers the settings of a second wait, which has the time that is left. */
async function untilTaken(
  settings: MigrateSettings,
  take: (seconds: number) => Promise<boolean>,
): Promise<MigrateSettings> {
  const { waitSeconds = WAIT_SECONDS, onWait } = settings;
  if (await take(0)) return settings;
  onWait?.(waitSeconds);
  const end = performance.now() + waitSeconds * 1_000;
  for (let left = waitSeconds; left > 0; left = secondsUntil(end)) {
    if (await take(Math.min(left, WAIT_AT_ONCE_SECONDS))) {
      return { ...settings, waitSeconds: secondsUntil(end), onWait: () => {} };
    }
  }
  throw new MigrateError(`is being migrated or written by another process for more than ${waitSeconds} s`);
}

function secondsUntil(end: number): number {
  return Math.max(0, Math.ceil((end - performance.now()) / 1_000));
}

/** Without what is undefined, which would hide what is under it. */
function defined({ multiWriter, ...settings }: MigrateSettings): MigrateSettings {
  return multiWriter === undefined ? settings : { ...settings, multiWriter };
}
