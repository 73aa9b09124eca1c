import { rowPlaceholders } from './sql';

/** The database engines that this server runs on. */
export type DatabaseKind = 'sqlite' | 'mariadb' | 'mysql';

/** Those that are servers of their own. TypeORM has the same names for them. */
export type ServerKind = Exclude<DatabaseKind, 'sqlite'>;

/** Types of columns that come as JSON; a `word` is a short text of ours. */
export type JsonType = 'integer' | 'double' | 'instant' | 'word' | 'text';
export type KeyType = Extract<JsonType, 'integer' | 'text'>;

export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

type Cell = string | number | null;

/** Rows that are inserted together. */
export interface InsertedRows {
  readonly table: string;
  /** The cells that all rows have in common, by column. */
  readonly shared: Readonly<Record<string, Cell>>;
  /** The columns whose cells differ from row to row. */
  readonly columns: Readonly<Record<string, JsonType>>;
  /** The cells of these columns, in their order. */
  readonly rows: readonly (readonly Cell[])[];
}

/** What engines say differently. Nothing else in this program asks which of them it talks to. */
export interface Dialect {
  readonly kind: DatabaseKind;
  /** Whether an UPDATE can write the tables of a join. */
  readonly updatesJoins: boolean;
  /** The setting of a session that ends statements which take longer than so many seconds; MySQL ends only reads. */
  statementLimit(seconds: number): string;

  /**
   * The database's own clock, as instants are stored; `fromNow` takes a number of seconds as its parameter, with a
   * fraction where that matters. What several servers compare with each other is told by it: their own clocks differ.
   */
  readonly now: string;
  readonly fromNow: string;

  /**
   * The end of a SELECT that locks the rows it finds in these tables, which it names as the statement does. The
   * embedded database has one writer at a time and needs no lock.
   */
  forUpdate(...tables: readonly string[]): string;
  /** The same, where others may lock the rows so as well, and nobody writes them; of one table. */
  readonly forShare: string;
  /** Behind a table: the index that its rows are found by, whatever the server thinks of it. */
  forceIndex(name: string): string;
  /** A join without a condition of its own, which begins with the table on its left. */
  readonly joinInOrder: string;
  /**
   * The same where the engine has no statistics; else a join that begins where it expects fewer rows. Behind a table,
   * likewise, the index that its rows are found by.
   */
  readonly joinByStatistics: string;
  indexByStatistics(name: string): string;
  /** The index of its primary key, of several columns. */
  keyByStatistics(table: string): string;
  /**
   * The end of an INSERT that leaves a row with the same key as it is, and locks it. The column is any of the table.
   */
  ifAbsent(column: string): string;
  /** The end of an INSERT that writes these columns over those of a row with the same key. */
  overwriting(key: readonly string[], columns: readonly string[]): string;
  /**
   * The rows on one side of a place in the order of these columns, with `isInclusive` also the one there: in a form of
   * which the engine makes ranges of an index that begins with them. However many have the same first, none is read in
   * vain.
   */
  beside(columns: readonly string[], sign: Sign, place: readonly unknown[], isInclusive?: boolean): Condition;
  /** `(a,b) IN (…)` over a number of tuples, in the form of which the engine makes index look-ups. */
  tupleIn(columns: readonly string[], tuples: number): string;
  /**
   * A join that starts at keys as a table `k`; the parameter is a JSON array of arrays, in the order of the columns. The
   * engine has no choice but to look each key up, in this order. For an IN list MariaDB may read a whole table instead,
   * and where it locks, lock and wait for every row of it.
   */
  fromKeys(columns: Readonly<Record<string, KeyType>>): string;
  /** A join with the whole numbers in a column that holds a JSON array of them, as the column `value` of a table. */
  joinNumbers(column: string, table: string): string;
  /** The same as the start of an UPDATE; only where `updatesJoins`. */
  updateFromKeys(columns: Readonly<Record<string, KeyType>>): string;
  /**
   * An INSERT of rows with an end of its own. A server gets them as JSON, which takes it and this process less time
   * than a list of values.
   */
  insertRows(inserted: InsertedRows, end: string): Statement;
  /** An UPDATE of the rows of a table with one of the keys, which locks no others. */
  updateByKeys(rows: KeyedRows, set: Condition): Statement;
  /** The same as a DELETE, of those of them that meet the condition, if there is one; its columns are none of the key. */
  deleteByKeys(rows: KeyedRows, where?: Condition): Statement;
}

