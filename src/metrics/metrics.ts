import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { LIMITS } from '../access/limits';
import type { OperationObserver } from '../access/request-context';
import type { DatabaseLoad } from '../data/database';
import { DATABASE_ERROR_CODES, type DatabaseErrorCode } from '../data/database-errors';

/**
 * What the server counts and times for Prometheus. Every label comes from a closed set (docs/observability.md): no
 * text, id or address of a caller or a learner can become one.
 */
export interface Metrics extends OperationObserver {
  /** A request was answered, refused, or given up by its caller; `route` is a route of this server or `none`. */
  httpAnswered(route: string, status: number | 'aborted'): void;
  /** A request to the GraphQL endpoint is over. */
  graphqlAnswered(request: GraphqlRequest): void;
  /** The database did not do what a request asked; once for each code. */
  databaseFailed(code: DatabaseErrorCode): void;
  /** Lines of the log that nobody will read, because they could not be written. */
  logLinesDropped(lines: number): void;
  /** A request came without a credential that lets it in. */
  signInRefused(): void;
  /** From now on the load is read whenever the metrics are. */
  watchDatabase(load: () => DatabaseLoad): void;
  /** From now on it is asked how many import jobs there are whenever the metrics are read. */
  watchJobs(count: () => Promise<JobLoad>): void;
  /** From now on the process itself is measured too: memory, CPU, event loop, garbage collection. */
  watchProcess(): void;
  readonly registry: Registry;
}

/** Import jobs that have not ended, on all sites. */
export interface JobLoad {
  readonly queued: number;
  readonly running: number;
  /** How long the one that waits the longest has waited; 0 where none does. */
  readonly oldestQueuedSeconds: number;
}

export interface GraphqlRequest {
  readonly operation: string;
  /** Of the errors in the answer. */
  readonly errorCodes: ReadonlySet<string>;
  /** False when the caller went away before the answer was out. */
  readonly isAnswered: boolean;
  readonly seconds: number;
}

/** From queries that read one row to imports of 10,000. */
const DURATION_BUCKETS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];
const ROW_OUTCOMES = ['created', 'replaced', 'unchanged', 'deleted', 'superseded', 'rejected'] as const;

