import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import type { DatabaseTarget } from '../../src/data/database-url';
import type { DatabaseKind } from '../../src/data/dialect';

const FOLDER = join(__dirname, '..', 'fixtures', '0f434f1');

const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');

/** That release could not import on MySQL: its rows are those of MariaDB. */
const ROWS: { readonly [Kind in DatabaseKind]: 'sqlite' | 'mariadb' } = {
  sqlite: 'sqlite',
  mariadb: 'mariadb',
  mysql: 'mariadb',
};

/** An API key of the first site, and the imports that were the last word on their rows, sent with a key of the start. */
export function fixtureFacts(kind: DatabaseKind): {
  readonly key: string;
  readonly imports: readonly (Readonly<Record<string, unknown>> & { readonly rows: readonly unknown[] })[];
} {
  return { key: read(`${ROWS[kind]}.key`).trim(), imports: JSON.parse(read('imports.json')) };
}

/** Puts the schema of commit 0f434f1, and what its code has stored, into an empty database. */
export async function loadFixture(kind: DatabaseKind, target: DatabaseTarget): Promise<void> {
  const [schema, rows] = [read(`${kind}.schema.sql`), read(`${ROWS[kind]}.rows.sql`)];
  if (target.kind === 'sqlite') {
    const connection = new Sqlite(target.path);
    connection.pragma('journal_mode = WAL');
    connection.pragma('foreign_keys = OFF');
    connection.exec(`BEGIN; ${schema} ${rows} COMMIT;`);
    connection.close();
    return;
  }
  const connection = await createConnection({ uri: target.url, multipleStatements: true });
  try {
    // Every engine reads the texts alike: a quote is doubled, a backslash is one.
    await connection.query(
      "SET SESSION foreign_key_checks = 0, sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')",
    );
    await connection.query(schema);
    await connection.query(rows);
  } finally {
    await connection.end();
  }
}
