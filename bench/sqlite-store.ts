import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { reachDatabase } from '../src/reach-database';
import { type Cell, SEED } from './academy';
import type { TrackingStore } from './store';
import { keyOf, PLACES, storedRow, TRACKING_COLUMNS, VALUE_COLUMNS } from './tracking-rows';

const BUSY_TIMEOUT_MS = 5_000;

/** The same academy in an embedded database, which the bench opens beside the product. */
export class SqliteStore implements TrackingStore {
  readonly url: string;
  readonly database: Database;
  /** An import may have written the rows of the places below it. */
  #written = 0;

  private constructor(path: string) {
    this.url = `sqlite:${path}`;
    this.database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    // As the product has it.
    this.database.pragma('journal_mode = WAL');
    this.database.pragma('synchronous = FULL');
  }

  static async seed(folder: string): Promise<SqliteStore> {
    const path = join(folder, 'bench.sqlite');
    const product = await reachDatabase({ kind: 'sqlite', path });
    await product.migrate();
    await product.close();
    const store = new SqliteStore(path);
    const { database } = store;
    database.exec('BEGIN');
    for (const { name, columns, count, row } of SEED) {
      store.#insert(name, columns, count, (index) => row(index + 1));
    }
    database.exec('CREATE TABLE bench_stored AS SELECT * FROM consolidated_tracking WHERE 0');
    database.exec(
      'CREATE TABLE bench_place (place integer PRIMARY KEY, registration_id integer, lov_id integer)',
    );
    store.#insert('bench_stored', TRACKING_COLUMNS, PLACES, storedRow);
    store.#insert('bench_place', ['place', 'registration_id', 'lov_id'], PLACES, (place) => [
      place,
      keyOf(place).registrationId,
      keyOf(place).lovId,
    ]);
    database.exec('CREATE INDEX bench_stored_key ON bench_stored (registration_id)');
    database.exec('INSERT INTO consolidated_tracking SELECT * FROM bench_stored ORDER BY registration_id');
    database.exec('COMMIT');
    return store;
  }

  #insert(
    table: string,
    columns: readonly string[],
    count: number,
    rowOf: (index: number) => readonly Cell[] | undefined,
  ): void {
    const insert = this.database.prepare(
      `INSERT INTO "${table}" (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    for (let index = 0; index < count; index++) {
      const row = rowOf(index);
      if (row !== undefined) insert.run(...row);
    }
  }

  async reset(places: number): Promise<void> {
    const { database } = this;
    database.exec('BEGIN IMMEDIATE');
    database
      .prepare(
        `DELETE FROM consolidated_tracking WHERE (site_id, registration_id, lov_id) IN
           (SELECT 1, registration_id, lov_id FROM bench_place WHERE place < ?)`,
      )
      .run(this.#written);
    database
      .prepare(
        `INSERT INTO consolidated_tracking
         SELECT s.* FROM bench_place p JOIN bench_stored s ON s.registration_id = p.registration_id
         WHERE p.place < ?`,
      )
      .run(this.#written);
    database.exec('COMMIT');
    // Every measurement begins with an empty log.
    database.pragma('wal_checkpoint(TRUNCATE)');
    this.#written = places;
  }

  async checksum(): Promise<string> {
    const rows = this.database
      .prepare(
        `SELECT ${VALUE_COLUMNS.join(', ')} FROM consolidated_tracking ORDER BY registration_id, lov_id`,
      )
      .raw();
    const hash = createHash('sha256');
    let stored = 0;
    for (const row of rows.iterate()) {
      hash.update(JSON.stringify(row));
      stored += 1;
    }
    return `${stored} rows, ${hash.digest('hex').slice(0, 16)}`;
  }

  async close(): Promise<void> {
    this.database.close();
  }
}
