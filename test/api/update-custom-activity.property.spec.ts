import fc from 'fast-check';
import { type Api, apiOn, NOW } from '../support/api';
import {
  storeCourseWorld,
  storedCourseWorld,
  storedNotifications,
  theCourseWorld,
} from '../support/course-world';
import { updateSequences } from '../support/custom-activity-arbitraries';
import {
  type CourseWorld,
  type ModelAnswer,
  modelUpdate,
  type UpdateInput,
} from '../support/custom-activity-model';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { asAnswered, comparable, sendUpdate } from '../support/update-activity';

/** fast-check draws this many sequences of requests per database; FAST_CHECK_RUNS raises it for a long hunt. */
const RUNS = Number(process.env.FAST_CHECK_RUNS ?? 60);

describe.each(DATABASE_KINDS)('updateCustomActivity against the model on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  afterAll(() => test.drop());

  it('answers and stores what the model does, and a request sent twice does nothing the second time', async () => {
    await fc.assert(
      fc.asyncProperty(updateSequences, fc.boolean(), async (requests, useScore) => {
        let world: CourseWorld = { ...theCourseWorld, useScore };
        await test.clear();
        await storeCourseWorld(test, world);
        let notified = 0;
        for (const [index, input] of requests.entries()) {
          const first = await expectAsModelled(world, input, NOW + index * 2_000);
          notified += first.notified.length;
          const second = await expectAsModelled(first.after, input, NOW + index * 2_000 + 1_000);
          expect(second.after).toEqual(first.after);
          if (first.typename !== 'Error') expect(second.typename).not.toBe('Error');
          if (input.dryRun !== true) expect(second.changes).toEqual([]);
          world = first.after;
        }
        expect(await storedNotifications(test)).toHaveLength(notified);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  async function expectAsModelled(world: CourseWorld, input: UpdateInput, now: number): Promise<ModelAnswer> {
    const expected = modelUpdate(world, input, now);
    const answer = await sendUpdate(api.as({ clock: () => new Date(now) }), input);
    expect(comparable(answer)).toEqual(asAnswered(expected));
    expect(await storedCourseWorld(test, world)).toEqual(expected.after);
    return expected;
  }
});
