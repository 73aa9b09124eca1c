import { LRUCache } from 'lru-cache';
import { nextTurn } from '../../event-loop/turns';
import { type Problem, problem } from '../../kernel/problem';
import { RICH_TEXT_MAX_BYTES, type RichText, readRichText } from '../../kernel/rich-text/rich-text';
import { fine, type Judged } from './judged';

/** A description as sent, and what reading it came to: cleaning takes time, so it is done once, before any lock. */
export interface ReadDescription {
  readonly sent: string;
  readonly text: RichText;
}

const PLACE = { path: ['description'] };

/** A shorter text takes less than a millisecond. */
const LONG_CHARACTERS = 1_000;
/** Many updates of a list, and tries of one, send the same. */
const known = new LRUCache<string, RichText>({ max: 20 });

/** Null where the description is not given: absent and null keep. Others have their turn while a long one is read. */
export async function readDescription(sent: string | null | undefined): Promise<ReadDescription | null> {
  if (sent === undefined || sent === null) return null;
  const text = known.get(sent) ?? (await readInTurns(sent));
  known.set(sent, text);
  return { sent, text };
}

async function readInTurns(sent: string): Promise<RichText> {
  const reading = readRichText(sent);
  let step = reading.next();
  while (!step.done) {
    if (sent.length > LONG_CHARACTERS) await nextTurn();
    step = reading.next();
  }
  return step.value;
}

/** A description is stored as sanitised HTML; one in which nothing shows clears it. `before` is null where nothing is stored. */
export function judgeDescription(
  description: ReadDescription | null,
  before: string | null,
): Judged<string | null> {
  if (description === null || description.sent === before) return fine(before);
  const { text } = description;
  switch (text.kind) {
    case 'empty':
      return { value: null, problems: strippedProblems(text.stripped) };
    case 'tooLong':
      return {
        value: before,
        problems: [problem('RICH_CONTENT_TOO_LONG', { max: RICH_TEXT_MAX_BYTES }, PLACE)],
      };
    case 'invalid': {
      const hint = `Correct the fragment: ${text.reason}.`;
      return { value: before, problems: [problem('RICH_CONTENT_INVALID', {}, { ...PLACE, hint })] };
    }
    case 'clean':
      return { value: text.html, problems: strippedProblems(text.stripped) };
  }
}

function strippedProblems(stripped: readonly string[]): Problem[] {
  if (stripped.length === 0) return [];
  return [problem('RICH_CONTENT_STRIPPED', { removed: stripped.join(', ') }, PLACE)];
}
