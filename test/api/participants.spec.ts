/** Source: docs/rules/custom-activity.md, "Participants". */
import fc from 'fast-check';
import type { Scope } from '../../src/access/scopes';
import { RegistrationEntity } from '../../src/data/entities/registration.entity';
import { nextTurn } from '../../src/event-loop/turns';
import { type ModelParticipant, modelParticipants } from '../models/activity/participants';
import { starts } from '../models/activity/world-arbitraries';
import { storeActivityWorld } from '../support/activity-world';
import { type Api, apiOn } from '../support/api';
import { onSite, storeCourseWorld, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, overriding, type TestDatabase } from '../support/databases';
import { present } from '../support/present';

/** Course 1 has the learners 1, 2 and 3 in two sessions; this activity uses scale 1 and the objective CustomActivityLO1. */
const GRADED = 11939;
const SCORED = 11944;
const LO1 = 'CustomActivityLO1';
const FOLDER = 10;

const PARTICIPANTS = `query ($elementId: Int!, $first: Int! = 50, $after: String) {
  customActivity(elementId: $elementId) {
    participants(first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      nodes {
        learner { learnerId }
        status gradeId gradeTitle score comment updatedAt
        objectives { learningObjectiveId title outcome }
      }
    }
  }
}`;

const ASSESS = `mutation ($input: AssessCustomActivityInput!) {
  assessCustomActivity(input: $input) { __typename ... on AssessCustomActivityOutcome { problems { code path } } }
}`;

const TREE = `{ courseElements(courseId: 1) { ...Node children { ...Node } } }
  fragment Node on CourseElement {
    customActivity { elementId participants { totalCount nodes { learner { learnerId } gradeId objectives { outcome } } } }
  }`;

interface Node {
  readonly learner: { readonly learnerId: string };
  readonly gradeId: number | null;
  readonly score: number | null;
  readonly objectives: readonly { readonly learningObjectiveId: string; readonly outcome: string }[];
}

interface Page {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly Node[];
}

