import { Client, graphqlCall } from './client';
import { importCalls, sendImports } from './jobs/import';
import { describeRun } from './machine';
import { isWanted, type Options } from './options';
import { progress } from './progress';
import { newTable, print, printRun, saveResults, shown } from './report';
import type { Rig } from './rig';
import { type Spread, spreadOf } from './rounds';
import type { ServerProcess } from './server-process';
import type { Store } from './store';

const ROWS = 10_000;
/** The loop is not to be held longer by work of ours. */
const MOST_MS = 50;
const WARM_UP_ROUNDS = 1;

/** A row of a kind of records; each refers to one of the same round. */
type MakeRow = (key: string, title: string, place: number) => object;

/** In the order in which they refer to each other. */
const KINDS: Readonly<Record<string, MakeRow>> = {
  organisations: (key, name) => ({ syncKey: `org-${key}`, name }),
  learners: (key, title) => ({
    login: `login-${key}`,
    refNumber: `ref-${key}`,
    email: `${key}.${title}@example.org`,
    organisationSyncKey: `org-${key}`,
  }),
  trainings: (key, title) => ({
    guid: `training-${key}`,
    pathCode: `path-${key}`,
    syncKey: `course-${key}`,
    title,
    organisationSyncKey: `org-${key}`,
  }),
  sessions: (key, title) => ({ guid: `session-${key}`, title, trainingGuid: `training-${key}` }),
  lovs: (key, title) => ({
    guid: `lov-${key}`,
    code: `code-${key}`,
    title,
    kind: 'CONTENT',
    provider: 'PARTNER',
  }),
  memberships: (key, title) => ({
    trainingGuid: `training-${key}`,
    lovGuid: `lov-${key}`,
    mandatory: title === 'one',
  }),
  registrations: (key) => ({ learnerLogin: `login-${key}`, sessionGuid: `session-${key}` }),
  users: (key, title) => ({
    syncKey: `user-${key}`,
    isExternal: title === 'one',
    organisationSyncKeys: [`org-${key}`],
  }),
  learningObjectives: (key, title) => ({ uniqueId: `objective-${key}`, title }),
  scales: (key, title) => ({
    syncKey: `scale-${key}`,
    title,
    courseGuid: `training-${key}`,
    grades: [{ title, minPercent: 50, maxPercent: 100 }],
  }),
  courseElements: (key, title, position) => ({
    syncKey: `folder-${key}`,
    courseGuid: `training-${key}`,
    kind: 'FOLDER',
    title,
    position,
  }),
};

/** How a record is named where it is removed. Trainings and users are flagged and stay, so organisations stay as well. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  learners: ['login'],
  trainings: ['guid'],
  sessions: ['guid'],
  lovs: ['guid'],
  memberships: ['trainingGuid', 'lovGuid'],
  registrations: ['learnerLogin', 'sessionGuid'],
  users: ['syncKey'],
  learningObjectives: ['uniqueId'],
  scales: ['syncKey'],
  courseElements: ['syncKey'],
};

const LOAD = `mutation ($input: LoadReferenceDataInput!) { loadReferenceData(input: $input) { __typename
  ... on LoadReferenceDataOutcome { problems { code severity row path message hint }
    counts { kind created updated unchanged removed } } } }`;
const UNDO = `mutation ($input: UndoImportInput!) { undoImport(input: $input) { __typename
  ... on ImportConsolidatedTrackingOutcome { summary { received } rows { row outcome match { learner { learnerId } }
    problems { code message } changes { field before after } tracking { status score } } } } }`;

type Timed = { readonly milliseconds: number; readonly longestDelayMs: number };
type Samples = Map<string, Timed[]>;

/** `npm run bench -- load`: ten thousand records of each kind in one request, and the undo of an import of as many rows. */
export async function load(rig: Rig, { rounds, only }: Options): Promise<void> {
  const [store, server] = [await rig.store(), await rig.product()];
  const samples: Samples = new Map();
  const bar = progress(rounds + WARM_UP_ROUNDS);
  for (let round = 1 - WARM_UP_ROUNDS; round <= rounds; round++) {
    const measured = [...(await loadAll(server, round, only)), ...(await undo(rig, server, store, only))];
    bar.step(`round ${round}`);
    if (round < 1) continue;
    for (const [name, sample] of measured) samples.set(name, [...(samples.get(name) ?? []), sample]);
  }
  bar.stop();
  const results = [...samples].map(([name, all]) => resultOf(name, all));
  const run = await describeRun(rig.databases, rounds);
  printRun(run);
  const table = newTable('request', 'µs/row', 'longest delay, ms', '');
  for (const { name, microseconds, longestDelayMs } of results) {
    const isReached = longestDelayMs.median <= MOST_MS;
    table.push([name, shown(microseconds), shown(longestDelayMs), isReached ? '' : `more than ${MOST_MS}`]);
  }
  print(`${table.toString()}\n${ROWS} rows a request; median (lowest to highest of ${rounds} rounds).`);
  saveResults('load', { ...run, requests: results });
}

