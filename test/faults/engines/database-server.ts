import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { Cell, SeedTable } from '../academy';
import { freePort } from '../free-port';
import { ROOT } from '../root';
import { type Engine, insertStatements } from './engine';

const DATABASE = 'coursetrack';
const USER = 'coursetrack';
/** The server listens on this machine only, and is gone at the end of the run. */
const PASSWORD = 'throw-away';

interface Who {
  readonly user: string;
  readonly password?: string;
  readonly database?: string;
}

/** A MariaDB or MySQL server of this run, started by the scripts of `test/servers`. */
export class DatabaseServer implements Engine {
  readonly name: 'mariadb' | 'mysql';
  readonly port: number;
  readonly folder: string;
  label = '';

  private constructor(name: 'mariadb' | 'mysql', port: number) {
    this.name = name;
    this.port = port;
    this.folder = mkdtempSync(join(tmpdir(), `coursetrack-faults-${name}-`));
  }

  static async start(name: 'mariadb' | 'mysql'): Promise<DatabaseServer> {
    const server = new DatabaseServer(name, await freePort());
    try {
      await server.start();
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  get url(): string {
    return this.urlBy(this.port);
  }

  /** DATABASE_URL by way of a proxy on another port. */
  urlBy(port: number): string {
    return `mysql://${USER}:${PASSWORD}@127.0.0.1:${port}/${DATABASE}`;
  }

  /** With the data that it had. */
  async start(options: readonly string[] = []): Promise<void> {
    this.label = await this.#script(['start', this.folder, String(this.port)], options);
  }

  /** An orderly end, as of a restart. */
  async stop(): Promise<void> {
    await this.#script(['stop', this.folder]);
  }

  async kill(): Promise<void> {
    const pid = Number(readFileSync(join(this.folder, 'pid'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    while (isRunning(pid)) await pause(20);
  }

  async createDatabase(): Promise<void> {
    await this.#connected({ user: 'root' }, async (root) => {
      for (const host of ['localhost', '%']) {
        await root.query(`CREATE USER IF NOT EXISTS '${USER}'@'${host}' IDENTIFIED BY '${PASSWORD}'`);
        await root.query(`GRANT ALL ON ${DATABASE}.* TO '${USER}'@'${host}'`);
      }
      await root.query(`DROP DATABASE IF EXISTS ${DATABASE}`);
      await root.query(`CREATE DATABASE ${DATABASE}`);
    });
  }

  async insert(tables: readonly SeedTable[]): Promise<void> {
    await this.asRoot(async (root) => {
      await root.beginTransaction();
      for (const table of tables) {
        for (const { sql, values } of insertStatements(table, (name) => `\`${name}\``)) {
          await root.query(sql, values);
        }
      }
      await root.commit();
    });
  }

  async select<Row>(sql: string, values: readonly Cell[] = []): Promise<Row[]> {
    return this.asRoot((root) => rowsOf<Row>(root, sql, values));
  }

  /** A connection of the superuser for the length of the work. */
  async asRoot<Result>(work: (root: Connection) => Promise<Result>): Promise<Result> {
    return this.#connected({ user: 'root', database: DATABASE }, work);
  }

  /** As the server under test connects; whoever asks closes it. */
  async connectAsUser(): Promise<Connection> {
    return this.#connect({ user: USER, password: PASSWORD, database: DATABASE });
  }

  /** The connections of the server under test: what they are doing, if anything. */
  async connectionsOfUser(): Promise<{ readonly id: number; readonly isBusy: boolean }[]> {
    const rows = await this.select<{ readonly id: number; readonly command: string }>(
      'SELECT id AS id, command AS command FROM information_schema.processlist WHERE user = ?',
      [USER],
    );
    return rows.map(({ id, command }) => ({ id, isBusy: command !== 'Sleep' }));
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #connected<Result>(who: Who, work: (connection: Connection) => Promise<Result>): Promise<Result> {
    const connection = await this.#connect(who);
    try {
      return await work(connection);
    } finally {
      connection.destroy();
    }
  }

  async #connect(who: Who): Promise<Connection> {
    const connection = await createConnection({
      ...who,
      host: '127.0.0.1',
      port: this.port,
      dateStrings: true,
      timezone: 'Z',
      charset: 'utf8mb4',
    });
    // Told to whoever runs a statement; without a listener it would end the process.
    connection.on('error', () => {});
    return connection;
  }

  async #script(words: readonly string[], options: readonly string[] = []): Promise<string> {
    const { stdout } = await promisify(execFile)(
      join(ROOT, 'test', 'servers', `${this.name}.sh`),
      [...words],
      { env: { ...process.env, MYSQLD_OPTIONS: options.join(' ') } },
    );
    return stdout.trim();
  }
}

export async function rowsOf<Row>(
  connection: Connection,
  sql: string,
  values: readonly Cell[] = [],
): Promise<Row[]> {
  const [rows] = await connection.query<RowDataPacket[]>(sql, [...values]);
  return rows as Row[];
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    return false;
  }
}
