/** Import jobs in process: a file is ordered as the upload orders it, and run window by window. */
import type { Caller } from '../../src/access/caller';
import { NO_OBSERVER } from '../../src/access/request-context';
import type { Database, Tx } from '../../src/data/database';
import { findJob, type ImportJobRecord } from '../../src/data/import-job.repository';
import { giveUpLease, type JobLease, takeUpJob } from '../../src/data/job-lease.repository';
import { problemsCsv, problemsJsonLines, rejectedCsv } from '../../src/import-jobs/results/result-files';
import { runJob } from '../../src/import-jobs/run/run-job';
import { orderImport } from '../../src/import-jobs/upload/order-import';
import type { Packing } from '../../src/import-jobs/upload/unpack';
import type { ImportRow, Summary } from '../models/import/types';
import type { Api } from './api';
import { testCaller } from './caller';
import { overriding, type TestDatabase } from './databases';
import type { ProblemAnswer } from './import-cases';
import { present } from './present';

export const JOB_SELECTION = `jobId state dryRun caller fileName fileBytes bytesRead createdAt startedAt finishedAt
  summary { received created replaced unchanged deleted superseded rejected withWarnings resetByEmpty losses
    problemCounts { code rows } }
  failure { code severity message path row hint } undoOf resultsKept fileKept`;

export interface JobAnswer {
  readonly jobId: string;
  readonly state: string;
  readonly dryRun: boolean;
  readonly caller: string;
  readonly fileName: string | null;
  readonly fileBytes: number;
  readonly bytesRead: number;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly summary: Summary & { readonly resetByEmpty: number; readonly losses: number };
  readonly failure: ProblemAnswer | null;
  readonly undoOf: string | null;
  readonly resultsKept: boolean;
  readonly fileKept: boolean;
}

export interface SteeredAnswer {
  readonly __typename: string;
  readonly job: JobAnswer | null;
  readonly problems: readonly ProblemAnswer[];
}

// ---------- ordering ----------

export interface SentFile {
  readonly packing?: Packing;
  readonly options?: Readonly<Record<string, string>>;
  readonly configuration?: string;
  readonly fileName?: string;
  readonly idempotencyKey?: string;
  readonly caller?: Partial<Caller>;
  /** Of a caller that have not ended. */
  readonly maxJobs?: number;
}

/** Answers the id of the job. */
export async function order(
  { database }: TestDatabase,
  file: string | Buffer | AsyncIterable<Buffer>,
  sent: SentFile = {},
): Promise<string> {
  const {
    packing = 'NONE',
    options = {},
    configuration = null,
    fileName = null,
    idempotencyKey = null,
  } = sent;
  const isText = typeof file === 'string';
  const bytes = isText || Buffer.isBuffer(file) ? inOnePiece(isText ? Buffer.from(file) : file) : file;
  const deps = { database, clock: () => new Date(), limits: { jobs: sent.maxJobs ?? 100, keptBytes: 1e9 } };
  const upload = { file: bytes, packing, options, configuration, fileName, idempotencyKey };
  return (await orderImport(deps, testCaller(sent.caller), upload)).id;
}

async function* inOnePiece(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** Rows as a file with a header line: of all rows the cells that any of them has; a row that lacks one has it empty. */
export function csvOf(rows: readonly ImportRow[], delimiter = ','): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))] as (keyof ImportRow)[];
  const cellOf = (cell: unknown) => {
    const text = cell === undefined || cell === null ? '' : String(cell);
    return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = rows.map((row) => names.map((name) => cellOf(row[name])).join(delimiter));
  return [names.join(delimiter), ...lines, ''].join('\n');
}

// ---------- running ----------

export interface Running {
  readonly windowRows?: number;
  /** How many windows are imported or judged before the process is to stop; by default all. */
  readonly windows?: number;
  /** Looked at behind each step: whether the process is to stop. */
  readonly until?: (job: ImportJobRecord) => boolean | Promise<boolean>;
  readonly database?: Database;
  readonly clock?: () => Date;
}

/** Takes up the job that is due. */
export async function takeUp({ database }: TestDatabase): Promise<JobLease> {
  return present(await database.transaction((tx) => takeUpJob(tx, 60)));
}

