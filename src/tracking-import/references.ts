import type { Tx } from '../data/database';
import {
  findLearnersBy,
  findLovsBy,
  findRegistrations,
  findSessionsBy,
  findSessionsByTitle,
  findTrainingLovs,
  findTrainingsBy,
  type LearnerRecord,
  type LovRecord,
  type RegistrationRecord,
  type SessionRecord,
  type TrainingRecord,
} from '../data/reference.repository';
import { fold } from '../kernel/fold';
import type { ContextReference, LearnerReference, LovReference, ReadRow } from './read-row';

/** What the references of a row name: everything that matches all that the row gives. */
export interface Candidates {
  readonly lovs: readonly LovRecord[];
  readonly learners: readonly LearnerRecord[];
  readonly sessions: readonly SessionRecord[];
}

/** The records that the rows of a request refer to, loaded once for all of them. */
export interface References {
  candidatesOf(row: ReadRow): Candidates;
  isPartOf(lov: LovRecord, trainingId: number): boolean;
  registrationOf(learner: LearnerRecord, session: SessionRecord): RegistrationRecord | undefined;
  /** Which of the given references match nothing by themselves; empty when each matches something. */
  unmatched(row: ReadRow): readonly string[];
}

/** Loads what the rows refer to: one statement per kind of reference and chunk, never per row. */
export async function loadReferences(tx: Tx, siteId: number, rows: readonly ReadRow[]): Promise<References> {
  const lovs = await loadLovs(tx, siteId, given(rows, 'lov'));
  const learners = await loadLearners(tx, siteId, given(rows, 'learner'));
  const contexts = given(rows, 'context');
  const trainings = await loadTrainings(tx, siteId, contexts);
  const sessions = await loadSessions(tx, siteId, contexts, trainings);

  const candidatesOf = memoised((row: ReadRow) => ({
    lovs: row.lov === null ? [] : lovs.matching(row.lov),
    learners: row.learner === null ? [] : learners.matching(row.learner),
    sessions: row.context === null ? [] : sessions.matching(row.context),
  }));
  const candidates = rows.map(candidatesOf);
  const memberships = new Pairs<{ readonly trainingId: number; readonly lovId: number }>();
  for (const pair of await findTrainingLovs(tx, siteId, trainingLovPairs(candidates))) {
    memberships.add(pair.trainingId, pair.lovId, pair);
  }
  const registrations = new Pairs<RegistrationRecord>();
  for (const registration of await findRegistrations(tx, siteId, learnerSessionPairs(candidates))) {
    registrations.add(registration.learnerId, registration.sessionId, registration);
  }

  return {
    candidatesOf,
    isPartOf: (lov, trainingId) => memberships.get(trainingId, lov.id) !== undefined,
    registrationOf: (learner, session) => registrations.get(learner.id, session.id),
    unmatched: (row) => {
      const ofLearner = row.learner === null ? [] : learners.unmatched(row.learner);
      const ofTraining = row.context === null ? [] : trainings.unmatched(row.context);
      // Titles are looked up within their training: without it there is nothing to say of them.
      const ofSession = row.context === null || ofTraining.length > 0 ? [] : sessions.unmatched(row.context);
      return [...ofLearner, ...ofTraining, ...ofSession];
    },
  };
}

interface Lookup<Reference, Found> {
  /** What matches everything that the reference gives. */
  matching(reference: Reference): readonly Found[];
  /** The cells that match nothing even alone. */
  unmatched(reference: Reference): readonly string[];
}

/** A reference as cells, each with the value it is compared by; null where not given. */
type KeyedCells = Readonly<Record<string, string | number | null>>;

/**
 * Finds the records that match every given cell of a reference. Each cell has an index of its own, so one is
 * enough to find few records, and the others narrow them down.
 */
function lookup<Reference, Found extends { readonly id: number }>(
  found: readonly Found[],
  cellsOf: (reference: Reference) => KeyedCells,
  keysOf: (record: Found) => KeyedCells,
): Lookup<Reference, Found> {
  const indexes = new Map<string, Map<string | number, Set<Found>>>();
  for (const record of new Map(found.map((each) => [each.id, each])).values()) {
    for (const [cell, key] of Object.entries(keysOf(record))) {
      if (key === null) continue;
      const index = getOrAdd(indexes, cell, () => new Map<string | number, Set<Found>>());
      getOrAdd(index, key, () => new Set<Found>()).add(record);
    }
  }
  const matchesOf = (reference: Reference) =>
    Object.entries(cellsOf(reference)).flatMap(([cell, key]) =>
      key === null ? [] : [{ cell, records: indexes.get(cell)?.get(key) ?? new Set<Found>() }],
    );
  return {
    matching: (reference) => {
      const [first, ...others] = matchesOf(reference);
      if (first === undefined) return [];
      return [...first.records].filter((record) => others.every(({ records }) => records.has(record)));
    },
    unmatched: (reference) =>
      matchesOf(reference).flatMap(({ cell, records }) => (records.size === 0 ? [cell] : [])),
  };
}

async function loadLovs(tx: Tx, siteId: number, references: readonly LovReference[]) {
  const found = [
    ...(await findLovsBy(tx, siteId, 'code', distinct(references, 'lovCode'))),
    ...(await findLovsBy(tx, siteId, 'guid', distinct(references, 'lovGuid'))),
  ];
  return lookup(
    found,
    ({ lovCode, lovGuid }: LovReference) => ({ lovCode, lovGuid }),
    (lov) => ({ lovCode: lov.code, lovGuid: lov.guid }),
  );
}

