import { Field, Int, ObjectType } from 'type-graphql';
import { Learner } from '../contract/learner.type';
import { LearningObjectVersion } from '../contract/learning-object-version.type';
import { Session } from '../contract/session.type';
import type { LearnersTold } from './learners-told';
import type { RowMatch as Match, MatchedLearner, MatchedLov, MatchedSession } from './row-match';

@ObjectType({
  description:
    'Whom and what a row was about, on rejected rows too, as far as it is known. A learner, session or LOV is null while the references do not lead to one.',
})
export class RowMatch {
  @Field(() => Learner, {
    nullable: true,
    description: 'Of login, refNumber and email it tells those that the row itself sent.',
  })
  learner: Learner | null;

  @Field(() => Session, { nullable: true, description: 'The session.' })
  session: Session | null;

  @Field(() => LearningObjectVersion, { nullable: true, description: 'The learning object version.' })
  lov: LearningObjectVersion | null;

  @Field(() => Int, {
    description: "How many learners the row's references found; more than 1 was narrowed down.",
  })
  learnersFound: number;

  @Field(() => Int, {
    description: "How many sessions the row's references found; more than 1 was narrowed down.",
  })
  sessionsFound: number;

  @Field(() => Int, {
    description:
      "How many learning object versions the row's references found; more than 1 was narrowed down.",
  })
  lovsFound: number;
}

export function toRowMatch(match: Match, learners: LearnersTold): RowMatch {
  const { learner, session, lov, learnersFound, sessionsFound, lovsFound } = match;
  return {
    learner: learner === null ? null : toLearner(learner, learners),
    session: session === null ? null : toSession(session),
    lov: lov === null ? null : toLov(lov),
    learnersFound,
    sessionsFound,
    lovsFound,
  };
}

function toLearner({ id, namedBy }: MatchedLearner, learners: LearnersTold): Learner {
  const names = learners.namesOf(id);
  const isNamedBy = (cell: MatchedLearner['namedBy'][number]) => namedBy.includes(cell);
  return {
    learnerId: id,
    login: isNamedBy('candidateLogin') ? (names?.login ?? null) : null,
    refNumber: isNamedBy('candidateRefNumber') ? (names?.refNumber ?? null) : null,
    email: isNamedBy('candidateEmail') ? (names?.email ?? null) : null,
  };
}

function toSession({ id, guid, title, trainingId }: MatchedSession): Session {
  return { sessionId: id, guid, title, training: { trainingId } };
}

function toLov({ id, code, guid }: MatchedLov): LearningObjectVersion {
  return { lovId: id, code, guid };
}
