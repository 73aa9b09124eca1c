import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Client, graphqlCall, WrongAnswer } from './client';
import { assertSame, bulkLoad, expectedChecksum } from './jobs/import';
import { describeRun } from './machine';
import { isWanted, type Options } from './options';
import type { PollerData, Waited } from './probe/poller';
import { newTable, print, printRun, shown } from './report';
import type { Rig } from './rig';
import { type Contestant, measureInRounds, type Sample, type Samples, spreadOf } from './rounds';
import type { ServerProcess } from './server-process';
import type { Store } from './store';
import { sentRow, TIME_ZONE } from './tracking-rows';

const SIZES = [100_000, 1_000_000] as const;

const COLUMNS = [
  'candidateLogin',
  'sessionGuid',
  'lovCode',
  'firstAccessDate',
  'firstCompletionDate',
  'lastAccessDate',
  'progression',
  'score',
  'scoreMax',
  'timeSpent',
  'trackingStatus',
] as const;

/** What the rule is, in the words of this bench. */
const AT_LEAST = 0.75;
const PEAK_LIMIT_MIB = 300;
const P99_LIMIT_MS = 100;
const LOOK_EVERY_MS = 50;

/** `npm run bench -- files`: the import of a file, from the first byte of its upload to the end of its job, beside R. */
export async function files(rig: Rig, { rounds, only }: Options): Promise<void> {
  const sizes = SIZES.filter((rows) => isWanted(`files/${rows}`, only));
  const waits = new Map<number, number[]>();
  const pairs = sizes.map((rows) => ({
    rows,
    product: fileImport(rig, rows, waits),
    peer: bulkLoad(rig, { rows, calls: 1, mode: 'REPLACE' }, STORE),
  }));
  const samples = await measureInRounds(
    pairs.flatMap(({ product, peer }) => [peer, product]),
    rounds,
    1,
  );
  const run = await describeRun(rig.databases, rounds);
  printRun(run);
  const table = newTable('file', 'product', 'R', `ratio (≥ ${AT_LEAST})`, 'peak MiB', 'p99 of others, ms');
  for (const { rows, product, peer } of pairs) {
    const [ours, theirs] = [of(samples, product), of(samples, peer)];
    const ratio = spreadOf(
      ours.map(({ microseconds }, round) => (theirs[round]?.microseconds ?? Number.NaN) / microseconds),
    );
    const peak = spreadOf(ours.flatMap(({ peakMiB }) => peakMiB ?? []));
    const p99 = p99Of(waits.get(rows) ?? []);
    table.push([
      `${rows} rows`,
      `${shown(spreadOf(ours.map(({ microseconds }) => microseconds)))} µs/row`,
      `${shown(spreadOf(theirs.map(({ microseconds }) => microseconds)))} µs/row`,
      shown(ratio),
      `${shown(peak)} (≤ ${PEAK_LIMIT_MIB})`,
      `${p99.toFixed(1)} (≤ ${P99_LIMIT_MS})`,
    ]);
  }
  print(
    `${table.toString()}\nMedian (lowest to highest of ${rounds} rounds); a ratio is taken within its round.`,
  );
}

function of(samples: Samples, { name }: Contestant): readonly Sample[] {
  return samples.get(name) ?? [];
}

function p99Of(waits: readonly number[]): number {
  return [...waits].sort((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? Number.NaN;
}

/** With room for the largest file: five learning object versions for each registration. */
const STORE = { name: 'files', contents: { places: Math.max(...SIZES) } } as const;

function fileImport(rig: Rig, rows: number, waits: Map<number, number[]>): Contestant {
  const name = `product file ${rows}`;
  return {
    name,
    measure: async () => {
      const store = await rig.store(STORE.name, STORE.contents);
      const expected = await expectedChecksum(rig, store, rows, 'REPLACE');
      const server = await rig.productOn(STORE.name, store.url);
      const file = await rig.once(`file ${rows}`, async () => csvOf(rows));
      await store.reset(rows);
      server.forgetPeak();
      const poller = startPoller(server);
      const startedAt = performance.now();
      const jobId = await upload(server, file);
      await ended(server, jobId, rows);
      const milliseconds = performance.now() - startedAt;
      waits.set(rows, [...(waits.get(rows) ?? []), ...(await poller.stop())]);
      const peakMiB = server.peakMiB();
      await assertSame(store, expected, name);
      await forget(store);
      return { microseconds: (milliseconds * 1_000) / rows, peakMiB };
    },
  };
}

/** What is kept of the files of earlier rounds is not to make later ones slower. */
async function forget({ connection }: Store): Promise<void> {
  for (const table of ['import_job_file', 'import_job', 'import_run', 'import_run_detail']) {
    await connection.query(`TRUNCATE TABLE ${table}`);
  }
}

function csvOf(rows: number): readonly Buffer[] {
  const parts: Buffer[] = [Buffer.from(`${COLUMNS.join(',')}\n`)];
  let text = '';
  for (let place = 0; place < rows; place++) {
    const row = sentRow(place, 'REPLACE');
    text += `${COLUMNS.map((name) => row[name] ?? '').join(',')}\n`;
    if (text.length > 1_000_000) {
      parts.push(Buffer.from(text));
      text = '';
    }
  }
  return [...parts, Buffer.from(text)];
}

async function upload(server: ServerProcess, file: readonly Buffer[]): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const sent = request({
    host: hostname,
    port,
    method: 'POST',
    path: `/imports?timeZone=${encodeURIComponent(TIME_ZONE)}`,
    headers: { 'content-type': 'text/csv', ...server.headers },
  });
  for (const part of file) if (!sent.write(part)) await once(sent, 'drain');
  sent.end();
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  if (response.statusCode !== 202)
    throw new WrongAnswer(`The file was answered ${response.statusCode}: ${text}`);
  return (JSON.parse(text) as { readonly id: string }).id;
}

interface JobAnswer {
  readonly data: {
    readonly importJob: {
      readonly state: string;
      readonly finishedAt: string | null;
      readonly summary: { readonly created: number; readonly replaced: number };
    };
  };
}

async function ended(server: ServerProcess, jobId: string, rows: number): Promise<void> {
  const client = new Client(server);
  const call = graphqlCall(
    'query ($jobId: ID!) { importJob(jobId: $jobId) { state finishedAt summary { created replaced } } }',
    { jobId },
  );
  for (;;) {
    const { text } = await client.send(call);
    const { state, finishedAt, summary } = (JSON.parse(text) as JobAnswer).data.importJob;
    if (finishedAt !== null) {
      client.close();
      const isRight = state === 'FINISHED' && summary.created + summary.replaced === rows;
      if (!isRight) throw new WrongAnswer(`The job of ${rows} rows ended so: ${text}`);
      return;
    }
    await pause(LOOK_EVERY_MS);
  }
}

function startPoller(server: ServerProcess) {
  const workerData: PollerData = {
    port: Number(new URL(server.url).port),
    headers: server.headers,
    query: '{ __typename }',
  };
  const worker = new Worker(join(__dirname, 'probe', 'poller.js'), { workerData });
  return {
    stop: async (): Promise<readonly number[]> => {
      worker.postMessage('worst');
      const [waited] = (await once(worker, 'message')) as [Waited];
      await worker.terminate();
      return waited.waitsMs;
    },
  };
}
