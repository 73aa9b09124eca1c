import type { UserRecord } from '../../data/course-reference.repository';
import { type Problem, problem } from '../../kernel/problem';
import type { SentReference } from './sent-reference';

/** Check 2: who edits must be a user of this platform. */
export function judgeUser(reference: SentReference, user: UserRecord | undefined): Problem[] {
  const place = { path: [reference.field] };
  if (user === undefined) return [problem('USER_NOT_VALID', {}, place)];
  const problems: Problem[] = [];
  if (user.isExternal) problems.push(problem('USER_EXTERNAL', {}, place));
  if (user.isDeleted) problems.push(problem('USER_DELETED', {}, place));
  return problems;
}
