import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import Table from 'cli-table3';
import { loadAcademy } from '../../examples/reference-data/load-academy';
import { makeKey } from '../../src/access/api-key';
import { ALL_SCOPES } from '../../src/access/scopes';
import { readConfig } from '../../src/config';
import { insertApiKey } from '../../src/data/api-key.repository';
import type { Tx } from '../../src/data/database';
import { databaseLabel } from '../../src/data/database-url';
import { reachDatabase } from '../../src/reach-database';
import { loadReferenceData } from '../../src/reference-data/load-reference-data';
import { exitOnFailure, StartupError } from '../../src/startup-error';
import { ANSWERS } from './inputs/answers';
import { BODIES } from './inputs/bodies';
import { CONNECTIONS } from './inputs/connections';
import { DOCUMENTS } from './inputs/documents';
import { EVERYTHING } from './inputs/everything';
import type { BadInput } from './inputs/input';
import { FIRST_IMPORT, OPERATIONS, TWIN_SESSIONS } from './inputs/operations';
import { STRANGERS } from './inputs/strangers';
import { memoryGroup } from './memory-group';
import type { Seen } from './monitor';
import type { PollerData, Waited } from './poller';
import { HOST, type Outcome, type TargetOptions, targetAt } from './target';

/**
 * `npm run probe -- [--only TEXT]`: starts the real server, sends it one bad input after the other, and measures how
 * long trivial queries of other callers wait meanwhile, how long the event loop of the server stands still, and how
 * much memory it takes. Fails where one waits for 1.5 s or more, the loop stands still for 250 ms, an answer tells of a
 * fault of the server's own, or the server dies; and at the end where it took 400 MiB more than idle, or where 99 of
 * 100 queries waited more than five times as long as before the inputs. SQLite in a temporary folder, or the empty
 * database at DATABASE_URL.
 *
 * `--times 5 --memory 1024` sends each input so often at once, to a server that has so many MiB (Linux, as root). It
 * then fails where the server dies.
 */
const MAX_WAIT_MS = 1_500;
const MAX_DELAY_MS = 250;
const MAX_GROWTH_MIB = 400;
const MAX_SLOWER = 5;
const QUIET_MS = 5_000;
const UNLIMITED = String(2 ** 31 - 1);
const LEARNERS = 10_000;
const TWIN_LOVS = 1_000;
const INPUTS: readonly BadInput[] = [
  ...BODIES,
  ...DOCUMENTS,
  ...OPERATIONS,
  ...ANSWERS,
  ...EVERYTHING,
  ...CONNECTIONS,
  ...STRANGERS,
];

/** One that needs nothing but the server, and one that reads the database. */
const POLLED = {
  plain: '{ __typename }',
  reading: '{ customActivity(elementSyncKey: "first-aid-kit") { title } }',
} as const;

interface Probed {
  readonly name: string;
  readonly outcomes: string;
  readonly plainMs: number;
  readonly readingMs: number;
  readonly waits: Waits | undefined;
  readonly delayMs: number;
  readonly memoryMiB: number;
  readonly faults: readonly string[];
}

type Pollers = Readonly<Record<keyof typeof POLLED, Poller>>;
type Waits = Readonly<Record<keyof typeof POLLED, Waited>>;

