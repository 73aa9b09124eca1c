import { type Cell, failed, loosely, readBoundedText, trim, value } from './cells';
import { CODES } from './codes';
import type { ImportParameters, TrackingStatus } from './types';

const OWN_WORDS: Readonly<Record<TrackingStatus, readonly string[]>> = {
  NOT_ATTEMPTED: ['notAttempted', 'not attempted', 'NOT_ATTEMPTED'],
  INCOMPLETE: ['incomplete'],
  COMPLETED: ['completed'],
  PASSED: ['passed'],
  FAILED: ['failed'],
  BROWSED: ['browsed'],
};

export interface StatusWords {
  readonly words: ReadonlyMap<string, TrackingStatus>;
  /** Indexes of the aliases that would mean a second status. */
  readonly ambiguous: readonly number[];
  /** Indexes of the aliases that are no storable text. */
  readonly invalid: readonly number[];
}

export function statusWords(table: ImportParameters['trackingStatus']): StatusWords {
  const aliases = (table ?? []).map(({ status, alias }) => ({ status, word: loosely(trim(alias)) }));
  const words = new Map<string, TrackingStatus>();
  for (const status of Object.keys(OWN_WORDS) as TrackingStatus[]) {
    const own = aliases.filter((each) => each.status === status);
    // A blank alias means the status's own name; a status with other aliases alone no longer answers to it.
    const keepsOwnName = own.length === 0 || own.some(({ word }) => word === '');
    if (keepsOwnName) for (const word of OWN_WORDS[status]) words.set(loosely(word), status);
  }
  const ambiguous: number[] = [];
  for (const [index, { status, word }] of aliases.entries()) {
    if (word === '') continue;
    const meaning = words.get(word);
    // Open: the problem stands at the later of two aliases, or at the alias that is another status's own name.
    if (meaning !== undefined && meaning !== status) ambiguous.push(index);
    else words.set(word, status);
  }
  const invalid = aliases.flatMap(({ word }, index) => {
    const isStorable = [...word].length <= 255 && !word.includes('\0') && word.isWellFormed();
    return isStorable ? [] : [index];
  });
  return { words, ambiguous, invalid };
}

export function readStatus(raw: unknown, words: StatusWords['words']): Cell<TrackingStatus> {
  const cell = readBoundedText(raw, 255);
  if (cell.kind !== 'value') return cell;
  const status = words.get(loosely(cell.value));
  return status === undefined ? failed(CODES.trackingStatusUnknown) : value(status);
}
