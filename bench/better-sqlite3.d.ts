/** The part that the bench uses; the package has no types of its own. */
declare module 'better-sqlite3' {
  interface Statement {
    run(...values: readonly (string | number | null)[]): { readonly changes: number };
    all(...values: readonly (string | number | null)[]): unknown[];
    raw(): Statement;
    iterate(): IterableIterator<unknown[]>;
  }

  class Database {
    constructor(path: string, options?: { readonly timeout?: number });
    prepare(sql: string): Statement;
    exec(sql: string): this;
    pragma(text: string): unknown;
    close(): this;
  }

  export = Database;
}
