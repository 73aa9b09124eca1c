import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { crc32, createGunzip } from 'node:zlib';
import { type Entry, type Options, open, type ZipFile } from 'yauzl';
import { problem } from '../../kernel/problem';
import { UploadRefused } from './upload-refused';

export const PACKINGS = ['NONE', 'GZIP', 'ZIP'] as const;
export type Packing = (typeof PACKINGS)[number];

/** 2 GiB, but for the one byte that a column of whole numbers does not hold. */
export const MAX_FILE_BYTES = 2 ** 31 - 1;
/** What grows to more than so many times its size is no table. */
const MAX_RATIO = 100;
/** A short file of one letter may be packed more closely than that. */
const SMALL_BYTES = 1_024 * 1_024;

/** The bytes of a file as they were before they were packed. */
export async function* unpacked(bytes: AsyncIterable<Buffer>, packing: Packing): AsyncGenerator<Buffer> {
  if (packing === 'ZIP') yield* unzipped(bytes);
  else if (packing === 'GZIP') yield* gunzipped(bytes);
  else yield* bounded(bytes, () => Number.POSITIVE_INFINITY);
}

/** @param packedBytes how many there were so far */
async function* bounded(bytes: AsyncIterable<Buffer>, packedBytes: () => number): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > MAX_FILE_BYTES) {
      throw new UploadRefused(413, [
        problem('UPLOAD_TOO_LARGE', { max: MAX_FILE_BYTES }, { path: ['file'] }),
      ]);
    }
    if (total > SMALL_BYTES && total > MAX_RATIO * packedBytes()) {
      throw unreadable(`it grows to more than ${MAX_RATIO} times its size`);
    }
    yield chunk;
  }
}

async function* gunzipped(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let packed = 0;
  async function* counted() {
    for await (const chunk of bytes) {
      packed += chunk.length;
      yield chunk;
    }
  }
  const source = Readable.from(counted(), { objectMode: false });
  const gunzip = createGunzip();
  // Whichever of both fails, whoever reads is told.
  const done = pipeline(source, gunzip).catch((error: unknown) => gunzip.destroy(error as Error));
  try {
    yield* bounded(gunzip as AsyncIterable<Buffer>, () => packed);
    await done;
  } catch (error) {
    if (isZlibError(error)) throw unreadable('it is no gzip, or not whole');
    throw error;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

function isZlibError(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code?.startsWith('Z_') === true;
}

/** What is in a zip is told at its end: it has to be there in whole before the first byte is read. */
async function* unzipped(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'coursetrack-upload-'));
  const path = join(folder, 'file.zip');
  try {
    await pipeline(
      bounded(bytes, () => Number.POSITIVE_INFINITY),
      createWriteStream(path, { mode: 0o600 }),
    );
    yield* entryOf(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const openZip = promisify<string, Options, ZipFile>(open);

async function* entryOf(path: string): AsyncGenerator<Buffer> {
  let zip: ZipFile | undefined;
  try {
    zip = await openZip(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
    const entry = await onlyEntry(zip);
    const stream = await promisify(zip.openReadStream.bind(zip) as OpenEntry)(entry);
    let sum = 0;
    for await (const chunk of bounded(stream as AsyncIterable<Buffer>, () => entry.compressedSize)) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
    // Left to whoever reads an entry.
    if (sum !== entry.crc32) throw unreadable('it is damaged');
  } catch (error) {
    if (error instanceof UploadRefused) throw error;
    throw unreadable('it is no zip, or not whole');
  } finally {
    zip?.close();
  }
}

type OpenEntry = (entry: Entry, done: (error: Error | null, stream: Readable) => void) => void;

/** Folders do not count, nor what macOS puts beside a file. */
async function onlyEntry(zip: ZipFile): Promise<Entry> {
  const entries: Entry[] = [];
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.on('entry', (entry: Entry) => {
      if (!entry.fileName.endsWith('/') && !entry.fileName.startsWith('__MACOSX/')) entries.push(entry);
      if (entries.length > 1) resolve();
      else zip.readEntry();
    });
    zip.readEntry();
  });
  const [entry, second] = entries;
  if (entry === undefined || second !== undefined) throw unreadable('it has to hold one file, and no other');
  if (entry.isEncrypted()) throw unreadable('it is encrypted');
  if (entry.uncompressedSize > MAX_FILE_BYTES) {
    throw new UploadRefused(413, [problem('UPLOAD_TOO_LARGE', { max: MAX_FILE_BYTES }, { path: ['file'] })]);
  }
  return entry;
}

function unreadable(reason: string): UploadRefused {
  return new UploadRefused(400, [problem('UPLOAD_UNREADABLE', { reason }, { path: ['file'] })]);
}
