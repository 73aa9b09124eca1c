import type { CompletionStatus } from '../data/entities/activity-assessment.entity';
import type { ElementKind } from '../data/entities/course-element.entity';
import type { LearningObjectiveAssessment } from '../kernel/learning-objective-assessment';

/**
 * What is in the courses of one site, and who may edit them, as plain rows. Each row is found by its key, and created
 * where there is none. On a stored record an absent (undefined) field keeps what is stored, null clears it, a value
 * sets it. References name a record of the site or of the same rows.
 */
export interface CourseRows {
  readonly site?: { readonly useScore?: boolean };
  readonly users?: readonly UserRow[];
  readonly courses?: readonly CourseRow[];
  readonly scales?: readonly ScaleRow[];
  readonly learningObjectives?: readonly LearningObjectiveRow[];
  readonly elements?: readonly ElementRow[];
  readonly activityAssessments?: readonly ActivityAssessmentRow[];
  readonly objectiveAssessments?: readonly ObjectiveAssessmentRow[];
}

/** Key: `syncKey`. The organisations are added to those the user may edit already. */
export interface UserRow {
  readonly syncKey: string;
  readonly isExternal?: boolean;
  readonly isDeleted?: boolean;
  readonly organisationSyncKeys?: readonly string[];
}

/** Key: `syncKey`, of a training that is stored. The learning objectives are added to those it has already. */
export interface CourseRow {
  readonly syncKey: string;
  readonly isExternal?: boolean;
  readonly isDeleted?: boolean;
  readonly isArchived?: boolean;
  readonly objectivesEnabled?: boolean;
  readonly learningObjectiveIds?: readonly string[];
}

/** Key: `title`, within the site (no course) or the course. */
export interface ScaleRow {
  readonly title: string;
  readonly courseSyncKey?: string;
  /** Titles, the best grade first; those the scale has besides stay. */
  readonly grades: readonly string[];
}

/** Key: `uniqueId`. An objective is a leaf unless the rows put others below it. */
export interface LearningObjectiveRow {
  readonly uniqueId: string;
  readonly title: string;
  /** Absent or null: at the top. */
  readonly parentUniqueId?: string | null;
  /** By default true. */
  readonly isPublished?: boolean;
}

/** Key: `syncKey`. */
export interface ElementRow {
  readonly syncKey: string;
  /** What the record gets when it is created; no element of any site may have it. By default the next one that is free. */
  readonly id?: number;
  readonly courseSyncKey: string;
  readonly kind: ElementKind;
  readonly title: string;
  /** Null, or absent when the record is created: at the root of the course. */
  readonly parentSyncKey?: string | null;
  /** When created, by default true. */
  readonly active?: boolean;
  /** When created, by default the row's place. */
  readonly position?: number;
  readonly isDeleted?: boolean;
  /** Of a custom activity only. */
  readonly activity?: ActivityRow;
}

export interface ActivityRow {
  /** HTML; it is stored as it is. */
  readonly description?: string | null;
  readonly deadline?: Date | null;
  readonly mandatory?: boolean;
  /** A scale of the course, or else of the site; not together with `maxScore`. */
  readonly scaleTitle?: string | null;
  readonly maxScore?: number | null;
  readonly assessmentVisible?: boolean;
  readonly locked?: boolean;
  readonly learningObjectiveAssessment?: LearningObjectiveAssessment;
  readonly allowStudentsSetCompletion?: boolean;
  readonly learningObjectiveIds?: readonly string[];
}

/** Key: element and learner; the whole assessment is replaced. */
export interface ActivityAssessmentRow {
  readonly elementSyncKey: string;
  readonly learnerLogin: string;
  readonly status: CompletionStatus;
  /** A grade of the activity's scale; not together with `score`. */
  readonly grade?: string;
  readonly score?: number;
}

/** Key: element, learning objective and learner. */
export interface ObjectiveAssessmentRow {
  readonly elementSyncKey: string;
  readonly learningObjectiveId: string;
  readonly learnerLogin: string;
  readonly outcome: string;
}
