import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { UploadRefused } from '../import-jobs/upload/upload-refused';
import { problem } from '../kernel/problem';

/** A configuration is some kilobytes. */
export const MAX_CONFIG_BYTES = 1_024 * 1_024;

/** More than there are options. */
export const FORM_LIMITS = {
  // The configuration is one as well.
  files: 2,
  fields: 20,
  // One more tells that there are more.
  fieldSize: MAX_CONFIG_BYTES + 1,
  fileSize: Number.POSITIVE_INFINITY,
  parts: 22,
} as const;

/** What stands in front of the file, and the file. */
export interface UploadForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly configuration: string | null;
  readonly file: AsyncIterable<Buffer>;
  readonly fileName: string;
  readonly type: string;
}

type Part = MultipartFile | MultipartValue;

/**
 * A form: what is beside the file has to stand in front of it, as the file is never kept in whole. Throws UploadRefused.
 */
export async function readUploadForm(request: FastifyRequest): Promise<UploadForm> {
  const next = partsOf(request);
  const fields: Record<string, string> = {};
  let configuration: string | null = null;
  for (let part = await next(); part !== undefined; part = await next()) {
    if (part.fieldname === 'config') configuration = await configurationOf(part);
    else if (part.type === 'field') fields[part.fieldname] = textOf(part);
    else {
      const { filename: fileName, mimetype: type } = part;
      return { fields, configuration, file: lastPart(part, next), fileName, type };
    }
  }
  throw malformed('it has no file');
}

/** The parts, one by one: the file is the one that is read while it arrives. */
function partsOf(request: FastifyRequest): () => Promise<Part | undefined> {
  let parts: AsyncIterator<Part> | undefined;
  return async () => {
    try {
      parts ??= request.parts()[Symbol.asyncIterator]();
      const { done, value } = await parts.next();
      return done === true ? undefined : value;
    } catch (error) {
      throw asRefused(error);
    }
  };
}

/** The file, behind which nothing may stand: it would not count. */
async function* lastPart(file: MultipartFile, next: () => Promise<Part | undefined>): AsyncGenerator<Buffer> {
  yield* piecesOf(file);
  const behind = await next();
  if (behind !== undefined) throw malformed('something stands behind the file');
}

async function* piecesOf({ file }: MultipartFile): AsyncGenerator<Buffer> {
  try {
    yield* file as AsyncIterable<Buffer>;
  } catch (error) {
    throw asRefused(error);
  }
}

async function configurationOf(part: Part): Promise<string> {
  if (part.type === 'field') return textOf(part);
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of piecesOf(part)) {
    // Enough to tell that it is too large. What is behind is read, and not kept.
    if (bytes <= MAX_CONFIG_BYTES) pieces.push(piece);
    bytes += piece.length;
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** What says that it is JSON is parsed already. */
function textOf({ value }: MultipartValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What the parser of forms says is no fault of this server, unless the caller went away. */
function asRefused(error: unknown): unknown {
  return error instanceof UploadRefused || isBrokenOff(error)
    ? error
    : malformed('it is malformed, or not whole');
}

function malformed(reason: string): UploadRefused {
  const hint = 'Send a form with one part `file`, with the part `config` and the options in front of it.';
  const place = { path: ['file'], hint };
  return new UploadRefused(400, [problem('UPLOAD_UNREADABLE', { reason: `of the form, ${reason}` }, place)]);
}

const BROKEN_OFF = new Set([
  'ECONNRESET',
  'ERR_STREAM_PREMATURE_CLOSE',
  'FST_MP_PREMATURE_CLOSE',
  'ABORT_ERR',
]);

/** Whether a body ended as its connection did. */
export function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && BROKEN_OFF.has(String((error as NodeJS.ErrnoException).code));
}
