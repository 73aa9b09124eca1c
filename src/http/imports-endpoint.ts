import { Readable } from 'node:stream';
import fastifyMultipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller';
import type { Scope } from '../access/scopes';
import type { Database } from '../data/database';
import type { ImportJobRecord } from '../data/import-job.repository';
import { toImportJob } from '../import-jobs/import-job.type';
import { findJobFor } from '../import-jobs/job-access';
import { problemsCsv, problemsJsonLines, rejectedCsv } from '../import-jobs/results/result-files';
import { type JobLimits, orderImport, type Upload } from '../import-jobs/upload/order-import';
import type { Packing } from '../import-jobs/upload/unpack';
import { UploadRefused } from '../import-jobs/upload/upload-refused';
import { neverStored } from './graphql-endpoint';
import { mayTakeLong } from './long-requests';
import { isSentOnce, refuse, refuseBadHost } from './refusals';
import { type CallerDeps, requireCaller } from './require-caller';
import { FORM_LIMITS, isBrokenOff, readUploadForm } from './upload-form';

export interface ImportsDeps extends CallerDeps {
  readonly database: Database;
  readonly clock: () => Date;
  readonly jobLimits: JobLimits;
  /** A job was ordered here. */
  readonly onOrdered: () => void;
}

const PACKING_OF: Readonly<Record<string, Packing>> = {
  'text/csv': 'NONE',
  'application/gzip': 'GZIP',
  'application/x-gzip': 'GZIP',
  'application/zip': 'ZIP',
  'application/x-zip-compressed': 'ZIP',
};

/** POST /imports takes a file; below it are the jobs and what they leave. */
export async function registerImports(app: FastifyInstance, deps: ImportsDeps): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    // Read by nobody but the route, and never in whole.
    scope.addContentTypeParser(Object.keys(PACKING_OF), (_request, payload, parsed) => parsed(null, payload));
    void scope.register(fastifyMultipart, { limits: FORM_LIMITS });
    const known = [neverStored, refuseBadHost, requireCaller(deps)];
    scope.post(
      '/imports',
      { onRequest: [...known, needs('tracking:import'), mayTakeLong] },
      (request, reply) => takeFile(deps, request, reply),
    );
    const reading = { onRequest: [...known, needs('tracking:import', 'jobs:read')] };
    scope.get('/imports/:id', reading, (request, reply) =>
      withJob(deps, request, reply, (job) => reply.send(told(job, deps))),
    );
    for (const [name, { type, read }] of Object.entries(RESULTS)) {
      scope.get(`/imports/:id/${name}`, reading, (request, reply) =>
        withJob(deps, request, reply, (job) => {
          if (!job.areResultsKept)
            return refuse(request, reply, 404, { reason: 'The result files are not kept any more.' });
          void reply.header('content-disposition', `attachment; filename="${job.id}-${name}"`);
          return reply.type(type).send(Readable.from(read(deps.database, job), { objectMode: false }));
        }),
      );
    }
    done();
  });
}

const RESULTS = {
  'rejected.csv': { type: 'text/csv', read: rejectedCsv },
  'problems.csv': { type: 'text/csv; charset=utf-8', read: problemsCsv },
  'problems.jsonl': { type: 'application/jsonl; charset=utf-8', read: problemsJsonLines },
} as const;

/** A hook that lets callers pass who have one of the scopes. */
function needs(...scopes: readonly Scope[]) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    if (scopes.some((each) => request.caller?.scopes.has(each))) done();
    else
      void refuse(request, reply, 403, {
        code: 'FORBIDDEN',
        reason: `Needs the scope ${scopes.join(' or ')}.`,
      });
  };
}

async function takeFile(
  deps: ImportsDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  request.facts.operation = 'importJob';
  const caller = callerOf(request);
  if (!isSentOnce(request, 'idempotency-key')) {
    return refuse(request, reply, 400, { reason: 'The header Idempotency-Key is sent twice.' });
  }
  try {
    const upload = await uploadOf(request);
    if (upload === undefined) return refuse(request, reply, 415);
    const job = await orderImport({ ...deps, limits: deps.jobLimits }, caller, upload);
    deps.onOrdered();
    void reply.header('location', `/imports/${job.id}`);
    return reply.code(202).send(told(job, deps));
  } catch (error) {
    // Nobody hears the answer, and nobody is to look into it.
    if (isBrokenOff(error)) return refuse(request, reply, 400, { reason: 'The upload broke off.' });
    if (!(error instanceof UploadRefused)) throw error;
    for (const { code } of error.problems) request.facts.errorCodes.add(code);
    // What still arrives of the file is read by nobody.
    void reply.header('connection', 'close');
    const errors = error.problems.map((problem) => ({
      message: problem.message,
      extensions: { ...problem },
    }));
    return reply.code(error.status).send({ errors });
  }
}

function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new Error('No file is taken without a caller');
  return caller;
}

async function uploadOf(request: FastifyRequest): Promise<Upload | undefined> {
  const key = request.headers['idempotency-key'];
  const idempotencyKey = typeof key === 'string' ? key : null;
  const options = optionsOf(request);
  const name = options.fileName ?? null;
  delete options.fileName;
  const [type = ''] = (request.headers['content-type'] ?? '').split(';', 1);
  const packing = PACKING_OF[type.trim().toLowerCase()];
  if (packing !== undefined) {
    // Where nothing was sent, not even an empty body, nothing was parsed.
    const file = (request.body ?? request.raw) as AsyncIterable<Buffer>;
    return { file, packing, fileName: name, options, configuration: null, idempotencyKey };
  }
  if (!request.isMultipart()) return undefined;
  const { fields, configuration, file, fileName, type: fileType } = await readUploadForm(request);
  const { fileName: named = name, ...given } = fields;
  return {
    file,
    packing: PACKING_OF[fileType.toLowerCase()] ?? packingByName(fileName),
    fileName: named ?? fileName,
    options: { ...options, ...given },
    configuration,
    idempotencyKey,
  };
}

/** Those of the address; one that is there twice counts once, as the last. */
function optionsOf({ query }: FastifyRequest): Record<string, string> {
  const options: Record<string, string> = {};
  for (const [name, value] of Object.entries(query as Record<string, string | string[]>)) {
    options[name] = Array.isArray(value) ? (value.at(-1) ?? '') : value;
  }
  return options;
}

/** Browsers and curl often do not know better than application/octet-stream. */
function packingByName(fileName: string): Packing {
  if (/\.gz$/i.test(fileName)) return 'GZIP';
  return /\.zip$/i.test(fileName) ? 'ZIP' : 'NONE';
}

async function withJob(
  { database }: ImportsDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: (job: ImportJobRecord) => FastifyReply,
): Promise<FastifyReply> {
  const { id } = request.params as { readonly id: string };
  const job = await database.read((tx) => findJobFor(tx, callerOf(request), id));
  return job === undefined ? refuse(request, reply, 404) : answer(job);
}

/** The job as GraphQL tells it, and where it is. */
function told(job: ImportJobRecord, { clock }: ImportsDeps) {
  const { createdAt, startedAt, finishedAt, ...rest } = toImportJob(job, clock().getTime());
  const instants = { createdAt, startedAt, finishedAt };
  const texts = Object.entries(instants).map(([name, at]) => [
    name,
    at === null ? null : new Date(at).toISOString(),
  ]);
  return { id: job.id, address: `/imports/${job.id}`, ...rest, ...Object.fromEntries(texts) };
}
