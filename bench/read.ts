import { type Call, Client, graphqlCall } from './client';
import { describeRun } from './machine';
import { isWanted, type Options } from './options';
import { progress } from './progress';
import { newTable, print, printRun, saveResults, shown } from './report';
import type { Rig } from './rig';
import { type Spread, spreadOf } from './rounds';
import type { ServerProcess } from './server-process';
import { rows, type Store } from './store';

const PAGE = 200;

/** What a connection tells of its records, those that they refer to, and pages below them. */
interface Reading {
  readonly name: string;
  readonly field: string;
  readonly args?: string;
  readonly node: string;
}

const LEARNER = 'learner { login refNumber email organisationId }';
const TRAINING = 'training { trainingId guid pathCode syncKey title }';
const SESSION = `session { guid title startsAt ${TRAINING} }`;
const TRACKED = `status progression score lastAccessDate ${LEARNER} ${SESSION} lov { guid code title }`;

const READINGS: readonly Reading[] = [
  { name: 'tracking/key', field: 'consolidatedTracking', args: 'orderBy: KEY', node: TRACKED },
  {
    name: 'tracking/newest',
    field: 'consolidatedTracking',
    args: 'orderBy: NEWEST_FIRST',
    node: TRACKED,
  },
  { name: 'learners', field: 'learners', node: 'learnerId login refNumber email organisationId createdAt' },
  {
    name: 'registrations',
    field: 'registrations',
    node: `registrationId ${LEARNER} ${SESSION} totals { progression } tracking(first: 3) { totalCount nodes { status lov { code } } }`,
  },
  {
    name: 'sessions',
    field: 'sessions',
    node: `sessionId guid title ${TRAINING} registrations(first: 3) { totalCount nodes { ${LEARNER} } }`,
  },
  {
    name: 'trainings',
    field: 'trainings',
    node: 'trainingId title sessions(first: 3) { totalCount nodes { title } } lovs(first: 3) { nodes { lov { code title } } }',
  },
  { name: 'lovs', field: 'learningObjectVersions', node: 'lovId code guid title kind provider' },
];

interface ReadResult {
  readonly name: string;
  /** How many pages there are. */
  readonly pages: number;
  readonly statements: number;
  readonly firstMs: Spread;
  readonly lastMs: Spread;
  /** The time of the last full page over that of the first: median of the ratios of the rounds. */
  readonly costRatio: Spread;
}

/** `npm run bench -- read`: what a page costs at the beginning and at the end of what is stored. */
export async function read(rig: Rig, { rounds, only }: Options): Promise<void> {
  const store = await rig.store();
  const server = await rig.product();
  const results: ReadResult[] = [];
  for (const reading of READINGS) {
    if (isWanted(reading.name, only)) results.push(await measure(reading, store, server, rounds));
  }
  const run = await describeRun(rig.databases, rounds);
  printRun(run);
  const table = newTable('connection', 'pages', 'statements', 'first, ms', 'last, ms', 'last beside first');
  for (const { name, pages, statements, firstMs, lastMs, costRatio } of results) {
    table.push([name, pages, statements, shown(firstMs), shown(lastMs), shown(costRatio)]);
  }
  print(
    `${table.toString()}\nPages of ${PAGE}; median (lowest to highest of ${rounds} rounds of ${TIMES}); a ratio is taken within its round.`,
  );
  saveResults('read', { ...run, readings: results });
}

/** How often a page is read in a round. */
const TIMES = 10;
const WARM_UP_ROUNDS = 3;

async function measure(
  reading: Reading,
  store: Store,
  server: ServerProcess,
  rounds: number,
): Promise<ReadResult> {
  const client = new Client(server);
  const { pages, lastAfter } = await walk(client, reading);
  const [first, last] = [callFor(reading, reading.node, null), callFor(reading, reading.node, lastAfter)];
  const statements = Math.min(...(await inSequence(5, () => statementsOf(store, client, first))));
  const [firstMs, lastMs]: [number[], number[]] = [[], []];
  const bar = progress(rounds);
  for (let round = 1 - WARM_UP_ROUNDS; round <= rounds; round++) {
    let [firstTime, lastTime] = [0, 0];
    for (let time = 0; time < TIMES; time++) {
      firstTime += await timeOf(client, first);
      lastTime += await timeOf(client, last);
    }
    if (round < 1) continue;
    firstMs.push(firstTime / TIMES);
    lastMs.push(lastTime / TIMES);
    bar.step(reading.name);
  }
  bar.stop();
  client.close();
  return {
    name: reading.name,
    pages,
    statements,
    firstMs: spreadOf(firstMs),
    lastMs: spreadOf(lastMs),
    costRatio: spreadOf(lastMs.map((time, round) => time / (firstMs[round] ?? Number.NaN))),
  };
}

function callFor({ field, args = '' }: Reading, node: string, after: string | null): Call {
  const from = after === null ? '' : `, after: ${JSON.stringify(after)}`;
  return graphqlCall(
    `{ ${field}(first: ${PAGE} ${from} ${args}) { nodes { ${node} } pageInfo { hasNextPage endCursor } } }`,
  );
}

interface Page {
  readonly nodes: readonly unknown[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

/** Every page with the least of its records; answers where the last full one begins. */
async function walk(client: Client, reading: Reading): Promise<{ pages: number; lastAfter: string | null }> {
  let [pages, after, lastAfter]: [number, string | null, string | null] = [0, null, null];
  while (true) {
    const { nodes, pageInfo } = pageOf((await client.send(callFor(reading, '__typename', after))).text);
    if (nodes.length < PAGE) break;
    pages += 1;
    lastAfter = after;
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  return { pages, lastAfter };
}

function pageOf(text: string): Page {
  const { data, errors } = JSON.parse(text) as { data?: Record<string, Page>; errors?: unknown };
  const [page] = Object.values(data ?? {});
  if (page === undefined || errors !== undefined)
    throw new Error(`A page cannot be read: ${text.slice(0, 500)}`);
  return page;
}

async function timeOf(client: Client, call: Call): Promise<number> {
  const { text, milliseconds } = await client.send(call);
  if (pageOf(text).nodes.length !== PAGE) throw new Error(`A page is not full: ${text.slice(0, 500)}`);
  return milliseconds;
}

/** What the database server was asked meanwhile; this question counts as one. */
async function statementsOf(store: Store, client: Client, call: Call): Promise<number> {
  const asked = async () => {
    const [row] = await rows(store.connection, "SHOW GLOBAL STATUS LIKE 'Questions'");
    return Number(row?.Value);
  };
  const before = await asked();
  await client.send(call);
  return (await asked()) - before - 1;
}

async function inSequence<Result>(times: number, make: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let time = 0; time < times; time++) results.push(await make());
  return results;
}
