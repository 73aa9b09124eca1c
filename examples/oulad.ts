import { parseArgs } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import pino from 'pino';
import { type Config, readConfig } from '../src/config';
import type { Database } from '../src/data/database';
import { databaseLabel } from '../src/data/database-url';
import { isError } from '../src/kernel/problem';
import { reachDatabase } from '../src/reach-database';
import { loadReferenceData } from '../src/reference-data/load-reference-data';
import type { ReferenceRows } from '../src/reference-data/reference-rows';
import { startServer } from '../src/start';
import { errorCode, exitOnFailure, StartupError } from '../src/startup-error';
import { type ApiAddress, callApi } from './call-api';
import { endWithTheReader } from './closed-pipe';
import { readOuladFiles } from './oulad-files';
import {
  OULAD_DATE_FORMAT,
  OULAD_ZONE,
  ouladReferenceRows,
  ouladSubmissionRows,
  type SubmissionRow,
} from './oulad-mapping';

const USAGE =
  'Usage: npm run example:oulad -- DIR [--url URL]   (with --url, the environment holds a key in COURSETRACK_KEY)';
const ROWS_PER_REQUEST = 5_000;
const SHOWN_PROBLEMS = 5;

const ATTRIBUTION = `Data: Kuzilek, Hlosta, Zdrahal: Open University Learning Analytics dataset,
Scientific Data 4, 170171 (2017), https://doi.org/10.1038/sdata.2017.171, licence CC BY 4.0.`;

const IMPORT = `
  mutation ImportSubmissions($input: ImportConsolidatedTrackingInput!) {
    importConsolidatedTracking(input: $input) {
      ... on ImportConsolidatedTrackingOutcome {
        summary { received created replaced unchanged deleted superseded rejected withWarnings }
        problems { row code message hint }
      }
    }
  }
`;

const COUNTS = [
  'received',
  'created',
  'replaced',
  'unchanged',
  'deleted',
  'superseded',
  'rejected',
  'withWarnings',
] as const;

type Summary = Record<(typeof COUNTS)[number], number>;

