import type { StoredReferenceData } from './find-stored';
import type { FoundProblems } from './found-problems';
import { type GivenCell, givenCells } from './given-cells';
import type { ReferenceRows, ReportedKind } from './reference-rows';

/** The records that rows refer to, by their keys, in the order of the rows. References mean the state after the request. */
export interface ResolvedReferences {
  /** GUID of the training; undefined keeps the stored one. */
  readonly trainingOfSession: readonly (string | undefined)[];
  /** GUIDs of the trainings that a learning object version is to be part of. */
  readonly trainingsOfLov: readonly ReadonlySet<string>[];
  readonly registrations: readonly ResolvedRegistration[];
}

export interface ResolvedRegistration {
  readonly login: string;
  readonly sessionGuid: string;
}

/** Everything that can be wrong with a reference to a learner, training or session. */
export function resolveReferences(
  rows: ReferenceRows,
  stored: StoredReferenceData,
  found: FoundProblems,
): ResolvedReferences {
  const trainings = trainingsAfter(rows, stored, found);
  return {
    trainingOfSession: resolveSessions(rows, stored, trainings, found),
    trainingsOfLov: resolveLovs(rows, trainings, found),
    registrations: resolveRegistrations(rows, stored, found),
  };
}

function resolveSessions(
  rows: ReferenceRows,
  stored: StoredReferenceData,
  trainings: Names,
  found: FoundProblems,
): (string | undefined)[] {
  return (rows.sessions ?? []).map(({ guid, trainingGuid, trainingPathCode }, index) => {
    const path = ['sessions', index, 'trainingGuid'] as const;
    const isAbsent = trainingGuid === undefined && trainingPathCode === undefined;
    if (isAbsent && stored.sessions.has(guid)) return undefined;
    if (!isNamed(trainingGuid) && !isNamed(trainingPathCode)) {
      const hint = 'Send trainingGuid or trainingPathCode.';
      found.add('VALUE_MISSING', { field: 'trainingGuid' }, path, hint);
      return undefined;
    }
    return agreedKey(
      [
        { path, value: trainingGuid, key: keyItself(trainings, trainingGuid) },
        {
          path: ['sessions', index, 'trainingPathCode'],
          value: trainingPathCode,
          key: keyNamed(trainings, trainingPathCode),
        },
      ],
      'TRAINING_NOT_FOUND',
      found,
    );
  });
}

function resolveLovs(rows: ReferenceRows, trainings: Names, found: FoundProblems): Set<string>[] {
  const trainingsOfLov = (rows.lovs ?? []).map(() => new Set<string>());
  const add = ({ index, path }: GivenCell, field: string, guid: string | undefined) => {
    if (guid === undefined) found.add('TRAINING_NOT_FOUND', { field }, path);
    else trainingsOfLov[index]?.add(guid);
  };
  for (const cell of givenCells(rows, 'lovs', 'trainingGuids', found)) {
    add(cell, 'trainingGuids', keyItself(trainings, cell.value));
  }
  for (const cell of givenCells(rows, 'lovs', 'trainingPathCodes', found)) {
    add(cell, 'trainingPathCodes', keyNamed(trainings, cell.value));
  }
  return trainingsOfLov;
}

