import { fold } from '../kernel/fold';
import { isBlank, trimmed } from '../kernel/text';
import { TRACKING_STATUSES, type TrackingStatus } from '../kernel/tracking-status';

/** One entry of `parameters.trackingStatus`. */
export interface StatusAlias {
  readonly status: TrackingStatus;
  /** The caller's word for the status; blank: its own name. */
  readonly alias: string;
}

export interface StatusWords {
  /** The status that the cell means, or undefined. Case and surrounding blanks do not count. */
  read(word: string): TrackingStatus | undefined;
  /** What a cell may say, for an error text: own names in the vendor's spelling, aliases as the caller wrote them. */
  readonly accepted: readonly string[];
}

/** A word that would mean two statuses. */
export interface StatusWordConflict {
  /** The place in the alias table of the entry to blame: the later one of two, else the one that is an alias. */
  readonly index: number;
  /** The word as that entry has it, without surrounding blanks. */
  readonly word: string;
  readonly first: TrackingStatus;
  /** The status of the entry to blame. */
  readonly second: TrackingStatus;
}

/**
 * Compiles the words of the statuses. A status without a word of the caller answers to its own names (the vendor's
 * camelCase, its words apart, the enum's spelling), one with such words answers to these only, unless a blank alias
 * keeps the own names as well. Source: docs/rules/import.md, "Status words".
 */
export function compileStatusWords(
  aliases: readonly StatusAlias[],
):
  | { readonly ok: true; readonly words: StatusWords }
  | { readonly ok: false; readonly conflicts: readonly StatusWordConflict[] } {
  const ownNamed = TRACKING_STATUSES.filter((status) => answersToOwnName(status, aliases));
  const meanings = new Map<string, TrackingStatus>(
    ownNamed.flatMap((status) => ownNames(status).map((name) => [wordKey(name), status] as const)),
  );

  const conflicts: StatusWordConflict[] = [];
  aliases.forEach(({ status, alias }, index) => {
    if (isBlank(alias)) return;
    const holder = meanings.get(wordKey(alias));
    if (holder === undefined) meanings.set(wordKey(alias), status);
    else if (holder !== status)
      conflicts.push({ index, word: trimmed(alias), first: holder, second: status });
  });
  if (conflicts.length > 0) return { ok: false, conflicts };

  return { ok: true, words: { read: remembering(meanings), accepted: accepted(ownNamed, aliases) } };
}

/** An import repeats few words, in few spellings. */
const MAX_SPELLINGS = 1_000;

function remembering(meanings: ReadonlyMap<string, TrackingStatus>): StatusWords['read'] {
  const spellings = new Map<string, TrackingStatus>();
  return (word) => {
    const known = spellings.get(word);
    if (known !== undefined) return known;
    const status = meanings.get(wordKey(word));
    if (status !== undefined && spellings.size < MAX_SPELLINGS) spellings.set(word, status);
    return status;
  };
}

function answersToOwnName(status: TrackingStatus, aliases: readonly StatusAlias[]): boolean {
  const own = aliases.filter((entry) => entry.status === status);
  return own.length === 0 || own.some((entry) => isBlank(entry.alias));
}

/** The vendor's name first. */
function ownNames(status: TrackingStatus): readonly [string, ...string[]] {
  const spaced = status.toLowerCase().replaceAll('_', ' ');
  const camelCase = spaced.replace(/ ([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return [camelCase, spaced, status];
}

function accepted(ownNamed: readonly TrackingStatus[], aliases: readonly StatusAlias[]): readonly string[] {
  const shown = new Map<string, string>();
  for (const status of TRACKING_STATUSES) {
    const given = aliases.filter((entry) => entry.status === status && !isBlank(entry.alias));
    const words = [
      ...(ownNamed.includes(status) ? [ownNames(status)[0]] : []),
      ...given.map((entry) => entry.alias),
    ];
    for (const word of words) if (!shown.has(wordKey(word))) shown.set(wordKey(word), trimmed(word));
  }
  return [...shown.values()];
}

function wordKey(word: string): string {
  return fold(trimmed(word));
}
