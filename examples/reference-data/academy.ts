import type { ReferenceRows } from '../../src/reference-data/reference-rows';

/**
 * A made-up academy: two trainings, three sessions and their learners, what its courses hold and who may edit them, as
 * the documented operations name them. In an empty database the order of the rows makes First aid course 1, the planner
 * user 2 and the practice grades scale 2: the vendor's sample requests name these.
 */
export const ACADEMY: ReferenceRows = {
  site: { name: 'Lighthouse Academy', useScore: false },
  organisations: [
    { syncKey: 'lighthouse', name: 'Lighthouse' },
    { syncKey: 'lighthouse-harbour', name: 'Harbour branch', parentSyncKey: 'lighthouse' },
    { syncKey: 'lighthouse-remote', name: 'Remote staff', parentSyncKey: 'lighthouse' },
  ],
  users: [{ syncKey: 'academy.guest' }, { syncKey: 'academy.planner', organisationSyncKeys: ['lighthouse'] }],
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
  scales: [
    { title: 'Pass or fail', grades: [{ title: 'Pass' }, { title: 'Fail' }] },
    {
      title: 'Practice grades',
      grades: [
        { title: 'Excellent', minPercent: 90, maxPercent: 100 },
        { title: 'Good', minPercent: 75, maxPercent: 90 },
        { title: 'Sufficient', minPercent: 50, maxPercent: 75 },
        { title: 'Insufficient', minPercent: 0, maxPercent: 50 },
      ],
    },
  ],
  courseElements: [
    {
      syncKey: 'first-aid-practice',
      courseSyncKey: 'hr-course-17',
      kind: 'FOLDER',
      title: 'Practice on site',
      position: 1,
    },
    {
      syncKey: 'first-aid-handout',
      courseSyncKey: 'hr-course-17',
      kind: 'OTHER',
      title: 'Handout: the recovery position',
      parentSyncKey: 'first-aid-practice',
      position: 1,
    },
  ],
  learners: [
    learner('amelie.dubois', 'E-1001', 'amelie.dubois@example.org', 'lighthouse-harbour', '2021-01-11'),
    learner('tomás.novák', 'E-1002', 'tomas.novak@example.org', 'lighthouse-harbour', '2021-03-01'),
    learner('yuki.tanaka', 'E-1003', 'yuki.tanaka@example.org', 'lighthouse-remote', '2021-09-20'),
    learner('fatou.diallo', 'E-1004', 'fatou.diallo@example.org', 'lighthouse-harbour', '2022-02-14'),
    learner('joão.silva', 'E-1005', 'joao.silva@example.org', 'lighthouse-remote', '2022-05-02'),
    learner('priya.raman', 'E-1006', 'priya.raman@example.org', 'lighthouse-remote', '2023-08-07'),
    // Two colleagues at the front desk share an address.
    learner('omar.haddad', 'E-1007', 'front.desk@example.org', 'lighthouse-harbour', '2022-11-21'),
    learner('chloe.martin', 'E-1008', 'front.desk@example.org', 'lighthouse-harbour', '2024-06-03'),
  ],
  trainings: [
    {
      guid: 'first-aid',
      pathCode: 'FIRST-AID',
      syncKey: 'hr-course-17',
      title: 'First aid at work',
      organisationSyncKey: 'lighthouse',
      objectivesEnabled: true,
    },
    {
      guid: 'data-protection',
      pathCode: 'DATA-PROTECTION',
      syncKey: 'hr-course-23',
      title: 'Data protection essentials',
      organisationSyncKey: 'lighthouse',
    },
  ],
  sessions: [
    session('first-aid-2025-spring', 'FIRST-AID', 'Spring 2025', '2025-03-01'),
    session('first-aid-2025-summer', 'FIRST-AID', 'Summer 2025', '2025-07-01'),
    session('data-protection-2025', 'DATA-PROTECTION', 'Year 2025', '2025-01-01', '2025-12-31'),
  ],
  lovs: [
    {
      guid: 'FA-BASICS-en-GB',
      code: 'FA-BASICS',
      title: 'First aid: the basics',
      trainingPathCodes: ['FIRST-AID'],
    },
    { guid: 'FA-CPR-en-GB', code: 'FA-CPR', title: 'Resuscitation', trainingPathCodes: ['FIRST-AID'] },
    {
      guid: 'FA-TEST-en-GB',
      code: 'FA-TEST',
      title: 'First aid: final test',
      trainingPathCodes: ['FIRST-AID'],
    },
    {
      guid: 'DP-BASICS-en-GB',
      code: 'DP-BASICS',
      title: 'Personal data at work',
      trainingPathCodes: ['DATA-PROTECTION'],
    },
    {
      guid: 'DP-QUIZ-en-GB',
      code: 'DP-QUIZ',
      title: 'Data protection quiz',
      kind: 'EASYQUIZZ',
      trainingPathCodes: ['DATA-PROTECTION'],
    },
    {
      guid: 'CK-CONFIDENTIAL-en-GB',
      code: 'CK-CONFIDENTIAL',
      title: 'Handling confidential information',
      provider: 'CROSSKNOWLEDGE',
      trainingPathCodes: ['DATA-PROTECTION'],
    },
  ],
  registrations: [
    ...registrations(
      'first-aid-2025-spring',
      'amelie.dubois',
      'tomás.novák',
      'yuki.tanaka',
      'fatou.diallo',
      'joão.silva',
      'omar.haddad',
      'chloe.martin',
    ),
    ...registrations('first-aid-2025-summer', 'priya.raman'),
    ...registrations('data-protection-2025', 'amelie.dubois', 'priya.raman', 'omar.haddad'),
  ],
};

function learner(
  login: string,
  refNumber: string,
  email: string,
  organisationSyncKey: string,
  since: string,
) {
  return { login, refNumber, email, organisationSyncKey, createdAt: new Date(`${since}T09:00:00Z`) };
}

/** Without an end it goes on, and its learners are told of updates. */
function session(guid: string, trainingPathCode: string, title: string, start: string, end?: string) {
  return {
    guid,
    trainingPathCode,
    title,
    startsAt: new Date(`${start}T00:00:00Z`),
    endsAt: end === undefined ? null : new Date(`${end}T23:59:59Z`),
  };
}

function registrations(sessionGuid: string, ...logins: string[]) {
  return logins.map((learnerLogin) => ({ learnerLogin, sessionGuid }));
}
