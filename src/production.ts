import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, sep } from 'node:path';
import { LOCAL_KEY_NAME } from './api-keys/create-api-key.input';
import { type Config, isLoopback } from './config';
import { findLiveKeys } from './data/api-key.repository';
import type { Database } from './data/database';
import { type DatabaseTarget, databaseLabel, targetsOf } from './data/database-url';

/** What must not be so on the internet, one line each. There is no setting that turns a check off. */
export async function productionFaults(config: Config, database: Database): Promise<string[]> {
  return [
    ...(config.corsOrigins.includes('*') ? [ANY_ORIGIN] : []),
    ...databaseFaults(config.database),
    ...(await keyFaults(config, database)),
  ];
}

const ANY_ORIGIN =
  'CORS_ORIGINS: is *, so that the pages of everybody may call; name the origins of your own pages';

function databaseFaults(target: DatabaseTarget): string[] {
  if (target.kind === 'sqlite') {
    return isTemporary(target.path)
      ? [
          `DATABASE_URL: ${databaseLabel(target)} is in a temporary folder and would be lost; name another one`,
        ]
      : [];
  }
  const { username, password } = new URL(target.url);
  const hostnames = targetsOf(target).map(({ url }) => new URL(url).hostname);
  const faults: string[] = [];
  if (decodeURIComponent(username) === 'root')
    faults.push('DATABASE_URL: the user is root; use one that has rights on this database only');
  if (password === '') faults.push('DATABASE_URL: the user has no password');
  if (!hostnames.every(isLoopback) && target.tls === undefined) {
    faults.push(
      'DATABASE_TLS: is off, and the database is on another machine; set it to system or to a CA file',
    );
  }
  return faults;
}

function isTemporary(path: string): boolean {
  if (path === ':memory:') return true;
  // The server has opened the file by now: its folder is there.
  const folder = `${realpathSync(dirname(path))}${sep}`;
  return [tmpdir(), '/tmp', '/var/tmp', '/dev/shm']
    .filter((temporary) => existsSync(temporary))
    .some((temporary) => folder.startsWith(`${realpathSync(temporary)}${sep}`));
}

async function keyFaults({ tokenIssuer }: Config, database: Database): Promise<string[]> {
  const live = await database.read((tx) => findLiveKeys(tx, LOCAL_KEY_NAME, Date.now()));
  if (live.length === 0 && tokenIssuer === undefined) {
    return ['Nobody could call: no API key is live and OIDC_ISSUER is not set; run npm run keys -- create'];
  }
  return live
    .filter(({ name }) => name === LOCAL_KEY_NAME)
    .map(
      ({ id, siteId }) =>
        `The key of a local start is live: run npm run keys -- revoke ${id} --site ${siteId}`,
    );
}
