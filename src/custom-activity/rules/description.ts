import { problem } from '../../kernel/problem';
import { RICH_TEXT_MAX_BYTES, type RichText, readRichText } from '../../kernel/rich-text';
import { fine, type Judged } from './judged';

/** A description as sent, and what reading it came to: cleaning takes time, so it is done once, before any lock. */
export interface ReadDescription {
  readonly sent: string;
  readonly text: RichText;
}

/** Null where the description is not given: absent and null keep. */
export function readDescription(sent: string | null | undefined): ReadDescription | null {
  return sent === undefined || sent === null ? null : { sent, text: readRichText(sent) };
}

/** A description is stored as sanitised HTML; blank text clears it. `before` is null where nothing is stored. */
export function judgeDescription(
  description: ReadDescription | null,
  before: string | null,
): Judged<string | null> {
  if (description === null || description.sent === before) return fine(before);
  const place = { path: ['description'] };
  const { text } = description;
  switch (text.kind) {
    case 'empty':
      return fine(null);
    case 'tooLong':
      return {
        value: before,
        problems: [problem('RICH_CONTENT_TOO_LONG', { max: RICH_TEXT_MAX_BYTES }, place)],
      };
    case 'invalid': {
      const hint = `Correct the fragment: ${text.reason}.`;
      return { value: before, problems: [problem('RICH_CONTENT_INVALID', {}, { ...place, hint })] };
    }
    case 'clean': {
      if (text.stripped.length === 0) return fine(text.html);
      const removed = text.stripped.join(', ');
      return { value: text.html, problems: [problem('RICH_CONTENT_STRIPPED', { removed }, place)] };
    }
  }
}
