import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { connectionOptions } from './connection-options';
import type { DatabaseTarget, ServerTarget } from './database-url';
import type { ServerKind } from './dialect';
import { readServerVersion, type ServerVersion } from './server-version';

/** What a database server says of itself. */
export interface ServerFacts extends ServerVersion, ClusterFacts {}

export interface ClusterFacts {
  /** Whether other servers write to the same database at the same time, or may do so at any time. */
  readonly hasOtherWriters: boolean;
  /**
   * How many threads of a Galera node apply what others have written; elsewhere 1. MariaDB sees no order between a row
   * and the one it refers to where the unique key that it refers to holds the primary key, as (site_id, id) does. Of
   * several threads one may apply the former before the latter, and a node that cannot apply leaves the cluster.
   */
  readonly appliers: number;
  /** The setting by which a session waits for what other nodes have committed before it reads; undefined: there are none. */
  readonly waitForOthers: SessionSetting | undefined;
}

/** A setting of a session, as the server calls it and takes it. */
export interface SessionSetting {
  readonly name: string;
  readonly value: string;
}

/** A target, and what its server says of itself where it has one. */
export type KnownTarget =
  | Exclude<DatabaseTarget, ServerTarget>
  | (ServerTarget & { readonly server: ServerFacts });

/** Asks the server of a target what it is. Throws what the driver throws. */
export async function knownTarget(target: DatabaseTarget): Promise<KnownTarget> {
  return target.kind === 'mysql' ? { ...target, server: await askServer(target) } : target;
}

/**
 * Asks a server what it is, by a connection that lasts for this question. Throws what the driver throws.
 * @throws UnsupportedServer
 */
export async function askServer(target: ServerTarget): Promise<ServerFacts> {
  const connection = await createConnection(connectionOptions(target));
  const rowsOf = async (sql: string) => (await connection.query<RowDataPacket[]>(sql))[0];
  try {
    const [first] = await rowsOf('SELECT VERSION() AS version');
    const version = readServerVersion(String(first?.version));
    return { ...version, ...(await ASK_OF_CLUSTER[version.kind](rowsOf)) };
  } finally {
    connection.destroy();
  }
}

type RowsOf = (sql: string) => Promise<RowDataPacket[]>;

const ASK_OF_CLUSTER: { readonly [Kind in ServerKind]: (rowsOf: RowsOf) => Promise<ClusterFacts> } = {
  mariadb: askGalera,
  mysql: askGroup,
};

/** Also of a node that is alone at this moment: others may join it as long as this program runs. */
async function askGalera(rowsOf: RowsOf): Promise<ClusterFacts> {
  const found = await rowsOf(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('wsrep_on', 'wsrep_slave_threads')",
  );
  const variables = new Map(found.map((row) => [String(row.Variable_name), String(row.Value)]));
  if (variables.get('wsrep_on') !== 'ON') return ALONE;
  return {
    hasOtherWriters: true,
    appliers: Number(variables.get('wsrep_slave_threads') ?? 1),
    waitForOthers: { name: 'wsrep_sync_wait', value: '1' },
  };
}

/** Group Replication where every member writes, and likewise where there is one yet. */
async function askGroup(rowsOf: RowsOf): Promise<ClusterFacts> {
  const [single] = await rowsOf("SHOW VARIABLES LIKE 'group_replication_single_primary_mode'");
  if (String(single?.Value).toUpperCase() !== 'OFF') return ALONE;
  return {
    ...ALONE,
    hasOtherWriters: true,
    waitForOthers: { name: 'group_replication_consistency', value: "'BEFORE'" },
  };
}

const ALONE: ClusterFacts = { hasOtherWriters: false, appliers: 1, waitForOthers: undefined };
