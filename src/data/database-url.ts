/** Where the data lives. The two kinds of database this server runs on. */
export type DatabaseTarget =
  | { readonly kind: 'sqlite'; readonly path: string }
  /** Always `mysql://user[:password]@host[:port]/name`, whichever of the two schemes was written. */
  | {
      readonly kind: 'mysql';
      readonly url: string;
      /** Of further servers that hold the same; each is used when the one before fails. */
      readonly moreUrls?: readonly string[];
      readonly tls?: DatabaseTls;
    };

export type ServerTarget = Extract<DatabaseTarget, { readonly kind: 'mysql' }>;

/** The connection is encrypted, and the server's certificate is checked against these authorities. */
export interface DatabaseTls {
  /** PEM, or those that Node knows. */
  readonly ca: string;
}

/** The message says what form is wanted and never repeats the text: it may hold a password. */
export class DatabaseUrlError extends Error {}

const FORMS = 'use sqlite:PATH or mysql://user:password@host:port/name (several hosts between commas)';

/** Reads the forms of `DATABASE_URL`. Throws {@link DatabaseUrlError}. */
export function parseDatabaseUrl(text: string): DatabaseTarget {
  const scheme = /^([a-z]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'sqlite') return parseSqlite(text.slice('sqlite:'.length));
  if (scheme === 'mysql' || scheme === 'mariadb') return parseMysql(text);
  throw new DatabaseUrlError(FORMS);
}

/** The target as it may be shown in messages and logs: without user and password. */
export function databaseLabel(target: DatabaseTarget): string {
  if (target.kind === 'sqlite') return `sqlite:${target.path}`;
  const hosts = targetsOf(target).map(hostOf);
  return `mysql://${hosts.join()}${new URL(target.url).pathname}`;
}

/** One target for each of the hosts, in their order. */
export function targetsOf<Target extends ServerTarget>({ moreUrls = [], ...first }: Target): Target[] {
  return [first.url, ...moreUrls].map((url) => ({ ...first, url }) as Target);
}

export function hostOf({ url }: ServerTarget): string {
  return new URL(url).host;
}

function parseSqlite(path: string): DatabaseTarget {
  if (path.trim() === '') throw new DatabaseUrlError('sqlite: needs the path of a file after the colon');
  // Other tools read three or four slashes here; as a plain path they would name a file at the root.
  if (path.startsWith('//')) {
    throw new DatabaseUrlError('sqlite: takes a plain path, such as sqlite:./data/coursetrack.sqlite');
  }
  return { kind: 'sqlite', path };
}

/** Several hosts stand between commas: `mysql://user:password@one:3306,two:3306/name`. */
function parseMysql(text: string): DatabaseTarget {
  const parts = /^([a-z]+:\/\/(?:[^@/?#]*@)?)([^/?#]*)(.*)$/is.exec(text);
  if (parts === null) throw new DatabaseUrlError(FORMS);
  const [, before = '', hosts = '', after = ''] = parts;
  const [url = '', ...moreUrls] = hosts
    .split(',')
    .map((host) => parseHost(`${before}${host.trim()}${after}`));
  if (new Set([url, ...moreUrls]).size <= moreUrls.length) {
    throw new DatabaseUrlError('names the same host twice');
  }
  return { kind: 'mysql', url, ...(moreUrls.length === 0 ? {} : { moreUrls }) };
}

function parseHost(text: string): string {
  if (!URL.canParse(text)) throw new DatabaseUrlError(FORMS);
  const url = new URL(text);
  if (url.username === '' || url.hostname === '') throw new DatabaseUrlError(FORMS);
  // TypeORM splits host and port at the first colon.
  if (url.hostname.startsWith('[')) {
    throw new DatabaseUrlError('an IPv6 address is not supported here; use a host name');
  }
  if (!/^\/[\w$-]{1,64}$/.test(url.pathname)) {
    throw new DatabaseUrlError(
      'mysql:// needs the name of one database (letters, digits, _ $ -) after the host',
    );
  }
  // TypeORM drops them without a word; an ssl option lost that way would be a false promise.
  if (url.search !== '' || url.hash !== '') {
    throw new DatabaseUrlError(
      'options after ? or # are not supported; encode these characters in a password',
    );
  }
  for (const part of [url.username, url.password]) {
    try {
      decodeURIComponent(part);
    } catch {
      throw new DatabaseUrlError('user and password must be percent-encoded (a % is written %25)');
    }
  }
  url.protocol = 'mysql:';
  return url.href;
}
