import type { CourseRecord } from '../../data/course-reference.repository';
import { type Problem, problem } from '../../kernel/problem';
import type { SentReference } from './sent-reference';

/** Check 3: the course must be open to editing. */
export function judgeCourse(reference: SentReference, course: CourseRecord | undefined): Problem[] {
  const place = { path: [reference.field] };
  if (course === undefined) return [problem('COURSE_NOT_FOUND', {}, place)];
  const problems: Problem[] = [];
  if (course.isExternal) problems.push(problem('COURSE_EXTERNAL', {}, place));
  if (course.isDeleted) problems.push(problem('COURSE_DELETED', {}, place));
  if (course.isArchived) problems.push(problem('COURSE_ARCHIVED', {}, place));
  return problems;
}
