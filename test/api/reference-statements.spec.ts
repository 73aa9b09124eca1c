/** What a page of records costs: statements do not grow with the rows of the page, and hardly with what is nested. */
import { type Api, apiOn } from '../support/api';
import { classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { present } from '../support/present';
import { storeWorld } from '../support/world';

const LEARNERS = 400;
const PAGE = 200;

const RECORDS =
  'learner { login } session { title training { title } } lov { title } registration { learner { email } }';
const FLAT = [
  `consolidatedTracking(first: $first) { totalCount nodes { ${RECORDS} } }`,
  'learners(first: $first) { totalCount nodes { login createdAt } }',
  'trainings(first: $first) { totalCount nodes { title } }',
  'sessions(first: $first) { totalCount nodes { title training { title pathCode } } }',
  'registrations(first: $first) { totalCount nodes { learner { login } session { title training { title } } } }',
  'learningObjectVersions(first: $first) { totalCount nodes { title kind } }',
  'learners(first: $first, filter: { search: "learner" }) { totalCount nodes { login } }',
];
const PAGES = [
  'sessions(first: $first) { nodes { registrations(first: 3) { totalCount nodes { learner { login } } } } }',
  'trainings(first: $first) { nodes { sessions(first: 3) { nodes { title } } lovs(first: 3) { nodes { lov { title } } } } }',
  'registrations(first: $first) { nodes { tracking(first: 3) { totalCount nodes { status lov { title } } } } }',
];

describe.each(DATABASE_KINDS)('pages of records on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
    const world = classWorld({ learners: LEARNERS, lovs: 3 });
    const numbers = Array.from({ length: LEARNERS }, (_, index) => index + 1);
    await storeWorld(test, {
      ...world,
      trainings: numbers.map((id) => ({
        id,
        guid: `training-${id}`,
        pathCode: `T-${id}`,
        title: 'Training',
      })),
      sessions: numbers.map((id) => ({ id, trainingId: id, guid: `session-${id}`, title: 'Session' })),
      lovs: world.lovs.map((lov) => ({ ...lov, trainingIds: numbers })),
      registrations: world.registrations.map((each, index) => ({ ...each, sessionId: index + 1 })),
      stored: world.registrations.map(({ id }) => ({
        registrationId: id,
        lovId: 1,
        firstAccessDate: null,
        firstCompletionDate: null,
        lastAccessDate: null,
        progression: null,
        score: null,
        scoreMax: null,
        timeSpentSeconds: null,
        status: 'NOT_ATTEMPTED',
        updatedAt: id,
      })),
    });
  });
  afterAll(() => test.drop());

  async function statementsFor(selection: string, first: number): Promise<number> {
    const watched = test.watch();
    const answer = await api.run<Record<string, { nodes: unknown[] }>>(
      `query ($first: Int!) { ${selection} }`,
      {
        first,
      },
    );
    const [page] = Object.values(answer);
    if (!selection.startsWith('learningObjectVersions')) expect(present(page).nodes).toHaveLength(first);
    return watched.length;
  }

  it.each(FLAT)('%s: as many statements for two hundred as for two', async (selection) => {
    const [few, many] = [await statementsFor(selection, 2), await statementsFor(selection, PAGE)];
    expect(many).toBe(few);
    expect(many).toBeLessThan(15);
  });

  it.each(PAGES)('%s: under thirty for two hundred pages', async (selection) => {
    expect(await statementsFor(selection, PAGE)).toBeLessThan(15);
  });
});