function resolveRegistrations(
  rows: ReferenceRows,
  stored: StoredReferenceData,
  found: FoundProblems,
): ResolvedRegistration[] {
  const learners = learnersAfter(rows, stored, found);
  const sessions = new Set([...stored.sessions.keys(), ...(rows.sessions ?? []).map(({ guid }) => guid)]);
  const firsts = new Map<string, number>();
  const resolved: ResolvedRegistration[] = [];
  for (const [index, { learnerLogin, learnerRefNumber, sessionGuid }] of (
    rows.registrations ?? []
  ).entries()) {
    const path = ['registrations', index, 'learnerLogin'] as const;
    const sessionPath = ['registrations', index, 'sessionGuid'] as const;
    if (!isNamed(learnerLogin) && !isNamed(learnerRefNumber)) {
      const hint = 'Send learnerLogin or learnerRefNumber.';
      found.add('VALUE_MISSING', { field: 'learnerLogin' }, path, hint);
    }
    const login = agreedKey(
      [
        { path, value: learnerLogin, key: keyItself(learners, learnerLogin) },
        {
          path: ['registrations', index, 'learnerRefNumber'],
          value: learnerRefNumber,
          key: keyNamed(learners, learnerRefNumber),
        },
      ],
      'LEARNER_NOT_FOUND',
      found,
    );
    if (!found.hasFailed(sessionPath) && !sessions.has(sessionGuid)) {
      found.add('SESSION_NOT_FOUND', { field: 'sessionGuid' }, sessionPath);
    }
    if (login === undefined || found.hasFailed(sessionPath)) continue;

    const pair = JSON.stringify([login, sessionGuid]);
    const first = firsts.get(pair);
    if (first === undefined) firsts.set(pair, index);
    else
      found.add(
        'KEY_DUPLICATED',
        { field: 'The registration', first: `registrations[${first}]` },
        sessionPath,
      );
    resolved.push({ login, sessionGuid });
  }
  return resolved;
}

/** Finds the key of a record by the key or by the record's other name. */
interface Names {
  readonly keys: ReadonlySet<string>;
  readonly keyByName: ReadonlyMap<string, string>;
}

function trainingsAfter(rows: ReferenceRows, stored: StoredReferenceData, found: FoundProblems): Names {
  const changes = (rows.trainings ?? []).map(({ guid, pathCode }, index) => {
    const failed = found.hasFailed(['trainings', index, 'pathCode']);
    return { key: guid, name: failed ? undefined : pathCode };
  });
  return namesAfter(stored.trainings.keys(), stored.guidByPathCode, changes);
}

function learnersAfter(rows: ReferenceRows, stored: StoredReferenceData, found: FoundProblems): Names {
  const changes = (rows.learners ?? []).map(({ login, refNumber }, index) => {
    const failed = found.hasFailed(['learners', index, 'refNumber']);
    return { key: login, name: failed ? undefined : refNumber };
  });
  return namesAfter(stored.learners.keys(), stored.loginByRefNumber, changes);
}

function namesAfter(
  storedKeys: Iterable<string>,
  storedKeyByName: ReadonlyMap<string, string>,
  changes: readonly { readonly key: string; readonly name: string | null | undefined }[],
): Names {
  const renamed = new Set(changes.flatMap(({ key, name }) => (name === undefined ? [] : [key])));
  const keyByName = new Map([...storedKeyByName].filter(([, key]) => !renamed.has(key)));
  for (const { key, name } of changes) if (isNamed(name)) keyByName.set(name, key);
  return { keys: new Set([...storedKeys, ...changes.map(({ key }) => key)]), keyByName };
}

function keyItself({ keys }: Names, reference: string | null | undefined): string | undefined {
  return isNamed(reference) && keys.has(reference) ? reference : undefined;
}

function keyNamed({ keyByName }: Names, reference: string | null | undefined): string | undefined {
  return isNamed(reference) ? keyByName.get(reference) : undefined;
}

interface Reference {
  readonly path: readonly [ReportedKind, number, string];
  readonly value: string | null | undefined;
  /** Of the record it names; undefined when there is none. */
  readonly key: string | undefined;
}

/** The key that the references given agree on; undefined when none is given, or after a problem. */
function agreedKey(
  references: readonly Reference[],
  notFound: 'LEARNER_NOT_FOUND' | 'TRAINING_NOT_FOUND',
  found: FoundProblems,
): string | undefined {
  const [first, second] = references.filter(({ path, value, key }) => {
    if (!isNamed(value) || found.hasFailed(path)) return false;
    if (key === undefined) found.add(notFound, { field: path[2] }, path);
    return key !== undefined;
  });
  if (first !== undefined && second !== undefined && first.key !== second.key) {
    found.add('REFERENCES_DISAGREE', { first: first.path[2], second: second.path[2] }, second.path);
  }
  return first?.key;
}

function isNamed(value: string | null | undefined): value is string {
  return value !== undefined && value !== null;
}