/** A registry of its own, so that two servers in one process do not count for each other. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];

  new Gauge({
    name: 'coursetrack_build_info',
    help: 'Always 1; the label tells which version runs.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  const httpRequests = new Counter({
    name: 'coursetrack_http_requests_total',
    help: 'HTTP requests by route and status.',
    labelNames: ['route', 'status'],
    registers,
  });
  const graphqlDuration = new Histogram({
    name: 'coursetrack_graphql_request_duration_seconds',
    help: 'From the headers of a request to the GraphQL endpoint to the end of its answer; result is ok, error (it holds a GraphQL error) or aborted (the caller went away).',
    labelNames: ['operation', 'result'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers,
  });
  const graphqlErrors = new Counter({
    name: 'coursetrack_graphql_errors_total',
    help: 'Requests to the GraphQL endpoint that were answered with an error of this code.',
    labelNames: ['operation', 'code'],
    registers,
  });
  const outcomes = new Counter({
    name: 'coursetrack_operation_outcomes_total',
    help: 'Inputs that an operation answered, by the member of its union: success, warning or error.',
    labelNames: ['operation', 'outcome'],
    registers,
  });
  const importedRows = new Counter({
    name: 'coursetrack_imported_rows_total',
    help: 'Rows of imports by what became of them; dry runs and repeated answers are not counted.',
    labelNames: ['outcome'],
    registers,
  });
  const rejections = new Counter({
    name: 'coursetrack_rejected_by_limit_total',
    help: 'Requests that a limit refused, by limit.',
    labelNames: ['limit'],
    registers,
  });
  const refusedSignIns = new Counter({
    name: 'coursetrack_sign_ins_refused_total',
    help: 'Requests without a credential that lets them in.',
    registers,
  });
  const databaseFailures = new Counter({
    name: 'coursetrack_database_failures_total',
    help: 'Requests, or parts of them, that the database did not carry out, by the code that callers were told.',
    labelNames: ['code'],
    registers,
  });
  const droppedLines = new Counter({
    name: 'coursetrack_log_lines_dropped_total',
    help: 'Lines of the log that could not be written, because of a full disk or because nobody takes them.',
    registers,
  });
  const httpRequest = remembered((route: string, status: number | 'aborted') =>
    httpRequests.labels({ route, status }),
  );
  const duration = remembered((operation: string, result: string) =>
    graphqlDuration.labels({ operation, result }),
  );

  // A series that appears with its first event hides that event from rate().
  for (const outcome of ROW_OUTCOMES) importedRows.inc({ outcome }, 0);
  for (const limit of LIMITS) rejections.inc({ limit }, 0);
  for (const code of DATABASE_ERROR_CODES) databaseFailures.inc({ code }, 0);

  return {
    registry,
    httpAnswered: (route, status) => httpRequest(route, status).inc(),
    graphqlAnswered: ({ operation, errorCodes, isAnswered, seconds }) => {
      for (const code of errorCodes) graphqlErrors.inc({ operation, code });
      const result = !isAnswered ? 'aborted' : errorCodes.size > 0 ? 'error' : 'ok';
      duration(operation, result).observe(seconds);
    },
    answered: (operation, outcome) => outcomes.inc({ operation, outcome }),
    imported: (counts) => {
      for (const outcome of ROW_OUTCOMES) importedRows.inc({ outcome }, counts[outcome]);
    },
    rejectedByLimit: (limit) => rejections.inc({ limit }),
    databaseFailed: (code) => databaseFailures.inc({ code }),
    logLinesDropped: (lines) => droppedLines.inc(lines),
    signInRefused: () => refusedSignIns.inc(),
    watchDatabase: (load) => watchDatabase(registry, load),
    watchJobs: (count) => watchJobs(registry, count),
    watchProcess: () => collectDefaultMetrics({ register: registry }),
  };
}

/** Finding a series by its labels costs more than counting in it. There are few, as all labels are ours. */
function remembered<Label extends string | number, Series>(find: (first: string, second: Label) => Series) {
  const known = new Map<string, Series>();
  return (first: string, second: Label): Series => {
    const key = `${first} ${second}`;
    const series = known.get(key) ?? find(first, second);
    known.set(key, series);
    return series;
  };
}

function watchDatabase(registry: Registry, load: () => DatabaseLoad): void {
  new Gauge({
    name: 'coursetrack_database_connections',
    help: 'Connections to the database by state; of the embedded one, the connection that writes.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { connectionsInUse, connectionsIdle } = load();
      this.set({ state: 'in_use' }, connectionsInUse);
      this.set({ state: 'idle' }, connectionsIdle);
    },
  });
  new Gauge({
    name: 'coursetrack_database_waiting',
    help: 'Reads and transactions that wait for a connection; reads of the embedded database never do.',
    registers: [registry],
    collect() {
      this.set(load().waiting);
    },
  });
}

/** Without an answer of the database nobody knows: no figure is better than an old one. */
function watchJobs(registry: Registry, count: () => Promise<JobLoad>): void {
  let asked: Promise<JobLoad | undefined> | undefined;
  /** Both metrics are collected at once, and ask together. */
  const load = () => {
    asked ??= count()
      .catch(() => undefined)
      .finally(() => {
        asked = undefined;
      });
    return asked;
  };
  const registers = [registry];
  new Gauge({
    name: 'coursetrack_import_jobs',
    help: 'Import jobs that have not ended, by state.',
    labelNames: ['state'],
    registers,
    async collect() {
      const found = await load();
      this.reset();
      if (found === undefined) return;
      this.set({ state: 'queued' }, found.queued);
      this.set({ state: 'running' }, found.running);
    },
  });
  new Gauge({
    name: 'coursetrack_import_jobs_oldest_queued_seconds',
    help: 'How long the import job that waits the longest has waited for its turn.',
    registers,
    async collect() {
      const found = await load();
      this.reset();
      if (found !== undefined) this.set(found.oldestQueuedSeconds);
    },
  });
}
