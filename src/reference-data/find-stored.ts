import type { Tx } from '../data/database';
import {
  findAncestors,
  findRecords,
  LEARNERS,
  type LearnerValues,
  LOVS,
  type LovValues,
  ORGANISATIONS,
  type OrganisationValues,
  SESSIONS,
  type SessionValues,
  type Stored,
  TRAININGS,
  type TrainingValues,
} from '../data/reference-data.repository';
import type { FoundProblems } from './found-problems';
import { givenCells, type RowKind } from './given-cells';
import type { ReferenceRows } from './reference-rows';

/** What the site holds of the records that the rows name. */
export interface StoredReferenceData {
  /** By sync key; of every organisation that is to become a parent, what is above it, too. */
  readonly organisations: ReadonlyMap<string, Stored<OrganisationValues>>;
  /** By login. */
  readonly learners: ReadonlyMap<string, Stored<LearnerValues>>;
  readonly loginByRefNumber: ReadonlyMap<string, string>;
  /** By GUID. */
  readonly trainings: ReadonlyMap<string, Stored<TrainingValues>>;
  readonly guidByPathCode: ReadonlyMap<string, string>;
  readonly guidByTrainingSyncKey: ReadonlyMap<string, string>;
  /** By GUID. */
  readonly sessions: ReadonlyMap<string, Stored<SessionValues>>;
  /** By GUID. */
  readonly lovs: ReadonlyMap<string, Stored<LovValues>>;
}

export async function findStored(
  tx: Tx,
  siteId: number,
  rows: ReferenceRows,
  found: FoundProblems,
): Promise<StoredReferenceData> {
  const given = <Kind extends RowKind>(kind: Kind, field: Parameters<typeof givenCells<Kind>>[2]) =>
    givenCells(rows, kind, field, found).map(({ value }) => value);

  const parentSyncKeys = given('organisations', 'parentSyncKey');
  const organisations = await findRecords(tx, siteId, ORGANISATIONS, 'syncKey', [
    ...given('organisations', 'syncKey'),
    ...parentSyncKeys,
    ...given('learners', 'organisationSyncKey'),
    ...given('trainings', 'organisationSyncKey'),
  ]);
  const learners = [
    ...(await findRecords(tx, siteId, LEARNERS, 'login', [
      ...given('learners', 'login'),
      ...given('registrations', 'learnerLogin'),
    ])),
    ...(await findRecords(tx, siteId, LEARNERS, 'refNumber', [
      ...given('learners', 'refNumber'),
      ...given('registrations', 'learnerRefNumber'),
    ])),
  ];
  const trainings = [
    ...(await findRecords(tx, siteId, TRAININGS, 'guid', [
      ...given('trainings', 'guid'),
      ...given('sessions', 'trainingGuid'),
      ...given('lovs', 'trainingGuids'),
    ])),
    ...(await findRecords(tx, siteId, TRAININGS, 'pathCode', [
      ...given('trainings', 'pathCode'),
      ...given('sessions', 'trainingPathCode'),
      ...given('lovs', 'trainingPathCodes'),
    ])),
    ...(await findRecords(tx, siteId, TRAININGS, 'syncKey', given('trainings', 'syncKey'))),
  ];
  const sessions = await findRecords(tx, siteId, SESSIONS, 'guid', [
    ...given('sessions', 'guid'),
    ...given('registrations', 'sessionGuid'),
  ]);
  const lovs = await findRecords(tx, siteId, LOVS, 'guid', given('lovs', 'guid'));
  return {
    organisations: indexedBy('syncKey', [
      ...organisations,
      ...(await findAncestors(tx, siteId, idsOf(organisations, new Set(parentSyncKeys)))),
    ]),
    learners: indexedBy('login', learners),
    loginByRefNumber: new Map(
      learners.flatMap(({ refNumber, login }) => (refNumber === null ? [] : [[refNumber, login]])),
    ),
    trainings: indexedBy('guid', trainings),
    guidByPathCode: new Map(
      trainings.flatMap(({ pathCode, guid }) => (pathCode === null ? [] : [[pathCode, guid]])),
    ),
    guidByTrainingSyncKey: new Map(
      trainings.flatMap(({ syncKey, guid }) => (syncKey === null ? [] : [[syncKey, guid]])),
    ),
    sessions: indexedBy('guid', sessions),
    lovs: indexedBy('guid', lovs),
  };
}

function idsOf(
  organisations: readonly Stored<OrganisationValues>[],
  syncKeys: ReadonlySet<string>,
): number[] {
  return organisations.filter(({ syncKey }) => syncKeys.has(syncKey)).map(({ id }) => id);
}

function indexedBy<Key extends string, Row extends Readonly<Record<Key, string>>>(
  key: Key,
  rows: readonly Row[],
): Map<string, Row> {
  return new Map(rows.map((row) => [row[key], row]));
}