interface SubmissionProblem {
  readonly row: number | null;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

interface ImportAnswer {
  readonly importConsolidatedTracking: {
    readonly summary: Summary;
    readonly problems: readonly SubmissionProblem[];
  };
}

async function main(): Promise<void> {
  const { folder, url } = readOptions();
  const config = readConfig();
  const files = readOuladFiles(folder);
  const reference = ouladReferenceRows(files);
  const submissions = ouladSubmissionRows(files);

  const target = url === undefined ? await ownServer(config) : await runningServer(config, url);
  try {
    await load(target.database, config, reference);
    const { summary, problems, seconds } = await importSubmissions(target, submissions);
    print(summaryTable(summary, seconds));
    print(ATTRIBUTION);
    report(problems);
    // A request that was refused as a whole counts none of its rows.
    if (summary.rejected > 0 || summary.received < submissions.length) process.exitCode = 1;
  } finally {
    await target.stop();
  }
}

function readOptions(): { folder: string; url: string | undefined } {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { url: { type: 'string' } },
    });
    const [folder, ...more] = positionals;
    const { url } = values;
    const isUrl = url === undefined || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol));
    if (folder !== undefined && more.length === 0 && isUrl) return { folder, url };
  } catch (error) {
    if (!errorCode(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
  }
  throw new StartupError(USAGE);
}

interface Target extends ApiAddress {
  readonly database: Database;
  stop(): Promise<void>;
}

/** A server for this run only, on a free port; the database is made ready first. */
async function ownServer(config: Config): Promise<Target> {
  const database = await reachDatabase(config.database);
  try {
    await database.migrate();
  } finally {
    await database.close();
  }
  const server = await startServer(
    { ...config, host: '127.0.0.1', port: 0, metrics: undefined },
    pino({ level: 'warn' }),
  );
  return { ...server, key: server.localKey ?? '' };
}

/** A server that runs already, on the database of DATABASE_URL. */
async function runningServer(config: Config, url: string): Promise<Target> {
  const key = process.env.COURSETRACK_KEY?.trim();
  if (!key)
    throw new StartupError('Set COURSETRACK_KEY to a key of that server with the scope tracking:import.');
  await callApi({ url, key }, { query: '{ __typename }' });
  const database = await reachDatabase(config.database);
  if ((await database.schemaState()).pending.length > 0) {
    await database.close();
    const label = databaseLabel(config.database);
    throw new StartupError(
      `The database ${label} is not up to date; is DATABASE_URL that of the server at ${url}?`,
    );
  }
  return { url, key, database, stop: () => database.close() };
}

async function load(
  database: Database,
  { siteId, database: target }: Config,
  rows: ReferenceRows,
): Promise<void> {
  const startedAt = performance.now();
  const { counts, problems } = await database.transaction((tx) => loadReferenceData(tx, siteId, rows));
  const errors = problems.filter(isError);
  if (errors.length > 0) {
    const shown = errors.slice(0, SHOWN_PROBLEMS).map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new StartupError(`The reference data was refused (problems: ${errors.length}): ${shown.join(' ')}`);
  }
  const kinds = (['trainings', 'sessions', 'lovs', 'learners', 'registrations'] as const).map((kind) => {
    const { created, updated, unchanged } = counts[kind];
    return `${created + updated + unchanged} ${kind} (${created} new)`;
  });
  print(`Reference data in ${databaseLabel(target)}, ${secondsSince(startedAt)} s:\n${kinds.join(', ')}`);
}

async function importSubmissions(address: ApiAddress, rows: readonly SubmissionRow[]) {
  const startedAt = performance.now();
  const summary = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Summary;
  const problems: SubmissionProblem[] = [];
  const progress = showProgress(rows.length);
  try {
    for (let start = 0; start < rows.length; start += ROWS_PER_REQUEST) {
      const chunk = rows.slice(start, start + ROWS_PER_REQUEST);
      const answer = await importChunk(address, chunk);
      for (const name of COUNTS) summary[name] += answer.summary[name];
      for (const problem of answer.problems) {
        problems.push({ ...problem, row: problem.row === null ? null : start + problem.row });
      }
      progress.add(chunk.length, answer.summary);
    }
  } finally {
    progress.stop();
  }
  return { summary, problems, seconds: secondsSince(startedAt) };
}

async function importChunk(address: ApiAddress, rows: readonly SubmissionRow[]) {
  const parameters = { dateTimeFormat: OULAD_DATE_FORMAT, timeZone: OULAD_ZONE };
  const answer = await callApi<ImportAnswer>(address, {
    query: IMPORT,
    variables: { input: { rows, parameters } },
  });
  return answer.importConsolidatedTracking;
}

/** A bar in a terminal, a line per request elsewhere. */
function showProgress(total: number) {
  if (!process.stdout.isTTY) {
    let done = 0;
    return {
      add: (rows: number, summary: Summary) => {
        done += rows;
        print(`${done} of ${total} submissions: ${nonZero(summary)}`);
      },
      stop: () => {},
    };
  }
  const format = 'Submissions {bar} {percentage} % | {value} of {total} | {duration_formatted}';
  const bar = new SingleBar({ format, stream: process.stdout, hideCursor: true }, Presets.shades_classic);
  bar.start(total, 0);
  return { add: (rows: number) => bar.increment(rows), stop: () => bar.stop() };
}

function nonZero(summary: Summary): string {
  return COUNTS.filter((name) => name !== 'received' && summary[name] > 0)
    .map((name) => `${summary[name]} ${name}`)
    .join(', ');
}

function summaryTable(summary: Summary, seconds: string): string {
  const noLines = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
  const table = new Table({ style: { head: [], border: [] }, colAligns: ['left', 'right'], chars: noLines });
  for (const name of COUNTS) table.push([name, summary[name]]);
  table.push(['seconds', seconds]);
  return table.toString();
}

function report(problems: readonly SubmissionProblem[]): void {
  if (problems.length === 0) return;
  process.stderr.write(`Problems: ${problems.length}. The first of them:\n`);
  for (const { row, code, message, hint } of problems.slice(0, SHOWN_PROBLEMS)) {
    process.stderr.write(`submission ${row ?? '-'}: ${code}: ${message} ${hint ?? ''}\n`);
  }
}

function secondsSince(startedAt: number): string {
  return ((performance.now() - startedAt) / 1_000).toFixed(1);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

endWithTheReader();
main().catch(exitOnFailure);
