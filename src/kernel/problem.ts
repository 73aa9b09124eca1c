import { MESSAGES, type ProblemCode, type Severity } from './messages';

/** One thing to tell the caller; clients branch on `code`. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly message: string;
  /** Path of the input it is about, list indexes from 0; empty when it is about the whole request. */
  readonly path: readonly string[];
  /** The import row it is about, from 1; null elsewhere. */
  readonly row: number | null;
  readonly hint: string | null;
}

type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

type TextOf<Code extends ProblemCode> = (typeof MESSAGES)[Code]['text' | 'hint'];

/** The values that the texts of a code need: a missing one does not compile. */
export type ProblemParams<Code extends ProblemCode> = {
  readonly [Name in Placeholders<TextOf<Code>>]: string | number;
};

export interface ProblemPlace {
  readonly path: readonly string[];
  readonly row?: number;
  /** Replaces the catalogue's hint where more is known about this case. */
  readonly hint?: string;
  /** Replaces the catalogue's severity where what is a warning elsewhere refuses the input. */
  readonly severity?: Severity;
}

export function problem<Code extends ProblemCode>(
  code: Code,
  params: ProblemParams<Code>,
  place: ProblemPlace,
): Problem {
  const spec = MESSAGES[code];
  return {
    code,
    severity: place.severity ?? spec.severity,
    message: fill(spec.text, params),
    path: place.path,
    row: place.row ?? null,
    hint: place.hint ?? fill(spec.hint, params),
  };
}

/** A problem whose code is known only at run time, with the parameters that came with it. */
export function problemOf(
  found: { readonly code: ProblemCode; readonly params: Readonly<Record<string, string | number>> },
  place: ProblemPlace,
): Problem {
  return problem(found.code, found.params as never, place);
}

/** Nearly everything has no problem, and shares this list. */
export const NO_PROBLEMS: readonly Problem[] = Object.freeze([]);

/** The problems of all lists, in their order. */
export function allProblems(...lists: readonly (readonly Problem[])[]): readonly Problem[] {
  for (const list of lists) if (list.length > 0) return lists.flat();
  return NO_PROBLEMS;
}

export function isError(candidate: Problem): boolean {
  return candidate.severity === 'ERROR';
}

function fill(template: string, params: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(params[name] ?? placeholder));
}
