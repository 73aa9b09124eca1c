import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CallFrame, type CpuProfile, type SelfTime, selfTimes } from './cpu-profile';
import { bulkLoad, importCalls, sendImports } from './jobs/import';
import { bareTrivialQueries, ownTrivialQueries, REQUESTS } from './jobs/trivial';
import { byHand, oneByOne } from './jobs/update';
import { describeRun } from './machine';
import { isWanted, type Options } from './options';
import { newTable, print, printRun, short } from './report';
import type { Rig } from './rig';
import type { Contestant } from './rounds';
import type { ServerProcess } from './server-process';

/**
 * Stages by where their code is: beginnings of paths, relative to the built project, or names of packages. The longest
 * one that fits counts. What is built into Node belongs to whatever of these called it.
 */
const STAGES: Readonly<Record<string, readonly string[]>> = {
  'HTTP, JSON in': [
    'src/http/',
    'src/server',
    'src/start',
    'fastify',
    '@fastify/',
    '@as-integrations/fastify',
    'secure-json-parse',
    'find-my-way',
    'accepts',
    'negotiator',
    'content-type',
    'fast-json-stringify',
    'avvio',
    'helmet',
    'whatwg-mimetype',
    'toad-cache',
  ],
  'sign-in, rates': ['src/access/', 'lru-cache', 'rate-limiter-flexible', 'ipaddr.js', '@fastify/proxy-addr'],
  'log, metrics': [
    'src/http/measure-request',
    'src/http/request-facts',
    'src/metrics/',
    'pino',
    'quick-format-unescaped',
    'sonic-boom',
    'prom-client',
    'bench/preload',
    '@opentelemetry/',
  ],
  'GraphQL parse, validate': [
    'graphql/language/',
    'graphql/validation/',
    'graphql/utilities/TypeInfo',
    'src/http/query-limits',
    'src/http/operation-label',
    '@escape.tech/',
  ],
  'input coercion': [
    'graphql/execution/values',
    'graphql/utilities/coerceInputValue',
    'graphql/utilities/valueFromAST',
    'graphql/type/scalars',
    'type-graphql/build/cjs/helpers/types',
    'type-graphql/build/cjs/resolvers/convert-args',
    'src/tracking-import/time-spent.scalar',
    'src/bulk/coerce',
  ],
  'GraphQL execute': [
    'graphql/',
    'graphql-jit',
    'graphql-scalars',
    'type-graphql/',
    '@apollo/',
    '@graphql-tools/',
    'src/contract/',
    'src/api-schema',
    'src/bulk/',
    'tslib',
    'src/tracking-import/consolidated-tracking.type',
    'src/tracking-import/import-consolidated-tracking.outcome',
    'src/tracking-import/import-consolidated-tracking.resolver',
    'src/custom-activity/editing/custom-activity.type',
    'src/custom-activity/update/update-custom-activity.outcome',
    'src/custom-activity/update/update-custom-activity.resolver',
  ],
  validation: [
    'class-validator',
    'validator',
    'src/kernel/validation',
    'src/kernel/email',
    'src/tracking-import/import-consolidated-tracking.input',
    'src/custom-activity/editing/activity.input',
    'src/custom-activity/update/update-custom-activity.input',
  ],
  dates: ['src/kernel/dates/', 'luxon'],
  'reading rows': [
    'src/tracking-import/cell-reader',
    'src/tracking-import/fields',
    'src/tracking-import/read-row',
    'src/tracking-import/settings',
    'src/tracking-import/status-words',
    'src/tracking-import/time-spent',
    'src/custom-activity/update/read-update',
    'src/kernel/text',
    'src/kernel/fold',
    'src/kernel/problem',
    'src/kernel/rich-text',
    'sanitize-html',
    'htmlparser2',
    'parse5',
    'postcss',
    'entities',
    'domhandler',
  ],
  'resolving references': [
    'src/tracking-import/lookup/',
    'src/custom-activity/editing/course-references',
    'src/custom-activity/editing/load-element',
    'src/custom-activity/editing/course-objectives',
  ],
  deciding: [
    'src/tracking-import/decide',
    'src/tracking-import/judge-row',
    'src/tracking-import/import-consolidated-tracking',
    'src/tracking-import/write-import',
    'src/custom-activity/update/decide-update',
    'src/custom-activity/editing/judge-edit',
    'src/custom-activity/editing/contradictions',
    'src/custom-activity/rules/',
    'src/custom-activity/update/update-custom-activity',
    'src/custom-activity/editing/run-command',
  ],
  reporting: ['src/tracking-import/report', 'src/custom-activity/editing/activity-report'],
  'repositories (SQL, rows)': ['src/data/'],
  TypeORM: ['typeorm'],
  'driver (encode, decode)': [
    'mysql2',
    'lru.min',
    'sqlstring',
    'sql-escaper',
    'long',
    'denque',
    'iconv-lite',
    'better-sqlite3',
  ],
};

const JSON_OUT = 'JSON out';
const GC = 'garbage collection';
const NATIVE = 'native, unknown';
const WAITING = 'waiting (database, client)';
const SOCKETS = 'sockets, timers';
const OTHER = 'other';
const ALL_STAGES = [...Object.keys(STAGES), JSON_OUT, SOCKETS, GC, NATIVE, OTHER, WAITING];
const TOP_FUNCTIONS = 10;

interface ProfileJob {
  readonly name: string;
  readonly unit: string;
  readonly units: number;
  /** What the same work takes elsewhere. */
  readonly peer: Contestant;
  /** Brings everything to the start. */
  prepare(): Promise<void>;
  run(server: ServerProcess): Promise<unknown>;
}

