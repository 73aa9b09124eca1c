import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import { readConfig } from './config';
import { databaseLabel, type ServerTarget } from './data/database-url';
import { type Backup, BackupError, backUp } from './data/embedded-backup';
import { EmbeddedFileFault, isFile } from './data/embedded-file';
import { errorCode, exitOnFailure, StartupError } from './startup-error';

/** `npm run backup`: a copy of the embedded database that DATABASE_URL names. */
const USAGE = `Usage:
  npm run backup -- FILE

  Copies the embedded database into FILE, which must not be there yet, while the server goes on. FILE is complete when
  it has its name. For MariaDB and MySQL it says which of their tools to use.`;

const SHOWN_EVERY_MS = 10_000;

async function main(): Promise<void> {
  const file = readFile();
  const target = readConfig().database;
  if (target.kind === 'mysql') throw new StartupError(serverWords(target, file));
  if (!isFile(target)) throw new StartupError('A database in memory cannot be backed up.');
  const label = databaseLabel(target);
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  const progress = showProgress();
  try {
    const backup = await backUp(target.path, file, {
      onProgress: progress.show,
      signal: stopping.signal,
    });
    progress.stop();
    process.stdout.write(`${outcome(file, backup)}\n`);
  } catch (error) {
    progress.stop();
    if (stopping.signal.aborted) throw new StartupError('Stopped; there is no backup.', { cause: error });
    throw cannotBackUp(error, label);
  }
}

function cannotBackUp(error: unknown, label: string): unknown {
  const reason =
    error instanceof EmbeddedFileFault
      ? `it ${error.message}`
      : error instanceof BackupError
        ? error.message
        : errorCode(error);
  if (reason === undefined) return error;
  return new StartupError(`Cannot back up ${label}: ${reason}.`, { cause: error });
}

function readFile(): string {
  try {
    const [file, ...more] = parseArgs({ allowPositionals: true, options: {} }).positionals;
    if (file !== undefined && file.trim() !== '' && more.length === 0) return file;
  } catch (error) {
    if (!errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
  }
  throw new StartupError(USAGE);
}

function outcome(file: string, { bytes, rows }: Backup): string {
  const counts = Object.entries(rows).map(([table, count]) => `${table} ${count}`);
  return `${file}: ${bytes} bytes, read through; rows: ${counts.length === 0 ? 'none' : counts.join(', ')}`;
}

/** A bar on a terminal; elsewhere a line now and then, so that a long one is not taken for one that hangs. */
function showProgress() {
  const bar = new SingleBar(
    { format: '{bar} {percentage} % of {megabytes} MB', clearOnComplete: true },
    Presets.shades_classic,
  );
  let shownAt = performance.now();
  const line = (copied: number, total: number) => {
    if (performance.now() - shownAt < SHOWN_EVERY_MS) return;
    shownAt = performance.now();
    process.stderr.write(`${megabytes(copied)} of ${megabytes(total)} MB copied\n`);
  };
  return {
    show: (copied: number, total: number) => {
      if (!process.stderr.isTTY) return line(copied, total);
      if (!bar.isActive) bar.start(total, 0, { megabytes: megabytes(total) });
      bar.update(copied);
    },
    stop: () => bar.stop(),
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(0);
}

/** The commands as they are to be typed; each asks for the password. */
function serverWords(target: ServerTarget, file: string): string {
  const { hostname, port, username, pathname } = new URL(target.url);
  const options = [
    `--host=${hostname}`,
    `--port=${port || 3306}`,
    `--user=${quoted(decodeURIComponent(username))}`,
    '--password',
    '--single-transaction',
    '--quick',
  ];
  const end = `--result-file=${quoted(file)} ${pathname.slice(1)}`;
  const [mariadbTls, mysqlTls] =
    target.tls === undefined ? [[], []] : [['--ssl-verify-server-cert'], ['--ssl-mode=VERIFY_IDENTITY']];
  return [
    `${databaseLabel(target)} is backed up with the tools of its server, while it runs (docs/operating.md):`,
    `  MariaDB: ${['mariadb-dump', ...options, ...mariadbTls, end].join(' ')}`,
    `  MySQL:   ${['mysqldump', ...options, ...mysqlTls, '--no-tablespaces', '--set-gtid-purged=OFF', end].join(' ')}`,
    ...(target.tls === undefined ? [] : ['  With a CA of your own, add --ssl-ca=FILE.']),
    '  Large ones: mariadb-backup (or mariabackup), or the backup of whoever runs the server for you.',
  ].join('\n');
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

main().catch(exitOnFailure);
