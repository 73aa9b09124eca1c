import { ABSENT, type Cell, held, loosely } from './cells';
import { CODES, rowProblem } from './codes';
import { hasContext, hasLearnerReference, hasLovReference, type References } from './read-row';
import type { Learner, Lov, Match, ModelProblem, Session, Training, World } from './types';

export interface Resolved {
  readonly match: Match;
  /** The key of the row; null while it is not known whose and which report it is. */
  readonly key: { readonly learnerId: number; readonly sessionId: number; readonly lovId: number } | null;
  readonly problems: readonly ModelProblem[];
}

/** Checks 5–7: what the references designate. Each kind is found as far as its own references could be read. */
export function resolve(world: World, references: References, index: number): Resolved {
  const problems: ModelProblem[] = [];
  const learners = findLearners(world, references);
  const sessions = findSessions(world, references);
  const lovs = findLovs(world, references);

  // ---------- check 5 ----------
  // The sessions that were found are of one training: a title is not looked up without its training.
  const trainingId = sessions?.[0]?.trainingId;
  const inTraining = (each: Lov) => trainingId === undefined || each.trainingIds.includes(trainingId);
  // Open: the path where code and GUID are given. Here the first of the two in the vendor's order.
  const lovCell = held(references.lovCode) === null ? 'lovGuid' : 'lovCode';
  const narrowed = lovs?.filter(inTraining) ?? [];
  if (lovs?.length === 0) problems.push(rowProblem(index, 5, CODES.lovNotFound, lovCell));
  else if (lovs !== null && narrowed.length === 0) {
    problems.push(rowProblem(index, 5, CODES.lovNotInTraining, lovCell));
  } else if (narrowed.length > 1 && trainingId !== undefined) {
    // While the training is not known, a code of several LOVs was not narrowed.
    problems.push(rowProblem(index, 5, CODES.lovAmbiguous, lovCell));
  }
  const hasLovError = problems.length > 0;
  const lov = only(narrowed);
  // Open: of which LOV the row was about that is not part of the training. Here of the one that it names.
  const matchedLov = only(lovs ?? []) ?? lov;

  // ---------- check 6 ----------
  if (lov?.guards.includes('PROVIDED_BY_CROSSKNOWLEDGE')) {
    problems.push(rowProblem(index, 6, CODES.lovProvidedByCrossKnowledge, lovCell));
  }
  if (lov?.guards.includes('EASYQUIZZ')) problems.push(rowProblem(index, 6, CODES.lovIsEasyQuizz, lovCell));

  // ---------- check 7 ----------
  const candidates = learners === null ? null : bySpelling(learners, references);
  let learner = only(candidates ?? []);
  let session = only(sessions ?? []);
  let isRegistered = false;
  if (candidates !== null && sessions !== null) {
    const found = registrationOf(world, candidates, sessions);
    if (found === 'NOT_FOUND') {
      const others = learners?.filter((each) => !candidates.includes(each)) ?? [];
      const isAnotherRegistered = registrationOf(world, others, sessions) !== 'NOT_FOUND';
      const names = isAnotherRegistered ? ['case'] : whatDidNotMatch(world, references);
      problems.push({ ...rowProblem(index, 7, CODES.registrationNotFound), names });
    } else if (found === 'SESSION_AMBIGUOUS') {
      problems.push(rowProblem(index, 7, CODES.sessionAmbiguous, 'sessionTitle'));
    } else {
      ({ learner, session } = found);
      isRegistered = true;
      if (found.isAmbiguous) {
        const names = howToNameOne(references, sessions.length > 1 ? found.session : null);
        problems.push({ ...rowProblem(index, 7, CODES.learnerAmbiguous), names });
      }
    }
  }

  return {
    match: {
      learnerId: learner?.id ?? null,
      sessionId: session?.id ?? null,
      lovId: matchedLov?.id ?? null,
      learnersFound: learners?.length ?? 0,
      sessionsFound: sessions?.length ?? 0,
      lovsFound: lovs?.length ?? 0,
    },
    key:
      learner !== null && session !== null && lov !== null && isRegistered && !hasLovError
        ? { learnerId: learner.id, sessionId: session.id, lovId: lov.id }
        : null,
    problems,
  };
}

/** Those that every given reference designates; null where none was given or one could not be read. */
function findLearners(world: World, references: References): readonly Learner[] | null {
  const { candidateEmail, candidateLogin, candidateRefNumber } = references;
  if (!hasLearnerReference(references)) return null;
  if (isAnyFailed([candidateEmail, candidateLogin, candidateRefNumber])) return null;
  return world.learners.filter(
    ({ email, login, refNumber }) =>
      isAlike(candidateLogin, login) &&
      isEqual(candidateRefNumber, refNumber) &&
      isAlike(candidateEmail, email),
  );
}

function findSessions(world: World, references: References): readonly Session[] | null {
  const { sessionGuid, sessionId, sessionTitle, trainingGuid, trainingId, trainingPathCode } = references;
  if (!hasContext(references)) return null;
  const given = [sessionGuid, sessionId, sessionTitle, trainingGuid, trainingId, trainingPathCode];
  if (isAnyFailed(given)) return null;
  const trainingIds = trainingsNamed(world, references).map(({ id }) => id);
  return world.sessions.filter(
    (session) =>
      isEqual(sessionGuid, session.guid) &&
      isEqual(sessionId, session.id) &&
      isEqual(sessionTitle, session.title) &&
      trainingIds.includes(session.trainingId),
  );
}

