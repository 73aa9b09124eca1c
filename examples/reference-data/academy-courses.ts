import type { CourseRows } from '../../src/reference-data/course-rows';

const FIRST_AID = 'hr-course-17';
const DATA_PROTECTION = 'hr-course-23';
const PRACTICE = 'first-aid-practice';

/**
 * What is in the courses of the academy, and who may edit them, as the documented operations name them. In an empty
 * database the order of the rows makes First aid course 1, the planner user 2 and the practice grades scale 2: the
 * vendor's sample requests name these.
 */
export const ACADEMY_COURSES: CourseRows = {
  site: { useScore: false },
  users: [{ syncKey: 'academy.guest' }, { syncKey: 'academy.planner', organisationSyncKeys: ['lighthouse'] }],
  courses: [{ syncKey: FIRST_AID, objectivesEnabled: true }, { syncKey: DATA_PROTECTION }],
  scales: [
    { title: 'Pass or fail', grades: ['Pass', 'Fail'] },
    { title: 'Practice grades', grades: ['Excellent', 'Good', 'Sufficient', 'Insufficient'] },
  ],
  learningObjectives: [
    { uniqueId: 'FirstAid', title: 'First aid' },
    { uniqueId: 'FirstAidScene', title: 'At the scene', parentUniqueId: 'FirstAid' },
    { uniqueId: 'CustomActivityLO1', title: 'Makes the scene safe', parentUniqueId: 'FirstAidScene' },
    {
      uniqueId: 'CustomActivityLO2',
      title: 'Calls for help and says where and what',
      parentUniqueId: 'FirstAidScene',
    },
    { uniqueId: 'FirstAidCare', title: 'Care for the injured', parentUniqueId: 'FirstAid' },
    { uniqueId: 'FirstAidCompressions', title: 'Gives chest compressions', parentUniqueId: 'FirstAidCare' },
    { uniqueId: 'FirstAidDressing', title: 'Dresses a wound', parentUniqueId: 'FirstAidCare' },
    {
      uniqueId: 'FirstAidBurns',
      title: 'Cools a burn',
      parentUniqueId: 'FirstAidCare',
      isPublished: false,
    },
  ],
  elements: [
    {
      // The vendor's samples update it.
      syncKey: 'first-aid-offline-assessment',
      id: 11939,
      courseSyncKey: FIRST_AID,
      kind: 'CUSTOM_ACTIVITY',
      title: 'My Imported offline assessment',
      position: 3,
      activity: {
        description: 'This offline assessment was imported.',
        learningObjectiveAssessment: 'DO_NOT_USE',
        learningObjectiveIds: [],
      },
    },
    {
      syncKey: PRACTICE,
      courseSyncKey: FIRST_AID,
      kind: 'FOLDER',
      title: 'Practice on site',
      position: 1,
    },
    {
      syncKey: 'first-aid-handout',
      courseSyncKey: FIRST_AID,
      kind: 'OTHER',
      title: 'Handout: the recovery position',
      parentSyncKey: PRACTICE,
      position: 1,
    },
    {
      syncKey: 'first-aid-manikin',
      courseSyncKey: FIRST_AID,
      kind: 'CUSTOM_ACTIVITY',
      title: 'Resuscitation',
      parentSyncKey: null,
      position: 2,
      activity: {
        description: '<p>Half an hour with the trainer.</p>',
        deadline: new Date('2025-06-20T15:00:00Z'),
        mandatory: false,
        learningObjectiveAssessment: 'DO_NOT_USE',
        learningObjectiveIds: ['FirstAidCompressions'],
      },
    },
    {
      syncKey: 'first-aid-kit',
      courseSyncKey: FIRST_AID,
      kind: 'CUSTOM_ACTIVITY',
      title: 'First-aid kit',
      parentSyncKey: PRACTICE,
      position: 2,
      activity: { scaleTitle: 'Pass or fail', maxScore: null, mandatory: false },
    },
    {
      syncKey: 'first-aid-dressing',
      courseSyncKey: FIRST_AID,
      kind: 'CUSTOM_ACTIVITY',
      title: 'Dress a wound',
      parentSyncKey: PRACTICE,
      position: 3,
      activity: {
        learningObjectiveAssessment: 'OUTCOME_STATUS',
        learningObjectiveIds: ['FirstAidDressing'],
      },
    },
    {
      // Assessed below: its scale is locked.
      syncKey: 'first-aid-practical-test',
      courseSyncKey: FIRST_AID,
      kind: 'CUSTOM_ACTIVITY',
      title: 'Practical test',
      parentSyncKey: PRACTICE,
      position: 4,
      activity: {
        deadline: new Date('2025-06-27T15:00:00Z'),
        mandatory: true,
        scaleTitle: 'Practice grades',
        maxScore: null,
        learningObjectiveIds: ['CustomActivityLO1', 'FirstAidCompressions'],
      },
    },
    {
      syncKey: 'data-protection-desk',
      courseSyncKey: DATA_PROTECTION,
      kind: 'CUSTOM_ACTIVITY',
      title: 'A look at your own desk',
      position: 1,
      activity: { deadline: null, mandatory: false },
    },
  ],
  activityAssessments: [
    {
      elementSyncKey: 'first-aid-practical-test',
      learnerLogin: 'amelie.dubois',
      status: 'COMPLETED',
      grade: 'Good',
    },
  ],
};