describe.each(DATABASE_KINDS)('participants on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  async function page(elementId: number, args: object = {}): Promise<Page> {
    const { customActivity } = await api.run<{ customActivity: { participants: Page } }>(PARTICIPANTS, {
      elementId,
      ...args,
    });
    return customActivity.participants;
  }

  const learnersOf = ({ nodes }: Page) => nodes.map(({ learner }) => Number(learner.learnerId));

  async function refusal(args: object): Promise<unknown> {
    const { errors } = await api.execute(PARTICIPANTS, { elementId: GRADED, ...args });
    return errors?.map((error) => error.extensions.code);
  }

  describe('of a course', () => {
    beforeEach(() => storeCourseWorld(test, theCourseWorld));

    it('are all its learners, each once, with what they have of the activity', async () => {
      const input = {
        ...{ courseId: 1, elementId: GRADED, userId: 2 },
        results: [
          {
            learnerId: 2,
            status: 'COMPLETED',
            gradeId: 2,
            comment: ' Well done.\nGo on! ',
            objectives: [{ learningObjectiveId: LO1, outcome: 'MEETS' }],
          },
          { learnerId: 3, objectives: [{ learningObjectiveId: LO1, outcome: 'EXCEEDS' }] },
        ],
      };
      expect(await api.run(ASSESS, { input })).toMatchObject({ assessCustomActivity: { problems: [] } });
      const nothing = { status: 'NOT_STARTED', gradeId: null, gradeTitle: null, score: null, comment: null };
      expect(await page(GRADED)).toEqual({
        totalCount: 3,
        pageInfo: {
          hasNextPage: false,
          hasPreviousPage: false,
          startCursor: expect.any(String),
          endCursor: expect.any(String),
        },
        nodes: [
          { ...nothing, learner: { learnerId: '1' }, updatedAt: null, objectives: [] },
          {
            learner: { learnerId: '2' },
            status: 'COMPLETED',
            gradeId: 2,
            gradeTitle: 'Grade 2',
            score: null,
            comment: 'Well done.\nGo on!',
            updatedAt: '2026-01-15T12:00:00.000Z',
            objectives: [{ learningObjectiveId: LO1, title: `Objective ${LO1}`, outcome: 'MEETS' }],
          },
          {
            ...nothing,
            learner: { learnerId: '3' },
            updatedAt: null,
            objectives: [{ learningObjectiveId: LO1, title: `Objective ${LO1}`, outcome: 'EXCEEDS' }],
          },
        ],
      });
      expect((await page(SCORED)).nodes).toMatchObject([
        { gradeId: null, score: 0, status: 'COMPLETED' },
        { score: null },
        { score: null },
      ]);
    });

    it('are those of sessions that have ended, too', async () => {
      await test.query("UPDATE session SET ends_at = '2001-01-01 00:00:00.000'");
      expect(learnersOf(await page(GRADED))).toEqual([1, 2, 3]);
    });

    it('are none where the course has no session, or nobody in one', async () => {
      await test.query('DELETE FROM registration');
      expect(await page(GRADED)).toMatchObject({ totalCount: 0, nodes: [], pageInfo: { endCursor: null } });
      await test.query('DELETE FROM session');
      expect(await page(GRADED)).toMatchObject({ totalCount: 0, nodes: [] });
    });

    it('come page by page', async () => {
      const first = await page(GRADED, { first: 2 });
      expect(learnersOf(first)).toEqual([1, 2]);
      expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
      const last = await page(GRADED, { first: 2, after: first.pageInfo.endCursor });
      expect(learnersOf(last)).toEqual([3]);
      expect(last).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: false, hasPreviousPage: true } });
    });

    it.each([{ first: 0 }, { first: 201 }, { after: 'x' }, { after: '' }])('refuse %j', async (args) => {
      expect(await refusal(args)).toEqual(['BAD_USER_INPUT']);
    });

    it('are not those of another site, whose ids its cursors may hold', async () => {
      await storeCourseWorld(test, onSite(theCourseWorld, 2));
      const watched = test.watch();
      const after = Buffer.from('200001').toString('base64url');
      expect(await page(GRADED, { after })).toMatchObject({ totalCount: 3, nodes: [] });
      const before = watched.length;
      await page(GRADED, { after: Buffer.from('900001').toString('base64url') });
      expect(watched.length).toBe(2 * before);
      const foreign = api.as({ siteId: 2 });
      const { customActivity } = await foreign.run<{ customActivity: { participants: Page } }>(PARTICIPANTS, {
        elementId: 200_000 + GRADED,
      });
      expect(learnersOf(customActivity.participants)).toEqual([200_001, 200_002, 200_003]);
    });

    it('take the same statements for all activities of a course as for one', async () => {
      const of = async (query: string) => {
        const watched = test.watch();
        const data = await api.run(query);
        return { data, read: watched.filter((sql) => /registration|assessment|grade|objective/.test(sql)) };
      };
      const one = await of(
        TREE.replace(
          'courseElements(courseId: 1) { ...Node children { ...Node } }',
          'courseElements(courseId: 1) { ...Node }',
        ),
      );
      const all = await of(TREE);
      expect(JSON.stringify(all.data).match(/"participants"/g)?.length).toBeGreaterThan(6);
      // Course, activity and its objectives; learners and their number, objectives, grades, results, outcomes.
      expect(one.read).toHaveLength(9);
      // The same at most for the elements below the folders.
      expect(all.read.length).toBeLessThanOrEqual(2 * 9);
    });

    it('are counted and named once for all activities of a course, whenever each is reached', async () => {
      const watched = test.watch();
      const counted = () => watched.filter((sql) => /COUNT\(DISTINCT/.test(sql)).length;
      const named = () => watched.filter((sql) => /\blogin\b/.test(sql)).length;
      // What the folder holds comes once the participants of the activities beside it are counted.
      const database = overriding(test.database, {
        read: async (work, options) => {
          const found = await test.database.read(work, options);
          const isFolder = Array.isArray(found) && found.some(({ parentId }) => parentId === FOLDER);
          while (isFolder && counted() === 0) await nextTurn();
          return found;
        },
      });
      const { courseElements } = await api.as({ database }).run<{ courseElements: object[] }>(
        `{ courseElements(courseId: 1) { ...Node children { ...Node } } }
        fragment Node on CourseElement { customActivity { participants { totalCount nodes { learner { login } } } } }`,
      );
      expect(JSON.stringify(courseElements).match(/"totalCount":3/g)?.length).toBeGreaterThan(6);
      expect([counted(), named()]).toEqual([1, 1]);
    });

    it('are counted anew behind a mutation of the same document', async () => {
      const answer = await api.run<Record<string, { element: { participants: Page } }>>(
        `mutation ($update: UpdateCustomActivityInput!, $more: LoadReferenceDataInput!) {
          before: updateCustomActivity(input: $update) { ...Participants }
          loadReferenceData(input: $more) { ... on LoadReferenceDataOutcome { problems { code } } }
          after: updateCustomActivity(input: $update) { ...Participants }
        }
        fragment Participants on UpdateCustomActivityOutcome { element { participants(first: 1) { totalCount } } }`,
        {
          update: { courseId: 1, elementId: GRADED, userId: 2 },
          more: {
            learners: [{ login: 'late' }],
            registrations: [{ learnerLogin: 'late', sessionGuid: 'session-10' }],
          },
        },
      );
      expect(answer.loadReferenceData).toEqual({ problems: [] });
      expect(answer.before?.element.participants.totalCount).toBe(3);
      expect(answer.after?.element.participants.totalCount).toBe(4);
    });

    it('are told by mutations as well, as they are by then, in a list with one look-up for all', async () => {
      const inputs = [GRADED, SCORED, 11942, 11943].map((elementId) => ({
        ...{ courseId: 1, elementId, userId: 2 },
        active: true,
      }));
      const watched = test.watch();
      const { updateCustomActivities } = await api.run<{
        updateCustomActivities: { results: { element: { participants: Page } }[] };
      }>(
        `mutation ($inputs: [UpdateCustomActivityInput!]!) {
          updateCustomActivities(inputs: $inputs) {
            results { ... on UpdateCustomActivityOutcome { element { participants { totalCount nodes { learner { learnerId } gradeId score } } } } }
          }
        }`,
        { inputs },
      );
      const pages = updateCustomActivities.results.map(({ element }) => element.participants);
      expect(pages.map(learnersOf)).toEqual([1, 2, 3, 4].map(() => [1, 2, 3]));
      expect(pages.map(({ nodes }) => [nodes[0]?.gradeId, nodes[0]?.score])).toEqual([
        [null, null],
        [null, 0],
        [null, null],
        [1, null],
      ]);
      expect(watched.filter((sql) => /FROM registration/.test(sql))).toHaveLength(1);
    });

    it('are as the mutation before has left them, in one request', async () => {
      const place = { courseId: 1, elementId: GRADED, userId: 2 };
      const answer = await api.run<Record<string, { element: { participants: Page } }>>(
        `mutation ($update: UpdateCustomActivityInput!, $assessment: AssessCustomActivityInput!) {
          before: updateCustomActivity(input: $update) { ...Participants }
          assessCustomActivity(input: $assessment) { __typename }
          after: updateCustomActivity(input: $update) { ...Participants }
        }
        fragment Participants on UpdateCustomActivityOutcome { element { participants(first: 1) { nodes { gradeId } } } }`,
        {
          update: place,
          assessment: { ...place, results: [{ learnerId: 1, status: 'COMPLETED', gradeId: 2 }] },
        },
      );
      expect(answer.before?.element.participants.nodes).toEqual([{ gradeId: null }]);
      expect(answer.after?.element.participants.nodes).toEqual([{ gradeId: 2 }]);
    });

    it('need activity:read, in the answer to an update too, which is made all the same', async () => {
      const holding = (...scopes: Scope[]) => api.as({ caller: { scopes: new Set(scopes) } });
      const update = `mutation ($input: UpdateCustomActivityInput!) {
        updateCustomActivity(input: $input) {
          ... on UpdateCustomActivityOutcome { element { title participants { totalCount } } }
        }
      }`;
      const input = { courseId: 1, elementId: GRADED, userId: 2, title: 'Told' };
      const { data, errors } = await holding('activity:update').execute(update, { input });
      expect(data).toEqual({ updateCustomActivity: { element: { title: 'Told', participants: null } } });
      expect(errors?.map(({ extensions }) => extensions)).toEqual([
        { code: 'FORBIDDEN', scope: 'activity:read' },
      ]);
      const allowed = await holding('activity:update', 'activity:read').run(update, { input });
      expect(allowed).toEqual({
        updateCustomActivity: { element: { title: 'Told', participants: { totalCount: 3 } } },
      });
    });

    it('are named to who may read reference data; to others only by their ids', async () => {
      const names = (scopes: Scope[]) =>
        api
          .as({ caller: { scopes: new Set(scopes) } })
          .run(
            `{ customActivity(elementId: ${GRADED}) { participants(first: 1) { nodes { learnerId learner { learnerId login } } } } }`,
          );
      const told = (login: string | null) => ({
        customActivity: { participants: { nodes: [{ learnerId: '1', learner: { learnerId: '1', login } }] } },
      });
      expect(await names(['activity:read', 'reference:read'])).toEqual(told('learner-1-1'));
      expect(await names(['activity:read'])).toEqual(told(null));
    });

    it('are refused beyond 10,000 in one answer', async () => {
      const aliases = (count: number) =>
        Array.from(
          { length: count },
          (_, index) => `p${index}: participants(first: 199) { pageInfo { hasNextPage } }`,
        );
      const ask = (count: number) =>
        api.execute(`{ customActivity(elementId: ${GRADED}) { ${aliases(count).join(' ')} } }`);
      expect((await ask(50)).errors).toBeUndefined();
      const { errors } = await ask(51);
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    });
  });

  it('are those of the model, page by page', async () => {
    const asModelled = ({ nodes }: Page): ModelParticipant[] =>
      nodes.map(({ learner, gradeId, score, objectives }) => ({
        learnerId: Number(learner.learnerId),
        gradeId,
        score,
        assessedObjectives: objectives.map(({ learningObjectiveId }) => learningObjectiveId),
      }));
    await fc.assert(
      fc.asyncProperty(starts, fc.integer({ min: 1, max: 3 }), async ({ world, stored }, first) => {
        await test.clear();
        await storeActivityWorld(test, world, stored);
        const on = api.as({ siteId: world.siteId });
        for (const { id, kind: of } of stored.elements) {
          const { customActivity } = await on.run<{ customActivity: { elementId: number } | null }>(
            `{ customActivity(elementId: ${id}) { elementId } }`,
          );
          if (of !== 'CUSTOM_ACTIVITY' || customActivity === null) continue;
          const expected = modelParticipants(world, stored, id);
          const found: ModelParticipant[] = [];
          let after: string | null = null;
          do {
            const read: { customActivity: { participants: Page } } = await on.run(PARTICIPANTS, {
              elementId: id,
              first,
              after,
            });
            const { participants } = read.customActivity;
            expect(participants.totalCount).toBe(expected.length);
            found.push(...asModelled(participants));
            after = participants.pageInfo.hasNextPage ? participants.pageInfo.endCursor : null;
          } while (after !== null);
          expect(found).toEqual(expected);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('of a hundred sessions are merged in their order, and read page by page by the index', async () => {
    await storeCourseWorld(test, theCourseWorld);
    const learners = 60;
    const sessions = 120;
    const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
    const values = (ids: readonly number[], of: (id: number) => string) =>
      ids.map((id) => `(${of(id)})`).join();
    await test.query(
      `INSERT INTO learner (site_id, id, login, login_folded, created_at) VALUES ${values(
        range(1_000, learners),
        (id) => `1, ${id}, 'l-${id}', 'l-${id}', '2025-01-01 00:00:00.000'`,
      )}`,
    );
    await test.query(
      `INSERT INTO session (site_id, id, training_id, guid, title) VALUES ${values(
        range(1_000, sessions),
        (id) => `1, ${id}, 1, 's-${id}', 's'`,
      )}`,
    );
    // Every learner is in two sessions, the later learner in the earlier one.
    const registered = range(0, learners).flatMap((index) =>
      [sessions - 1 - index, (index * 7) % sessions].map((session) => ({
        ...{ siteId: 1, learnerId: 1_000 + index },
        sessionId: 1_000 + session,
      })),
    );
    const distinct = [
      ...new Map(registered.map((each) => [`${each.learnerId}:${each.sessionId}`, each])).values(),
    ];
    await test.database.transaction(({ manager }) => manager.insert(RegistrationEntity, distinct));
    const found: number[] = [];
    let after: string | null = null;
    do {
      const read: Page = await page(GRADED, { first: 25, after });
      expect(read.totalCount).toBe(learners + 3);
      found.push(...learnersOf(read));
      after = read.pageInfo.hasNextPage ? present(read.pageInfo.endCursor) : null;
    } while (after !== null);
    expect(found).toEqual([1, 2, 3, ...range(1_000, learners)]);
  });
});
