import { MAX_TEXT } from '../../data/entities/columns';
import { problem } from '../../kernel/problem';
import { characterCount, isWellFormedText, showsSomething } from '../../kernel/text';
import { fine, type Judged } from './judged';

/** Control characters, line and paragraph separators, bidirectional overrides, noncharacters. */
const NEVER_IN_A_TITLE = /[\p{Cc}\u2028\u2029\u202d\u202e\p{Noncharacter_Code_Point}]/u;
const LOOKS_LIKE_MARKUP = /<[\p{L}/!?]/u;

/** A title is stored trimmed; absent and null keep. `before` is null where nothing is stored. */
export function judgeTitle<Before extends string | null>(
  sent: string | null | undefined,
  before: Before,
): Judged<string | Before> {
  if (sent === undefined || sent === null) return fine(before);
  const title = sent.trim();
  if (title === before || isTitle(title)) return fine(title);
  return { value: before, problems: [problem('TITLE_INVALID', {}, { path: ['title'] })] };
}

function isTitle(trimmed: string): boolean {
  return (
    showsSomething(trimmed) &&
    !NEVER_IN_A_TITLE.test(trimmed) &&
    !LOOKS_LIKE_MARKUP.test(trimmed) &&
    isWellFormedText(trimmed) &&
    characterCount(trimmed) <= MAX_TEXT
  );
}
