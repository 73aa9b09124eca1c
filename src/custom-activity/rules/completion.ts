import { problem } from '../../kernel/problem';
import { fine, type Judged } from './judged';

const PLACE = { path: ['allowStudentsSetCompletion'] };

/** True when participants may set their completion. The one field where absent means no; null keeps. */
export function judgeCompletion(
  sent: boolean | null | undefined,
  before: boolean,
  /** After the request, participants are assessed by a scale or score. */
  isAssessedOtherwise: boolean,
): Judged<boolean> {
  if (sent === undefined) {
    return before ? { value: false, problems: [problem('COMPLETION_RESET', {}, PLACE)] } : fine(false);
  }
  if (sent === true && isAssessedOtherwise) {
    return { value: true, problems: [problem('COMPLETION_NOT_USED', {}, PLACE)] };
  }
  return fine(sent ?? before);
}