async function loadLearners(tx: Tx, siteId: number, references: readonly LearnerReference[]) {
  const logins = distinct(references, 'candidateLogin').map(fold);
  const emails = distinct(references, 'candidateEmail').map(fold);
  const found = [
    ...(await findLearnersBy(tx, siteId, 'login_folded', new Set(logins))),
    ...(await findLearnersBy(tx, siteId, 'email_folded', new Set(emails))),
    ...(await findLearnersBy(tx, siteId, 'ref_number', distinct(references, 'candidateRefNumber'))),
  ];
  const folded = (text: string | null) => (text === null ? null : fold(text));
  return lookup(
    found,
    ({ candidateLogin, candidateEmail, candidateRefNumber }: LearnerReference) => ({
      candidateLogin: folded(candidateLogin),
      candidateEmail: folded(candidateEmail),
      candidateRefNumber,
    }),
    (learner) => ({
      candidateLogin: learner.loginFolded,
      candidateEmail: learner.emailFolded,
      candidateRefNumber: learner.refNumber,
    }),
  );
}

async function loadTrainings(tx: Tx, siteId: number, references: readonly ContextReference[]) {
  const found = [
    ...(await findTrainingsBy(tx, siteId, 'id', distinct(references, 'trainingId'))),
    ...(await findTrainingsBy(tx, siteId, 'guid', distinct(references, 'trainingGuid'))),
    ...(await findTrainingsBy(tx, siteId, 'path_code', distinct(references, 'trainingPathCode'))),
  ];
  return lookup<ContextReference, TrainingRecord>(
    found,
    ({ trainingId, trainingGuid, trainingPathCode }) => ({ trainingId, trainingGuid, trainingPathCode }),
    (training) => ({
      trainingId: training.id,
      trainingGuid: training.guid,
      trainingPathCode: training.pathCode,
    }),
  );
}

/** A session is named by its GUID, by its id, or by its title within a training. */
async function loadSessions(
  tx: Tx,
  siteId: number,
  references: readonly ContextReference[],
  trainings: Lookup<ContextReference, TrainingRecord>,
): Promise<Lookup<ContextReference, SessionRecord>> {
  const titles = new Pairs<readonly [number, string]>();
  for (const reference of references) {
    const title = soleTitle(reference);
    if (title === null) continue;
    for (const { id } of trainings.matching(reference)) titles.add(id, title, [id, title]);
  }
  const named = lookup<ContextReference, SessionRecord>(
    [
      ...(await findSessionsBy(tx, siteId, 'id', distinct(references, 'sessionId'))),
      ...(await findSessionsBy(tx, siteId, 'guid', distinct(references, 'sessionGuid'))),
      ...(await findSessionsByTitle(tx, siteId, titles.all())),
    ],
    ({ sessionGuid, sessionId, sessionTitle }) => ({ sessionGuid, sessionId, sessionTitle }),
    (session) => ({ sessionGuid: session.guid, sessionId: session.id, sessionTitle: session.title }),
  );
  const namesTraining = (reference: ContextReference) =>
    reference.trainingGuid !== null || reference.trainingId !== null || reference.trainingPathCode !== null;
  const matching = (reference: ContextReference) => {
    const sessions = named.matching(reference);
    if (!namesTraining(reference)) return sessions;
    const ids = trainings.matching(reference).map((training) => training.id);
    return sessions.filter((session) => ids.includes(session.trainingId));
  };
  return {
    matching,
    unmatched: (reference) => {
      // Titles are looked up within one training, and only where they alone name the session.
      if (soleTitle(reference) === null) return named.unmatched({ ...reference, sessionTitle: null });
      const isUnknown = trainings.matching(reference).length > 0 && matching(reference).length === 0;
      return isUnknown ? ['sessionTitle'] : [];
    },
  };
}

/** The title where nothing else names the session. */
function soleTitle({ sessionGuid, sessionId, sessionTitle }: ContextReference): string | null {
  return sessionGuid === null && sessionId === null ? sessionTitle : null;
}

function trainingLovPairs(candidates: readonly Candidates[]) {
  const pairs = new Pairs<readonly [number, number]>();
  for (const { sessions, lovs } of candidates) {
    for (const { trainingId } of sessions) {
      for (const lov of lovs) pairs.add(trainingId, lov.id, [trainingId, lov.id]);
    }
  }
  return pairs.all();
}

function learnerSessionPairs(candidates: readonly Candidates[]) {
  const pairs = new Pairs<readonly [number, number]>();
  for (const { learners, sessions } of candidates) {
    for (const learner of learners) {
      for (const session of sessions) pairs.add(learner.id, session.id, [learner.id, session.id]);
    }
  }
  return pairs.all();
}

/** Values under two keys. */
class Pairs<Value> {
  readonly #values = new Map<number, Map<number | string, Value>>();

  add(first: number, second: number | string, value: Value): void {
    getOrAdd(this.#values, first, () => new Map<number | string, Value>()).set(second, value);
  }

  get(first: number, second: number | string): Value | undefined {
    return this.#values.get(first)?.get(second);
  }

  all(): Value[] {
    return [...this.#values.values()].flatMap((values) => [...values.values()]);
  }
}

function given<Kind extends 'lov' | 'learner' | 'context'>(rows: readonly ReadRow[], kind: Kind) {
  return rows.flatMap((row) => {
    const reference = row[kind];
    return reference === null ? [] : [reference as NonNullable<ReadRow[Kind]>];
  });
}

function distinct<Reference, Cell extends keyof Reference>(
  references: readonly Reference[],
  cell: Cell,
): NonNullable<Reference[Cell]>[] {
  const values = new Set<NonNullable<Reference[Cell]>>();
  for (const reference of references) {
    const value = reference[cell];
    if (value !== null && value !== undefined) values.add(value);
  }
  return [...values];
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const present = map.get(key);
  if (present !== undefined) return present;
  const made = make();
  map.set(key, made);
  return made;
}

function memoised<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
