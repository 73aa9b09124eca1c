import { MAX_TEXT } from '../../data/entities/columns';
import { problem } from '../../kernel/problem';
import { characterCount, isWellFormedText } from '../../kernel/text';
import { fine, type Judged } from './judged';

const NEVER_IN_A_TITLE = /[\p{Cc}<>]/u;
/** Anything but blanks and characters without a shape of their own, such as the zero width space. */
const VISIBLE = /[^\s\p{Cf}]/u;

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
    VISIBLE.test(trimmed) &&
    !NEVER_IN_A_TITLE.test(trimmed) &&
    isWellFormedText(trimmed) &&
    characterCount(trimmed) <= MAX_TEXT
  );
}
