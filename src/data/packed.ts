import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, gunzip, gzip } from 'node:zlib';

/** A way to compress, beside the event loop. */
interface Codec {
  compress(json: string): Promise<Buffer>;
  decompress(compressed: Buffer): Promise<Buffer>;
}

/** For answers, which other versions and streams read. */
export const GZIP: Codec = { compress: promisify(gzip), decompress: promisify(gunzip) };

/** For what is written thousands of times for each time it is read: columns of numbers become half, in half the time. */
export const BROTLI: Codec = {
  compress: (json) => promisify(brotliCompress)(json, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  decompress: promisify(brotliDecompress),
};

/**
 * What is written and hardly ever read: a value as JSON, compressed, as a text in a column of the type JSON. Megabytes
 * of repetitive JSON stay below a server's packet limit so. A statement has to ask for it as a text
 * (`CAST(… AS CHAR)`), for drivers may have read it otherwise.
 */
export async function pack(value: unknown, codec: Codec): Promise<string> {
  const compressed = await codec.compress(JSON.stringify(value));
  return JSON.stringify(compressed.toString('base64'));
}

export async function unpack<Value>(packed: string, codec: Codec): Promise<Value> {
  const base64 = JSON.parse(packed) as string;
  const json = await codec.decompress(Buffer.from(base64, 'base64'));
  return JSON.parse(json.toString('utf8')) as Value;
}
