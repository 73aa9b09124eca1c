/** A learner of whom something is stored everywhere, on the own site of `two-sites.ts`. */
import { LearnerEntity } from '../../src/data/entities/learner.entity';
import { RegistrationEntity } from '../../src/data/entities/registration.entity';
import { fold } from '../../src/kernel/fold';
import { type Api, apiOn } from './api';
import { CALLS } from './calls';
import type { TestDatabase } from './databases';
import { present } from './present';
import { OWN, storeTwoSites, type TwoSites } from './two-sites';

export const ERASABLE = {
  id: 77_123_456,
  login: 'Grace.Hopper',
  refNumber: 'REF-GH-1906',
  email: 'Grace.Hopper@Navy.Example',
};
/** One in the class, one in the course. */
export const REGISTRATION_IDS = [88_123_456, 88_123_457] as const;

export const NAMES_OF_ERASABLE = [ERASABLE.login, ERASABLE.refNumber, ERASABLE.email];
export const IDS_OF_ERASABLE = [ERASABLE.id, ...REGISTRATION_IDS];

export interface ErasableWorld {
  readonly sites: TwoSites;
  readonly api: Api;
}

export const IMPORT = `mutation ($input: ImportConsolidatedTrackingInput!) {
  done: importConsolidatedTracking(input: $input) {
    __typename
    ... on ImportConsolidatedTrackingOutcome { replayed problems { code path } rows { outcome } }
  }
}`;
export const ASSESS = `mutation ($input: AssessCustomActivityInput!) {
  done: assessCustomActivity(input: $input) {
    __typename ... on AssessCustomActivityOutcome { problems { code path } }
  }
}`;

/** Rows of an import about the learner. */
export function rowsOf(login: string) {
  return [
    // Without a maximum: a problem is told of it, and kept.
    { candidateLogin: login, sessionGuid: 'session-1', lovGuid: 'lov-1', score: 60 },
    { candidateLogin: login, sessionGuid: 'session-1', lovGuid: 'lov-2', score: 70, scoreMax: 100 },
  ];
}

/** An assessment of the learner, with everything that can be assessed. */
export function assessmentOf({ own }: TwoSites, learnerId: number) {
  const { input } = present(CALLS.assessCustomActivity)(own) as { input: { results: object[] } };
  return { ...input, results: [{ ...input.results[0], learnerId: String(learnerId) }] };
}

export async function storeErasable(test: TestDatabase): Promise<ErasableWorld> {
  const sites = await storeTwoSites(test);
  const api = apiOn(test);
  const { courseId, sessionId, changedElementId: elementId, userId } = sites.own;
  await addLearner(test, ERASABLE, [
    [REGISTRATION_IDS[0], Number(sessionId)],
    [REGISTRATION_IDS[1], Number(courseId) * 10],
  ]);
  const rows = rowsOf(ERASABLE.login);
  await api.run(IMPORT, { input: { rows, idempotencyKey: 'first-import' } });
  const [first] = rows;
  await api.run(IMPORT, { input: { rows: [{ ...first, score: 65 }, rowsOf('learner-2')[0]] } });
  await api.run(IMPORT, { input: { rows: rowsOf('learner-3'), idempotencyKey: 'import-of-another' } });
  await api.run(ASSESS, {
    input: { ...assessmentOf(sites, ERASABLE.id), idempotencyKey: 'first-assessment' },
  });
  await api.run(
    'mutation ($input: UpdateCustomActivityInput!) { updateCustomActivity(input: $input) { __typename } }',
    { input: { courseId, elementId, userId, title: 'Told to all', sendUpdateNotification: true } },
  );
  return { sites, api };
}

export async function addLearner(
  test: TestDatabase,
  learner: typeof ERASABLE,
  registrations: readonly (readonly [id: number, sessionId: number])[] = [],
): Promise<void> {
  const { login, email } = learner;
  await test.database.transaction(async ({ manager }) => {
    await manager.insert(LearnerEntity, {
      ...{ ...learner, siteId: OWN, createdAt: new Date(Date.UTC(2020, 0, 1)) },
      ...{ loginFolded: fold(login), emailFolded: fold(email) },
    });
    for (const [id, sessionId] of registrations) {
      await manager.insert(RegistrationEntity, { id, siteId: OWN, learnerId: learner.id, sessionId });
    }
  });
}
