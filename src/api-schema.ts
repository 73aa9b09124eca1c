import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { checkScope, describeScopes } from './access/needs-scope';
import { ApiKeysResolver } from './api-keys/api-keys.resolver';
import { CreateApiKeyOutcome, CreateApiKeyResolver } from './api-keys/create-api-key.resolver';
import { CreateSiteOutcome, CreateSiteResolver } from './api-keys/create-site.resolver';
import { RevokeApiKeyOutcome, RevokeApiKeyResolver } from './api-keys/revoke-api-key.resolver';
import { AuditLogResolver } from './audit/audit-log.resolver';
import { withBulkInputs } from './bulk/marks';
import { DateTimeScalar } from './contract/date-time.scalar';
import { refuseForgotten } from './contract/given-arguments';
import { MessageCatalogueResolver } from './contract/message-catalogue.resolver';
import { readRecords } from './contract/reference-records';
import { AssessCustomActivityInput } from './custom-activity/assess/assess-custom-activity.input';
import { AssessCustomActivityOutcome } from './custom-activity/assess/assess-custom-activity.outcome';
import { AssessCustomActivityResolver } from './custom-activity/assess/assess-custom-activity.resolver';
import { CreateCustomActivityOutcome } from './custom-activity/create/create-custom-activity.outcome';
import { CreateCustomActivityResolver } from './custom-activity/create/create-custom-activity.resolver';
import { DeleteCustomActivityOutcome } from './custom-activity/delete/delete-custom-activity.outcome';
import { DeleteCustomActivityResolver } from './custom-activity/delete/delete-custom-activity.resolver';
import { RestoreCustomActivityOutcome } from './custom-activity/delete/restore-custom-activity.outcome';
import { RestoreCustomActivityResolver } from './custom-activity/delete/restore-custom-activity.resolver';
import { AssessmentScalesResolver } from './custom-activity/look-ups/assessment-scales.resolver';
import { CourseElementsResolver } from './custom-activity/look-ups/course-elements.resolver';
import { CustomActivityResolver } from './custom-activity/look-ups/custom-activity.resolver';
import { LearningObjectivesResolver } from './custom-activity/look-ups/learning-objectives.resolver';
import { ParticipantsResolver } from './custom-activity/look-ups/participants.resolver';
import { TrainingElementsResolver } from './custom-activity/look-ups/training-elements.resolver';
import { UpdateCustomActivitiesResolver } from './custom-activity/update/update-custom-activities.resolver';
import { UpdateCustomActivityInput } from './custom-activity/update/update-custom-activity.input';
import { UpdateCustomActivityOutcome } from './custom-activity/update/update-custom-activity.outcome';
import { UpdateCustomActivityResolver } from './custom-activity/update/update-custom-activity.resolver';
import { ImportJobsResolver } from './import-jobs/import-jobs.resolver';
import { ImportJobOutcome, SteerJobResolver } from './import-jobs/steer-job.resolver';
import { EraseLearnerOutcome } from './learner-erasure/erase-learner.outcome';
import { EraseLearnerResolver } from './learner-erasure/erase-learner.resolver';
import { NotificationsResolver } from './notifications/notifications.resolver';
import { SetWebhookOutcome, SetWebhookResolver } from './notifications/set-webhook.resolver';
import { TestWebhookOutcome, TestWebhookResolver } from './notifications/test-webhook.resolver';
import { WebhookResolver } from './notifications/webhook.resolver';
import { LoadReferenceDataInput } from './reference-data/input/load-reference-data.input';
import { LoadReferenceDataOutcome } from './reference-data/load-reference-data.outcome';
import { LoadReferenceDataResolver } from './reference-data/load-reference-data.resolver';
import {
  SessionPagesResolver,
  TrainingPagesResolver,
  UserPagesResolver,
} from './reference-reading/nested-pages.resolver';
import { RECORD_RESOLVERS } from './reference-reading/records';
import { ConsolidatedTrackingResolver } from './tracking-import/consolidated-tracking.resolver';
import { DeletedTrackingResolver } from './tracking-import/deleted-tracking.resolver';
import { ImportConsolidatedTrackingInput } from './tracking-import/import-consolidated-tracking.input';
import { ImportConsolidatedTrackingOutcome } from './tracking-import/import-consolidated-tracking.outcome';
import { ImportConsolidatedTrackingResolver } from './tracking-import/import-consolidated-tracking.resolver';
import { ImportRunResolver } from './tracking-import/import-run.resolver';
import { RegistrationTotalsResolver } from './tracking-import/registration-totals.resolver';
import { RegistrationTrackingResolver } from './tracking-import/registration-tracking.resolver';
import { UndoImportResolver } from './tracking-import/undo/undo-import.resolver';

/** The API's schema. Inputs are checked by the operations themselves, which answer coded problems. */
export function buildApiSchema(): GraphQLSchema {
  const built = buildSchemaSync({
    resolvers: [
      ImportConsolidatedTrackingResolver,
      UndoImportResolver,
      ConsolidatedTrackingResolver,
      DeletedTrackingResolver,
      ImportRunResolver,
      ImportJobsResolver,
      SteerJobResolver,
      UpdateCustomActivityResolver,
      UpdateCustomActivitiesResolver,
      CreateCustomActivityResolver,
      AssessCustomActivityResolver,
      DeleteCustomActivityResolver,
      RestoreCustomActivityResolver,
      CustomActivityResolver,
      CourseElementsResolver,
      TrainingElementsResolver,
      AssessmentScalesResolver,
      LearningObjectivesResolver,
      ParticipantsResolver,
      NotificationsResolver,
      WebhookResolver,
      SetWebhookResolver,
      TestWebhookResolver,
      ...RECORD_RESOLVERS,
      SessionPagesResolver,
      TrainingPagesResolver,
      UserPagesResolver,
      RegistrationTrackingResolver,
      RegistrationTotalsResolver,
      LoadReferenceDataResolver,
      EraseLearnerResolver,
      ApiKeysResolver,
      CreateApiKeyResolver,
      RevokeApiKeyResolver,
      CreateSiteResolver,
      AuditLogResolver,
      MessageCatalogueResolver,
    ],
    orphanedTypes: [
      ImportConsolidatedTrackingInput,
      ImportConsolidatedTrackingOutcome,
      UpdateCustomActivityInput,
      UpdateCustomActivityOutcome,
      CreateCustomActivityOutcome,
      AssessCustomActivityInput,
      AssessCustomActivityOutcome,
      DeleteCustomActivityOutcome,
      RestoreCustomActivityOutcome,
      LoadReferenceDataInput,
      LoadReferenceDataOutcome,
      EraseLearnerOutcome,
      ImportJobOutcome,
      CreateApiKeyOutcome,
      RevokeApiKeyOutcome,
      CreateSiteOutcome,
      SetWebhookOutcome,
      TestWebhookOutcome,
    ],
    authChecker: checkScope,
    scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
    validate: false,
    emitSchemaFile: false,
  });
  const schema = withBulkInputs(built);
  readRecords(schema);
  refuseForgotten(schema);
  describe(schema, 'Query', 'What can be read.');
  describe(
    schema,
    'Mutation',
    'What can be written. What an input comes to is a union: success, warning or error.',
  );
  describeScopes(schema);
  return schema;
}

/** type-graphql makes the root types itself and leaves them without a description. */
function describe(schema: GraphQLSchema, name: string, description: string): void {
  const type = schema.getType(name);
  if (type) type.description = description;
}
