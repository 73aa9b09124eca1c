/**
 * Whoever edits a course has a grant on its organisation or on one above it. Here on a tree of five levels, with a user
 * for each organisation, on every mutation that names an editor.
 */
import { buildApiSchema } from '../../src/api-schema';
import { type Api, apiOn } from '../support/api';
import { type CourseWorld, storeCourseWorld, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { rootFields } from '../support/every-operation';
import { changesBetween, type Snapshot, takeSnapshot, undo } from '../support/snapshot';

/** Each organisation and the one above it. */
const ABOVE: Readonly<Record<number, number | null>> = {
  1: null,
  2: 1,
  3: 2,
  4: 3,
  5: 4,
  // Below that of the deepest course.
  6: 5,
  // Beside each of these, and below one that is beside.
  12: 1,
  13: 2,
  14: 3,
  15: 4,
  16: 15,
  // A tree of its own.
  21: null,
  22: 21,
};
const ORGANISATIONS = Object.keys(ABOVE).map(Number);

function pathTo(organisation: number): number[] {
  const above = ABOVE[organisation];
  return typeof above === 'number' ? [organisation, ...pathTo(above)] : [organisation];
}

/** A course at the bottom of the tree, one in the middle, one at the top, and one of no organisation. */
const COURSES = [
  { courseId: 51, organisation: 5 },
  { courseId: 52, organisation: 3 },
  { courseId: 53, organisation: 1 },
  { courseId: 54, organisation: null },
];

type Course = (typeof COURSES)[number];

const activityIn = (courseId: number) => 100 * courseId;
const deletedActivityIn = (courseId: number) => 100 * courseId + 1;

/** Grants of users: each organisation alone, none, and everything but the way up from the deepest course. */
const USERS = [
  ...ORGANISATIONS.map((organisation) => ({ userId: 100 + organisation, grants: [organisation] })),
  { userId: 200, grants: [] },
  { userId: 201, grants: ORGANISATIONS.filter((organisation) => !pathTo(5).includes(organisation)) },
];

function mayEdit(grants: readonly number[], organisation: number | null): boolean {
  return organisation !== null && pathTo(organisation).some((each) => grants.includes(each));
}

const [plainCourse] = theCourseWorld.courses;
const plainActivity = theCourseWorld.elements.find(({ id }) => id === 11949);
const LEARNER = 7;
const world: CourseWorld = {
  ...theCourseWorld,
  organisations: ORGANISATIONS.map((id) => ({
    id,
    parentId: ABOVE[id] ?? null,
    syncKey: `organisation-${id}`,
    name: `Organisation ${id}`,
  })),
  users: USERS.map(({ userId, grants }) => ({
    id: userId,
    syncKey: `user-${userId}`,
    isExternal: false,
    isDeleted: false,
    organisationIds: grants,
  })),
  courses: COURSES.map(({ courseId, organisation }) => ({
    ...(plainCourse as NonNullable<typeof plainCourse>),
    id: courseId,
    syncKey: `course-${courseId}`,
    organisationId: organisation,
    objectives: [],
    sessions: [[LEARNER]],
  })),
  elements: COURSES.flatMap(({ courseId }) =>
    [activityIn(courseId), deletedActivityIn(courseId)].map((id) => ({
      ...(plainActivity as NonNullable<typeof plainActivity>),
      id,
      syncKey: `activity-${id}`,
      courseId,
      isDeleted: id === deletedActivityIn(courseId),
    })),
  ),
  scales: [],
};

type Command = Readonly<Record<string, unknown>>;

/** What is sent of each operation, besides the editor. */
const COMMANDS: Readonly<Record<string, (courseId: number) => Command>> = {
  assessCustomActivity: (courseId) => ({
    courseId,
    elementId: activityIn(courseId),
    results: [{ learnerId: String(LEARNER), status: 'COMPLETED' }],
  }),
  createCustomActivity: (courseId) => ({ courseId, title: 'New' }),
  deleteCustomActivity: (courseId) => ({ courseId, elementId: activityIn(courseId), reason: 'Given up' }),
  restoreCustomActivity: (courseId) => ({ courseId, elementId: deletedActivityIn(courseId) }),
  updateCustomActivities: update,
  updateCustomActivity: update,
};

function update(courseId: number): Command {
  return { courseId, elementId: activityIn(courseId), title: 'Changed' };
}

const OPERATIONS = rootFields(buildApiSchema())
  .filter(({ settable }) => settable.some(({ path }) => path.at(-1) === 'userSyncKey'))
  .map((field) => ({ ...field, isList: field.settable.some(({ path }) => path[0] === 'inputs') }));

interface Outcome {
  readonly __typename: string;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

it('the operations that name an editor are those that this test knows', () => {
  expect(OPERATIONS.map(({ name }) => name).sort()).toEqual(Object.keys(COMMANDS).sort());
});

describe.each(DATABASE_KINDS)('rights in a tree of organisations on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;
  let before: Snapshot;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
    await storeCourseWorld(test, world);
    before = await takeSnapshot(test);
  });
  afterEach(async () => {
    await undo(test, changesBetween(before, await takeSnapshot(test)));
  });
  afterAll(() => test.drop());

  async function send(
    { name, documentFor, isList }: (typeof OPERATIONS)[number],
    commands: readonly Command[],
  ) {
    const variables = isList ? { inputs: commands } : { input: commands[0] };
    const data = await api.run(documentFor(variables), variables);
    const answer = data[name] as Outcome & { readonly results: readonly Outcome[] };
    const changes = changesBetween(before, await takeSnapshot(test));
    return {
      outcomes: (isList ? answer.results : [answer]).map(({ __typename, problems }) => ({
        isRefused: __typename.endsWith('Error'),
        codes: problems.map(({ code }) => code),
        lacking: problems.map(({ message }) => /access to (.+) organization/.exec(message)?.[1]),
      })),
      stored: changes.map(({ table }) => table).filter((table) => table !== 'audit_entry'),
    };
  }

  const GRANTED = { isRefused: false, codes: [], lacking: [] };
  const expected = (grants: readonly number[], organisation: number | null) =>
    mayEdit(grants, organisation)
      ? GRANTED
      : {
          isRefused: true,
          codes: ['ORGANISATION_ACCESS_DENIED'],
          lacking: [organisation === null ? world.siteName : `Organisation ${organisation}`],
        };

  describe.each(OPERATIONS)('$name', (operation) => {
    const commandOf = COMMANDS[operation.name] as (courseId: number) => Command;

    describe.each(COURSES)('in a course of organisation $organisation', ({ courseId, organisation }) => {
      it.each(USERS)('by a user with grants on $grants', async ({ userId, grants }) => {
        const editor = userId % 2 === 0 ? { userId } : { userSyncKey: `user-${userId}` };
        const { outcomes, stored } = await send(operation, [{ ...commandOf(courseId), ...editor }]);
        expect(outcomes).toEqual([expected(grants, organisation)]);
        expect(stored.length > 0).toBe(mayEdit(grants, organisation));
      });
    });

    if (operation.isList) {
      // What is loaded for a course must not come with another one.
      it.each<[string, readonly Course[]]>([
        ['every course', COURSES],
        ...COURSES.map((course): [string, Course[]] => [
          `a course of organisation ${course.organisation}`,
          [course],
        ]),
      ])('by everybody in %s, with one call', async (_, courses) => {
        const all = USERS.flatMap((user) => courses.map((course) => ({ ...user, ...course })));
        const commands = all.map(({ userId, courseId }) => ({
          userId,
          courseId,
          elementId: activityIn(courseId),
          title: `By ${userId}`,
        }));
        const { outcomes } = await send(operation, commands);
        expect(outcomes).toEqual(all.map(({ grants, organisation }) => expected(grants, organisation)));
      });
    }
  });
});
