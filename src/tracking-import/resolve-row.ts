import type { RegisteredTracking } from '../data/consolidated-tracking.repository';
import type { LearnerRecord, LovRecord, SessionRecord } from '../data/reference.repository';
import { allProblems, NO_PROBLEMS, type Problem, problem } from '../kernel/problem';
import { placeOf, type ReadRow } from './read-row';
import type { References } from './references';

/** What a row is about, once every reference is resolved. */
export interface RowSubject {
  readonly session: SessionRecord;
  readonly lov: LovRecord;
  /** The same object for all rows about the same. */
  readonly tracking: RegisteredTracking;
}

/** A row after checks 5 to 7. */
export interface ResolvedRow extends ReadRow {
  /** Null where anything is unresolved; then `referenceProblems`, or `problems`, say why. */
  readonly subject: RowSubject | null;
  readonly referenceProblems: readonly Problem[];
}

/** Checks 5 to 7: the learning object version, its guards, and the registration. */
export function resolveRow(row: ReadRow, references: References): ResolvedRow {
  const lov = resolveLov(row, references);
  const registered = resolveRegistration(row, references);
  const subject = subjectOf(lov.found, registered.found, references);
  // Named one by one: a spread takes several times as long.
  return {
    index: row.index,
    lov: row.lov,
    learner: row.learner,
    context: row.context,
    values: row.values,
    unreadable: row.unreadable,
    wipes: row.wipes,
    ignored: row.ignored,
    problems: row.problems,
    subject,
    referenceProblems: allProblems(lov.problems, registered.problems),
  };
}

function subjectOf(
  lov: LovRecord | null,
  registered: Registered | null,
  references: References,
): RowSubject | null {
  if (lov === null || registered === null) return null;
  const { learner, session } = registered;
  const tracking = references.trackingOf(learner, session, lov);
  if (tracking === undefined) throw new Error('What a row is about was not loaded');
  return { lov, session, tracking };
}

interface Resolution<Found> {
  readonly found: Found | null;
  readonly problems: readonly Problem[];
}

function resolveLov(row: ReadRow, references: References): Resolution<LovRecord> {
  if (row.lov === null) return { found: null, problems: NO_PROBLEMS };
  const refuse = (code: 'LOV_NOT_FOUND' | 'LOV_AMBIGUOUS' | 'LOV_NOT_IN_TRAINING') => ({
    found: null,
    problems: [problem(code, {}, placeOf(row.index, row.lov?.lovCode === null ? 'lovGuid' : 'lovCode'))],
  });
  const { lovs, sessions } = references.candidatesOf(row);
  if (lovs.length === 0) return refuse('LOV_NOT_FOUND');
  // Sessions that share a title are all of one training, so any of them tells which.
  const [session] = sessions;
  if (session === undefined) {
    const [only, another] = lovs;
    return only !== undefined && another === undefined
      ? guarded(row, only)
      : { found: null, problems: NO_PROBLEMS };
  }
  const [only, another] = lovs.filter((lov) => references.isPartOf(lov, session.trainingId));
  if (only === undefined) return refuse('LOV_NOT_IN_TRAINING');
  if (another !== undefined) return refuse('LOV_AMBIGUOUS');
  return guarded(row, only);
}

/** Some reports are not open to imports. */
function guarded(row: ReadRow, lov: LovRecord): Resolution<LovRecord> {
  if (lov.provider !== 'CROSSKNOWLEDGE' && lov.kind !== 'EASYQUIZZ')
    return { found: lov, problems: NO_PROBLEMS };
  const place = placeOf(row.index, row.lov?.lovCode === null ? 'lovGuid' : 'lovCode');
  const problems: Problem[] = [];
  if (lov.provider === 'CROSSKNOWLEDGE') {
    problems.push(problem('LOV_PROVIDED_BY_CROSSKNOWLEDGE', {}, place));
  }
  if (lov.kind === 'EASYQUIZZ') problems.push(problem('LOV_IS_EASYQUIZZ', {}, place));
  return { found: null, problems };
}

interface Registered {
  readonly learner: LearnerRecord;
  readonly session: SessionRecord;
}

function resolveRegistration(row: ReadRow, references: References): Resolution<Registered> {
  if (row.learner === null || row.context === null) return { found: null, problems: NO_PROBLEMS };
  const { learners, sessions } = references.candidatesOf(row);
  const registered: Registered[] = [];
  for (const learner of learners) {
    for (const session of sessions) {
      if (references.isRegistered(learner, session)) registered.push({ learner, session });
    }
  }
  const [sole, ...more] = registered;
  if (sole !== undefined && more.length === 0) return { found: sole, problems: NO_PROBLEMS };
  const place = placeOf(row.index);
  const [oldest, ...others] = registered.map(({ learner }) => learner).sort(byAge(references));
  if (oldest === undefined) {
    const hint = whatDidNotMatch(row, references);
    return { found: null, problems: [problem('REGISTRATION_NOT_FOUND', {}, { ...place, hint })] };
  }
  const problems: Problem[] = [];
  if (others.some((learner) => learner.id !== oldest.id)) {
    problems.push(problem('LEARNER_AMBIGUOUS', {}, place));
  }
  const [only, another] = registered.filter(({ learner }) => learner.id === oldest.id);
  if (only === undefined || another !== undefined) {
    problems.push(problem('SESSION_AMBIGUOUS', {}, placeOf(row.index, 'sessionTitle')));
    return { found: null, problems };
  }
  return { found: only, problems };
}

/** The oldest account first; of two made at once, the one with the lower id. */
function byAge(references: References) {
  return (a: LearnerRecord, b: LearnerRecord): number => {
    if (a.id === b.id) return 0;
    const [ofA, ofB] = [references.createdAt(a), references.createdAt(b)];
    if (ofA !== ofB) return ofA < ofB ? -1 : 1;
    return a.id - b.id;
  };
}

/** Names cells, never their contents: problems travel further than the rows do. */
function whatDidNotMatch(row: ReadRow, references: References): string {
  const unmatched = references.unmatched(row);
  if (unmatched.length > 0) return `Nothing matches ${unmatched.join(' and ')}.`;
  const { learners, sessions } = references.candidatesOf(row);
  if (learners.length === 0) {
    return `The learner references name different learners: ${givenCells(row.learner)}.`;
  }
  if (sessions.length === 0) {
    return `The session and training references do not name one session: ${givenCells(row.context)}.`;
  }
  return 'Learner and session are known, but the learner is not registered in the session.';
}

function givenCells(reference: object | null): string {
  return Object.entries(reference ?? {})
    .flatMap(([cell, value]) => (value === null ? [] : [cell]))
    .join(', ');
}
