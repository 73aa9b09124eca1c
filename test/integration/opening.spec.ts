import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { openDataSource } from '../../src/data/data-source';
import { migrate } from '../../src/data/migrate';

describe('an embedded database that is opened while another process opens or closes it', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'coursetrack-opening-'));
    path = join(folder, 'held.sqlite');
    await migrate({ kind: 'sqlite', path });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Holds the file as SQLite does while the first connection is opened or the last one is closed. */
  const hold = () => {
    const connection = new Sqlite(path);
    connection.pragma('locking_mode = EXCLUSIVE');
    connection.exec('BEGIN EXCLUSIVE');
    return () => connection.close();
  };

  it.each([{ isReadOnly: false }, { isReadOnly: true }])('is waited for, %p', async (settings) => {
    const free = hold();
    let isFree = false;
    const opening = openDataSource({ kind: 'sqlite', path }, settings).then((dataSource) => {
      expect(isFree).toBe(true);
      return dataSource;
    });
    await pause(100);
    isFree = true;
    free();
    const dataSource = await opening;
    expect(await dataSource.query('SELECT COUNT(*) AS n FROM migrations')).not.toEqual([{ n: 0 }]);
    await dataSource.destroy();
  });
});
