import type { ServerKind } from './dialect';

/** What a database server is, by its own words. */
export interface ServerVersion {
  readonly kind: ServerKind;
  /** Such as `MariaDB 10.11.19`. */
  readonly name: string;
  /** Whether everything was tested on exactly this version. */
  readonly isTested: boolean;
}

/** The server is none that this program can run on; the message is one line that says so. */
export class UnsupportedServer extends Error {
  override readonly name = 'UnsupportedServer';
}

type Version = readonly [major: number, minor: number, patch: number];

interface Engine {
  readonly name: string;
  /** The first with JSON_TABLE and whatever else is used of it. */
  readonly oldest: Version;
  readonly tested: Version;
}

const ENGINES: { readonly [Kind in ServerKind]: Engine } = {
  mariadb: { name: 'MariaDB', oldest: [10, 6, 0], tested: [10, 11, 19] },
  mysql: { name: 'MySQL', oldest: [8, 4, 0], tested: [9, 7, 4] },
};

const WANTED = `MariaDB ${shown(ENGINES.mariadb.oldest, 2)} or newer, or MySQL ${shown(ENGINES.mysql.oldest, 2)} or newer, is needed`;

/** MariaDB puts it before its own version, for replicas that take a first number of 10 for a 1. */
const REPLICATION_PREFIX = /^5\.5\.5-(?=\d+\.\d+\.\d+-MariaDB)/i;

/** What packagers, hosts and builds of MySQL itself add to its version. Other words are names of other products. */
const WORDS_OF_MYSQL: ReadonlySet<string> = new Set([
  'advanced',
  'asan',
  'azure',
  'build',
  'cloud',
  'cluster',
  'commercial',
  'community',
  'deb',
  'debian',
  'debug',
  'dfsg',
  'el',
  'enterprise',
  'fc',
  'google',
  'log',
  'lts',
  'u',
  'ubuntu',
  'valgrind',
]);

/**
 * Reads what `SELECT VERSION()` answered.
 * @throws UnsupportedServer where it is too old, or another product that speaks MySQL's protocol
 */
export function readServerVersion(text: string): ServerVersion {
  const [, digits = '', rest = ''] =
    /^(\d+\.\d+\.\d+)(?![\d.])(.*)$/s.exec(text.replace(REPLICATION_PREFIX, '')) ?? [];
  const kind = kindOf(rest);
  if (digits === '' || kind === undefined) {
    throw new UnsupportedServer(`the server says that it is ${JSON.stringify(text.slice(0, 60))}; ${WANTED}`);
  }
  const { name, oldest, tested } = ENGINES[kind];
  const version = digits.split('.').map(Number) as unknown as Version;
  if (compare(version, oldest) < 0) throw new UnsupportedServer(`${name} ${digits} is too old; ${WANTED}`);
  return { kind, name: `${name} ${digits}`, isTested: compare(version, tested) === 0 };
}

function kindOf(rest: string): ServerKind | undefined {
  const words: readonly string[] = rest.toLowerCase().match(/[a-z]+/g) ?? [];
  if (words.includes('mariadb')) return 'mariadb';
  return words.every((word) => WORDS_OF_MYSQL.has(word)) ? 'mysql' : undefined;
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

function shown(version: Version, parts: number): string {
  return version.slice(0, parts).join('.');
}
