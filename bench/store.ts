import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { parseDatabaseUrl } from '../src/data/database-url';
import { reachDatabase } from '../src/reach-database';
import { StartupError } from '../src/startup-error';
import { type Cell, LOVS, REGISTRATIONS, SEED } from './academy';
import { keyOf, PLACES, storedRow, TRACKING_COLUMNS, VALUE_COLUMNS } from './tracking-rows';

/** What is measured before and after: where the rows of an import are, and how they get back to their start. */
export interface TrackingStore {
  /** As `DATABASE_URL`. */
  readonly url: string;
  /** All rows are again what they were before the first import; the next one writes those of the first places. */
  reset(places: number): Promise<void>;
  /** Of all stored values; equal where an import had the same effect. */
  checksum(): Promise<string>;
}

/** Learning object versions of a training from this place on are named by no import of the bench. */
const FIRST_OTHER = 5;
/** Registrations whose rows are stored with one statement. */
const OTHERS_CHUNK = 10_000;

/** All databases of the bench begin with it; others are never touched. */
const PREFIX = 'coursetrack_bench';

/** The database server that BENCH_MYSQL_URL names. One bench at a time uses it. */
export class BenchDatabases {
  readonly #serverUrl: URL;
  readonly #connection: Connection;

  private constructor(serverUrl: URL, connection: Connection) {
    this.#serverUrl = serverUrl;
    this.#connection = connection;
  }

  static async connect(serverUrl: string): Promise<BenchDatabases> {
    const url = new URL(serverUrl);
    const connection = await createConnection(urlOf(url, '')).catch((error: Error) => {
      throw new StartupError(`Cannot reach BENCH_MYSQL_URL (${error.message}).`, { cause: error });
    });
    const [lock] = await rows(
      connection,
      `SELECT GET_LOCK('${PREFIX}', 0) AS isMine, @@local_infile AS canLoad`,
    );
    if (lock?.isMine !== 1) throw new StartupError('Another bench runs on this database server.');
    if (lock.canLoad !== 1) {
      throw new StartupError('The bench loads its data by LOAD DATA LOCAL: SET GLOBAL local_infile = 1.');
    }
    const left = await rows(connection, `SHOW DATABASES LIKE '${PREFIX.replaceAll('_', '\\_')}%'`);
    // Of a run that did not end in peace.
    for (const row of left) await connection.query(`DROP DATABASE \`${Object.values(row)[0]}\``);
    return new BenchDatabases(url, connection);
  }

  /** A new database with the schema of the product and the academy in it. */
  async create(name = '', contents: Partial<StoreContents> = {}): Promise<Store> {
    const database = name === '' ? PREFIX : `${PREFIX}_${name}`;
    await this.#connection.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4`);
    const url = urlOf(this.#serverUrl, database);
    const product = await reachDatabase(parseDatabaseUrl(url));
    await product.migrate();
    await product.close();
    return Store.seed(url, { ...USUAL_CONTENTS, ...contents });
  }

  /** What the figures depend on. */
  async facts(): Promise<Record<string, string>> {
    const names = [
      'version',
      'innodb_flush_log_at_trx_commit',
      'innodb_doublewrite',
      'innodb_buffer_pool_size',
      'log_bin',
      'sync_binlog',
    ];
    const [row = {}] = await rows(this.#connection, `SELECT ${names.map((name) => `@@${name} AS ${name}`)}`);
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]));
  }

  async close(): Promise<void> {
    const left = await rows(this.#connection, `SHOW DATABASES LIKE '${PREFIX.replaceAll('_', '\\_')}%'`);
    for (const row of left) await this.#connection.query(`DROP DATABASE \`${Object.values(row)[0]}\``);
    await this.#connection.end();
  }
}

/** What is in the tracking table before the first import. */
export interface StoreContents {
  /** Every second row of the places below it. */
  readonly places: number;
  /** How many rows there are besides for each registration, at most 25: those that no import of the bench names. */
  readonly othersPerRegistration: number;
}

const USUAL_CONTENTS: StoreContents = { places: PLACES, othersPerRegistration: 0 };

/** One database of the bench on MariaDB. */
export class Store implements TrackingStore {
  readonly url: string;
  readonly connection: Connection;
  /** An import may have written the rows of the places below it. */
  #written = 0;

  private constructor(url: string, connection: Connection) {
    this.url = url;
    this.connection = connection;
  }

  static async seed(url: string, { places, othersPerRegistration }: StoreContents): Promise<Store> {
    const store = new Store(url, await createConnection({ uri: url, timezone: 'Z' }));
    const { connection } = store;
    // As the product's transactions are.
    await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
    await connection.query('SET SESSION foreign_key_checks = 0, unique_checks = 0');
    for (const { name, columns, count, row } of SEED) {
      await store.load(
        name,
        columns,
        mapped(count, (index) => row(index + 1)),
      );
    }
    await connection.query('CREATE TABLE bench_stored LIKE consolidated_tracking');
    await connection.query(
      'CREATE TABLE bench_place (registration_id int, lov_id int, place int, PRIMARY KEY (registration_id), KEY (place))',
    );
    await store.load('bench_stored', TRACKING_COLUMNS, mapped(places, storedRow));
    await store.load(
      'bench_place',
      ['place', 'registration_id', 'lov_id'],
      mapped(PLACES, (place) => [place, keyOf(place).registrationId, keyOf(place).lovId]),
    );
    await connection.query('INSERT INTO consolidated_tracking SELECT * FROM bench_stored');
    await store.#storeOthers(othersPerRegistration);
    await connection.query('SET SESSION foreign_key_checks = 1, unique_checks = 1');
    await connection.query(
      'ANALYZE TABLE learner, session, registration, consolidated_tracking, bench_place',
    );
    return store;
  }