async function main(): Promise<void> {
  const { only, times, memory } = readOptions();
  const inputs = INPUTS.filter(({ name }) => name.includes(only));
  const group = memory === undefined ? undefined : memoryGroup(memory);
  const folder = mkdtempSync(join(tmpdir(), 'coursetrack-probe-'));
  const env = {
    ...process.env,
    DATABASE_URL: process.env.DATABASE_URL ?? `sqlite:${join(folder, 'probe.sqlite')}`,
    HOST,
    PORT: String(await freePort()),
    METRICS_PORT: 'off',
    LOG_LEVEL: 'fatal',
    // What is measured is the one bad input, not how soon its caller runs out of requests.
    RATE_LIMIT_REQUESTS: UNLIMITED,
    RATE_LIMIT_SITE_REQUESTS: UNLIMITED,
    RATE_LIMIT_ROWS: UNLIMITED,
    RATE_LIMIT_SITE_ROWS: UNLIMITED,
  };
  const keys = await prepare(env);
  const options: TargetOptions = { port: Number(env.PORT), headers: bearer(keys.sender) };
  const others: TargetOptions = { ...options, headers: bearer(keys.others) };
  const main = join(__dirname, '..', '..', 'src', 'main.js');
  const args = ['--require', join(__dirname, 'monitor.js'), main];
  const [command, commandArgs] = group?.command(process.execPath, args) ?? [process.execPath, args];
  const server = spawn(command, commandArgs, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const died = once(server, 'exit').then(() => ['the server died']);
  await untilReady(options);
  await FIRST_IMPORT.send(targetAt(options));
  const { memoryMiB: idleMiB } = await seenBy(server);
  const pollers = {
    plain: startPoller({ ...others, query: POLLED.plain }),
    reading: startPoller({ ...others, query: POLLED.reading }),
  };
  try {
    await pause(QUIET_MS);
    const quiet = await waits(pollers);
    const probed: Probed[] = [];
    for (const input of inputs) {
      const result = await probe(repeated(input, times), options, died, pollers, server);
      probed.push(result);
      print(line(result));
      if (isDead(server)) break;
    }
    report(probed, { idleMiB, quiet, onlyDeaths: times > 1 });
  } finally {
    await Promise.all([pollers.plain.stop(), pollers.reading.stop()]);
    server.kill('SIGTERM');
    await died;
    group?.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function probe(
  { name, send, mayRunOut = false }: BadInput,
  options: TargetOptions,
  died: Promise<readonly Outcome[]>,
  pollers: Pollers,
  server: ChildProcess,
): Promise<Probed> {
  await Promise.race([waits(pollers), died]);
  await Promise.race([seenBy(server), died]);
  const sent = send(targetAt(options)).then((outcomes) => [outcomes].flat());
  const outcomes = await Promise.race([sent, died]);
  const measured = await Promise.race([waits(pollers), died.then(() => undefined)]);
  const seen = await Promise.race([seenBy(server), died.then(() => undefined)]);
  return {
    name,
    outcomes: summary(outcomes),
    plainMs: measured?.plain.worstMs ?? Number.POSITIVE_INFINITY,
    readingMs: measured?.reading.worstMs ?? Number.POSITIVE_INFINITY,
    waits: measured,
    delayMs: seen?.delayMs ?? Number.POSITIVE_INFINITY,
    memoryMiB: seen?.memoryMiB ?? Number.POSITIVE_INFINITY,
    faults: [
      ...outcomes.filter(
        (outcome) => /^5\d\d\b|INTERNAL|died/.test(outcome) && !(mayRunOut && outcome === '503 SERVICE_BUSY'),
      ),
      ...(measured?.plain.faults ?? []),
      ...(measured?.reading.faults ?? []),
    ],
  };
}

/** Since they were asked before. */
async function waits({ plain, reading }: Pollers): Promise<Waits> {
  const waited = [plain.worst(), reading.worst()] as const;
  return { plain: await waited[0], reading: await waited[1] };
}

function repeated(input: BadInput, times: number): BadInput {
  const { send } = input;
  if (times === 1) return input;
  return {
    ...input,
    mayRunOut: true,
    send: async (target) => {
      const outcomes = await Promise.all(Array.from({ length: times }, () => send(target)));
      return outcomes.flat();
    },
  };
}

function readOptions(): {
  readonly only: string;
  readonly times: number;
  readonly memory: number | undefined;
} {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { only: text, times: text, memory: text } });
  const { only = '', times = '1', memory } = values;
  return { only, times: Number(times), memory: memory === undefined ? undefined : Number(memory) };
}

/** Since it was asked before. */
async function seenBy(server: ChildProcess): Promise<Seen> {
  const answer = once(server, 'message');
  server.send('measure');
  const [seen] = await answer;
  return seen as Seen;
}

function isDead({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function summary(outcomes: readonly Outcome[]): string {
  const counts = new Map<Outcome, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => (count === 1 ? outcome : `${count} × ${outcome}`)).join(', ');
}

function isFailure({ plainMs, readingMs, delayMs, faults }: Probed): boolean {
  const waited = plainMs >= MAX_WAIT_MS || readingMs >= MAX_WAIT_MS;
  return waited || delayMs >= MAX_DELAY_MS || faults.length > 0;
}

function line(result: Probed): string {
  const { plainMs, readingMs, delayMs, memoryMiB } = result;
  const waits = `${Math.round(plainMs)} / ${Math.round(readingMs)} / ${Math.round(delayMs)} ms, ${Math.round(memoryMiB)} MiB`;
  return `${isFailure(result) ? 'FAIL' : 'ok  '} ${waits.padEnd(30)} ${result.name}: ${result.outcomes}`;
}

interface Compared {
  readonly idleMiB: number;
  /** What callers waited before the inputs. */
  readonly quiet: Waits;
  /** Whether the machine was given too much at once for anything else to be judged. */
  readonly onlyDeaths: boolean;
}

function report(probed: readonly Probed[], { idleMiB, quiet, onlyDeaths }: Compared): void {
  const table = new Table({
    head: ['input', 'answer', 'plain ms', 'reading ms', 'loop ms', 'MiB', ''],
    style: { head: [] },
  });
  const slowestFirst = [...probed].sort(
    (a, b) => Math.max(b.plainMs, b.readingMs) - Math.max(a.plainMs, a.readingMs),
  );
  for (const result of slowestFirst) {
    const { name, outcomes, plainMs, readingMs, delayMs, memoryMiB, faults } = result;
    const verdict = isFailure(result) ? `FAIL ${[...new Set(faults)].join(', ')}`.slice(0, 80) : '';
    const figures = [plainMs, readingMs, delayMs, memoryMiB].map(Math.round);
    table.push([name, outcomes.slice(0, 60), ...figures, verdict]);
  }
  const failures = probed.filter(isFailure).length;
  print(`${table.toString()}\n${probed.length} inputs, ${failures} failed; the worst wait stands first`);
  const growth = Math.max(...probed.map(({ memoryMiB }) => memoryMiB)) - idleMiB;
  print(
    `memory: ${Math.round(idleMiB)} MiB idle, ${Math.round(growth)} MiB more at most (${MAX_GROWTH_MIB} allowed)`,
  );
  const slower = (['plain', 'reading'] as const).map((kind) => {
    const before = p99(quiet[kind].waitsMs);
    const during = p99(probed.flatMap(({ waits: waited }) => waited?.[kind].waitsMs ?? []));
    print(
      `${kind}: 99 of 100 waited ${before.toFixed(1)} ms at most, ${during.toFixed(1)} ms beside the inputs: ${(during / before).toFixed(1)} x (${MAX_SLOWER} allowed)`,
    );
    return during / before;
  });
  const hasDied = probed.some(({ faults }) => faults.includes('the server died'));
  const isWorse = failures > 0 || growth > MAX_GROWTH_MIB || slower.some((ratio) => ratio > MAX_SLOWER);
  if (hasDied || (isWorse && !onlyDeaths)) process.exitCode = 1;
}

function p99(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.POSITIVE_INFINITY;
}

interface Keys {
  /** Of whoever sends the bad inputs. */
  readonly sender: string;
  /** Of the callers who wait. */
  readonly others: string;
}

/** The academy, whose activities are updated, and a learner for every row of an import. */
async function prepare(env: NodeJS.ProcessEnv): Promise<Keys> {
  const { database: target, siteId } = readConfig(env);
  print(`${databaseLabel(target)}, Node ${process.version}`);
  const database = await reachDatabase(target);
  try {
    await database.migrate();
    const logins = Array.from({ length: LEARNERS }, (_, index) => `learner-${index}`);
    const { problems, keys } = await database.transaction(async (tx) => {
      await loadAcademy(tx, siteId);
      const outcome = await loadReferenceData(tx, siteId, {
        learners: logins.map((login) => ({ login, email: 'shared@example.org' })),
        trainings: [{ guid: 'probe', pathCode: 'PROBE', title: 'Probe' }],
        sessions: [
          { guid: 'probe', trainingGuid: 'probe', title: 'Probe' },
          ...twins(TWIN_SESSIONS, (guid) => ({ guid, trainingGuid: 'probe', title: 'Twin' })),
        ],
        lovs: [
          { guid: 'probe-lov', code: 'PROBE', trainingGuids: ['probe'] },
          ...twins(TWIN_LOVS, (guid) => ({ guid, code: 'TWIN', trainingGuids: ['probe'] })),
        ],
        registrations: logins.map((learnerLogin) => ({ learnerLogin, sessionGuid: 'probe' })),
      });
      const [sender, others] = [await addKey(tx, siteId, 'sender'), await addKey(tx, siteId, 'others')];
      return { ...outcome, keys: { sender, others } };
    });
    if (problems[0] !== undefined) throw new StartupError(`Probe data: ${problems[0].message}`);
    return keys;
  } finally {
    await database.close();
  }
}

function twins<Record>(count: number, make: (guid: string) => Record): Record[] {
  return Array.from({ length: count }, (_, index) => make(`twin-${index}`));
}

async function addKey(tx: Tx, siteId: number, name: string): Promise<string> {
  const { id, text, secretHash } = makeKey();
  const createdAt = Date.now();
  const key = {
    id,
    siteId,
    name,
    secretHash,
    scopes: ALL_SCOPES,
    createdAt,
    createdBy: 'probe',
    expiresAt: null,
  };
  await insertApiKey(tx, { ...key, actsFor: 'anyone' });
  return text;
}

function bearer(key: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${key}` };
}

interface Poller {
  /** The worst since it was asked before. */
  worst(): Promise<Waited>;
  stop(): Promise<unknown>;
}

function startPoller(workerData: PollerData): Poller {
  const worker = new Worker(join(__dirname, 'poller.js'), { workerData });
  return {
    worst: async () => {
      worker.postMessage('worst');
      const [waited] = await once(worker, 'message');
      return waited as Waited;
    },
    stop: () => worker.terminate(),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilReady({ port }: TargetOptions): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const isReady = await fetch(`http://${HOST}:${port}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await pause(100);
  }
  throw new StartupError('Probe: the server does not become ready.');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch(exitOnFailure);
