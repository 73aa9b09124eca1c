import type { Tx } from '../../src/data/database';
import { ActivityAssessmentEntity } from '../../src/data/entities/activity-assessment.entity';
import { AssessmentGradeEntity } from '../../src/data/entities/assessment-grade.entity';
import { AssessmentScaleEntity } from '../../src/data/entities/assessment-scale.entity';
import { CourseElementEntity } from '../../src/data/entities/course-element.entity';
import { CourseObjectiveEntity } from '../../src/data/entities/course-objective.entity';
import { CustomActivityEntity } from '../../src/data/entities/custom-activity.entity';
import { ElementObjectiveEntity } from '../../src/data/entities/element-objective.entity';
import { LearnerEntity } from '../../src/data/entities/learner.entity';
import { LearningObjectiveEntity } from '../../src/data/entities/learning-objective.entity';
import { TrainingEntity } from '../../src/data/entities/training.entity';

const PRACTICE = 'first-aid-practice';

interface AcademyActivity {
  readonly syncKey: string;
  /** What the element gets when it is made; by default the next one that is free. */
  readonly id?: number;
  readonly courseSyncKey: string;
  readonly parentSyncKey: string | null;
  readonly title: string;
  readonly position: number;
  readonly scale?: string;
  readonly objectives?: readonly string[];
  readonly values?: Partial<CustomActivityEntity>;
}

/**
 * The activities of the academy as the documented operations find them. The vendor's samples name one by its id, and one
 * is assessed already: no operation makes an activity like that.
 */
export const ACADEMY_ACTIVITIES: readonly AcademyActivity[] = [
  {
    syncKey: 'first-aid-offline-assessment',
    id: 11939,
    courseSyncKey: 'hr-course-17',
    parentSyncKey: null,
    title: 'My Imported offline assessment',
    position: 3,
    values: { description: 'This offline assessment was imported.' },
  },
  {
    syncKey: 'first-aid-manikin',
    courseSyncKey: 'hr-course-17',
    parentSyncKey: null,
    title: 'Resuscitation',
    position: 2,
    objectives: ['FirstAidCompressions'],
    values: {
      description: '<p>Half an hour with the trainer.</p>',
      deadline: new Date('2025-06-20T15:00:00Z'),
    },
  },
  {
    syncKey: 'first-aid-kit',
    courseSyncKey: 'hr-course-17',
    parentSyncKey: PRACTICE,
    title: 'First-aid kit',
    position: 2,
    scale: 'Pass or fail',
  },
  {
    syncKey: 'first-aid-dressing',
    courseSyncKey: 'hr-course-17',
    parentSyncKey: PRACTICE,
    title: 'Dress a wound',
    position: 3,
    objectives: ['FirstAidDressing'],
    values: { learningObjectiveAssessment: 'OUTCOME_STATUS' },
  },
  {
    // Its scale is locked: a participant has a grade.
    syncKey: 'first-aid-practical-test',
    courseSyncKey: 'hr-course-17',
    parentSyncKey: PRACTICE,
    title: 'Practical test',
    position: 4,
    scale: 'Practice grades',
    objectives: ['CustomActivityLO1', 'FirstAidCompressions'],
    values: { deadline: new Date('2025-06-27T15:00:00Z'), mandatory: true },
  },
  {
    syncKey: 'data-protection-desk',
    courseSyncKey: 'hr-course-23',
    parentSyncKey: null,
    title: 'A look at your own desk',
    position: 1,
  },
];

const ASSESSED = { activity: 'first-aid-practical-test', login: 'amelie.dubois', grade: 'Good' };

/** Stores the activities as they are here, whatever became of them. */
export async function storeActivities({ manager }: Tx, siteId: number, now = new Date()): Promise<void> {
  for (const activity of ACADEMY_ACTIVITIES) {
    const { syncKey, title, position } = activity;
    const { id: courseId } = await manager.findOneByOrFail(TrainingEntity, {
      siteId,
      syncKey: activity.courseSyncKey,
    });
    const idOfElement = async (key: string) =>
      (await manager.findOneBy(CourseElementEntity, { siteId, syncKey: key }))?.id;
    const parentId =
      activity.parentSyncKey === null ? null : ((await idOfElement(activity.parentSyncKey)) ?? null);
    const place = { courseId, parentId, title, position, active: true, isDeleted: false, updatedAt: now };
    const stored = await idOfElement(syncKey);
    if (stored === undefined) {
      const id = activity.id === undefined ? {} : { id: activity.id };
      await manager.insert(CourseElementEntity, {
        siteId,
        syncKey,
        kind: 'CUSTOM_ACTIVITY',
        ...id,
        ...place,
      });
    } else await manager.update(CourseElementEntity, { siteId, id: stored }, place);
    const elementId = stored ?? activity.id ?? (await idOfElement(syncKey)) ?? 0;

    const scale =
      activity.scale === undefined
        ? null
        : await manager.findOneByOrFail(AssessmentScaleEntity, { siteId, title: activity.scale });
    await manager.delete(CustomActivityEntity, { siteId, elementId });
    await manager.insert(CustomActivityEntity, {
      siteId,
      elementId,
      mandatory: false,
      assessmentId: scale?.id ?? null,
      assessmentVisible: false,
      locked: false,
      learningObjectiveAssessment: 'DO_NOT_USE',
      allowStudentsSetCompletion: false,
      ...activity.values,
    });
    await manager.delete(ElementObjectiveEntity, { siteId, elementId });
    for (const [place, uniqueId] of (activity.objectives ?? []).entries()) {
      const { id: objectiveId } = await manager.findOneByOrFail(LearningObjectiveEntity, {
        siteId,
        uniqueId,
      });
      await manager.insert(ElementObjectiveEntity, { siteId, elementId, objectiveId, position: place });
      if (!(await manager.existsBy(CourseObjectiveEntity, { siteId, courseId, objectiveId }))) {
        await manager.insert(CourseObjectiveEntity, { siteId, courseId, objectiveId });
      }
    }
    if (syncKey === ASSESSED.activity && scale !== null)
      await assess(manager, siteId, elementId, scale.id, now);
  }
}

async function assess(
  manager: Tx['manager'],
  siteId: number,
  elementId: number,
  scaleId: number,
  updatedAt: Date,
): Promise<void> {
  const { id: learnerId } = await manager.findOneByOrFail(LearnerEntity, { siteId, login: ASSESSED.login });
  const { id: gradeId } = await manager.findOneByOrFail(AssessmentGradeEntity, {
    siteId,
    scaleId,
    title: ASSESSED.grade,
  });
  await manager.delete(ActivityAssessmentEntity, { siteId, elementId, learnerId });
  await manager.insert(ActivityAssessmentEntity, {
    ...{ siteId, elementId, learnerId, gradeId },
    status: 'COMPLETED',
    updatedAt,
  });
}
