import { isUsableKey } from '../../kernel/idempotency-key';
import { type Problem, problem } from '../../kernel/problem';
import { readSettings } from '../../tracking-import/settings';
import { TIME_SPENT_FORMATS } from '../../tracking-import/time-spent';
import { readConfiguration } from '../configuration/read-configuration';
import { nearestName, shortened } from '../file-format';
import type { OrderedImport } from '../ordered';

/** What is sent beside a file: options by their names, and the configuration as text. */
export interface SentOrder {
  readonly options: Readonly<Record<string, string>>;
  readonly configuration: string | null;
  readonly idempotencyKey: string | null;
}

type Read<Value> = (text: string) => Value | undefined;

const oneOf =
  <const Word extends string>(words: readonly Word[]): Read<Word> =>
  (text) =>
    words.find((word) => word === text.toUpperCase());
const yesOrNo: Read<boolean> = (text) => ({ true: true, false: false })[text.toLowerCase()];
const percent: Read<number> = (text) => {
  const value = Number(text);
  return text !== '' && value >= 0 && value <= 100 ? value : undefined;
};
const scoreMax: Read<number> = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
const anything: Read<string> = (text) => text;

/** How each option is read, and what it is called where it cannot be. */
const OPTIONS = {
  writeMode: [oneOf(['REPLACE', 'MERGE']), 'REPLACE or MERGE'],
  errorPolicy: [
    oneOf(['REJECT_FAILED_ROWS', 'REJECT_EVERYTHING']),
    'REJECT_FAILED_ROWS or REJECT_EVERYTHING',
  ],
  olderRows: [oneOf(['OVERWRITE', 'SKIP']), 'OVERWRITE or SKIP'],
  dryRun: [yesOrNo, 'true or false'],
  ignoreUnsupported: [yesOrNo, 'true or false'],
  changeThreshold: [percent, 'a percentage from 0 to 100'],
  defaultScoreMax: [scoreMax, 'a whole number from 0'],
  dateTimeFormat: [anything, 'a date format'],
  timeZone: [anything, 'a time zone'],
  defaultTime: [anything, 'a time of day'],
  timeSpentFormat: [oneOf(TIME_SPENT_FORMATS), TIME_SPENT_FORMATS.join(', ')],
} as const satisfies Readonly<Record<string, readonly [Read<unknown>, string]>>;

type OptionName = keyof typeof OPTIONS;
type Options = { [Name in OptionName]?: NonNullable<ReturnType<(typeof OPTIONS)[Name][0]>> };

const NAMES = Object.keys(OPTIONS);

/**
 * What was ordered, or all that is wrong with it. An option stands above what the configuration says of the same.
 * Source: docs/rules/files.md, "Options".
 */
export function readOrder(
  sent: SentOrder,
): { readonly ordered: OrderedImport } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const options = readOptions(sent.options, problems);
  const { ignoreUnsupported = false } = options;
  const read =
    sent.configuration === null ? null : readConfiguration(sent.configuration, { ignoreUnsupported });
  if (read !== null && 'problems' in read) problems.push(...read.problems);
  if (sent.idempotencyKey !== null && !isUsableKey(sent.idempotencyKey)) {
    problems.push(problem('IDEMPOTENCY_KEY_INVALID', {}, { path: ['idempotencyKey'] }));
  }
  const configuration = read === null || 'problems' in read ? null : read.configuration;
  const ordered: OrderedImport = {
    kind: 'IMPORT',
    configuration,
    layout: null,
    ...present(options, ['writeMode', 'errorPolicy']),
    options: { ...configuration?.options, ...present(options, ['defaultScoreMax', 'olderRows']) },
    parameters: {
      ...configuration?.parameters,
      ...present(options, ['dateTimeFormat', 'timeZone', 'defaultTime', 'timeSpentFormat']),
    },
    dryRun: options.dryRun ?? false,
    changeThreshold: options.changeThreshold ?? null,
  };
  const { kind: _, configuration: __, layout: ___, dryRun: ____, changeThreshold: _____, ...input } = ordered;
  const settings = readSettings({ ...input, rows: [{}] });
  if ('problems' in settings) problems.push(...settings.problems);
  return problems.length > 0 ? { problems } : { ordered };
}

function readOptions(sent: Readonly<Record<string, string>>, problems: Problem[]): Options {
  const options: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(sent)) {
    const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name as OptionName] : undefined;
    const place = { path: [shortened(name)] };
    if (option === undefined) {
      const nearest = nearestName(name, NAMES);
      const hint = nearest === undefined ? {} : { hint: `Did you mean ${nearest}?` };
      const known = NAMES.join(', ');
      problems.push(problem('OPTION_UNKNOWN', { name: shortened(name), known }, { ...place, ...hint }));
      continue;
    }
    const [read, expected] = option;
    const value = read(text.trim());
    if (value === undefined) problems.push(problem('OPTION_INVALID', { name, expected }, place));
    else options[name] = value;
  }
  return options as Options;
}

function present<Name extends OptionName>(options: Options, names: readonly Name[]): Pick<Options, Name> {
  const given = names.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, options[name]])) as Pick<Options, Name>;
}