function findLovs(world: World, references: References): readonly Lov[] | null {
  const { lovCode, lovGuid } = references;
  if (!hasLovReference(references) || isAnyFailed([lovCode, lovGuid])) return null;
  return world.lovs.filter(({ code, guid }) => isEqual(lovCode, code) && isEqual(lovGuid, guid));
}

/** Of several learners, accounts written as sent go first, registered or not: by login, then by e-mail. */
function bySpelling(learners: readonly Learner[], references: References): readonly Learner[] {
  const login = held(references.candidateLogin);
  const email = held(references.candidateEmail);
  const byLogin = prefer(learners, (learner) => learner.login === login);
  return prefer(byLogin, (learner) => learner.email !== null && learner.email === email);
}

function prefer<T>(all: readonly T[], isPreferred: (each: T) => boolean): readonly T[] {
  const preferred = all.filter(isPreferred);
  return preferred.length > 0 ? preferred : all;
}

type Registration =
  | { readonly learner: Learner; readonly session: Session; readonly isAmbiguous: boolean }
  | 'NOT_FOUND'
  | 'SESSION_AMBIGUOUS';

/** The registration of one of the learners in one of the sessions. */
function registrationOf(
  world: World,
  learners: readonly Learner[],
  sessions: readonly Session[],
): Registration {
  const sessionsOf = (learner: Learner) =>
    sessions.filter((session) =>
      world.registrations.some(
        ({ learnerId, sessionId }) => learnerId === learner.id && sessionId === session.id,
      ),
    );
  const registered = learners.filter((learner) => sessionsOf(learner).length > 0);
  // The oldest account of those that are registered.
  const learner = registered.reduce<Learner | null>(
    (oldest, each) => (oldest === null || each.id < oldest.id ? each : oldest),
    null,
  );
  if (learner === null) return 'NOT_FOUND';
  const [session, another] = sessionsOf(learner);
  if (session === undefined) return 'NOT_FOUND';
  if (another !== undefined) return 'SESSION_AMBIGUOUS';
  return { learner, session, isAmbiguous: registered.length > 1 };
}

const LEARNER_CELLS = ['candidateLogin', 'candidateRefNumber', 'candidateEmail'] as const;
const TRAINING_CELLS = ['trainingGuid', 'trainingId', 'trainingPathCode'] as const;
const SESSION_CELLS = ['sessionGuid', 'sessionId', 'sessionTitle'] as const;

/** A cell that was not sent; and the session that was taken, where the title meant several. */
// Open: which of the cells. Here the first in the order of the vendor's check.
function howToNameOne(references: References, session: Session | null): string[] {
  const cell = LEARNER_CELLS.find((name) => held(references[name]) === null);
  return [...(cell === undefined ? [] : [cell]), ...(session === null ? [] : [String(session.id)])];
}

/** The cells that name nothing by themselves; where each names something, those that do not go together. */
// Open: of a session nothing is said while its training is unknown, and a title counts where it alone names the session.
function whatDidNotMatch(world: World, references: References): string[] {
  const isGivenCell = (name: keyof References) => held<string | number>(references[name]) !== null;
  const alone = (name: keyof References) => ({ ...NOT_GIVEN, [name]: references[name] });
  const ofLearner = LEARNER_CELLS.filter(
    (name) => isGivenCell(name) && findLearners(world, alone(name))?.length === 0,
  );
  const ofTraining = TRAINING_CELLS.filter(
    (name) => isGivenCell(name) && trainingsNamed(world, alone(name)).length === 0,
  );
  const sessions = findSessions(world, references) ?? [];
  const isTitleAlone = !isGivenCell('sessionGuid') && !isGivenCell('sessionId');
  const ofSession = SESSION_CELLS.filter((name) => {
    if (ofTraining.length > 0 || !isGivenCell(name)) return false;
    if (name !== 'sessionTitle') return findSessions(world, alone(name))?.length === 0;
    return isTitleAlone && sessions.length === 0 && trainingsNamed(world, references).length > 0;
  });
  const unknown = [...ofLearner, ...ofTraining, ...ofSession];
  if (unknown.length > 0) return unknown;
  if (findLearners(world, references)?.length === 0) return LEARNER_CELLS.filter(isGivenCell);
  return sessions.length === 0 ? [...SESSION_CELLS, ...TRAINING_CELLS].filter(isGivenCell) : [];
}

const NOT_GIVEN: References = {
  candidateEmail: ABSENT,
  candidateLogin: ABSENT,
  candidateRefNumber: ABSENT,
  lovCode: ABSENT,
  lovGuid: ABSENT,
  sessionGuid: ABSENT,
  sessionId: ABSENT,
  sessionTitle: ABSENT,
  trainingGuid: ABSENT,
  trainingId: ABSENT,
  trainingPathCode: ABSENT,
};

function trainingsNamed(
  world: World,
  { trainingGuid, trainingId, trainingPathCode }: References,
): Training[] {
  return world.trainings.filter(
    ({ id, guid, code }) =>
      isEqual(trainingPathCode, code) && isEqual(trainingId, id) && isEqual(trainingGuid, guid),
  );
}

function isAnyFailed(cells: readonly Cell<unknown>[]): boolean {
  return cells.some(({ kind }) => kind === 'failed');
}

/** A reference that was not given excludes nobody. */
function isEqual<T>(cell: Cell<T>, stored: T | null): boolean {
  return cell.kind !== 'value' || cell.value === stored;
}

/** Logins and e-mails are compared without regard to case. */
function isAlike(cell: Cell<string>, stored: string | null): boolean {
  return cell.kind !== 'value' || (stored !== null && loosely(cell.value) === loosely(stored));
}

function only<T>(all: readonly T[]): T | null {
  return all.length === 1 ? (all[0] ?? null) : null;
}
