import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { errorCode, StartupError } from '../src/startup-error';

/** The columns of the Open University Learning Analytics Dataset that are read, under their own names. */
const COLUMNS = {
  'courses.csv': ['code_module', 'code_presentation', 'module_presentation_length'],
  'assessments.csv': ['code_module', 'code_presentation', 'id_assessment'],
  'vle.csv': ['id_site', 'code_module'],
  'studentRegistration.csv': ['code_module', 'code_presentation', 'id_student'],
  'studentAssessment.csv': ['id_assessment', 'id_student', 'date_submitted', 'score'],
} as const;

type FileName = keyof typeof COLUMNS;
export type OuladRow<Name extends FileName> = Readonly<Record<(typeof COLUMNS)[Name][number], string>>;
export type OuladFiles = { readonly [Name in FileName]: readonly OuladRow<Name>[] };

/** Throws `StartupError` when the folder, a file or a column is missing, or a file is no CSV. */
export function readOuladFiles(folder: string): OuladFiles {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new StartupError(`There is no folder ${folder}.`);
  }
  return {
    'courses.csv': readRows(folder, 'courses.csv'),
    'assessments.csv': readRows(folder, 'assessments.csv'),
    'vle.csv': readRows(folder, 'vle.csv'),
    'studentRegistration.csv': readRows(folder, 'studentRegistration.csv'),
    'studentAssessment.csv': readRows(folder, 'studentAssessment.csv'),
  };
}

function readRows<Name extends FileName>(folder: string, name: Name): OuladRow<Name>[] {
  const file = join(folder, name);
  const [header = [], ...lines] = parseCsv(file);
  const missing = COLUMNS[name].filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new StartupError(`The first line of ${file} does not name the column ${missing.join(', ')}.`);
  }
  const columns = COLUMNS[name].map((column) => [column, header.indexOf(column)] as const);
  return lines.map(
    (line) => Object.fromEntries(columns.map(([column, at]) => [column, line[at] ?? ''])) as OuladRow<Name>,
  );
}

function parseCsv(file: string): string[][] {
  const text = readText(file);
  try {
    return parse(text, { bom: true, skip_empty_lines: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new StartupError(`${file} cannot be read as CSV: ${error.message}`, { cause: error });
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    throw new StartupError(
      code === 'ENOENT' ? `The file ${file} is missing.` : `Cannot read ${file} (${code}).`,
      {
        cause: error,
      },
    );
  }
}