/** Goes on with a job that was taken up. */
export async function goOn(test: TestDatabase, lease: JobLease, running: Running = {}): Promise<void> {
  const { windowRows = 3, windows = Number.POSITIVE_INFINITY, clock = () => new Date(), until } = running;
  const find = (tx: Tx) => findJob(tx, lease.siteId, lease.id);
  const placeOf = (job: ImportJobRecord | undefined) =>
    `${job?.phase} ${job?.progress.windows} ${job?.progress.takenBack}`;
  let last = placeOf(await test.database.read(find));
  let done = 0;
  let isStopping = windows === 0;
  const database = watched(running.database ?? test.database, async () => {
    const job = await test.database.read(find);
    if (job === undefined) return;
    const { windows: written, takenBack } = job.progress;
    const place = placeOf(job);
    // Of a phase that begins nothing is done yet.
    if (place !== last && written + takenBack > 0) done += 1;
    last = place;
    if (done >= windows || (await until?.(job)) === true) isStopping = true;
  });
  const deps = { database, clock, observer: NO_OBSERVER, windowRows };
  await runJob(deps, lease, () => isStopping);
  await test.database.transaction((tx) => giveUpLease(tx, lease));
}

/** The database, looked at behind each of its transactions. */
function watched(database: Database, look: () => Promise<void>): Database {
  return overriding(database, {
    transaction: async (work, options) => {
      const result = await database.transaction(work, options);
      await look();
      return result;
    },
  });
}

/** Takes up what is due, job by job, until nothing is. */
export async function runAll(test: TestDatabase, running: Running = {}): Promise<void> {
  for (;;) {
    const lease = await test.database.transaction((tx) => takeUpJob(tx, 60));
    if (lease === undefined) return;
    await goOn(test, lease, running);
  }
}

/** Runs so many windows of the job that is due, as a server that stops then. */
export async function runSome(test: TestDatabase, windows: number, running: Running = {}): Promise<void> {
  await goOn(test, await takeUp(test), { ...running, windows });
}

/** Orders a file and runs it to its end. */
export async function importFile(
  test: TestDatabase,
  file: string | Buffer,
  sent: SentFile & Running = {},
): Promise<string> {
  const id = await order(test, file, sent);
  await runAll(test, sent);
  return id;
}

// ---------- asking ----------

export async function jobOf(api: Api, jobId: string): Promise<JobAnswer> {
  return present(await findJobOf(api, jobId));
}

export async function findJobOf(api: Api, jobId: string): Promise<JobAnswer | null> {
  const query = `query ($jobId: ID!) { importJob(jobId: $jobId) { ${JOB_SELECTION} } }`;
  return (await api.run<{ importJob: JobAnswer | null }>(query, { jobId })).importJob;
}

export async function problemsOf(api: Api, jobId: string): Promise<ProblemAnswer[]> {
  const query = `query ($jobId: ID!, $after: String) { importJob(jobId: $jobId) {
    problems(first: 100, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } nodes { code severity message path row hint } } } }`;
  const pageOf = async (after: string | null) =>
    (await api.run<{ importJob: { problems: ProblemPage } }>(query, { jobId, after })).importJob.problems;
  const problems: ProblemAnswer[] = [];
  for (let after: string | null = null; ; ) {
    const page: ProblemPage = await pageOf(after);
    problems.push(...page.nodes);
    const { pageInfo, totalCount } = page;
    if (!pageInfo.hasNextPage) {
      expect(totalCount).toBe(problems.length);
      return problems;
    }
    after = pageInfo.endCursor;
  }
}

interface ProblemPage {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly ProblemAnswer[];
}

type Steering = 'cancelImportJob' | 'retryImportJob' | 'undoImportJob';

export async function steer(
  api: Api,
  operation: Steering,
  jobId: string,
  dryRun?: boolean,
): Promise<SteeredAnswer> {
  const more = dryRun === undefined ? '' : `, dryRun: ${dryRun}`;
  const mutation = `mutation ($jobId: ID!) { ${operation}(jobId: $jobId${more}) { __typename
    ... on ImportJobOutcome { job { ${JOB_SELECTION} } problems { code severity message path row hint } } } }`;
  return present((await api.run<Record<string, SteeredAnswer>>(mutation, { jobId }))[operation]);
}

// ---------- result files ----------

const RESULTS = {
  'rejected.csv': rejectedCsv,
  'problems.csv': problemsCsv,
  'problems.jsonl': problemsJsonLines,
};

export async function resultFile(
  { database }: TestDatabase,
  jobId: string,
  name: keyof typeof RESULTS,
): Promise<Buffer> {
  const job = present(await database.read((tx) => findJob(tx, 1, jobId)));
  const pieces: Buffer[] = [];
  for await (const piece of RESULTS[name](database, job)) pieces.push(piece);
  return Buffer.concat(pieces);
}
