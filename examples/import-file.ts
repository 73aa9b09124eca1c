import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { StartupError } from '../src/startup-error';
import type { ApiAddress } from './call-api';
import { rest, tableOf } from './tables';

/** A job as the server tells it. */
export interface FileJob {
  readonly address: string;
  readonly state: string;
  readonly finishedAt: string | null;
  readonly summary: Readonly<Record<string, number>>;
}

/** A file of the examples, beside the sources also where these were built. */
export function exampleFile(name: string): string {
  const places = ['.', '../../examples'].map((up) => resolve(__dirname, up, 'files', name));
  const found = places.find((path) => existsSync(path));
  if (found === undefined) throw new StartupError(`examples/files/${name} is missing.`);
  return readFileSync(found, 'utf8');
}

/** Uploads a file with its configuration, and waits until its job has ended. */
export async function importFile(
  { url, key }: ApiAddress,
  { name, file, config }: { readonly name: string; readonly file: string; readonly config: string },
): Promise<{ readonly job: FileJob; readonly rejected: string }> {
  const headers = { authorization: `Bearer ${key}` };
  const body = new FormData();
  body.append('config', config);
  body.append('file', new Blob([file], { type: 'text/csv' }), name);
  const ask = async (address: string, init: RequestInit = {}) => {
    const response = await fetch(new URL(address, url), { ...init, headers });
    if (!response.ok) throw new StartupError(`${address} answered ${response.status}.`);
    return response.text();
  };
  let job: FileJob = JSON.parse(await ask('/imports', { method: 'POST', body }));
  while (job.finishedAt === null) {
    await pause(50);
    job = JSON.parse(await ask(job.address));
  }
  return { job, rejected: await ask(`${job.address}/rejected.csv`) };
}

const LINE_WIDTH = 6;
const ROW_WIDTH = 34;

/** The rows of rejected.csv: where they stood, what they were, and why they were rejected. */
export function rejectedTable(rejected: string, delimiter: string): string {
  const width = rest(LINE_WIDTH, ROW_WIDTH);
  const table = tableOf({ line: LINE_WIDTH, 'the row': ROW_WIDTH, 'why it was rejected': width });
  const rows: readonly string[][] = parse(rejected, { delimiter, fromLine: 2 });
  for (const row of rows) {
    const [line, code, message] = row.slice(-3);
    table.push([line, row.slice(0, -3).join(' '), `${code}: ${message}`]);
  }
  return table.toString();
}
