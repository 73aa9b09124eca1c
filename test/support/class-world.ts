import type { ImportRow } from '../models/import/types';
import type { World } from './import-types';

/** How many ids a site has to itself. */
const SITE_IDS = 1_000_000;

interface ClassSize {
  readonly learners: number;
  readonly lovs?: number;
  readonly siteId?: number;
}

/** One session of one training, with so many learners registered and so many LOVs; nothing is stored yet. */
export function classWorld({ learners, lovs = 1, siteId = 1 }: ClassSize): World {
  const first = (siteId - 1) * SITE_IDS;
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  return {
    siteId,
    learners: numbers(learners).map((number) => ({
      id: first + number,
      login: `learner-${number}`,
      refNumber: `R-${number}`,
      email: `learner-${number}@example.org`,
      createdAt: Date.UTC(2020, 0, 1),
    })),
    trainings: [{ id: first + 1, guid: 'training-1', pathCode: 'T-1', title: 'Training' }],
    sessions: [{ id: first + 1, trainingId: first + 1, guid: 'session-1', title: 'Session' }],
    lovs: numbers(lovs).map((number) => ({
      id: first + number,
      code: `L-${number}`,
      guid: `lov-${number}`,
      provider: 'PARTNER',
      kind: 'OTHER',
      trainingIds: [first + 1],
    })),
    registrations: numbers(learners).map((number) => ({
      id: first + number,
      learnerId: first + number,
      sessionId: first + 1,
    })),
    stored: [],
  };
}

/** The references of a row about a learner and an LOV of the class, by their numbers from 1. */
export function classRow(learner: number, lov = 1): ImportRow {
  // A row without a value is told of.
  return {
    candidateRefNumber: `R-${learner}`,
    sessionGuid: 'session-1',
    lovGuid: `lov-${lov}`,
    timeSpent: 0,
  };
}

/** The same class where everything has another name. */
export function renamed({ learners, trainings, sessions, lovs, ...rest }: World): World {
  const name = (text: string) => `foreign-${text}`;
  return {
    ...rest,
    learners: learners.map((learner) => ({
      ...learner,
      login: name(learner.login),
      refNumber: name(learner.refNumber ?? ''),
      email: name(learner.email ?? ''),
    })),
    trainings: trainings.map((training) => ({
      ...training,
      guid: name(training.guid),
      pathCode: name(training.pathCode ?? ''),
    })),
    sessions: sessions.map((session) => ({
      ...session,
      guid: name(session.guid),
      title: name(session.title),
    })),
    lovs: lovs.map((lov) => ({ ...lov, guid: name(lov.guid), code: name(lov.code) })),
  };
}
