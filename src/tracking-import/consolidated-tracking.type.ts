import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../contract/date-time.scalar';
import { Learner } from '../contract/learner.type';
import { LearningObjectVersion } from '../contract/learning-object-version.type';
import { RecordOf } from '../contract/record-fields';
import { Registration } from '../contract/registration.type';
import { Session } from '../contract/session.type';
import type { TrackingDetails } from '../data/tracking-query.repository';
import type { TrackingStatus } from '../kernel/tracking-status';
import { type TrackingView, trackingView } from './fields';
import { TrackingStatusEnum } from './import-consolidated-tracking.input';

@ObjectType({
  description: 'The history of one learner on one learning object version in one session, as stored.',
})
export class ConsolidatedTracking {
  @Field(() => ID, {
    description: 'Opaque, computed from registration and LOV: the same before and after the first write.',
  })
  id: string;

  @Field(() => ID, { description: 'The registration: one learner in one session.' })
  registrationId: number;

  @Field(() => ID, { description: 'The learner.' })
  learnerId: number;

  @Field(() => Int, { description: 'The session.' })
  sessionId: number;

  @Field(() => Int, { description: 'The training that the session runs.' })
  trainingId: number;

  @Field(() => ID, { description: 'The learning object version.' })
  lovId: number;

  @Field(() => String, { description: 'Reference number of the learning object version.' })
  lovCode: string;

  @Field(() => String, { description: 'GUID of the learning object version.' })
  lovGuid: string;

  @Field(() => Learner, {
    description: 'The learner; with the id only where the caller does not have the scope `reference:read`.',
  })
  @RecordOf('learners', 'learnerId')
  learner?: Learner;

  @Field(() => Session, { description: 'The session.' })
  @RecordOf('sessions', 'sessionId')
  session?: Session;

  @Field(() => LearningObjectVersion, { description: 'The learning object version.' })
  @RecordOf('learningObjectVersions', 'lovId')
  lov?: LearningObjectVersion;

  @Field(() => Registration, { description: 'The registration: one learner in one session.' })
  @RecordOf('registrations', 'registrationId')
  registration?: Registration;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the content was launched for the first time.',
  })
  firstAccessDate: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the content was completed for the first time; never null on a complete row.',
  })
  firstCompletionDate: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the content was accessed for the last time.',
  })
  lastAccessDate: number | null;

  @Field(() => Float, { nullable: true, description: 'Progress in percent, 0 to 100.' })
  progression: number | null;

  @Field(() => Float, { nullable: true, description: 'The score reached.' })
  score: number | null;

  @Field(() => Int, { nullable: true, description: 'The highest score that can be reached.' })
  scoreMax: number | null;

  @Field(() => Int, { nullable: true, description: 'The time spent on the content, in seconds.' })
  timeSpentSeconds: number | null;

  @Field(() => TrackingStatusEnum, { description: 'Completion status; COMPLETED and PASSED are complete.' })
  status: TrackingStatus;

  @Field(() => DateTimeScalar, { description: 'When an import last changed the row.' })
  updatedAt: number;
}

export function toConsolidatedTracking(view: TrackingView): ConsolidatedTracking {
  // Named one by one: a spread takes several times as long, and an import answers thousands.
  return {
    id: trackingId(view),
    registrationId: view.registrationId,
    learnerId: view.learnerId,
    sessionId: view.sessionId,
    trainingId: view.trainingId,
    lovId: view.lovId,
    lovCode: view.lovCode,
    lovGuid: view.lovGuid,
    firstAccessDate: view.firstAccessDate,
    firstCompletionDate: view.firstCompletionDate,
    lastAccessDate: view.lastAccessDate,
    progression: view.progression,
    score: view.score,
    scoreMax: view.scoreMax,
    timeSpentSeconds: view.timeSpentSeconds,
    status: view.status,
    updatedAt: view.updatedAt,
  };
}

/** The same before and after there is a row. */
export function trackingId({ registrationId, lovId }: { registrationId: number; lovId: number }): string {
  return Buffer.from(`${registrationId}:${lovId}`).toString('base64url');
}

export function trackingOf({ stored, learnerId, session, lov }: TrackingDetails): ConsolidatedTracking {
  return toConsolidatedTracking(trackingView(stored, learnerId, session, lov));
}