/** Which side of a place: before or behind. */
export type Sign = '<' | '>';

/** Rows of a table. */
export interface KeyedRows {
  readonly table: string;
  /** Columns by which the primary key finds them. */
  readonly key: Readonly<Record<string, KeyType>>;
  readonly keys: readonly (readonly unknown[])[];
}

/** A part of a statement, and what its parameters are. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** What every row meets. */
export const ALL: Condition = { sql: '1 = 1', values: [] };

const sqlite: Dialect = {
  kind: 'sqlite',
  updatesJoins: false,
  // What runs in this process takes no time that it could watch.
  statementLimit: () => '',
  now: "strftime('%Y-%m-%d %H:%M:%f', 'now')",
  fromNow: "strftime('%Y-%m-%d %H:%M:%f', 'now', ? || ' seconds')",
  forUpdate: () => '',
  forShare: '',
  forceIndex: () => '',
  joinInOrder: 'CROSS JOIN',
  joinByStatistics: 'CROSS JOIN',
  indexByStatistics: (name) => `INDEXED BY ${name}`,
  keyByStatistics: (table) => `INDEXED BY sqlite_autoindex_${table}_1`,
  ifAbsent: () => 'ON CONFLICT DO NOTHING',
  overwriting: (key, columns) => {
    const assignments = columns.map((name) => `${name} = excluded.${name}`);
    return `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${assignments.join(', ')}`;
  },
  beside: (columns, sign, place, isInclusive = false) => ({
    sql: `(${columns.join(', ')}) ${sign}${isInclusive ? '=' : ''} ${rowPlaceholders(1, columns.length)}`,
    values: place,
  }),
  tupleIn: (columns, tuples) =>
    `(${columns.join(',')}) IN (VALUES ${rowPlaceholders(tuples, columns.length)})`,
  fromKeys: (columns) => {
    const values = Object.keys(columns).map((name, place) => `value ->> ${place} AS ${name}`);
    return `FROM (SELECT ${values.join(', ')} FROM json_each(?)) k CROSS JOIN`;
  },
  joinNumbers: (column, table) => `CROSS JOIN json_each(${column}) ${table}`,
  updateFromKeys: () => {
    throw new Error('SQLite updates one table at a time');
  },
  // Values, not JSON: SQLite's JSON functions do not promise to read every double exactly.
  insertRows: ({ table, shared, columns, rows }, end) => {
    const names = [...Object.keys(shared), ...Object.keys(columns)];
    const common = Object.values(shared);
    return {
      sql: `INSERT INTO ${table} (${names.join(', ')}) VALUES ${rowPlaceholders(rows.length, names.length)} ${end}`,
      values: rows.flatMap((row) => [...common, ...row]),
    };
  },
  updateByKeys: ({ table, key, keys }, set) => ({
    sql: `UPDATE ${table} SET ${set.sql} WHERE ${sqlite.tupleIn(Object.keys(key), keys.length)}`,
    values: [...set.values, ...keys.flat()],
  }),
  deleteByKeys: ({ table, key, keys }, where = ALL) => ({
    sql: `DELETE FROM ${table} WHERE ${sqlite.tupleIn(Object.keys(key), keys.length)} AND (${where.sql})`,
    values: [...keys.flat(), ...where.values],
  }),
};

const JSON_TYPES: Readonly<Record<JsonType, string>> = {
  integer: 'INT',
  double: 'DOUBLE',
  instant: 'DATETIME(3)',
  word: 'VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
  // Longer than any stored text that callers name: a key that is longer still is none.
  text: 'VARCHAR(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
};

/** Rows as a table; the parameter is a JSON array of arrays, in the order of the columns. */
function jsonTable(columns: Readonly<Record<string, JsonType>>, onError: 'ERROR' | 'NULL'): string {
  const paths = Object.entries(columns).map(
    ([name, type], place) => `${name} ${JSON_TYPES[type]} PATH '$[${place}]' ${onError} ON ERROR`,
  );
  return `JSON_TABLE(?, '$[*]' COLUMNS (${paths.join(', ')}))`;
}

