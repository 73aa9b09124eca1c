import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { readConfig } from './config';
import { type DatabaseTarget, databaseLabel } from './data/database-url';
import { migrate, migrateDown } from './data/migrate';
import { findPaddedReferences } from './data/padded-references';
import { changeSchema, inspectFile, reachDatabase, told } from './reach-database';
import { errorCode, exitOnFailure, StartupError } from './startup-error';

/** `npm run migrate`: the schema of the database that DATABASE_URL names. */
const USAGE = `Usage:
  npm run migrate [-- --wait SECONDS]
  npm run migrate -- --down-to NAME [--wait SECONDS]

  Brings the schema up to date: every migration that was not run yet, in order. It can be killed and run again.
  --down-to   undoes every migration after NAME, for a downgrade; what they stored is lost
  --wait      how long to wait for another migrate, 600 s unless said otherwise`;

const OPTIONS = { 'down-to': { type: 'string' }, wait: { type: 'string', default: '600' } } as const;

async function main(): Promise<void> {
  const { to, waitSeconds } = readOptions();
  const { database: target, multiWriter } = readConfig();
  const label = databaseLabel(target);
  const note = (text: string) => process.stderr.write(`${text}\n`);
  inspectFile(target, note);
  const settings = {
    ...told(target, note),
    onStart: (name: string) => print(`${label}: ${to === undefined ? 'running' : 'undoing'} ${name}`),
    waitSeconds,
    multiWriter,
  };
  const changed = await changeSchema(target, () =>
    to === undefined ? migrate(target, settings) : migrateDown(target, to, settings),
  );
  const outcome = to === undefined ? 'up to date' : `down to ${to}`;
  print(`${label}: ${changed.length === 0 ? 'already ' : ''}${outcome}`);
  if (to === undefined) await listPadded(target, label);
}

const MAX_LISTED = 100;

/** Reference data that came past the API may be padded, and no row of an import can name it. */
async function listPadded(target: DatabaseTarget, label: string): Promise<void> {
  const database = await reachDatabase(target);
  try {
    const padded = await changeSchema(target, () => findPaddedReferences(database));
    if (padded.length === 0) return;
    print(`${label}: ${padded.length} references have white space around them, and no row can name them:`);
    for (const { siteId, table, id, column } of padded.slice(0, MAX_LISTED)) {
      print(`  site ${siteId}, ${table} ${id}: ${column}`);
    }
    if (padded.length > MAX_LISTED) print(`  and ${padded.length - MAX_LISTED} more`);
  } finally {
    await database.close();
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({ options: OPTIONS });
    if (/^\d{1,6}$/.test(values.wait)) return { to: values['down-to'], waitSeconds: Number(values.wait) };
  } catch (error) {
    if (!errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
  }
  throw new StartupError(USAGE);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch(exitOnFailure);
