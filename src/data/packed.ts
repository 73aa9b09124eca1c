import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';

/**
 * What is written and hardly ever read: a value as JSON, compressed beside the event loop, as a text in a column of the
 * type JSON. Megabytes of repetitive JSON stay below a server's packet limit so. A statement has to ask for it as a
 * text (`CAST(… AS CHAR)`), for drivers may have read it otherwise.
 */
export async function pack(value: unknown, { fast = false } = {}): Promise<string> {
  const level = fast ? constants.Z_BEST_SPEED : constants.Z_DEFAULT_COMPRESSION;
  const compressed = await promisify(gzip)(JSON.stringify(value), { level });
  return JSON.stringify(compressed.toString('base64'));
}

export async function unpack<Value>(packed: string): Promise<Value> {
  const base64 = JSON.parse(packed) as string;
  const json = await promisify(gunzip)(Buffer.from(base64, 'base64'));
  return JSON.parse(json.toString('utf8')) as Value;
}
