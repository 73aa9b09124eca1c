/**
 * What the oracle of updateCustomActivity is told and what it answers: the rules of the operation a second time,
 * from the rules alone. It shares no code with the implementation that it judges.
 */

// ---------- what an update reads and never writes ----------

export interface Organisation {
  readonly id: number;
  readonly parentId: number | null;
  readonly syncKey: string;
  readonly name: string;
}

export interface User {
  readonly id: number;
  readonly syncKey: string | null;
  readonly isExternal: boolean;
  readonly isDeleted: boolean;
  /** The organisations on which the user has editing rights. */
  readonly organisationIds: readonly number[];
}

export interface Course {
  readonly id: number;
  readonly syncKey: string | null;
  /** A course without an organisation is open to nobody. */
  readonly organisationId: number | null;
  readonly isExternal: boolean;
  readonly isDeleted: boolean;
  readonly isArchived: boolean;
  readonly objectivesEnabled: boolean;
}

export interface Session {
  readonly id: number;
  readonly courseId: number;
  /** Epoch milliseconds; null means without an end. */
  readonly endsAt: number | null;
  /** The learners registered in it. */
  readonly learnerIds: readonly number[];
}

export interface Scale {
  readonly id: number;
  /** Null makes it a scale of the site. */
  readonly courseId: number | null;
  readonly gradeIds: readonly number[];
}

export interface Objective {
  readonly id: number;
  readonly uniqueId: string;
  readonly parentId: number | null;
  readonly title: string;
  readonly isPublished: boolean;
  readonly isLeaf: boolean;
}

/** What a participant was given on an element as a whole. */
export interface ParticipantResult {
  readonly elementId: number;
  readonly learnerId: number;
  readonly gradeId: number | null;
  readonly score: number | null;
}

/** What a participant was given on one objective of an element. */
export interface ObjectiveResult {
  readonly elementId: number;
  readonly learnerId: number;
  readonly uniqueId: string;
}

export interface World {
  readonly siteId: number;
  readonly useScore: boolean;
  readonly organisations: readonly Organisation[];
  readonly users: readonly User[];
  readonly courses: readonly Course[];
  readonly sessions: readonly Session[];
  readonly scales: readonly Scale[];
  readonly objectives: readonly Objective[];
  readonly results: readonly ParticipantResult[];
  readonly objectiveResults: readonly ObjectiveResult[];
}

// ---------- what an update reads and writes ----------

export type ObjectiveMode = 'DO_NOT_USE' | 'OUTCOME_STATUS' | 'ASSESSMENT_CRITERIA';

export interface Activity {
  readonly description: string | null;
  /** Epoch milliseconds. */
  readonly deadline: number | null;
  readonly mandatory: boolean;
  readonly assessmentId: number | null;
  readonly maxScore: number | null;
  readonly assessmentVisible: boolean;
  readonly locked: boolean;
  readonly learningObjectiveAssessment: ObjectiveMode;
  readonly allowStudentsSetCompletion: boolean;
  readonly learningObjectives: readonly string[];
}

export interface Element {
  readonly id: number;
  readonly syncKey: string | null;
  readonly courseId: number;
  readonly parentId: number | null;
  /** Orders the elements of one folder; only the order counts. */
  readonly position: number;
  readonly kind: 'FOLDER' | 'CUSTOM_ACTIVITY' | 'OTHER';
  readonly title: string;
  readonly active: boolean;
  readonly isDeleted: boolean;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
  /** Null where the element is something else. */
  readonly activity: Activity | null;
}

export interface CourseObjectives {
  readonly courseId: number;
  readonly uniqueIds: readonly string[];
}

/** An answer that a retry under its idempotency key gets again. */
export interface KeptAnswer {
  readonly key: string;
  readonly input: UpdateInput;
  readonly answer: Answer;
  readonly at: number;
}

export interface Stored {
  readonly elements: readonly Element[];
  readonly courseObjectives: readonly CourseObjectives[];
  readonly keptAnswers: readonly KeptAnswer[];
}

// ---------- the request: the GraphQL input object as plain JSON ----------

