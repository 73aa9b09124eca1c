import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, gunzip, gzip } from 'node:zlib';

/** A way to compress, beside the event loop. */
interface Codec {
  compress(bytes: string | Uint8Array): Promise<Buffer>;
  decompress(compressed: Buffer): Promise<Buffer>;
}

/** For answers, which other versions and streams read. */
export const GZIP: Codec = { compress: promisify(gzip), decompress: promisify(gunzip) };

/** For what is written thousands of times for each time it is read: columns of numbers become half, in half the time. */
export const BROTLI: Codec = {
  compress: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  decompress: promisify(brotliDecompress),
};

/**
 * What is written and hardly ever read: a value as JSON, compressed, as a text in a column of the type JSON. Megabytes
 * of repetitive JSON stay below a server's packet limit so. A statement has to ask for it as a text
 * (`CAST(… AS CHAR)`), for drivers may have read it otherwise.
 */
export function pack(value: unknown, codec: Codec): Promise<string> {
  return packBytes(JSON.stringify(value), codec);
}

export async function unpack<Value>(packed: string, codec: Codec): Promise<Value> {
  return JSON.parse((await unpackBytes(packed, codec)).toString('utf8')) as Value;
}

/** The same for bytes as they are. */
export async function packBytes(bytes: string | Uint8Array, codec: Codec): Promise<string> {
  return JSON.stringify((await codec.compress(bytes)).toString('base64'));
}

export function unpackBytes(packed: string, codec: Codec): Promise<Buffer> {
  return codec.decompress(Buffer.from(JSON.parse(packed) as string, 'base64'));
}
