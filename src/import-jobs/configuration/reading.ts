import { type Problem, problem } from '../../kernel/problem';
import { isBlank, trimmed } from '../../kernel/text';
import { nearestName, shortened } from '../file-format';
import type { ConfigElement, TextPlace } from './element';

/** A configuration that is being judged. All of its problems are told at once. */
export interface Reading {
  readonly placeAt: (offset: number) => TextPlace;
  readonly ignoreUnsupported: boolean;
  readonly problems: Problem[];
}

/** How often an element may stand in another. */
export type Takes = Readonly<Record<string, 'ONCE' | 'OFTEN'>>;

/** What the document is to those who read its problems. */
const DOCUMENT = 'the configuration';

/**
 * The children of an element that takes these, by name. Those that stand there too often, and all others, are
 * problems; what `isUnsupported` tells of is one of its own kind.
 */
export function childrenOf(
  reading: Reading,
  element: ConfigElement,
  takes: Takes,
  isUnsupported: (name: string) => boolean = () => false,
): ReadonlyMap<string, readonly ConfigElement[]> {
  if (element.value !== undefined && element.value !== null) {
    refuseValue(reading, element, 'it takes elements, and no text');
  }
  const found = new Map<string, ConfigElement[]>();
  for (const child of element.children) {
    if (Object.hasOwn(takes, child.name)) {
      const before = found.get(child.name) ?? [];
      if (takes[child.name] === 'ONCE' && before.length > 0) refuseRepetition(reading, element, child);
      found.set(child.name, [...before, child]);
    } else if (isUnsupported(child.name)) {
      refuseUnsupported(reading, child);
    } else {
      refuseUnknown(reading, element, child, Object.keys(takes));
    }
  }
  return found;
}

/** The one child of a name, where there is one; the first, where that is a problem. */
export function only(
  children: ReadonlyMap<string, readonly ConfigElement[]>,
  name: string,
): ConfigElement | undefined {
  return children.get(name)?.[0];
}

/** An element that is there by its name alone. */
export function expectEmpty(reading: Reading, element: ConfigElement): void {
  childrenOf(reading, element, {});
}

/** The text of an element; undefined where it is blank, not there or no text, which is a problem then. */
export function textOf(reading: Reading, element: ConfigElement | undefined): string | undefined {
  const value = scalarOf(reading, element);
  if (element === undefined || value === undefined) return undefined;
  if (typeof value === 'string') return trimmed(value);
  return refuseValue(reading, element, 'it takes text');
}

export function yesOrNo(reading: Reading, element: ConfigElement | undefined): boolean | undefined {
  const value = scalarOf(reading, element);
  if (element === undefined || value === undefined) return undefined;
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? trimmed(value).toLowerCase() : '';
  if (word === 'yes' || word === 'no') return word === 'yes';
  return refuseValue(reading, element, 'it takes yes or no');
}

const [MIN_INT, MAX_INT] = [-2_147_483_648, 2_147_483_647];

export function wholeNumber(reading: Reading, element: ConfigElement | undefined): number | undefined {
  const value = scalarOf(reading, element);
  if (element === undefined || value === undefined) return undefined;
  const digits = typeof value === 'boolean' ? '' : trimmed(String(value));
  const number = /^-?\d{1,10}$/.test(digits) ? Number(digits) : Number.NaN;
  // The sum turns -0 into 0.
  if (number >= MIN_INT && number <= MAX_INT) return number + 0;
  return refuseValue(reading, element, 'it takes a whole number of at most 32 bits');
}

/** What a word means, case aside. */
export function choice<Meaning>(
  reading: Reading,
  element: ConfigElement | undefined,
  meanings: Readonly<Record<string, Meaning>>,
): Meaning | undefined {
  const word = textOf(reading, element);
  if (element === undefined || word === undefined) return undefined;
  for (const [known, meaning] of Object.entries(meanings)) {
    if (known.toLowerCase() === word.toLowerCase()) return meaning;
  }
  return refuseValue(reading, element, `it takes one of ${Object.keys(meanings).join(', ')}`);
}

function scalarOf(
  reading: Reading,
  element: ConfigElement | undefined,
): string | number | boolean | undefined {
  if (element === undefined) return undefined;
  for (const child of element.children) refuseUnknown(reading, element, child, []);
  const { value } = element;
  if (value === undefined) return refuseValue(reading, element, 'it takes a value, and no members');
  if (value === null || (typeof value === 'string' && isBlank(value))) return undefined;
  return value;
}

export function refuseValue(reading: Reading, element: ConfigElement, reason: string): undefined {
  const value = element.value === undefined ? 'an object' : JSON.stringify(shown(element.value));
  tell(reading, element, (place) =>
    problem(
      'CONFIG_VALUE_INVALID',
      { name: shortened(element.name), value, reason, ...place },
      { path: element.path },
    ),
  );
  return undefined;
}

function shown(value: string | number | boolean | null): string | number | boolean | null {
  return typeof value === 'string' ? shortened(value) : value;
}

export function refuseRepetition(reading: Reading, parent: ConfigElement, element: ConfigElement): void {
  tell(reading, element, (place) =>
    problem(
      'CONFIG_ELEMENT_REPEATED',
      { name: shortened(element.name), parent: parentName(parent), ...place },
      { path: element.path },
    ),
  );
}

function refuseUnknown(
  reading: Reading,
  parent: ConfigElement,
  element: ConfigElement,
  known: readonly string[],
): void {
  const nearest = nearestName(element.name, known);
  const params = {
    name: shortened(element.name),
    parent: parentName(parent),
    known: known.length === 0 ? 'nothing' : known.join(', '),
  };
  tell(reading, element, (place) =>
    problem(
      'CONFIG_ELEMENT_UNKNOWN',
      { ...params, ...place },
      { path: element.path, ...(nearest === undefined ? {} : { hint: `Did you mean ${nearest}?` }) },
    ),
  );
}

/** What the configuration asks for and nobody will do, unless the caller knows. */
export function refuseUnsupported(reading: Reading, element: ConfigElement, name = element.name): void {
  if (reading.ignoreUnsupported) return;
  tell(reading, element, (place) =>
    problem('CONFIG_UNSUPPORTED', { name: shortened(name), ...place }, { path: element.path }),
  );
}

function parentName(parent: ConfigElement): string {
  return parent.name === '' ? DOCUMENT : shortened(parent.name);
}

/** More would not be read. */
const MAX_PROBLEMS = 50;

function tell(reading: Reading, element: ConfigElement, make: (place: TextPlace) => Problem): void {
  if (reading.problems.length < MAX_PROBLEMS) {
    reading.problems.push(make(reading.placeAt(element.offset)));
  }
}