export interface UpdateInput {
  readonly siteId?: number | null;
  readonly vendorId?: string | null;
  readonly courseId?: number | null;
  readonly courseSyncKey?: string | null;
  readonly parentId?: number | null;
  readonly parentSyncKey?: string | null;
  readonly elementId?: number | null;
  readonly elementSyncKey?: string | null;
  readonly active?: boolean | null;
  readonly userId?: number | null;
  readonly userSyncKey?: string | null;
  readonly title?: string | null;
  readonly description?: string | null;
  readonly deadline?: string | null;
  readonly mandatory?: boolean | null;
  readonly assessmentId?: number | null;
  readonly maxScore?: number | null;
  readonly assessmentVisible?: boolean | null;
  readonly locked?: boolean | null;
  readonly sendUpdateNotification?: boolean | null;
  readonly learningObjectiveAssessment?: ObjectiveMode | null;
  readonly allowStudentsSetCompletion?: boolean | null;
  readonly learningObjectives?: readonly { readonly learningObjectiveId: string }[] | null;
  readonly clearAssessment?: boolean | null;
  readonly clearDeadline?: boolean | null;
  readonly expectedUpdatedAt?: string | null;
  readonly dryRun?: boolean | null;
  readonly idempotencyKey?: string | null;
}

// ---------- the answer ----------

export const WARNINGS = [
  'RICH_CONTENT_STRIPPED',
  'ASSESSMENT_UNKNOWN',
  'MAX_SCORE_OUT_OF_RANGE',
  'SCORE_NOT_ALLOWED',
  'NO_OBJECTIVES_CONNECTED',
  'COMPLETION_RESET',
  'COMPLETION_NOT_USED',
  'NOTIFICATION_NOT_SENT',
] as const;

export const ERRORS = [
  'INVALID_FORMAT',
  'IDEMPOTENCY_KEY_INVALID',
  'IDEMPOTENCY_KEY_REUSED',
  'USER_NOT_VALID',
  'USER_EXTERNAL',
  'USER_DELETED',
  'COURSE_NOT_FOUND',
  'COURSE_EXTERNAL',
  'COURSE_DELETED',
  'COURSE_ARCHIVED',
  'ORGANISATION_ACCESS_DENIED',
  'PARENT_ID_INVALID',
  'PARENT_SYNC_KEY_UNKNOWN',
  'PARENT_NOT_IN_COURSE',
  'PARENT_NOT_FOLDER',
  'PARENT_DELETED',
  'ELEMENT_NOT_FOUND',
  'ELEMENT_DELETED',
  'ELEMENT_NOT_IN_COURSE',
  'ELEMENT_NOT_CUSTOM_ACTIVITY',
  'TITLE_INVALID',
  'RICH_CONTENT_INVALID',
  'RICH_CONTENT_TOO_LONG',
  'DEADLINE_INVALID',
  'ASSESSMENT_SCALE_LOCKED',
  'COURSE_HAS_NO_OBJECTIVES',
  'OBJECTIVE_NOT_IN_REPOSITORY',
  'OBJECTIVE_NOT_LEAF',
  'OBJECTIVES_LOCKED',
  'OBJECTIVE_ASSESSMENT_LOCKED',
  'ELEMENT_CHANGED',
] as const;

export type Code = (typeof WARNINGS)[number] | (typeof ERRORS)[number];

export interface Problem {
  readonly code: Code;
  readonly severity: 'WARNING' | 'ERROR';
  readonly path: readonly string[];
}

export interface Change {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The GraphQL type CustomActivity. */
export interface ShownActivity extends Omit<Activity, 'deadline' | 'learningObjectives'> {
  readonly elementId: number;
  readonly syncKey: string | null;
  readonly courseId: number;
  readonly courseSyncKey: string | null;
  readonly parentId: number | null;
  readonly parentSyncKey: string | null;
  readonly active: boolean;
  readonly title: string;
  readonly deadline: string | null;
  readonly learningObjectives: readonly { readonly learningObjectiveId: string; readonly title: string }[];
  readonly updatedAt: string;
}

export interface Answer {
  readonly typename: 'Success' | 'Warning' | 'Error';
  readonly dryRun: boolean;
  readonly replayed: boolean;
  readonly notifiedParticipants: number;
  readonly elementId: number | null;
  readonly syncKey: string | null;
  readonly element: ShownActivity | null;
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
}

export interface Notification {
  readonly elementId: number;
  readonly learnerId: number;
}

export interface Updated {
  readonly answer: Answer;
  readonly stored: Stored;
  /** Those that this update recorded, by learner. */
  readonly notifications: readonly Notification[];
}

export function problem(code: Code, ...path: readonly string[]): Problem {
  const isWarning = (WARNINGS as readonly string[]).includes(code);
  return { code, severity: isWarning ? 'WARNING' : 'ERROR', path };
}

/** For references null counts as not given, and for all other fields but one it keeps, as absent does. */
export function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== undefined && value !== null;
}
