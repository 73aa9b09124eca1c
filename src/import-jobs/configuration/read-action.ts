import { problem } from '../../kernel/problem';
import { TRACKING_STATUSES, type TrackingStatus } from '../../kernel/tracking-status';
import { COLUMN_NAMES, IGNORED_COLUMN, isColumnName, nearestName } from '../file-format';
import type { ConfigElement } from './element';
import type { ConfiguredField, ConfiguredOptions, ConfiguredParameters } from './import-configuration';
import {
  childrenOf,
  choice,
  only,
  type Reading,
  refuseRepetition,
  textOf,
  wholeNumber,
  yesOrNo,
} from './reading';

export const ACTION = 'createOrUpdateConsolidatedTrackingAction';

export interface ConfiguredAction {
  readonly fields: readonly ConfiguredField[] | null;
  readonly options: ConfiguredOptions;
  readonly parameters: ConfiguredParameters;
}

const NOTHING: ConfiguredAction = { fields: null, options: {}, parameters: {} };

/** Reads what is done with each row. */
export function readAction(reading: Reading, actions: ConfigElement): ConfiguredAction {
  // A misspelling of the action is no action of another kind.
  const isOther = (name: string) => name.endsWith('Action') && nearestName(name, [ACTION]) === undefined;
  const action = only(childrenOf(reading, actions, { [ACTION]: 'ONCE' }, isOther), ACTION);
  if (action === undefined) {
    const reason = 'there is nothing to do with the rows';
    reading.problems.push(problem('CONFIG_INCOMPLETE', { name: ACTION, reason }, { path: actions.path }));
    return NOTHING;
  }
  const children = childrenOf(reading, action, { options: 'ONCE', fields: 'ONCE', parameters: 'ONCE' });
  return {
    fields: readFields(reading, only(children, 'fields')),
    options: readOptions(reading, only(children, 'options')),
    parameters: readParameters(reading, only(children, 'parameters')),
  };
}

const FIELDS = Object.fromEntries(COLUMN_NAMES.map((name) => [name, 'OFTEN'] as const));

function readFields(reading: Reading, fields: ConfigElement | undefined): readonly ConfiguredField[] | null {
  if (fields === undefined) return null;
  childrenOf(reading, fields, FIELDS);
  const read = new Map<string, ConfiguredField>();
  for (const child of fields.children) {
    const { name } = child;
    if (!isColumnName(name)) continue;
    const mandatory = yesOrNo(reading, only(childrenOf(reading, child, { mandatory: 'ONCE' }), 'mandatory'));
    // It stands where the columns of the file were copied from the mapping.
    if (name === IGNORED_COLUMN) continue;
    if (read.has(name)) refuseRepetition(reading, fields, child);
    read.set(name, { name, mandatory: mandatory ?? false });
  }
  if (fields.children.length === 0) {
    const reason = 'fields names no column, so that none would be read';
    reading.problems.push(problem('CONFIG_INCOMPLETE', { name: 'a field', reason }, { path: fields.path }));
  }
  return [...read.values()];
}

function readOptions(reading: Reading, options: ConfigElement | undefined): ConfiguredOptions {
  if (options === undefined) return {};
  const children = childrenOf(reading, options, { defaultScoreMax: 'ONCE', olderRows: 'ONCE' });
  return given({
    defaultScoreMax: wholeNumber(reading, only(children, 'defaultScoreMax')),
    olderRows: choice(reading, only(children, 'olderRows'), {
      OVERWRITE: 'OVERWRITE',
      SKIP: 'SKIP',
    } as const),
  });
}

const PARAMETERS = {
  dateTimeFormat: 'ONCE',
  timeZone: 'ONCE',
  defaultTime: 'ONCE',
  timeSpentFormat: 'ONCE',
  trackingStatus: 'ONCE',
} as const;

/** The words of the vendor's exports, and those of the mutation. */
const TIME_SPENT_FORMATS = {
  rawSeconds: 'RAW_SECONDS',
  rawMinutes: 'RAW_MINUTES',
  'iso-8601': 'ISO_8601',
  padded: 'PADDED',
  paddedhh: 'PADDED_HH',
  RAW_SECONDS: 'RAW_SECONDS',
  RAW_MINUTES: 'RAW_MINUTES',
  ISO_8601: 'ISO_8601',
  PADDED_HH: 'PADDED_HH',
} as const;

function readParameters(reading: Reading, parameters: ConfigElement | undefined): ConfiguredParameters {
  if (parameters === undefined) return {};
  const children = childrenOf(reading, parameters, PARAMETERS);
  return given({
    dateTimeFormat: textOf(reading, only(children, 'dateTimeFormat')),
    timeZone: textOf(reading, only(children, 'timeZone')),
    defaultTime: textOf(reading, only(children, 'defaultTime')),
    timeSpentFormat: choice(reading, only(children, 'timeSpentFormat'), TIME_SPENT_FORMATS),
    trackingStatus: readAliases(reading, only(children, 'trackingStatus')),
  });
}

/** The statuses by the names of their elements: `notAttempted`. */
const STATUSES: ReadonlyMap<string, TrackingStatus> = new Map(
  TRACKING_STATUSES.map((status) => [
    status.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    status,
  ]),
);

const STATUS_ELEMENTS = Object.fromEntries([...STATUSES.keys()].map((name) => [name, 'OFTEN'] as const));

/** In the order of the configuration. An element without text means the own name, as a blank alias does. */
function readAliases(
  reading: Reading,
  words: ConfigElement | undefined,
): { status: TrackingStatus; alias: string }[] | undefined {
  if (words === undefined) return undefined;
  childrenOf(reading, words, STATUS_ELEMENTS);
  return words.children.flatMap((child) => {
    const status = STATUSES.get(child.name);
    return status === undefined ? [] : [{ status, alias: textOf(reading, child) ?? '' }];
  });
}

/** Only what was configured: a member that is not there takes the default of the mutation. */
function given<Members extends object>(
  members: Members,
): { [Name in keyof Members]?: NonNullable<Members[Name]> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Members]?: NonNullable<Members[Name]> };
}
