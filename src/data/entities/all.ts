import { ConsolidatedTrackingEntity } from './consolidated-tracking.entity';
import { IdempotencyEntryEntity } from './idempotency-entry.entity';
import { ImportRunEntity } from './import-run.entity';
import { LearnerEntity } from './learner.entity';
import { LearningObjectVersionEntity } from './learning-object-version.entity';
import { OrganisationEntity } from './organisation.entity';
import { RegistrationEntity } from './registration.entity';
import { SessionEntity } from './session.entity';
import { SiteEntity } from './site.entity';
import { TrainingEntity } from './training.entity';
import { TrainingLovEntity } from './training-lov.entity';

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
  ImportRunEntity,
  IdempotencyEntryEntity,
];