/** `npm run bench -- profile`: per row, update or request, where the time of the product goes. */
export async function profile(rig: Rig, { only }: Options): Promise<void> {
  printRun(await describeRun(rig.databases, 1));
  const server = await rig.product();
  for (const job of jobs(rig).filter(({ name }) => isWanted(name, only))) {
    await job.prepare();
    await job.run(server);
    await job.prepare();
    await server.ask({ ask: 'profile' });
    await job.run(server);
    const file = join(rig.folder, 'profile.json');
    await server.ask({ ask: 'stop profile', file });
    const sampled = selfTimes(JSON.parse(readFileSync(file, 'utf8')) as CpuProfile);
    await job.peer.measure();
    printStages(job, sampled, (await job.peer.measure()).microseconds);
  }
}

function jobs(rig: Rig): ProfileJob[] {
  const imports = [
    { rows: 1_000, calls: 20 },
    { rows: 10_000, calls: 3 },
  ].map(({ rows, calls }): ProfileJob => {
    const work = { rows, calls, mode: 'REPLACE', selection: 'all' } as const;
    return {
      name: `import/${rows}`,
      unit: 'row',
      units: rows * calls,
      peer: bulkLoad(rig, work),
      prepare: async () => {
        await importCalls(rig, work);
        await (await rig.store()).reset(rows * calls);
      },
      run: async (server) => sendImports(server, await importCalls(rig, work), work),
    };
  });
  const [update, trivial] = [oneByOne(rig, 8), ownTrivialQueries(rig)];
  return [
    ...imports,
    {
      name: 'update/8',
      unit: 'update',
      units: 1_600,
      peer: byHand(rig, 8),
      prepare: async () => {},
      run: () => update.measure(),
    },
    {
      name: 'trivial',
      unit: 'request',
      units: REQUESTS,
      peer: bareTrivialQueries(rig),
      prepare: async () => {},
      run: () => trivial.measure(),
    },
  ];
}

function printStages(job: ProfileJob, sampled: readonly SelfTime[], peerMicroseconds: number): void {
  const byStage = new Map<string, number>();
  for (const time of sampled) {
    const stage = stageOf(time);
    byStage.set(stage, (byStage.get(stage) ?? 0) + time.microseconds);
  }
  const total = [...byStage.values()].reduce((sum, each) => sum + each, 0);
  const line = (name: string, microseconds: number) => [
    name,
    short(microseconds / job.units),
    `${((100 * microseconds) / total).toFixed(1)} %`,
  ];
  const table = newTable(job.name, `µs/${job.unit}`, 'of all');
  for (const stage of ALL_STAGES) {
    const microseconds = byStage.get(stage) ?? 0;
    if (microseconds > 0) table.push(line(stage, microseconds));
  }
  table.push(line('busy', total - (byStage.get(WAITING) ?? 0)), line('all', total));
  table.push([`${job.peer.name}, in the same run`, short(peerMicroseconds), '']);
  print(table.toString());
  printTop(
    'Most time by function',
    sampled.filter((time) => stageOf(time) !== WAITING),
    job,
  );
  printTop(
    `Of "${OTHER}"`,
    sampled.filter((time) => stageOf(time) === OTHER),
    job,
  );
}

function printTop(title: string, sampled: readonly SelfTime[], { unit, units }: ProfileJob): void {
  const byFunction = new Map<string, number>();
  for (const { frame, microseconds } of sampled) {
    const at = frame.url === '' ? '' : ` ${pathOf(frame)}:${frame.lineNumber + 1}`;
    const name = `${frame.functionName === '' ? '(anonymous)' : frame.functionName}${at}`;
    byFunction.set(name, (byFunction.get(name) ?? 0) + microseconds);
  }
  const top = [...byFunction].sort(([, a], [, b]) => b - a).slice(0, TOP_FUNCTIONS);
  if (top.length === 0) return;
  print(`${title}:`);
  for (const [name, microseconds] of top)
    print(`  ${short(microseconds / units).padStart(8)} µs/${unit}  ${name}`);
}

function stageOf({ frame, callers }: SelfTime): string {
  const { functionName, url } = frame;
  if (functionName === '(idle)') return WAITING;
  if (functionName === '(garbage collector)') return GC;
  if (functionName === '(program)' || functionName === '(root)') return NATIVE;
  // The one is V8's, the other Apollo's wrapper around it, to which V8 counts it.
  if (url === '' && functionName === 'stringify') return JSON_OUT;
  if (functionName === 'prettyJSONStringify') return JSON_OUT;
  if (url === '' && functionName === 'parse') return 'HTTP, JSON in';
  const own = [frame, ...callers].find((each) => each.url !== '' && !each.url.startsWith('node:'));
  if (own === undefined) return SOCKETS;
  return stageOfPath(pathOf(own)) ?? OTHER;
}

const PATHS = Object.entries(STAGES)
  .flatMap(([stage, paths]) => paths.map((path) => ({ stage, path })))
  .sort((a, b) => b.path.length - a.path.length);

function stageOfPath(path: string): string | undefined {
  const fits = (start: string) =>
    start.startsWith('src/') || start.endsWith('/')
      ? path.startsWith(start)
      : path === start || path.startsWith(`${start}/`) || path.startsWith(`${start}.`);
  return PATHS.find((each) => fits(each.path))?.stage;
}

/** Relative to the built project, or from the name of the package on. */
function pathOf({ url }: CallFrame): string {
  const packageAt = url.lastIndexOf('/node_modules/');
  if (packageAt >= 0) return url.slice(packageAt + '/node_modules/'.length);
  const dist = join(__dirname, '..');
  const file = url.replace(/^file:\/\//, '');
  return file.startsWith(dist) ? file.slice(dist.length + 1) : file;
}
