/** The part that is used here; the package has no types of its own. */
declare module 'better-sqlite3' {
  type Cell = string | number | null;

  interface Statement {
    run(...values: readonly Cell[]): { readonly changes: number };
    get(...values: readonly Cell[]): unknown;
    all(...values: readonly Cell[]): unknown[];
    /** Rows are lists of cells. */
    raw(): Statement;
    /** Rows are their first cell. */
    pluck(): Statement;
    iterate(): IterableIterator<unknown[]>;
  }

  interface BackupProgress {
    readonly totalPages: number;
    readonly remainingPages: number;
  }

  class Database {
    constructor(
      path: string,
      options?: { readonly timeout?: number; readonly readonly?: boolean; readonly fileMustExist?: boolean },
    );
    prepare(sql: string): Statement;
    exec(sql: string): this;
    pragma(text: string, options?: { readonly simple?: boolean }): unknown;
    /** `progress` answers how many pages are copied next. */
    backup(
      path: string,
      options?: { readonly progress?: (progress: BackupProgress) => number },
    ): Promise<BackupProgress>;
    close(): this;
  }

  export = Database;
}
