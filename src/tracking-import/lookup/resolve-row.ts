import type { LovRecord } from '../../data/reference.repository';
import { allProblems, NO_PROBLEMS, type Problem, problem } from '../../kernel/problem';
import { placeOf } from '../place-of';
import type { ReadRow } from '../read-row';
import type { ResolvedRow, RowSubject } from '../resolved-row';
import type { Candidates, Registered, Resolution } from './candidates';
import type { RowLookup } from './row-lookup';

/** Checks 5 to 7: the learning object version, its guards, and the registration. */
export function resolveRow(row: ReadRow, lookup: RowLookup): ResolvedRow {
  const candidates = lookup.candidatesOf(row);
  const resolution = lookup.resolutionOf(row);
  const lov = resolveLov(row, candidates, resolution);
  const registered = resolveRegistration(row, resolution, lookup);
  const subject = subjectOf(lov.found, registered.found, lookup);
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
    candidates,
    resolution,
  };
}

function subjectOf(
  lov: LovRecord | null,
  registered: Registered | null,
  lookup: RowLookup,
): RowSubject | null {
  if (lov === null || registered === null) return null;
  const { learner, session } = registered;
  const tracking = lookup.trackingOf(learner, session, lov);
  if (tracking === undefined) throw new Error('What a row is about was not loaded');
  return { lov, session, tracking };
}

interface Resolved<Found> {
  readonly found: Found | null;
  readonly problems: readonly Problem[];
}

function resolveLov(
  row: ReadRow,
  { lovs, sessions }: Candidates,
  resolution: Resolution,
): Resolved<LovRecord> {
  if (row.lov === null) return { found: null, problems: NO_PROBLEMS };
  const refuse = (code: 'LOV_NOT_FOUND' | 'LOV_AMBIGUOUS' | 'LOV_NOT_IN_TRAINING') => ({
    found: null,
    problems: [problem(code, {}, placeOf(row.index, row.lov?.lovCode === null ? 'lovGuid' : 'lovCode'))],
  });
  if (lovs.length === 0) return refuse('LOV_NOT_FOUND');
  const [only, another] = resolution.lovs;
  if (only === undefined) return refuse('LOV_NOT_IN_TRAINING');
  if (another === undefined) return guarded(row, only);
  // Without a session nobody knows which of them is meant, and the row is refused for that.
  return sessions.length === 0 ? { found: null, problems: NO_PROBLEMS } : refuse('LOV_AMBIGUOUS');
}

/** Some reports are not open to imports; which one is meant is known nevertheless. */
function guarded(row: ReadRow, lov: LovRecord): Resolved<LovRecord> {
  if (lov.provider !== 'CROSSKNOWLEDGE' && lov.kind !== 'EASYQUIZZ')
    return { found: lov, problems: NO_PROBLEMS };
  const place = placeOf(row.index, row.lov?.lovCode === null ? 'lovGuid' : 'lovCode');
  const problems: Problem[] = [];
  if (lov.provider === 'CROSSKNOWLEDGE') {
    problems.push(problem('LOV_PROVIDED_BY_CROSSKNOWLEDGE', {}, place));
  }
  if (lov.kind === 'EASYQUIZZ') problems.push(problem('LOV_IS_EASYQUIZZ', {}, place));
  return { found: lov, problems };
}

function resolveRegistration(
  row: ReadRow,
  { registered, isAnyRegistered, isLearnerAmbiguous, isAnotherRegistered }: Resolution,
  lookup: RowLookup,
): Resolved<Registered> {
  if (row.learner === null || row.context === null) return { found: null, problems: NO_PROBLEMS };
  if (registered !== null && !isLearnerAmbiguous) return { found: registered, problems: NO_PROBLEMS };
  const place = placeOf(row.index);
  if (!isAnyRegistered) {
    const hint = isAnotherRegistered ? DIFFERS_IN_CASE : whatDidNotMatch(row, lookup);
    return { found: null, problems: [problem('REGISTRATION_NOT_FOUND', {}, { ...place, hint })] };
  }
  if (registered === null) {
    return { found: null, problems: [problem('SESSION_AMBIGUOUS', {}, placeOf(row.index, 'sessionTitle'))] };
  }
  const hint = howToNameLearner(row, lookup, registered);
  return {
    found: registered,
    problems: [
      problem('LEARNER_AMBIGUOUS', { consequence: 'the oldest account is used' }, { ...place, hint }),
    ],
  };
}

const DIFFERS_IN_CASE =
  'No account whose login or e-mail is written as sent is registered in the session, but one that differs only in case is.';

/** By a cell that was not sent. Where the title meant several sessions as well, the one that is taken is told. */
function howToNameLearner(row: ReadRow, lookup: RowLookup, { session }: Registered): string {
  const cell = (['candidateLogin', 'candidateRefNumber', 'candidateEmail'] as const).find(
    (name) => row.learner?.[name] === null,
  );
  const way =
    cell === undefined
      ? 'Give the accounts different reference numbers.'
      : `Send ${cell} to name one account.`;
  return lookup.candidatesOf(row).sessions.length > 1 ? `${way} The session taken is ${session.id}.` : way;
}

/** Names cells, never their contents: problems travel further than the rows do. */
function whatDidNotMatch(row: ReadRow, lookup: RowLookup): string {
  const unmatched = lookup.unmatched(row);
  if (unmatched.length > 0) return `Nothing matches ${unmatched.join(' and ')}.`;
  const { learners, sessions } = lookup.candidatesOf(row);
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
