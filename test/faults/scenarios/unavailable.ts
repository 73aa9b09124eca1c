import type { Connection } from 'mysql2/promise';
import { type DatabaseServer, rowsOf } from '../engines/database-server';
import type { World } from '../world';
import { type Scenario, SERVER_ENGINES } from './scenario';

const ER_TOO_MANY_CONNECTIONS = 1040;
const ER_USER_LIMIT_REACHED = 1203;
const ER_RECORD_FILE_FULL = 1114;

/** A database that only reads, as one that another has taken the place of. */
export const readOnly: Scenario = {
  name: 'read-only',
  engines: SERVER_ENGINES,
  run: async (world) => {
    const database = world.databaseServer;
    await world.prepare();
    const name = database.name === 'mysql' ? 'super_read_only' : 'read_only';
    const set = (value: 'ON' | 'OFF') =>
      database.asRoot(async (root) => {
        await root.query(`SET GLOBAL ${name} = ${value}`);
        if (value === 'OFF') await root.query('SET GLOBAL read_only = OFF');
      });
    await set('ON');
    await world.expectUnavailable('a database that only reads');
    await world.expectReads('a database that only reads');
    await set('OFF');
    await world.recovers('a database that only reads');
    await world.settleAndJudge();
    return 1;
  },
};

/** Others have taken all connections that the database allows. */
export const connections: Scenario = {
  name: 'connections',
  engines: SERVER_ENGINES,
  run: async (world) => {
    const database = world.databaseServer;
    await world.prepare();
    // Once served, so that it has connections to lose.
    await world.recovers('a start');
    await database.asRoot(async (root) => {
      const [before] = await rowsOf<{ readonly most: number }>(
        root,
        'SELECT @@GLOBAL.max_connections AS most',
      );
      const connected = await database.connectionsOfUser();
      await root.query('SET GLOBAL max_connections = 10');
      try {
        for (const { id } of connected) await root.query(`KILL CONNECTION ${id}`);
        const taken = await takeAll(database);
        await world.expectUnavailable('too many connections');
        for (const connection of taken) connection.destroy();
        await world.recovers('too many connections');
      } finally {
        await root.query('SET GLOBAL max_connections = ?', [before?.most ?? 151]);
      }
    });
    await world.settleAndJudge();
    return 1;
  },
};

async function takeAll(database: DatabaseServer): Promise<Connection[]> {
  const taken: Connection[] = [];
  for (;;) {
    try {
      taken.push(await database.connectAsUser());
    } catch (error) {
      const { errno } = error as { readonly errno?: number };
      if (errno === ER_TOO_MANY_CONNECTIONS || errno === ER_USER_LIMIT_REACHED) return taken;
      throw error;
    }
  }
}

/** Room for what a database of this run needs, and little more. */
const QUOTA = ['--innodb-file-per-table=OFF', '--innodb-data-file-path=ibdata1:12M:autoextend:max:96M'];

/** No room is left for rows. */
export const full: Scenario = {
  name: 'full',
  engines: SERVER_ENGINES,
  run: async (world, { isShort }) => {
    const database = world.databaseServer;
    try {
      await world.stopServers();
      await database.stop();
      await database.start(QUOTA);
      // Its tables are to be where there is little room.
      world.spoil();
      await world.prepare();
      await database.asRoot(async (root) => {
        await root.query('CREATE TABLE ballast (id INT AUTO_INCREMENT PRIMARY KEY, bytes VARBINARY(7000))');
        await root.beginTransaction();
        await fill(root);
        await world.expectUnavailable('a full database', FULL);
        await world.expectReads('a full database');
        // To drop or delete something would need room.
        await root.rollback();
      });
      await world.recovers('a full database', isShort ? null : FULL_READY_LIMIT_MS);
      await world.settleAndJudge();
    } finally {
      await world.stopServers();
      await database.stop();
      await database.start();
      world.spoil();
    }
    return 1;
  },
};

/** Where a small row finds room, a large one may not: what was full is not believed to be well for a while. */
export const FULL_READY_LIMIT_MS = 35_000;
/** What needs no new page may still be written. */
export const FULL: Parameters<World['expectUnavailable']>[1] = { rows: 3_000, mayPass: ['update'] };

async function fill(root: Connection): Promise<void> {
  // Not large objects: where there is no room for one, MariaDB 10.11 ends itself.
  for (const [rows, bytes] of [
    [100, 7_000],
    [1, 7_000],
    [1, 100],
  ] as const) {
    const values = Array.from({ length: rows }, () => `(REPEAT('x', ${bytes}))`);
    try {
      for (;;) await root.query(`INSERT INTO ballast (bytes) VALUES ${values.join(',')}`);
    } catch (error) {
      if ((error as { readonly errno?: number }).errno !== ER_RECORD_FILE_FULL) throw error;
    }
  }
}
