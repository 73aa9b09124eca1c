/** Where the data lives. The two kinds of database this server runs on. */
export type DatabaseTarget =
  | { readonly kind: 'sqlite'; readonly path: string }
  /** Always `mysql://user[:password]@host[:port]/name`, whichever of the two schemes was written. */
  | { readonly kind: 'mysql'; readonly url: string; readonly tls?: DatabaseTls };

/** The connection is encrypted, and the server's certificate is checked against these authorities. */
export interface DatabaseTls {
  /** PEM, or those that Node knows. */
  readonly ca: string;
}

/** The message says what form is wanted and never repeats the text: it may hold a password. */
export class DatabaseUrlError extends Error {}

const FORMS = 'use sqlite:PATH or mysql://user:password@host:port/name';

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
  const { host, pathname } = new URL(target.url);
  return `mysql://${host}${pathname}`;
}

function parseSqlite(path: string): DatabaseTarget {
  if (path.trim() === '') throw new DatabaseUrlError('sqlite: needs the path of a file after the colon');
  // Other tools read three or four slashes here; as a plain path they would name a file at the root.
  if (path.startsWith('//')) {
    throw new DatabaseUrlError('sqlite: takes a plain path, such as sqlite:./data/coursetrack.sqlite');
  }
  return { kind: 'sqlite', path };
}

function parseMysql(text: string): DatabaseTarget {
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
  return { kind: 'mysql', url: url.href };
}
