/** Whatever a server was told to take SQL for, it takes it as the other engines do. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from '../../src/data/cells';
import type { Database } from '../../src/data/database';
import { openDatabase } from '../../src/data/open-database';
import { type OwnMariadb, startOwnMariadb } from '../support/own-mariadb';

const QUOTED = `It's \\' OR 1 = 1 -- "x" || 'y'`;

(process.env.TEST_MARIADB_URL ? describe : describe.skip)('a server with modes of its own', () => {
  let folder: string;
  let server: OwnMariadb;
  let database: Database;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'coursetrack-modes-'));
    server = await startOwnMariadb(folder, {
      options: ['--sql-mode=ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,NO_AUTO_VALUE_ON_ZERO'],
      statements: ['CREATE DATABASE coursetrack'],
    });
    database = await openDatabase({
      kind: 'mysql',
      url: `mysql://root@127.0.0.1:${server.port}/coursetrack`,
    });
    await database.migrate();
  }, 120_000);
  afterAll(async () => {
    await database?.close();
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  const insert = (id: number, name: string) =>
    database.transaction((tx) => tx.query('INSERT INTO site (id, name) VALUES (?, ?)', [id, name]));

  it('keeps a text as it was sent', async () => {
    await insert(1, QUOTED);
    const sql = 'SELECT name FROM site WHERE id = 1 AND name = ?';
    expect(await database.read((tx) => tx.query(sql, [QUOTED], { name: text }))).toEqual([{ name: QUOTED }]);
  });

  it('refuses what does not fit, and keeps no part of it', async () => {
    await expect(insert(2, 'x'.repeat(256))).rejects.toMatchObject({ code: 'ER_DATA_TOO_LONG' });
    const sql = 'SELECT name FROM site WHERE id = 2';
    expect(await database.read((tx) => tx.query(sql, [], { name: text }))).toEqual([]);
  });
});
