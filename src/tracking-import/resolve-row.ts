import type { RegisteredTracking } from '../data/consolidated-tracking.repository';
import type { LovRecord, SessionRecord } from '../data/reference.repository';
import { allProblems, NO_PROBLEMS, type Problem, problem } from '../kernel/problem';
import { placeOf, type ReadRow } from './read-row';
import type { References, Registered } from './references';

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

interface Resolved<Found> {
  readonly found: Found | null;
  readonly problems: readonly Problem[];
}

function resolveLov(row: ReadRow, references: References): Resolved<LovRecord> {
  if (row.lov === null) return { found: null, problems: NO_PROBLEMS };
  const refuse = (code: 'LOV_NOT_FOUND' | 'LOV_AMBIGUOUS' | 'LOV_NOT_IN_TRAINING') => ({
    found: null,
    problems: [problem(code, {}, placeOf(row.index, row.lov?.lovCode === null ? 'lovGuid' : 'lovCode'))],
  });
  const { lovs, sessions } = references.candidatesOf(row);
  if (lovs.length === 0) return refuse('LOV_NOT_FOUND');
  const [only, another] = references.resolutionOf(row).lovs;
  if (only === undefined) return refuse('LOV_NOT_IN_TRAINING');
  if (another === undefined) return guarded(row, only);
  // Without a session nobody knows which of them is meant, and the row is refused for that.
  return sessions.length === 0 ? { found: null, problems: NO_PROBLEMS } : refuse('LOV_AMBIGUOUS');
}

/** Some reports are not open to imports. */
function guarded(row: ReadRow, lov: LovRecord): Resolved<LovRecord> {
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

function resolveRegistration(row: ReadRow, references: References): Resolved<Registered> {
  if (row.learner === null || row.context === null) return { found: null, problems: NO_PROBLEMS };
  const { registered, isAnyRegistered, isLearnerAmbiguous } = references.resolutionOf(row);
  if (registered !== null && !isLearnerAmbiguous) return { found: registered, problems: NO_PROBLEMS };
  const place = placeOf(row.index);
  if (!isAnyRegistered) {
    const hint = whatDidNotMatch(row, references);
    return { found: null, problems: [problem('REGISTRATION_NOT_FOUND', {}, { ...place, hint })] };
  }
  const problems: Problem[] = [];
  if (isLearnerAmbiguous) problems.push(problem('LEARNER_AMBIGUOUS', {}, place));
  if (registered === null) {
    problems.push(problem('SESSION_AMBIGUOUS', {}, placeOf(row.index, 'sessionTitle')));
  }
  return { found: registered, problems };
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
