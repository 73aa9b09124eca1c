import type { StoredActivity } from '../../data/custom-activity.repository';
import type { LinkedObjective } from '../../data/linked-objective.repository';
import { formatInstant } from '../../kernel/dates/instants';
import type { Problem } from '../../kernel/problem';
import type { CourseObjectives } from './course-objectives';

/** Everything an update or a creation answers, as plain data: it is also what is kept for a retry. */
export interface ActivityReport {
  readonly kind: 'success' | 'warning' | 'error';
  readonly dryRun: boolean;
  /** True where this is the first answer under an idempotency key, given again. */
  readonly replayed?: boolean;
  /** How many are told of it, or would be; absent where nobody is. */
  readonly notifiedParticipants?: number;
  /** As stored afterwards; null on error. */
  readonly element: StoredActivity | null;
  readonly changes: readonly ActivityChange[];
  readonly problems: readonly Problem[];
}

export interface ActivityChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Nothing is stored. */
export function reportRefusedEdit(problems: readonly Problem[], dryRun: boolean): ActivityReport {
  return { kind: 'error', dryRun, element: null, changes: [], problems };
}

export function reportAcceptedEdit(
  element: StoredActivity | null,
  changes: readonly ActivityChange[],
  warnings: readonly Problem[],
  dryRun: boolean,
): ActivityReport {
  return { kind: warnings.length > 0 ? 'warning' : 'success', dryRun, element, changes, problems: warnings };
}

/** The fields that an edit can change, in the order in which changes are told. */
const FIELDS = [
  'parentId',
  'active',
  'title',
  'description',
  'deadline',
  'mandatory',
  'assessmentId',
  'maxScore',
  'assessmentVisible',
  'locked',
  'learningObjectiveAssessment',
  'allowStudentsSetCompletion',
] as const satisfies readonly (keyof StoredActivity)[];

type Content = Pick<StoredActivity, (typeof FIELDS)[number] | 'learningObjectives'>;

/** Field by field; learning objectives are a set, told in the order in which they are kept. */
export function changesBetween(before: Content, after: Content): ActivityChange[] {
  const changes: ActivityChange[] = FIELDS.filter((field) => before[field] !== after[field]).map((field) => ({
    field,
    before: asText(field, before[field]),
    after: asText(field, after[field]),
  }));
  if (before.learningObjectives !== after.learningObjectives) {
    changes.push(objectiveChange('learningObjectives', before.learningObjectives, after.learningObjectives));
  }
  return changes;
}

/** All that a new activity has; before there was nothing. */
export function changesFromNothing(after: Content): ActivityChange[] {
  const changes: ActivityChange[] = FIELDS.filter((field) => after[field] !== null).map((field) => ({
    field,
    before: null,
    after: asText(field, after[field]),
  }));
  if (after.learningObjectives.length > 0) {
    changes.push({ ...objectiveChange('learningObjectives', [], after.learningObjectives), before: null });
  }
  return changes;
}

/** Learning objectives that the course did not have. */
export function courseChanges({ before, added }: CourseObjectives): ActivityChange[] {
  if (added.length === 0) return [];
  return [objectiveChange('courseLearningObjectives', before, [...before, ...added])];
}

function objectiveChange(
  field: string,
  before: readonly LinkedObjective[],
  after: readonly LinkedObjective[],
): ActivityChange {
  const ids = (objectives: readonly LinkedObjective[]) =>
    JSON.stringify(objectives.map((objective) => objective.learningObjectiveId));
  return { field, before: ids(before), after: ids(after) };
}

function asText(field: (typeof FIELDS)[number], value: string | number | boolean | null): string | null {
  if (value === null) return null;
  return field === 'deadline' ? formatInstant(Number(value)) : String(value);
}
