import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { lastingFolder } from '../../support/lasting-folder';
import type { Cell, SeedTable } from '../academy';
import { ROOT } from '../root';
import { type Engine, insertStatements } from './engine';

const BUSY_TIMEOUT_MS = 5_000;

/** The embedded database, as a file of this run. */
export class SqliteEngine implements Engine {
  readonly name = 'sqlite';
  readonly label = `SQLite ${sqliteVersion()}`;
  readonly folder = lastingFolder(ROOT);
  /** Of its own, so that it can be one with little room. */
  readonly dataFolder = join(this.folder, 'data');
  readonly path = join(this.dataFolder, 'coursetrack.sqlite');
  readonly url = `sqlite:${this.path}`;

  async createDatabase(): Promise<void> {
    mkdirSync(this.dataFolder, { recursive: true });
    for (const name of readdirSync(this.dataFolder)) rmSync(join(this.dataFolder, name));
  }

  async insert(tables: readonly SeedTable[]): Promise<void> {
    this.#use({ readonly: false }, (database) => {
      database.exec('BEGIN');
      for (const table of tables) {
        for (const { sql, values } of insertStatements(table, (name) => `"${name}"`)) {
          database.prepare(sql).run(...values);
        }
      }
      database.exec('COMMIT');
    });
  }

  async select<Row>(sql: string, values: readonly Cell[] = []): Promise<Row[]> {
    // One that writes would, when it is closed after a kill, do what is left to the next start of the server.
    return this.#use({ readonly: true }, (database) => database.prepare(sql).all(...values) as Row[]);
  }

  async close(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Opened anew each time: the file may be another one by now. */
  #use<Result>(options: { readonly readonly: boolean }, work: (database: Database) => Result): Result {
    const database = new Database(this.path, { ...options, timeout: BUSY_TIMEOUT_MS });
    try {
      return work(database);
    } finally {
      database.close();
    }
  }
}

function sqliteVersion(): string {
  const database = new Database(':memory:');
  try {
    const [row] = database.prepare('SELECT sqlite_version() AS version').all() as {
      readonly version: string;
    }[];
    return row?.version ?? '';
  } finally {
    database.close();
  }
}