function resultOf(
  name: string,
  samples: readonly Timed[],
): { name: string; microseconds: Spread; longestDelayMs: Spread } {
  return {
    name,
    microseconds: spreadOf(samples.map(({ milliseconds }) => (milliseconds * 1_000) / ROWS)),
    longestDelayMs: spreadOf(samples.map(({ longestDelayMs }) => longestDelayMs)),
  };
}

/** Creates, changes and removes ten thousand of each kind; what is not wanted is there for others to refer to. */
async function loadAll(
  server: ServerProcess,
  round: number,
  only: readonly string[],
): Promise<readonly (readonly [string, Timed])[]> {
  const measured: (readonly [string, Timed])[] = [];
  const send = async (kind: string, what: 'created' | 'updated' | 'removed', rows: readonly object[]) => {
    const timed = await timedLoad(server, kind, what, rows);
    if (isWanted(`load/${kind}`, only)) measured.push([`load/${kind}/${what}`, timed]);
  };
  const keys = Array.from({ length: ROWS }, (_, place) => `${round + 100}-${String(place).padStart(5, '0')}`);
  const rowsOf = (make: MakeRow, title: string) => keys.map((key, place) => make(key, title, place));
  for (const [kind, make] of Object.entries(KINDS)) {
    await send(kind, 'created', rowsOf(make, 'one'));
    // It has nothing but its key.
    if (kind !== 'registrations') await send(kind, 'updated', rowsOf(make, 'two'));
  }
  for (const [kind, make] of Object.entries(KINDS).reverse()) {
    const named = KEYS[kind];
    if (named === undefined) continue;
    const rows = rowsOf(make, 'two').map((row) => ({
      ...Object.fromEntries(Object.entries(row).filter(([name]) => named.includes(name))),
      action: 'REMOVE',
    }));
    await send(kind, 'removed', rows);
  }
  return measured;
}

async function timedLoad(
  server: ServerProcess,
  kind: string,
  what: string,
  rows: readonly object[],
): Promise<Timed> {
  const call = graphqlCall(LOAD, { input: { [kind]: rows } });
  const { text, ...timed } = await timedSend(server, call);
  const { data } = JSON.parse(text) as {
    data?: { loadReferenceData?: { counts?: readonly Readonly<Record<string, unknown>>[] } };
  };
  const counts = data?.loadReferenceData?.counts?.find((each) => each.kind === kind);
  if (counts?.[what] !== ROWS) throw new Error(`${kind} are not ${what}: ${text.slice(0, 1_000)}`);
  return timed;
}

async function timedSend(
  server: ServerProcess,
  call: ReturnType<typeof graphqlCall>,
): Promise<Timed & { text: string }> {
  const client = new Client(server);
  await server.ask({ ask: 'watch loop' });
  const { text, milliseconds } = await client.send(call);
  client.close();
  return { text, milliseconds, longestDelayMs: await server.ask({ ask: 'longest delay' }) };
}

/** Rows of which every second one is taken back to what it was, and every other one away. */
async function undo(
  rig: Rig,
  server: ServerProcess,
  store: Store,
  only: readonly string[],
): Promise<readonly (readonly [string, Timed])[]> {
  if (!isWanted('undo', only)) return [];
  const work = { rows: ROWS, calls: 1, mode: 'REPLACE', selection: 'summary' } as const;
  await store.reset(ROWS);
  await sendImports(server, await importCalls(rig, work), work);
  const runs = graphqlCall('{ importRuns(first: 1) { nodes { importId } } }');
  const { text: told } = await timedSend(server, runs);
  const importId = /"importId":"([^"]+)"/.exec(told)?.[1];
  const { text, ...timed } = await timedSend(server, graphqlCall(UNDO, { input: { importId } }));
  if (!text.includes(`"received":${ROWS}`))
    throw new Error(`The import is not undone: ${text.slice(0, 1_000)}`);
  return [['undo', timed]];
}
