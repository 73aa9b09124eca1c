import type { CourseRecord, ElementRecord } from '../../data/course-reference.repository';
import { type Problem, problem } from '../../kernel/problem';
import type { SentReference } from './sent-reference';

/** Check 6: the element must be a custom activity of the course. */
export function judgeElement(
  reference: SentReference,
  element: ElementRecord | undefined,
  /** Undefined where the course is not known: what depends on it is not judged. */
  course: CourseRecord | undefined,
): Problem[] {
  const place = { path: [reference.field] };
  if (element === undefined) return [problem('ELEMENT_NOT_FOUND', {}, place)];
  const problems: Problem[] = [];
  if (element.isDeleted) problems.push(problem('ELEMENT_DELETED', {}, place));
  if (course !== undefined && element.courseId !== course.id) {
    problems.push(problem('ELEMENT_NOT_IN_COURSE', {}, place));
  }
  if (element.kind !== 'CUSTOM_ACTIVITY') problems.push(problem('ELEMENT_NOT_CUSTOM_ACTIVITY', {}, place));
  return problems;
}