  async #storeOthers(perRegistration: number): Promise<void> {
    if (perRegistration === 0) return;
    const others = Array.from(
      { length: perRegistration },
      (_, index) => `SELECT ${FIRST_OTHER + index} AS place`,
    );
    for (let from = 1; from <= REGISTRATIONS; from += OTHERS_CHUNK) {
      await this.connection.query(
        `INSERT INTO consolidated_tracking (${TRACKING_COLUMNS.join(', ')})
         SELECT 1, r.id, ((s.training_id - 1) * 5 + o.place) % ${LOVS} + 1 AS lov, '2024-02-01 08:00:00', NULL,
           '2024-03-01 08:00:00', r.id % 100, r.id % 60, 100, 600, 'INCOMPLETE',
           TIMESTAMPADD(SECOND, r.id, '2024-06-01'), 'bench'
         FROM registration r JOIN session s ON s.site_id = 1 AND s.id = r.session_id
           CROSS JOIN (${others.join(' UNION ALL ')}) o
         WHERE r.id >= ? AND r.id < ? ORDER BY r.id, lov`,
        [from, from + OTHERS_CHUNK],
      );
    }
  }

  /** LOAD DATA of rows made here; what is undefined is left out. */
  async load(
    table: string,
    columns: readonly string[],
    cells: Iterable<readonly Cell[] | undefined>,
  ): Promise<void> {
    await this.loadText(table, columns, () => Readable.from(tsvChunks(cells)));
  }

  async loadText(table: string, columns: readonly string[], text: () => Readable): Promise<void> {
    await this.connection.query({
      sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE \`${table}\` CHARACTER SET utf8mb4 (${columns.join(', ')})`,
      infileStreamFactory: text,
    });
  }

  async reset(places: number): Promise<void> {
    const { connection } = this;
    await connection.query(
      `DELETE t FROM bench_place p JOIN consolidated_tracking t
         ON t.site_id = 1 AND t.registration_id = p.registration_id AND t.lov_id = p.lov_id
       WHERE p.place < ?`,
      [this.#written],
    );
    await connection.query(
      `INSERT INTO consolidated_tracking
       SELECT s.* FROM bench_place p JOIN bench_stored s ON s.site_id = 1 AND s.registration_id = p.registration_id
       WHERE p.place < ?`,
      [this.#written],
    );
    this.#written = places;
    await this.settle();
  }

  /** Waits until InnoDB has put away what was deleted, and has written most of its pages. */
  async settle(): Promise<void> {
    for (let tries = 0; tries < 40; tries++) {
      const [row] = await rows(
        this.connection,
        "SELECT COUNT AS waiting FROM information_schema.INNODB_METRICS WHERE NAME = 'trx_rseg_history_len'",
      );
      if (Number(row?.waiting ?? 0) < 50) break;
      await pause(50);
    }
    await pause(100);
  }

  async checksum(): Promise<string> {
    const values = VALUE_COLUMNS.map((name) => `COALESCE(t.${name}, '-')`).join(', ');
    const [row] = await rows(
      this.connection,
      `SELECT COUNT(*) AS stored, SUM(CRC32(CONCAT_WS('|', ${values}))) AS total
       FROM bench_place p JOIN consolidated_tracking t
         ON t.site_id = 1 AND t.registration_id = p.registration_id AND t.lov_id = p.lov_id`,
    );
    return `${row?.stored} rows, ${row?.total}`;
  }

  async close(): Promise<void> {
    await this.connection.end();
  }
}

export async function rows(connection: Connection, sql: string, values: readonly Cell[] = []) {
  const [found] = await connection.query<RowDataPacket[]>(sql, [...values]);
  return found;
}

function urlOf(server: URL, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

function* mapped<Value>(count: number, make: (index: number) => Value): Generator<Value> {
  for (let index = 0; index < count; index++) yield make(index);
}

const CHUNK_CHARACTERS = 64 * 1_024;

function* tsvChunks(cells: Iterable<readonly Cell[] | undefined>): Generator<Buffer> {
  let chunk = '';
  for (const row of cells) {
    if (row === undefined) continue;
    chunk += tsvLine(row);
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(chunk);
    chunk = '';
  }
  // An empty one would end the load.
  if (chunk !== '') yield Buffer.from(chunk);
}

/** No text of the bench holds a tab, a line break or a backslash. */
export function tsvLine(row: readonly Cell[]): string {
  return `${row.map((cell) => cell ?? '\\N').join('\t')}\n`;
}
