import { type Problem, problem } from '../../kernel/problem';
import type { ImportConfiguration } from './import-configuration';

/**
 * The problem of a configuration whose file has no header line and whose columns nobody tells. `firstLineIsHeader`
 * where the first line of the file was looked at, and is one or is none.
 */
export function missingColumns(
  { provider }: ImportConfiguration,
  firstLineIsHeader?: boolean,
): Problem | undefined {
  if ((provider?.columnsMapping ?? null) !== null) return undefined;
  const hasHeader = provider?.skipFirstLine === false ? false : (firstLineIsHeader ?? true);
  if (hasHeader) return undefined;
  const reason = 'the file has no header line that names its columns';
  return problem('CONFIG_INCOMPLETE', { name: 'columnsMapping', reason }, { path: ['columnsMapping'] });
}
