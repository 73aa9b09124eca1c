import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerKind } from '../../src/data/dialect';
import { askServer } from '../../src/data/server-facts';
import { LOG_FOLDER } from './markers';

/** Sees that the servers are what they should be, and makes the folder of logs. The workers inherit the environment. */
export default async function prepareRun(): Promise<void> {
  await expectServer('mariadb', 'TEST_MARIADB_URL', 'MariaDB');
  await expectServer('mysql', 'TEST_MYSQL_URL', 'MySQL');
  process.env[LOG_FOLDER] = mkdtempSync(join(tmpdir(), 'coursetrack-logs-'));
}

async function expectServer(kind: ServerKind, variable: string, name: string): Promise<void> {
  const url = process.env[variable];
  if (!url) return;
  const server = await askServer({ kind: 'mysql', url });
  if (server.kind === kind) return;
  const other = kind === 'mysql' ? 'TEST_MARIADB_URL' : 'TEST_MYSQL_URL';
  throw new Error(`${variable} names a server that is not ${name} but ${server.name}: use ${other} for it.`);
}
