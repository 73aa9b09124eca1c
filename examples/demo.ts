import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { parseArgs, styleText } from 'node:util';
import pino from 'pino';
import { type Config, readConfig } from '../src/config';
import { findSite } from '../src/data/course-reference.repository';
import { databaseLabel } from '../src/data/database-url';
import { type DocumentedOperation, readOperations } from '../src/http/operations';
import { isError } from '../src/kernel/problem';
import { reachDatabase } from '../src/reach-database';
import { type RunningServer, startServer } from '../src/start';
import { errorCode, exitOnFailure, StartupError } from '../src/startup-error';
import {
  type SentUpdate,
  sentUpdateTable,
  type UpdateAnswer,
  updateAnswerTables,
  updateSummaryLine,
} from './activity-tables';
import { callApi } from './call-api';
import { endWithTheReader } from './closed-pipe';
import { exampleFile, importFile, rejectedTable } from './import-file';
import { answerTable, type ImportAnswer, type SentImport, sentTable, summaryLine } from './import-tables';
import { ACADEMY } from './reference-data/academy';
import { loadAcademy } from './reference-data/load-academy';
import { type TotalsAnswer, totalsTable } from './totals-table';

/** One per port: two demos do not take each other's file away. */
function ownDatabase(port: number): string {
  return `./data/demo-${port}.sqlite`;
}

const IMPORTS = [
  ['import-success', "A Success: five rows in a partner's own formats"],
  ['import-warning', 'A Warning: good rows are written, bad ones are rejected one by one'],
  ['import-error', 'An Error: no row is accepted, and every fault is told'],
  ['import-dry-run', 'A dry run: what would a row reset that does not send the stored dates?'],
] as const;

const UPDATES = [
  ['update-custom-activity-success', 'A Success: an activity of a course is changed and moved into a folder'],
  ['update-custom-activity-warning', 'A Warning: score not allowed on this site, the rest is stored'],
  ['update-custom-activity-error', 'An Error: nothing is stored, and every fault is told'],
] as const;

async function main(): Promise<void> {
  const { once } = readOptions();
  const givenDatabase = process.env.DATABASE_URL?.trim();
  const ownFile = ownDatabase(readConfig({ ...process.env, DATABASE_URL: '' }).port);
  const config = readConfig({ ...process.env, DATABASE_URL: givenDatabase || `sqlite:${ownFile}` });
  if (givenDatabase) await claim(config);
  // Not while something else listens there: it may be another demo, on this very file.
  else if (await canListen(config)) removeDatabase(ownFile);

  // Nobody watches a demo, and a server on this machine may have the port.
  const server = await startServer({ ...config, metrics: undefined }, pino({ level: 'warn' }));
  print(bold(`Database ${databaseLabel(config.database)}, server ${server.url}`));
  await fillAcademy(server, config.siteId);
  const operations = readOperations();
  for (const [name, title] of IMPORTS) await playImport(server, operationOf(operations, name), title);
  await playUndo(server, operations);
  await playFile(server);
  for (const [name, title] of UPDATES) await playUpdate(server, operationOf(operations, name), title);

  if (once) return server.stop();
  if (server.playgroundEntry !== undefined) {
    print(bold(`\nThe playground is at ${server.playgroundEntry}`));
    print(
      'It opens with these operations and more, and with the key for the first browser. For calls from a shell:',
    );
  }
  print(`export COURSETRACK_KEY=${server.localKey}`);
  print('Stop the server with Ctrl-C.');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void server.stop().then(() => process.exit(0), exitOnFailure));
  }
}

function readOptions(): { once: boolean } {
  try {
    const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
    return values;
  } catch (error) {
    if (!errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new StartupError('Usage: npm run demo [-- --once]', { cause: error });
  }
}

/** A database that the environment names is migrated and filled, unless it holds somebody's data. */
async function claim({ database: target, siteId }: Config): Promise<void> {
  const database = await reachDatabase(target);
  try {
    await database.migrate();
    const site = await database.read((tx) => findSite(tx, siteId));
    if (site !== undefined && site.name !== ACADEMY.site?.name) {
      throw new StartupError(
        `Site ${siteId} of ${databaseLabel(target)} holds other data than the demo's: unset DATABASE_URL to use a database of the demo's own.`,
      );
    }
  } finally {
    await database.close();
  }
}

function canListen({ host, port }: Config): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

/** The output is the same every time because every demo begins with an empty database. */
function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}