const mariadb: Dialect = {
  kind: 'mariadb',
  updatesJoins: true,
  statementLimit: (seconds) => `max_statement_time = ${seconds}`,
  now: 'UTC_TIMESTAMP(3)',
  fromNow: 'UTC_TIMESTAMP(3) + INTERVAL ? SECOND',
  forUpdate: () => 'FOR UPDATE',
  // Both take this spelling; MariaDB does not know FOR SHARE.
  forShare: 'LOCK IN SHARE MODE',
  forceIndex: (name) => `FORCE INDEX (${name})`,
  joinInOrder: 'STRAIGHT_JOIN',
  joinByStatistics: 'JOIN',
  indexByStatistics: () => '',
  keyByStatistics: () => '',
  ifAbsent: (column) => `ON DUPLICATE KEY UPDATE ${column} = ${column}`,
  overwriting: (_, columns) =>
    `ON DUPLICATE KEY UPDATE ${columns.map((name) => `${name} = VALUES(${name})`).join(', ')}`,
  // Of tuples that are compared they make no range.
  beside: (columns, sign, place, isInclusive = false) => {
    const parts = columns.map((column, at) => {
      const equal = columns.slice(0, at).map((name) => `${name} = ? AND `);
      const isLast = at === columns.length - 1;
      return `${equal.join('')}${column} ${sign}${isInclusive && isLast ? '=' : ''} ?`;
    });
    return {
      sql: `(${parts.map((part) => `(${part})`).join(' OR ')})`,
      values: columns.flatMap((_, at) => place.slice(0, at + 1)),
    };
  },
  tupleIn: (columns, tuples) => `(${columns.join(',')}) IN (${rowPlaceholders(tuples, columns.length)})`,
  fromKeys: (columns) => `FROM ${jsonTable(columns, 'NULL')} k STRAIGHT_JOIN`,
  joinNumbers: (column, table) =>
    `JOIN JSON_TABLE(${column}, '$[*]' COLUMNS (value INT PATH '$' ERROR ON ERROR)) ${table}`,
  updateFromKeys: (columns) => `UPDATE ${jsonTable(columns, 'NULL')} k STRAIGHT_JOIN`,
  // A cell that cannot be read is an error, and does not become null.
  insertRows: ({ table, shared, columns, rows }, end) => {
    const names = [...Object.keys(shared), ...Object.keys(columns)];
    const common = Object.values(shared);
    return {
      sql: `INSERT INTO ${table} (${names.join(', ')}) SELECT ${common.map(() => '?, ').join('')}k.*
        FROM ${jsonTable(columns, 'ERROR')} k ${end}`,
      values: [...common, JSON.stringify(rows)],
    };
  },
  updateByKeys: (rows, set) => {
    const { columns, found } = byKeys(rows);
    return {
      sql: `${mariadb.updateFromKeys(columns)} ${found} SET ${set.sql}`,
      values: [JSON.stringify(rows.keys), ...set.values],
    };
  },
  deleteByKeys: (rows, where = ALL) => {
    const { columns, found } = byKeys(rows);
    return {
      sql: `DELETE t ${mariadb.fromKeys(columns)} ${found} WHERE ${where.sql}`,
      values: [JSON.stringify(rows.keys), ...where.values],
    };
  },
};

/** The keys under names that no table has, and the table joined to them. */
function byKeys({ table, key }: KeyedRows) {
  const parts = Object.entries(key);
  const isSame = parts.map(([name], place) => `t.${name} = k.k${place}`);
  return {
    columns: Object.fromEntries(parts.map(([, type], place) => [`k${place}`, type])),
    found: `${table} t FORCE INDEX (PRIMARY) ON ${isSame.join(' AND ')}`,
  };
}

const mysql: Dialect = {
  ...mariadb,
  kind: 'mysql',
  statementLimit: (seconds) => `max_execution_time = ${seconds * 1_000}`,
  // Without names it would lock the keys' JSON_TABLE as well, which it refuses to (3569). MariaDB does not know OF.
  forUpdate: (...tables) => `FOR UPDATE OF ${tables.join(', ')}`,
};

/** How each engine says it. */
export const DIALECTS: { readonly [Kind in DatabaseKind]: Dialect } = { sqlite, mariadb, mysql };

/**
 * The modes of every session on a server: what servers of today do by default. One that was told otherwise would cut
 * what does not fit, or take the backslash that the driver puts before a quote for a character of the text.
 */
export const SQL_MODE =
  'STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';
