import type { Cell, SeedTable } from '../academy';

export type EngineName = 'sqlite' | 'mariadb' | 'mysql';
export const ENGINE_NAMES: readonly EngineName[] = ['sqlite', 'mariadb', 'mysql'];

/** A throw-away database of this run, with a way to it that does not pass the server under test. */
export interface Engine {
  readonly name: EngineName;
  /** What runs, with its version. */
  readonly label: string;
  /** DATABASE_URL of the server under test. */
  readonly url: string;
  /** Makes an empty database, in place of the one that was there. */
  createDatabase(): Promise<void>;
  insert(tables: readonly SeedTable[]): Promise<void>;
  /** Instants come as `YYYY-MM-DD hh:mm:ss.mmm` in UTC. */
  select<Row>(sql: string, values?: readonly Cell[]): Promise<Row[]>;
  /** Ends what it started and removes its files. */
  close(): Promise<void>;
}

const ROWS_AT_ONCE = 500;

/** INSERT statements of many rows each, with their values. */
export function* insertStatements(
  { name, columns, rows }: SeedTable,
  quote: (name: string) => string,
): Generator<{ readonly sql: string; readonly values: Cell[] }> {
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const part = rows.slice(start, start + ROWS_AT_ONCE);
    const row = `(${columns.map(() => '?').join(',')})`;
    const sql = `INSERT INTO ${quote(name)} (${columns.join(',')}) VALUES ${part.map(() => row).join(',')}`;
    yield { sql, values: part.flat() };
  }
}
