import type { LearnerReference } from './read-row';
import type { ResolvedRow } from './resolved-row';

/** Whom and what a row was about, as far as it is known, and how many records of each kind its references found. */
export interface RowMatch {
  readonly learner: MatchedLearner | null;
  readonly session: MatchedSession | null;
  readonly lov: MatchedLov | null;
  readonly learnersFound: number;
  readonly sessionsFound: number;
  readonly lovsFound: number;
}

/** What is kept of a learner for a retry holds no personal data: names are read when they are told. */
export interface MatchedLearner {
  readonly id: number;
  /** The cells that the row named the learner by. */
  readonly namedBy: readonly (keyof LearnerReference)[];
}

export interface MatchedSession {
  readonly id: number;
  readonly guid: string;
  readonly title: string;
  readonly trainingId: number;
}

export interface MatchedLov {
  readonly id: number;
  readonly code: string;
  readonly guid: string;
}

/** Of a row about which nothing is known. */
export const NO_MATCH: RowMatch = {
  learner: null,
  session: null,
  lov: null,
  learnersFound: 0,
  sessionsFound: 0,
  lovsFound: 0,
};

export function matchOf({ learner, candidates, resolution }: ResolvedRow): RowMatch {
  const { lovs, learners, others, sessions } = candidates;
  const { registered } = resolution;
  const matched = sole(learners) ?? registered?.learner ?? null;
  const session = sole(sessions) ?? registered?.session ?? null;
  const lov = sole(lovs) ?? sole(resolution.lovs);
  return {
    learner: matched === null ? null : { id: matched.id, namedBy: cellsGiven(learner) },
    session: session === null ? null : sessionOf(session),
    lov: lov === null ? null : { id: lov.id, code: lov.code, guid: lov.guid },
    learnersFound: learners.length + others.length,
    sessionsFound: sessions.length,
    lovsFound: lovs.length,
  };
}

function sole<Each>(all: readonly Each[]): Each | null {
  const [only, another] = all;
  return only === undefined || another !== undefined ? null : only;
}

export function sessionOf({ id, guid, title, trainingId }: MatchedSession): MatchedSession {
  return { id, guid, title, trainingId };
}

const LEARNER_CELLS = ['candidateLogin', 'candidateEmail', 'candidateRefNumber'] as const;

function cellsGiven(reference: LearnerReference | null): MatchedLearner['namedBy'] {
  return LEARNER_CELLS.filter((cell) => reference !== null && reference[cell] !== null);
}
