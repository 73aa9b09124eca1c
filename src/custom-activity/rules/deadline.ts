import { readInstant } from '../../kernel/dates/date-reader';
import { problem } from '../../kernel/problem';
import { fine, type Judged } from './judged';

export interface SentDeadline {
  readonly deadline?: string | null;
  readonly clearDeadline?: boolean | null;
}

/** A deadline is an instant, past ones included; absent and null keep. Answers epoch milliseconds. */
export function judgeDeadline(sent: SentDeadline, before: number | null): Judged<number | null> {
  if (sent.deadline !== undefined && sent.deadline !== null) {
    const reading = readInstant(sent.deadline);
    if (reading.ok) return fine(reading.instant);
    const hint = `Correct the deadline: ${reading.reason}. Send for example 2030-08-28T18:50:01+04:00.`;
    return { value: before, problems: [problem('DEADLINE_INVALID', {}, { path: ['deadline'], hint })] };
  }
  return fine(sent.clearDeadline === true ? null : before);
}
