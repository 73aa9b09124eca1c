import { badUserInput } from './bad-user-input';

type Argument = number | string | null | undefined;

/** An argument that names something, and what was sent for it. */
export interface GivenReference {
  readonly field: string;
  readonly value: number | string;
}

/** The one argument that is given, of several that name the same thing; none or more are refused. */
export function exactlyOne(args: Readonly<Record<string, Argument>>): GivenReference {
  const reference = atMostOne(args);
  if (reference === null) throw badUserInput(`Give one of ${Object.keys(args).join(' and ')}.`);
  return reference;
}

/** Null where none is given; more are refused. */
export function atMostOne(args: Readonly<Record<string, Argument>>): GivenReference | null {
  const given = Object.entries(args).flatMap(([field, value]) =>
    value === undefined || value === null ? [] : [{ field, value }],
  );
  if (given.length > 1) throw badUserInput(`Give only one of ${Object.keys(args).join(' and ')}.`);
  return given[0] ?? null;
}
