import type { StoredActivity } from '../../data/custom-activity.repository';
import type { Problem } from '../../kernel/problem';
import {
  type ActivityChange,
  type ActivityReport,
  reportAcceptedEdit,
  reportRefusedEdit,
} from '../editing/activity-report';

/** A dry run tells of an element that is not there: the report has its changes, and no element. */
export interface CreationReport extends ActivityReport {
  /** Null on error, and on a dry run that would make one. */
  readonly syncKey: string | null;
}

/** Nothing is stored. */
export function reportRefusedCreation(problems: readonly Problem[], dryRun: boolean): CreationReport {
  return { ...reportRefusedEdit(problems, dryRun), syncKey: null };
}

export function reportCreated(
  element: StoredActivity,
  changes: readonly ActivityChange[],
  warnings: readonly Problem[],
): CreationReport {
  return { ...reportAcceptedEdit(element, changes, warnings, false), syncKey: element.syncKey };
}

export function reportDryCreation(
  syncKey: string | null,
  changes: readonly ActivityChange[],
  warnings: readonly Problem[],
): CreationReport {
  return { ...reportAcceptedEdit(null, changes, warnings, true), syncKey };
}
