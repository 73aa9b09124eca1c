import { ActivityAssessmentEntity } from './activity-assessment.entity';
import { ApiKeyEntity } from './api-key.entity';
import { AssessmentGradeEntity } from './assessment-grade.entity';
import { AssessmentScaleEntity } from './assessment-scale.entity';
import { AuditEntryEntity } from './audit-entry.entity';
import { ConsolidatedTrackingEntity } from './consolidated-tracking.entity';
import { CourseElementEntity } from './course-element.entity';
import { CourseObjectiveEntity } from './course-objective.entity';
import { CustomActivityEntity } from './custom-activity.entity';
import { DeletedTrackingEntity } from './deleted-tracking.entity';
import { ElementObjectiveEntity } from './element-objective.entity';
import { IdempotencyEntryEntity } from './idempotency-entry.entity';
import { ImportJobEntity } from './import-job.entity';
import { ImportJobFileEntity } from './import-job-file.entity';
import { ImportRunEntity } from './import-run.entity';
import { ImportRunDetailEntity } from './import-run-detail.entity';
import { LearnerEntity } from './learner.entity';
import { LearningObjectVersionEntity } from './learning-object-version.entity';
import { LearningObjectiveEntity } from './learning-objective.entity';
import { NotificationEntity } from './notification.entity';
import { ObjectiveAssessmentEntity } from './objective-assessment.entity';
import { OrganisationEntity } from './organisation.entity';
import { OrganisationGrantEntity } from './organisation-grant.entity';
import { RegistrationEntity } from './registration.entity';
import { SessionEntity } from './session.entity';
import { SiteEntity } from './site.entity';
import { TrainingEntity } from './training.entity';
import { TrainingLovEntity } from './training-lov.entity';
import { UserEntity } from './user.entity';
import { WebhookEntity } from './webhook.entity';
import { WriteCheckEntity } from './write-check.entity';
import { WriteMarkEntity } from './write-mark.entity';

/** Listed by class: what the DataSource knows does not depend on which files lie around. */
export const ENTITIES = [
  SiteEntity,
  OrganisationEntity,
  LearnerEntity,
  TrainingEntity,
  SessionEntity,
  RegistrationEntity,
  LearningObjectVersionEntity,
  TrainingLovEntity,
  ConsolidatedTrackingEntity,
  DeletedTrackingEntity,
  ImportRunEntity,
  ImportRunDetailEntity,
  ImportJobEntity,
  ImportJobFileEntity,
  IdempotencyEntryEntity,
  UserEntity,
  OrganisationGrantEntity,
  CourseElementEntity,
  AssessmentScaleEntity,
  AssessmentGradeEntity,
  CustomActivityEntity,
  LearningObjectiveEntity,
  CourseObjectiveEntity,
  ElementObjectiveEntity,
  ActivityAssessmentEntity,
  ObjectiveAssessmentEntity,
  NotificationEntity,
  WebhookEntity,
  ApiKeyEntity,
  AuditEntryEntity,
  WriteCheckEntity,
  WriteMarkEntity,
];
