import {
  COLUMN_NAMES,
  type ColumnName,
  DELIMITERS,
  ENCODINGS,
  IGNORED_COLUMN,
  isColumnName,
  MAX_COLUMNS,
} from '../file-format';
import type { ConfigElement } from './element';
import type { ProviderSettings } from './import-configuration';
import {
  childrenOf,
  choice,
  expectEmpty,
  only,
  type Reading,
  refuseRepetition,
  refuseValue,
  textOf,
  yesOrNo,
} from './reading';

const PROVIDER = 'fileSystemSourceProvider';

const TAKES = {
  fileName: 'ONCE',
  path: 'ONCE',
  skipFirstLine: 'ONCE',
  autoDetectLineEndings: 'ONCE',
  columnsMapping: 'ONCE',
  fileEncoding: 'ONCE',
  delimiter: 'ONCE',
  dateFormat: 'ONCE',
} as const;

/** Where the vendor fetches a file from: here it is uploaded. */
const REMOTE = ['sftpHost', 'sftpLogin', 'sftpPassword', 'sftpFolder'];

const ENCODING_WORDS = Object.fromEntries(ENCODINGS.map((name) => [name, name]));

/** Reads what `providers` tells of the file; the defaults are the vendor's. */
export function readProvider(
  reading: Reading,
  providers: ConfigElement | undefined,
): ProviderSettings | null {
  if (providers === undefined) return null;
  const provider = only(
    childrenOf(reading, providers, { [PROVIDER]: 'ONCE' }, (name) => name.endsWith('Provider')),
    PROVIDER,
  );
  if (provider === undefined) return null;

  const children = childrenOf(reading, provider, TAKES, (name) => REMOTE.includes(name));
  // Read for their shape only. The file is the one that is uploaded, every kind of line end is recognised, and none of
  // the columns is a date without time, which dateFormat is about.
  for (const name of ['fileName', 'path', 'dateFormat']) textOf(reading, only(children, name));
  yesOrNo(reading, only(children, 'autoDetectLineEndings'));

  return {
    columnsMapping: readColumns(reading, only(children, 'columnsMapping')),
    skipFirstLine: yesOrNo(reading, only(children, 'skipFirstLine')) ?? true,
    encoding: choice(reading, only(children, 'fileEncoding'), ENCODING_WORDS) ?? 'UTF-8',
    delimiter: choice(reading, only(children, 'delimiter'), DELIMITERS) ?? DELIMITERS.semicolon,
  };
}

const COLUMNS = Object.fromEntries(COLUMN_NAMES.map((name) => [name, 'OFTEN'] as const));

function readColumns(reading: Reading, mapping: ConfigElement | undefined): readonly ColumnName[] | null {
  if (mapping === undefined) return null;
  childrenOf(reading, mapping, COLUMNS);
  if (mapping.children.length > MAX_COLUMNS) {
    refuseValue(reading, mapping, `a file has at most ${MAX_COLUMNS} columns`);
  }
  const columns: ColumnName[] = [];
  for (const child of mapping.children) {
    if (!isColumnName(child.name)) continue;
    expectEmpty(reading, child);
    if (child.name !== IGNORED_COLUMN && columns.includes(child.name))
      refuseRepetition(reading, mapping, child);
    columns.push(child.name);
  }
  return columns.length === 0 ? null : columns;
}
