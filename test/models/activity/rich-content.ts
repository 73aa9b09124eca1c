/**
 * The decision about a description. The model parses no HTML: what a text is, is known to whoever made it, and comes
 * along with the input.
 */
import { type Problem, problem } from './world';

export const MOST_BYTES = 65_535;

export type Content =
  /** Badly formed, document structure, or nothing left of an element with content. */
  | { readonly is: 'INVALID' }
  /** As sent or as it would be stored. */
  | { readonly is: 'TOO_LONG' }
  /** Nothing in it shows. */
  | { readonly is: 'EMPTY'; readonly isStripped: boolean }
  | { readonly is: 'CONTENT'; readonly stored: string; readonly isStripped: boolean };

export interface JudgedDescription {
  /** Undefined keeps. */
  readonly value: string | null | undefined;
  readonly problems: readonly Problem[];
}

export function judgeDescription(
  text: string | null | undefined,
  content: Content | null,
): JudgedDescription {
  if (text === undefined || text === null) return { value: undefined, problems: [] };
  if (text === '') return { value: null, problems: [] };
  if (content === null)
    throw new Error(`The model is not told what is in the description ${text.slice(0, 80)}`);
  switch (content.is) {
    case 'INVALID':
      return { value: undefined, problems: [problem('RICH_CONTENT_INVALID', 'description')] };
    case 'TOO_LONG':
      return { value: undefined, problems: [problem('RICH_CONTENT_TOO_LONG', 'description')] };
    case 'EMPTY':
      return { value: null, problems: stripped(content.isStripped) };
    case 'CONTENT':
      return { value: content.stored, problems: stripped(content.isStripped) };
  }
}

/** A warning is given again where the retry changes nothing. */
function stripped(isStripped: boolean): Problem[] {
  return isStripped ? [problem('RICH_CONTENT_STRIPPED', 'description')] : [];
}
