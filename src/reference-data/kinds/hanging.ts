import { ACTIVITY_RESULTS, NOTIFICATIONS, OBJECTIVE_RESULTS } from '../../data/referrers.repository';
import type { RecordTable } from '../../data/table';
import type { Hanging } from '../record-kind';

export function hangsOn<Values>(
  what: string,
  { name, columns }: RecordTable<Values>,
  property: keyof Values,
): Hanging {
  return { what, table: name, column: columns[property].name };
}

/** What hangs on the participants of activities. */
export const OF_PARTICIPANTS: readonly Hanging[] = [
  hangsOn('assessments', ACTIVITY_RESULTS, 'learnerId'),
  hangsOn('assessments of learning objectives', OBJECTIVE_RESULTS, 'learnerId'),
  hangsOn('notifications', NOTIFICATIONS, 'learnerId'),
];
