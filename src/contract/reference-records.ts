import DataLoader from 'dataloader';
import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { isObjectType } from 'graphql';
import type { RequestContext } from '../access/request-context';
import {
  type Identified,
  LEARNER,
  type LearnerRecord,
  LOV,
  type LovRecord,
  ORGANISATION,
  type OrganisationRecord,
  REGISTRATION,
  type RecordKind,
  type RegistrationRecord,
  SESSION,
  type SessionRecord,
  TRAINING,
  type TrainingRecord,
  USER,
  type UserRecord,
} from '../data/record-kinds';
import { findRecordsById } from '../data/record-page.repository';
import type { Learner } from './learner.type';
import type { LearningObjectVersion } from './learning-object-version.type';
import type { Organisation } from './organisation.type';
import { perAnswer } from './per-request';
import { type RecordSource, type RecordsTold, sourceOf } from './record-fields';
import type { Registration } from './registration.type';
import type { Session } from './session.type';
import type { Training } from './training.type';
import type { User } from './user.type';

/** How stored records of each kind are told. */
export const TOLD = {
  learners: ({ id, ...rest }: LearnerRecord): Learner => ({ ...rest, learnerId: id }),
  organisations: ({ id, ...rest }: OrganisationRecord): Organisation => ({ ...rest, organisationId: id }),
  trainings: ({ id, ...rest }: TrainingRecord): Training => ({ ...rest, trainingId: id }),
  sessions: ({ id, trainingId, ...rest }: SessionRecord): Session => ({
    ...rest,
    sessionId: id,
    training: { trainingId },
  }),
  registrations: ({ id, ...rest }: RegistrationRecord): Registration => ({ ...rest, registrationId: id }),
  learningObjectVersions: ({ id, ...rest }: LovRecord): LearningObjectVersion => ({ ...rest, lovId: id }),
  users: ({ id, ...rest }: UserRecord): User => ({ ...rest, userId: id }),
};

type Loaded = { readonly [Kind in RecordsTold]: DataLoader<number, ReturnType<(typeof TOLD)[Kind]> | null> };

/** What many fields of an answer need is read with one statement for all of them. */
export const recordsOf = perAnswer(loadersOf);

function loadersOf(context: RequestContext): Loaded {
  const { caller, database, siteId } = context;
  const loader = <Row extends Identified, Told>(kind: RecordKind<Row>, tell: (record: Row) => Told) =>
    new DataLoader<number, Told | null>(async (ids) => {
      const found = await database.read((tx) => findRecordsById(tx, siteId, kind, ids));
      const told = new Map(found.map((record) => [record.id, tell(record)]));
      return ids.map((id) => told.get(id) ?? null);
    });
  return {
    learners: caller.scopes.has('reference:read')
      ? loader(LEARNER, TOLD.learners)
      : new DataLoader(async (ids) => ids.map(withoutPersonalData)),
    organisations: loader(ORGANISATION, TOLD.organisations),
    trainings: loader(TRAINING, TOLD.trainings),
    sessions: loader(SESSION, TOLD.sessions),
    registrations: loader(REGISTRATION, TOLD.registrations),
    learningObjectVersions: loader(LOV, TOLD.learningObjectVersions),
    users: loader(USER, TOLD.users),
  };
}

function withoutPersonalData(learnerId: number): Learner {
  return { learnerId, login: null, refNumber: null, email: null, createdAt: null, organisationId: null };
}

/** Gives the fields that are marked so their resolvers. */
export function readRecords(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const source = sourceOf(field);
      if (source === undefined) continue;
      field.resolve = (root: Readonly<Record<string, unknown>>, _args, context: RequestContext, info) =>
        root[field.name] === undefined ? load(root, source, context, info) : root[field.name];
    }
  }
}

async function load(
  root: Readonly<Record<string, unknown>>,
  { kind, id, isPart }: RecordSource,
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<unknown> {
  const key = root[id];
  if (key === null) return null;
  if (typeof key !== 'number') throw new Error(`${info.fieldName} needs ${id}`);
  const record = (await recordsOf(context, info)[kind].load(key)) as Readonly<Record<string, unknown>> | null;
  return isPart ? (record?.[info.fieldName] ?? null) : record;
}