async function fillAcademy(server: RunningServer, siteId: number): Promise<void> {
  const { counts, problems } = await server.database.transaction((tx) => loadAcademy(tx, siteId));
  const refusal = problems.find(isError);
  if (refusal !== undefined) {
    throw new StartupError(
      `The academy does not fit into this database: ${refusal.path.join('.')}: ${refusal.message}`,
    );
  }
  const sizes = (['learners', 'trainings', 'sessions', 'lovs', 'registrations'] as const).map((kind) => {
    const { created, updated, unchanged } = counts[kind];
    return `${created + updated + unchanged} ${kind === 'lovs' ? 'learning object versions' : kind}`;
  });
  print(`Reference data of a made-up academy:\n${sizes.join(', ')}`);
}

function operationOf(operations: readonly DocumentedOperation[], name: string): DocumentedOperation {
  const operation = operations.find((candidate) => candidate.name === name);
  if (operation === undefined) throw new StartupError(`schema/operations/${name}.graphql is missing.`);
  return operation;
}

async function playImport(
  server: RunningServer,
  operation: DocumentedOperation,
  title: string,
): Promise<ImportAnswer> {
  const { input, data } = await send<SentImport, { importConsolidatedTracking: ImportAnswer }>(
    server,
    operation,
  );
  const answer = data.importConsolidatedTracking;
  printScene(operation, title, sentTable(input), answer, summaryLine(answer), answerTable(answer));
  return answer;
}

/** An import and its undo, with what both did to the totals of the registration. */
async function playUndo(server: RunningServer, operations: readonly DocumentedOperation[]): Promise<void> {
  const totals = operationOf(operations, 'registration-totals');
  const readTotals = async () => (await send<unknown, TotalsAnswer>(server, totals)).data;
  const before = await readTotals();
  const { importId } = await playImport(
    server,
    operationOf(operations, 'import-merge'),
    'A MERGE: what the row does not send is kept',
  );
  const imported = await readTotals();
  const undo = operationOf(operations, 'undo-import');
  const variables = { input: { importId } };
  const { data } = await send<unknown, { undoImport: ImportAnswer }>(server, {
    ...undo,
    variables: JSON.stringify(variables),
  });
  const answer = data.undoImport;
  const sent = 'the importId of that answer';
  const title = 'An undo: the import is taken back, where nobody has changed its rows since';
  printScene(undo, title, sent, answer, summaryLine(answer), answerTable(answer));
  print(`Totals of the registration (schema/operations/${totals.name}.graphql):`);
  print(totalsTable({ before, 'after the import': imported, 'after its undo': await readTotals() }));
}

/** A partner's own file, with the configuration that says what stands where. */
async function playFile({ url, localKey = '' }: RunningServer): Promise<void> {
  const file = exampleFile('partner.csv');
  const sent = { name: 'partner.csv', file, config: exampleFile('partner.xml') };
  const { job, rejected } = await importFile({ url, key: localKey }, sent);
  print(`\n${bold("A file: a partner's CSV, imported by a job with the vendor's configuration")}`);
  print(`Sent (examples/files/partner.csv, with examples/files/partner.xml):\n${file.trimEnd()}`);
  print(`Answered ${job.state}: ${summaryLine(job)}`);
  print(`What rejected.csv holds, to be mended and sent again:\n${rejectedTable(rejected, ';')}`);
}

async function playUpdate(server: RunningServer, operation: DocumentedOperation, title: string) {
  const { input, data } = await send<SentUpdate, { updateCustomActivity: UpdateAnswer }>(server, operation);
  const answer = data.updateCustomActivity;
  const tables = updateAnswerTables(answer);
  printScene(operation, title, sentUpdateTable(input), answer, updateSummaryLine(answer), tables);
}

async function send<Input, Data>(
  { url, localKey = '' }: RunningServer,
  { query, variables: text = '{}' }: DocumentedOperation,
): Promise<{ input: Input; data: Data }> {
  const variables = JSON.parse(text) as { input: Input };
  return { input: variables.input, data: await callApi<Data>({ url, key: localKey }, { query, variables }) };
}

function printScene(
  { name }: DocumentedOperation,
  title: string,
  sent: string,
  { __typename, dryRun }: ImportAnswer | UpdateAnswer,
  summary: string,
  answered: string,
): void {
  print(`\n${bold(title)}\nSent (schema/operations/${name}.graphql):\n${sent}`);
  print(`Answered ${inItsColour(__typename)}: ${summary}${dryRun ? ' (dry run)' : ''}`);
  if (answered !== '') print(answered);
}

const hasColours = process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';

function bold(text: string): string {
  return hasColours ? styleText('bold', text) : text;
}

function inItsColour(typeName: string): string {
  if (!hasColours) return typeName;
  if (typeName.endsWith('Success')) return styleText('green', typeName);
  return styleText(typeName.endsWith('Error') ? 'red' : 'yellow', typeName);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

endWithTheReader();
main().catch(exitOnFailure);
