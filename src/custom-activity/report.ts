import type { LinkedObjective, StoredActivity } from '../data/custom-activity.repository';
import { formatInstant } from '../kernel/dates';
import type { Problem } from '../kernel/problem';

/** Everything an update answers, as plain data: it is also what is kept for a retry. */
export interface UpdateReport {
  readonly kind: 'success' | 'warning' | 'error';
  readonly dryRun: boolean;
  /** As stored after the update; null on error. */
  readonly element: StoredActivity | null;
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
}

export interface Change {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Nothing is stored. */
export function reportError(problems: readonly Problem[], dryRun: boolean): UpdateReport {
  return { kind: 'error', dryRun, element: null, changes: [], problems };
}

export function reportUpdate(
  element: StoredActivity | null,
  changes: readonly Change[],
  warnings: readonly Problem[],
  dryRun: boolean,
): UpdateReport {
  return { kind: warnings.length > 0 ? 'warning' : 'success', dryRun, element, changes, problems: warnings };
}

/** The fields that an update can change, in the order in which changes are told. */
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
export function changesBetween(before: Content, after: Content): Change[] {
  const changes: Change[] = FIELDS.filter((field) => before[field] !== after[field]).map((field) => ({
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
export function changesFromNothing(after: Content): Change[] {
  const changes: Change[] = FIELDS.filter((field) => after[field] !== null).map((field) => ({
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
export function courseChange(
  before: readonly LinkedObjective[],
  added: readonly LinkedObjective[],
): Change[] {
  if (added.length === 0) return [];
  return [objectiveChange('courseLearningObjectives', before, [...before, ...added])];
}

function objectiveChange(
  field: string,
  before: readonly LinkedObjective[],
  after: readonly LinkedObjective[],
): Change {
  const ids = (objectives: readonly LinkedObjective[]) =>
    JSON.stringify(objectives.map((objective) => objective.learningObjectiveId));
  return { field, before: ids(before), after: ids(after) };
}

function asText(field: (typeof FIELDS)[number], value: string | number | boolean | null): string | null {
  if (value === null) return null;
  return field === 'deadline' ? formatInstant(Number(value)) : String(value);
}
