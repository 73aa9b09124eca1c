import type { Names } from './two-sites';

export type Variables = Readonly<Record<string, unknown>>;

/**
 * Of every query and mutation, the variables of a call on a site of `two-sites.ts` that succeeds, and that changes
 * something where it can. Tests fail on an operation that is not here.
 */
export const CALLS: Readonly<Record<string, (names: Names) => Variables>> = {
  apiKeys: () => ({}),
  assessmentScales: ({ courseId }) => ({ courseId }),
  auditLog: () => ({}),
  consolidatedTracking: () => ({}),
  courseElements: ({ courseId }) => ({ courseId }),
  customActivity: ({ elementId }) => ({ elementId }),
  deletedTracking: () => ({}),
  cancelImportJob: ({ queuedJobId }) => ({ jobId: queuedJobId }),
  importJob: ({ jobId }) => ({ jobId }),
  importJobs: () => ({}),
  importRun: ({ importId }) => ({ importId }),
  learner: ({ candidateLogin }) => ({ login: candidateLogin }),
  learners: () => ({}),
  learningObjectVersion: ({ lovGuid }) => ({ guid: lovGuid }),
  learningObjectVersions: () => ({}),
  organisations: () => ({}),
  registration: ({ registrationId }) => ({ registrationId }),
  registrations: () => ({}),
  session: ({ sessionId }) => ({ sessionId }),
  sessions: () => ({}),
  training: ({ trainingId }) => ({ trainingId }),
  trainings: () => ({}),
  users: () => ({}),
  importRuns: () => ({}),
  learningObjectives: () => ({}),
  messageCatalogue: () => ({}),
  notifications: () => ({}),
  assessCustomActivity: (names) => ({
    input: {
      courseId: names.courseId,
      elementId: names.elementId,
      userId: names.userId,
      results: [
        {
          learnerId: names.participantId,
          status: 'COMPLETED',
          gradeId: names.gradeId,
          objectives: [{ learningObjectiveId: names.assessedObjectiveId, outcome: 'MEETS' }],
        },
      ],
    },
  }),
  createApiKey: ({ userId }) => ({
    input: { name: 'new-partner', scopes: ['KEYS_ADMIN'], userIds: [userId] },
  }),
  webhook: () => ({}),
  setWebhook: () => ({ input: { url: 'http://127.0.0.1:9/other', rotate: true } }),
  testWebhook: () => ({}),
  createSite: () => ({ name: 'New site', firstKey: { name: 'first', scopes: ['KEYS_ADMIN'] } }),
  createCustomActivity: (names) => ({
    input: {
      courseId: names.courseId,
      userId: names.userId,
      parentId: names.folderId,
      title: 'New',
      assessmentId: names.scaleId,
      learningObjectives: [{ learningObjectiveId: names.newObjectiveId }],
    },
  }),
  deleteCustomActivity: ({ courseId, elementId, userId }) => ({
    input: { courseId, elementId, userId, reason: 'Given up' },
  }),
  eraseLearner: ({ candidateLogin }) => ({ input: { candidateLogin } }),
  importConsolidatedTracking: (names) => ({
    input: {
      rows: [
        {
          candidateEmail: names.candidateEmail,
          candidateLogin: names.candidateLogin,
          candidateRefNumber: names.candidateRefNumber,
          lovCode: names.lovCode,
          lovGuid: names.lovGuid,
          sessionGuid: names.sessionGuid,
          sessionId: names.sessionId,
          sessionTitle: names.sessionTitle,
          trainingGuid: names.trainingGuid,
          trainingId: names.trainingId,
          trainingPathCode: names.trainingPathCode,
          score: 60,
        },
      ],
    },
  }),
  loadReferenceData: (names) => ({
    input: {
      organisations: [{ syncKey: names.organisationSyncKey, name: 'Changed' }],
      users: [{ syncKey: names.userSyncKey, organisationSyncKeys: [names.organisationSyncKey] }],
      learners: [{ login: names.candidateLogin, organisationSyncKey: names.organisationSyncKey }],
      learningObjectives: [{ uniqueId: names.newObjectiveId, title: 'Changed' }],
      trainings: [
        { guid: names.courseGuid, title: 'Changed', learningObjectiveIds: [names.assessedObjectiveId] },
      ],
      sessions: [{ guid: names.sessionGuid, trainingGuid: names.trainingGuid, title: 'Changed' }],
      lovs: [{ guid: names.lovGuid, code: 'L-CHANGED', trainingGuids: [names.trainingGuid] }],
      memberships: [{ trainingGuid: names.trainingGuid, lovGuid: names.lovGuid, points: 2 }],
      registrations: [{ learnerLogin: names.candidateLogin, sessionGuid: names.sessionGuid }],
      scales: [{ syncKey: names.scaleSyncKey, title: names.scaleTitle, courseGuid: names.courseGuid }],
      courseElements: [{ syncKey: names.folderSyncKey, courseGuid: names.courseGuid, title: 'Changed' }],
    },
  }),
  restoreCustomActivity: ({ courseId, deletedElementId: elementId, userId }) => ({
    input: { courseId, elementId, userId },
  }),
  retryImportJob: ({ cancelledJobId }) => ({ jobId: cancelledJobId }),
  undoImport: ({ importId }) => ({ input: { importId } }),
  undoImportJob: ({ jobId }) => ({ jobId }),
  revokeApiKey: ({ keyId }) => ({ id: keyId }),
  updateCustomActivities: (names) => ({ inputs: [updateOf(names)] }),
  updateCustomActivity: (names) => ({ input: updateOf(names) }),
};

function updateOf(names: Names) {
  return {
    courseId: names.courseId,
    elementId: names.elementId,
    userId: names.userId,
    parentId: names.folderId,
    title: 'Changed',
    assessmentId: names.scaleId,
    learningObjectives: [{ learningObjectiveId: names.newObjectiveId }],
    sendUpdateNotification: true,
  };
}
