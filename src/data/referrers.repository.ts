import { wholeNumber } from './cells';
import type { Tx } from './database';
import { ActivityAssessmentEntity } from './entities/activity-assessment.entity';
import { ConsolidatedTrackingEntity } from './entities/consolidated-tracking.entity';
import { CustomActivityEntity } from './entities/custom-activity.entity';
import { ElementObjectiveEntity } from './entities/element-objective.entity';
import { NotificationEntity } from './entities/notification.entity';
import { ObjectiveAssessmentEntity } from './entities/objective-assessment.entity';
import { findBy } from './find-by';
import { chunks, placeholders } from './sql';
import { recordTable, type ValuesOf } from './table';

/** What refers to reference data, and is not reference data itself: only the columns that do. */
export const TRACKING_REFERENCES = recordTable(ConsolidatedTrackingEntity, 'registrationId', 'lovId');
type TrackingReference = ValuesOf<typeof TRACKING_REFERENCES>;
export const ACTIVITY_REFERENCES = recordTable(CustomActivityEntity, 'assessmentId');
export const ELEMENT_OBJECTIVES = recordTable(ElementObjectiveEntity, 'elementId', 'objectiveId');
export const ACTIVITY_RESULTS = recordTable(ActivityAssessmentEntity, 'learnerId', 'gradeId');
export const OBJECTIVE_RESULTS = recordTable(ObjectiveAssessmentEntity, 'learnerId', 'objectiveId');
export const NOTIFICATIONS = recordTable(NotificationEntity, 'learnerId');

/** How many rows of a table hold each of the ids in a column, which has an index. Ids that none holds are left out. */
export async function countReferrers(
  tx: Tx,
  siteId: number,
  { table, column }: { readonly table: string; readonly column: string },
  ids: Iterable<number>,
): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const chunk of chunks([...new Set(ids)])) {
    const rows = await tx.query(
      `SELECT ${column} AS id, COUNT(*) AS referrers FROM ${table}
       WHERE site_id = ? AND ${column} IN ${placeholders(chunk.length)} GROUP BY ${column}`,
      [siteId, ...chunk],
      { id: wholeNumber, referrers: wholeNumber },
    );
    for (const { id, referrers } of rows) counts.set(id, referrers);
  }
  return counts;
}

/** How many elements of each course have one of the learning objectives: by course, for pairs of the two. */
export async function countObjectiveUses(
  tx: Tx,
  siteId: number,
  pairs: readonly (readonly [courseId: number, objectiveId: number])[],
): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  const sql = `SELECT k.course_id AS courseId, COUNT(*) AS uses
    ${tx.dialect.fromKeys({ course_id: 'integer', objective_id: 'integer' })} element_objective eo
      ON eo.site_id = ? AND eo.objective_id = k.objective_id
    JOIN course_element e ON e.site_id = eo.site_id AND e.id = eo.element_id AND e.course_id = k.course_id
    GROUP BY k.course_id`;
  for (const chunk of chunks(pairs)) {
    const rows = await tx.prepared(sql, [JSON.stringify(chunk), siteId], {
      courseId: wholeNumber,
      uses: wholeNumber,
    });
    for (const { courseId, uses } of rows) counts.set(courseId, (counts.get(courseId) ?? 0) + uses);
  }
  return counts;
}

/** The keys of all tracking of these registrations. */
export function findTrackingOf(
  tx: Tx,
  siteId: number,
  registrationIds: readonly number[],
): Promise<TrackingReference[]> {
  const { name, columns } = TRACKING_REFERENCES;
  return findBy(tx, name, columns, siteId, columns.registrationId.name, registrationIds);
}
