import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { StartupError } from '../../src/startup-error';

/** Seen from dist/test/cluster. */
const SCRIPTS = join(__dirname, '..', '..', '..', 'test', 'servers');

export const NODES = [1, 2, 3] as const;
export type Node = (typeof NODES)[number];

const DATABASE = 'coursetrack';
const USER = 'coursetrack';
const PASSWORD = 'of-the-test';
const WHOLE_LIMIT_MS = 120_000;
const CATCH_UP_LIMIT_MS = 60_000;
const ER_LOCK_WAIT_TIMEOUT = 1205;

export type Row = Readonly<Record<string, string | number | null>>;

/** What the makes of clusters do differently. */
export interface Make {
  readonly name: 'galera' | 'group';
  /** Of test/servers. */
  readonly script: string;
  /** Whether the node is in step with two others; run on it. */
  readonly isWhole: string;
  /** For a session whose next statement is to see all that was committed anywhere. */
  readonly readNewest: string;
  /** The node is no part of the cluster from then on, and to its clients it is there. */
  readonly cutOff: string;
  readonly connectAgain: string;
}

export const MAKES: Readonly<Record<Make['name'], Make>> = {
  galera: {
    name: 'galera',
    script: 'galera.sh',
    isWhole: `SELECT COUNT(*) = 2 AS isWhole FROM information_schema.GLOBAL_STATUS
      WHERE VARIABLE_NAME = 'WSREP_CLUSTER_SIZE' AND VARIABLE_VALUE = '3'
        OR VARIABLE_NAME = 'WSREP_LOCAL_STATE_COMMENT' AND VARIABLE_VALUE = 'Synced'`,
    readNewest: 'SET SESSION wsrep_sync_wait = 15',
    // As if its network to the other nodes were cut.
    cutOff: "SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'",
    connectAgain: "SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'",
  },
  group: {
    name: 'group',
    script: 'group.sh',
    isWhole: `SELECT COUNT(*) = 3 AS isWhole FROM performance_schema.replication_group_members
      WHERE member_state = 'ONLINE'`,
    readNewest: "SET SESSION group_replication_consistency = 'BEFORE'",
    cutOff: 'STOP GROUP_REPLICATION',
    connectAgain: 'START GROUP_REPLICATION',
  },
};

/** Three real nodes on this machine, and what can befall them. */
export class Cluster {
  readonly make: Make;
  readonly #folder: string;
  readonly #port: number;

  constructor(make: Make, folder: string, port: number) {
    this.make = make;
    this.#folder = folder;
    this.#port = port;
  }

  /** Answers the versions of what runs then. */
  async up(): Promise<string> {
    const version = await this.#run('up', String(this.#port));
    await this.query(1, `CREATE DATABASE ${DATABASE}`);
    for (const host of ['localhost', '127.0.0.1']) {
      await this.query(1, `CREATE USER ${USER}@'${host}' IDENTIFIED BY '${PASSWORD}'`);
      await this.query(1, `GRANT ALL ON ${DATABASE}.* TO ${USER}@'${host}'`);
    }
    return version;
  }

  /** As DATABASE_URL: the node first, the others after it. */
  urlFrom(node: Node): string {
    const hosts = [node, ...NODES.filter((other) => other !== node)].map(
      (each) => `127.0.0.1:${this.#portOf(each)}`,
    );
    return `mysql://${USER}:${PASSWORD}@${hosts.join(',')}/${DATABASE}`;
  }

  /** kill -9. */
  async kill(node: Node): Promise<void> {
    await this.#run('kill', String(node));
  }

  /** Ends when the node has caught up with the others. */
  async startAgain(node: Node): Promise<void> {
    await this.#run('start', String(node));
  }

  /** In peace, as for an upgrade. */
  async stop(node: Node): Promise<void> {
    await this.#run('stop', String(node));
  }

  freeze(node: Node): void {
    process.kill(this.#processOf(node), 'SIGSTOP');
  }

  thaw(node: Node): void {
    process.kill(this.#processOf(node), 'SIGCONT');
  }

  /** To its clients the node is there. */
  cutOff(node: Node): Promise<unknown> {
    return this.query(node, this.make.cutOff);
  }

  connectAgain(node: Node): Promise<unknown> {
    return this.query(node, this.make.connectAgain);
  }

  /** Everything that was committed on any node can be seen on every node. */
  async settle(): Promise<void> {
    for (const node of NODES) await this.query(node, 'SELECT 1');
  }

  /** Waits until all three are in one cluster and in step. */
  async untilWhole(): Promise<void> {
    if (!(await this.isWholeInTime())) throw new StartupError('The cluster does not become whole again.');
  }

  async isWholeInTime(): Promise<boolean> {
    for (const deadline = Date.now() + WHOLE_LIMIT_MS; Date.now() < deadline; await pause(200)) {
      if ((await Promise.all(NODES.map((node) => this.#isWhole(node)))).every((isWhole) => isWhole))
        return true;
    }
    return false;
  }

  /** As root; what it reads is the newest. */
  async query<Found extends object = Row>(
    node: Node,
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Found[]> {
    const connection = await this.#connect(node);
    try {
      const [database] = await connection.query<RowDataPacket[]>(`SHOW DATABASES LIKE '${DATABASE}'`);
      if (database.length > 0) await connection.query(`USE ${DATABASE}`);
      const run = async () => (await connection.query(sql, [...values]))[0] as Found[];
      return /^\s*SELECT\b/i.test(sql) ? await this.#readNewest(connection, run) : await run();
    } finally {
      connection.destroy();
    }
  }

  async down(): Promise<void> {
    await this.#run('down');
  }

  async #isWhole(node: Node): Promise<boolean> {
    try {
      const connection = await this.#connect(node);
      try {
        const [[row]] = await connection.query<RowDataPacket[]>(this.make.isWhole);
        return row?.isWhole === 1;
      } finally {
        connection.destroy();
      }
    } catch (error) {
      // It is still on its way.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return false;
    }
  }

  /** Waits until the node has everything. One that is just joining says that it cannot, as if a lock had been in the way. */
  async #readNewest<Found>(connection: Connection, read: () => Promise<Found>): Promise<Found> {
    await connection.query(this.make.readNewest);
    for (const deadline = Date.now() + CATCH_UP_LIMIT_MS; ; await pause(100)) {
      try {
        return await read();
      } catch (error) {
        const isBehind = (error as { readonly errno?: number }).errno === ER_LOCK_WAIT_TIMEOUT;
        if (!isBehind || Date.now() > deadline) throw error;
      }
    }
  }

  #connect(node: Node): Promise<Connection> {
    return createConnection({
      host: '127.0.0.1',
      port: this.#portOf(node),
      user: 'root',
      connectTimeout: 5_000,
      multipleStatements: true,
      dateStrings: true,
    });
  }

  async #run(command: string, ...words: readonly string[]): Promise<string> {
    const script = join(SCRIPTS, this.make.script);
    try {
      const { stdout } = await promisify(execFile)('bash', [script, command, this.#folder, ...words]);
      return stdout.trim();
    } catch (error) {
      const told = (error as { readonly stderr?: string }).stderr?.trim();
      throw new StartupError(told || String(error), { cause: error });
    }
  }

  #processOf(node: Node): number {
    return Number(readFileSync(join(this.#folder, String(node), 'pid'), 'utf8'));
  }

  #portOf(node: Node): number {
    return this.#port + node - 1;
  }
}
