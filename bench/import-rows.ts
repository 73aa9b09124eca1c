import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config';
import { databaseLabel } from '../src/data/database-url';
import { reachDatabase } from '../src/reach-database';
import { loadReferenceData } from '../src/reference-data/load-reference-data';
import { exitOnFailure, StartupError } from '../src/startup-error';

/**
 * `npm run bench:import -- [--rows 10000] [--rounds 5]`: how long one importConsolidatedTracking request takes over
 * HTTP with the default settings, and how much memory the server needs for it. In turn every row creates, is
 * unchanged, and replaces. SQLite in a temporary folder, or the empty database at BENCH_MYSQL_URL.
 */
const PORT = 4599;
const IMPORT = /* GraphQL */ `
  mutation Import($input: ImportConsolidatedTrackingInput!) {
    importConsolidatedTracking(input: $input) {
      ... on ImportConsolidatedTrackingOutcome {
        summary { created replaced unchanged rejected }
        rows { row outcome changes { field before after } tracking { id status updatedAt } problems { code } }
      }
    }
  }
`;

interface Summary {
  readonly created: number;
  readonly replaced: number;
  readonly unchanged: number;
  readonly rejected: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rows: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '5' } },
  });
  const [rows, rounds] = [Number(values.rows), Number(values.rounds)];
  const folder = mkdtempSync(join(tmpdir(), 'coursetrack-bench-'));
  const url = process.env.BENCH_MYSQL_URL ?? `sqlite:${join(folder, 'bench.sqlite')}`;
  const env = {
    ...process.env,
    DATABASE_URL: url,
    PORT: String(PORT),
    METRICS_PORT: '0',
    LOG_LEVEL: 'error',
  };
  await prepare(env, rows, rounds);
  const server = spawn(process.execPath, [join(__dirname, '..', 'src', 'main.js')], {
    env,
    stdio: 'inherit',
  });
  try {
    await untilReady();
    const idle = residentMiB(server, 'VmRSS');
    for (const scene of ['create', 'unchanged', 'replace'] as const) {
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) times.push(await measure(rows, round, scene));
      times.sort((a, b) => a - b);
      const [fastest, median, slowest] = [times.at(0), times[times.length >> 1], times.at(-1)];
      print(`${scene}: median ${median} ms (${fastest} to ${slowest}) for ${rows} rows, ${rounds} rounds`);
    }
    print(`server memory: ${idle} MiB idle, ${residentMiB(server, 'VmHWM')} MiB at most`);
  } finally {
    server.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A learner per row, and a session per round, so that every round creates. */
async function prepare(env: NodeJS.ProcessEnv, rows: number, rounds: number): Promise<void> {
  const config = readConfig(env);
  print(`${databaseLabel(config.database)}, Node ${process.version}`);
  const database = await reachDatabase(config.database);
  try {
    await database.migrate();
    const logins = Array.from({ length: rows }, (_, index) => `learner-${index}`);
    const { problems } = await database.transaction((tx) =>
      loadReferenceData(tx, config.siteId, {
        learners: logins.map((login) => ({ login, email: `${login}@example.org` })),
        trainings: [{ guid: 'bench', pathCode: 'BENCH', title: 'Bench' }],
        sessions: Array.from({ length: rounds }, (_, round) => ({
          guid: `bench-${round}`,
          trainingGuid: 'bench',
          title: `Round ${round}`,
        })),
        lovs: [{ guid: 'bench-lov', code: 'BENCH', trainingGuids: ['bench'] }],
        registrations: Array.from({ length: rounds }, (_, round) =>
          logins.map((learnerLogin) => ({ learnerLogin, sessionGuid: `bench-${round}` })),
        ).flat(),
      }),
    );
    if (problems[0] !== undefined) throw new StartupError(`Bench data: ${problems[0].message}`);
  } finally {
    await database.close();
  }
}

async function measure(
  rows: number,
  round: number,
  scene: 'create' | 'unchanged' | 'replace',
): Promise<number> {
  const input = {
    rows: Array.from({ length: rows }, (_, index) => ({
      candidateLogin: `learner-${index}`,
      sessionTitle: `Round ${round}`,
      trainingPathCode: 'BENCH',
      lovCode: 'BENCH',
      firstAccessDate: '2024-01-02 10:00:00',
      lastAccessDate: `2024-02-03 11:12:${String(index % 60).padStart(2, '0')}`,
      progression: index % 100,
      score: scene === 'replace' ? 1 + (index % 80) : index % 80,
      scoreMax: 100,
      timeSpent: index,
    })),
  };
  const body = JSON.stringify({ query: IMPORT, variables: { input } });
  const startedAt = performance.now();
  const response = await fetch(`http://127.0.0.1:${PORT}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const answer = (await response.json()) as {
    data?: { importConsolidatedTracking: { summary: Summary } };
  };
  const elapsed = Math.round(performance.now() - startedAt);
  const summary = answer.data?.importConsolidatedTracking.summary;
  const expected = { create: summary?.created, unchanged: summary?.unchanged, replace: summary?.replaced }[
    scene
  ];
  if (expected !== rows)
    throw new StartupError(`Bench: ${scene} answered ${JSON.stringify(answer).slice(0, 300)}`);
  return elapsed;
}

async function untilReady(): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const isReady = await fetch(`http://127.0.0.1:${PORT}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await pause(100);
  }
  throw new StartupError('Bench: the server does not become ready.');
}

/** From the kernel's own books (Linux). */
function residentMiB({ pid }: ChildProcess, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kibibytes = new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1];
  return Math.round(Number(kibibytes) / 1_024);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch(exitOnFailure);
