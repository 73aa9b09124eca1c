import type { Database } from '../../data/database';
import type { ImportJobRecord } from '../../data/import-job.repository';
import { readJobFilePart } from '../../data/import-job-file.repository';
import { problem } from '../../kernel/problem';
import { FileUnreadable } from '../csv/file-unreadable';

/** Every part of an upload but the last one is as long: a place in the file tells its part. */
export const PART_BYTES = 1_024 * 1_024;

/** The bytes of the file of a job from a place on, part by part. Throws FileUnreadable where not all of it is there. */
export async function* bytesOfJob(
  database: Database,
  { siteId, id, fileBytes }: Pick<ImportJobRecord, 'siteId' | 'id' | 'fileBytes'>,
  from: number,
): AsyncGenerator<Buffer> {
  let next = Math.floor(from / PART_BYTES);
  let skipped = from - next * PART_BYTES;
  while (next * PART_BYTES < fileBytes) {
    const wanted = next;
    const found = await database.read((tx) => readJobFilePart(tx, siteId, id, 'UPLOAD', wanted));
    // What is half removed is not to pass for the end of the file.
    if (found?.part !== wanted) throw new FileUnreadable(problem('JOB_FILE_GONE', {}, { path: [] }));
    yield found.bytes.subarray(skipped);
    skipped = 0;
    next = wanted + 1;
  }
}
