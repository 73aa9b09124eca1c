import { Learner } from '../contract/learner.type';
import { LearningObjectVersion } from '../contract/learning-object-version.type';
import { Organisation } from '../contract/organisation.type';
import { TOLD } from '../contract/reference-records';
import { Registration } from '../contract/registration.type';
import { Session } from '../contract/session.type';
import { Training } from '../contract/training.type';
import { User } from '../contract/user.type';
import { LEARNER, LOV, ORGANISATION, REGISTRATION, SESSION, TRAINING, USER } from '../data/record-kinds';
import {
  LearnerFilter,
  LearnerReference,
  LearningObjectVersionFilter,
  LearningObjectVersionReference,
  OrganisationFilter,
  RegistrationFilter,
  RegistrationReference,
  SessionFilter,
  SessionReference,
  TrainingFilter,
  TrainingReference,
  UserFilter,
} from './record-references.input';
import { lookUpResolver, recordsResolver } from './records-resolver';

const learners = recordsResolver({
  name: 'learners',
  kind: LEARNER,
  node: Learner,
  filter: LearnerFilter,
  tell: TOLD.learners,
  what: 'learners',
});

const organisations = recordsResolver({
  name: 'organisations',
  kind: ORGANISATION,
  node: Organisation,
  filter: OrganisationFilter,
  tell: TOLD.organisations,
  what: 'organisations',
});

const trainings = recordsResolver({
  name: 'trainings',
  kind: TRAINING,
  node: Training,
  filter: TrainingFilter,
  tell: TOLD.trainings,
  what: 'trainings',
});

export const sessions = recordsResolver({
  name: 'sessions',
  kind: SESSION,
  node: Session,
  filter: SessionFilter,
  tell: TOLD.sessions,
  what: 'sessions',
});

export const registrations = recordsResolver({
  name: 'registrations',
  kind: REGISTRATION,
  node: Registration,
  filter: RegistrationFilter,
  tell: TOLD.registrations,
  what: 'registrations',
});

const learningObjectVersions = recordsResolver({
  name: 'learningObjectVersions',
  kind: LOV,
  node: LearningObjectVersion,
  filter: LearningObjectVersionFilter,
  tell: TOLD.learningObjectVersions,
  what: 'learning object versions',
});

const users = recordsResolver({
  name: 'users',
  kind: USER,
  node: User,
  filter: UserFilter,
  tell: TOLD.users,
  what: 'users',
});

/** The queries for pages of records, and for one. */
export const RECORD_RESOLVERS = [
  learners.resolver,
  organisations.resolver,
  trainings.resolver,
  sessions.resolver,
  registrations.resolver,
  learningObjectVersions.resolver,
  users.resolver,
  lookUpResolver({
    name: 'learner',
    kind: LEARNER,
    node: Learner,
    reference: LearnerReference,
    tell: TOLD.learners,
    what: 'learner',
  }),
  lookUpResolver({
    name: 'training',
    kind: TRAINING,
    node: Training,
    reference: TrainingReference,
    tell: TOLD.trainings,
    what: 'training',
  }),
  lookUpResolver({
    name: 'session',
    kind: SESSION,
    node: Session,
    reference: SessionReference,
    tell: TOLD.sessions,
    what: 'session',
  }),
  lookUpResolver({
    name: 'registration',
    kind: REGISTRATION,
    node: Registration,
    reference: RegistrationReference,
    tell: TOLD.registrations,
    what: 'registration',
  }),
  lookUpResolver({
    name: 'learningObjectVersion',
    kind: LOV,
    node: LearningObjectVersion,
    reference: LearningObjectVersionReference,
    tell: TOLD.learningObjectVersions,
    what: 'learning object version',
  }),
];
