import { randomInt } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { nextTurn } from '../event-loop/turns';
import { LimitExceeded } from './limit-exceeded';
import type { Limits } from './limits';
import { refuse } from './refusals';

/** Before a body is read: how it is encoded has to be known. */
export function refuseUnknownEncoding(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const encoding = request.headers['content-encoding'];
  if (isIdentity(encoding) || isGzip(encoding)) done();
  else void refuse(request, reply, 415, { reason: 'A body may be compressed by gzip, and by nothing else.' });
}

/** Unpacks a body that comes compressed. What it grows to is bounded like any other body. */
export function unpackBody(
  request: FastifyRequest,
  _reply: FastifyReply,
  payload: RequestPayload,
  done: (error: null, payload: RequestPayload) => void,
): void {
  if (!isGzip(request.headers['content-encoding'])) {
    done(null, payload);
    return;
  }
  // Fastify compares what was received with what the headers promise.
  const unpacked = Object.assign(createGunzip(), { receivedEncodedLength: 0 });
  payload.on('data', (chunk: Buffer) => {
    unpacked.receivedEncodedLength += chunk.length;
  });
  payload.on('error', (error) => unpacked.destroy(error));
  payload.pipe(unpacked);
  done(null, unpacked);
}

export function isIdentity(encoding: string | undefined): boolean {
  return encoding === undefined || encoding.trim().toLowerCase() === 'identity';
}

function isGzip(encoding: string | undefined): boolean {
  return /^(?:x-)?gzip$/i.test(encoding?.trim() ?? '');
}

/** About a thousand rows. */
const LARGE_BYTES = 256 * 1_024;

/**
 * Reads bodies of application/json. What one holds is counted before it is parsed: JSON.parse takes seconds for
 * 16 MiB of brackets or of names that are all different, and nothing else runs meanwhile.
 */
export function registerJsonBody(app: FastifyInstance, limits: Limits): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    refuseExcess(body, limits);
    if (body.length < LARGE_BYTES) {
      void parse(request, body.toString(), done);
    } else {
      // Counting, parsing and what comes after take many milliseconds each: others get their turn between them.
      void nextTurn().then(() =>
        parse(request, body.toString(), (error, value) => void nextTurn().then(() => done(error, value))),
      );
    }
  });
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COLON = 0x3a;
const IN_OBJECT = -1;
const NONE = -1;
/** Of this process alone, so that nobody can send different names that look the same to it. */
const MULTIPLIER = randomInt(2 ** 30, 2 ** 31) | 1;

/**
 * Counts by brackets and commas, whether the text is JSON or not. In UTF-8 no byte of a longer character can be
 * taken for one of them.
 */
function refuseExcess(json: Buffer, limits: Limits): void {
  /** For every open bracket the items so far, or IN_OBJECT. */
  const open: number[] = [];
  let items = IN_OBJECT;
  let longest = 0;
  let totalItems = 0;
  let values = 1;
  const names = new Set<number>();
  /** Where the last text begins, until it is found to be a name. */
  let text = NONE;
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case QUOTE:
        text = at + 1;
        for (at++; at < json.length && json[at] !== QUOTE; at++) if (json[at] === BACKSLASH) at++;
        break;
      case COLON:
        if (text !== NONE && names.add(digestOf(json, text)).size > limits.jsonNames) {
          throw new LimitExceeded('JSON_NAMES_TOO_MANY', limits.jsonNames);
        }
        text = NONE;
        break;
      case COMMA:
        values++;
        if (items !== IN_OBJECT) {
          items++;
          totalItems++;
          if (items > longest) longest = items;
        }
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (open.length === limits.jsonDepth) throw new LimitExceeded('JSON_TOO_DEEP', limits.jsonDepth);
        values++;
        open.push(items);
        items = json[at] === OPEN_LIST ? 1 : IN_OBJECT;
        if (items === 1) totalItems++;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        items = open.pop() ?? IN_OBJECT;
        break;
    }
  }
  if (longest > limits.listItems) throw new LimitExceeded('LIST_TOO_LONG', limits.listItems, longest);
  if (totalItems > limits.listItemsTotal) {
    throw new LimitExceeded('LIST_TOO_LONG', limits.listItemsTotal, totalItems);
  }
  if (values > limits.jsonValues) throw new LimitExceeded('JSON_VALUES_TOO_MANY', limits.jsonValues, values);
}

/** Of the text that begins there. */
function digestOf(json: Buffer, start: number): number {
  let digest = MULTIPLIER;
  for (let at = start; at < json.length && json[at] !== QUOTE; at++) {
    if (json[at] === BACKSLASH) at++;
    digest = Math.imul(digest ^ (json[at] ?? 0), MULTIPLIER) ^ (digest >>> 15);
  }
  return digest;
}
