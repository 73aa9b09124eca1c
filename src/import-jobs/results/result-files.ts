import type { Database } from '../../data/database';
import type { ImportJobRecord } from '../../data/import-job.repository';
import { readJobFilePart } from '../../data/import-job-file.repository';
import { findRunProblemPages } from '../../data/run-problem.repository';
import type { Problem } from '../../kernel/problem';
import { APPENDED_COLUMNS } from '../csv/file-layout';
import { countOwnColumns, ownCells } from '../csv/own-cells';
import { startOfCsv, type WrittenFormat, writeCsvRow } from '../csv/write-csv';
import { orderedOf } from '../ordered';
import { unpackRejected } from './rejected-rows';

/** Of what no file tells another one: read by spreadsheets as well. */
const PLAIN: WrittenFormat = { encoding: 'UTF-8', delimiter: ',', lineEnd: '\r\n', hasByteOrderMark: false };

/**
 * The rejected rows in the partner's own columns, order, encoding, delimiter and words; nothing where none was read.
 * Source: docs/rules/files.md, "Result files".
 */
export async function* rejectedCsv(database: Database, job: ImportJobRecord): AsyncGenerator<Buffer> {
  const ordered = orderedOf(job);
  const layout = ordered.kind === 'IMPORT' ? ordered.layout : null;
  if (layout === null) return;
  yield startOfCsv(layout);
  if (layout.header !== null) {
    const own = layout.header.slice(0, countOwnColumns(layout.header));
    yield writeCsvRow([...own, ...APPENDED_COLUMNS], layout);
  }
  const { siteId, id } = job;
  for (let part = 0; ; ) {
    const from = part;
    const found = await database.read((tx) => readJobFilePart(tx, siteId, id, 'REJECTED', from));
    if (found === undefined) return;
    const lines = unpackRejected(found.bytes).map(({ line, cells, codes, messages }) =>
      writeCsvRow([...ownCells(cells, layout), String(line), codes, messages], layout),
    );
    yield Buffer.concat(lines);
    part = found.part + 1;
  }
}

/** Every problem of a job, one a row. */
export async function* problemsCsv(database: Database, job: ImportJobRecord): AsyncGenerator<Buffer> {
  yield writeCsvRow(['line', 'severity', 'code', 'cell', 'message', 'hint'], PLAIN);
  for await (const problems of problemsOf(database, job)) {
    const lines = problems.map(({ row, severity, code, path, message, hint }) =>
      writeCsvRow(
        [row === null ? '' : String(row), severity, code, cellOf(path), message, hint ?? ''],
        PLAIN,
      ),
    );
    yield Buffer.concat(lines);
  }
}

/** The path names the row by its number first, where what is wrong is no matter of the file. */
function cellOf(path: readonly string[]): string {
  return (path[0] === 'rows' ? path[2] : path.at(-1)) ?? '';
}

/** The same, one object a line. */
export async function* problemsJsonLines(database: Database, job: ImportJobRecord): AsyncGenerator<Buffer> {
  for await (const problems of problemsOf(database, job)) {
    const lines = problems.map(({ row, ...problem }) => `${JSON.stringify({ line: row, ...problem })}\n`);
    yield Buffer.from(lines.join(''));
  }
}

const PAGE = 1_000;

async function* problemsOf(
  database: Database,
  { siteId, id }: ImportJobRecord,
): AsyncGenerator<readonly Problem[]> {
  for (let after = 0; ; ) {
    const asked = { importId: id, limit: PAGE, after };
    const [page = []] = await database.read((tx) => findRunProblemPages(tx, siteId, [asked]));
    if (page.length === 0) return;
    yield page.map(({ problem }) => problem);
    after = page.at(-1)?.number ?? after;
  }
}
