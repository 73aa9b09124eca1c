import fc from 'fast-check';
import { instantFromSql } from '../../src/kernel/dates/instants';
import { comparableStored } from '../models/activity/compare';
import { modelSequence, type Sequence, sequences } from '../models/activity/sequence-arbitraries';
import type { Answer, UpdateInput } from '../models/activity/world';
import { storeActivityWorld, storedActivityWorld } from '../support/activity-world';
import { type Api, apiOn } from '../support/api';
import { storedNotifications } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { MODEL_REQUESTS, MODEL_SEED } from '../support/model-runs';
import { sendUpdate } from '../support/update-activity';

interface Sent {
  readonly input: UpdateInput;
  readonly clock: number;
}

describe.each(DATABASE_KINDS)('updateCustomActivity against the model on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;
  let left = MODEL_REQUESTS;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  afterAll(() => test.drop());

  it(`answers and stores what the model does, for ${MODEL_REQUESTS} requests`, async () => {
    const isAsModelled = fc.asyncProperty(sequences, async (sequence) => {
      if (left <= 0) return;
      await expectAsModelled(sequence);
      left -= sequence.steps.length;
    });
    const details = await fc.check(isAsModelled, { numRuns: MODEL_REQUESTS, seed: MODEL_SEED });
    if (details.failed) throw new Error(reported(details));
  }, 3_600_000);

  async function expectAsModelled(sequence: Sequence): Promise<void> {
    await test.clear();
    await storeActivityWorld(test, sequence.world, sequence.stored);
    let notices: Notice[] = [];
    for (const [index, { answer, stored, notifications }] of modelSequence(sequence).entries()) {
      const { input, clock } = sequence.steps[index] as Sent;
      const told = await sendUpdate(api.as({ clock: () => new Date(clock) }), input);
      notices = [...notices, ...notifications.map(({ learnerId }) => noticeOf(answer, learnerId))];
      expect({
        request: index,
        answer: asModelled(told),
        ...comparableStored(await storedActivityWorld(test)),
        notices: await storedNotices(),
      }).toEqual({ request: index, answer, ...comparableStored(stored), notices: sorted(notices) });
    }
  }

  async function storedNotices(): Promise<Notice[]> {
    const rows = await storedNotifications(test);
    return sorted(
      rows.map(({ element_id, learner_id, created_at, payload }) => ({
        elementId: element_id,
        learnerId: learner_id,
        createdAt: new Date(instantFromSql(created_at)).toISOString(),
        payload: typeof payload === 'string' ? JSON.parse(payload) : payload,
      })),
    );
  }
});

/** What a participant is told of an update. */
interface Notice {
  readonly elementId: number | undefined;
  readonly learnerId: number;
  readonly createdAt: string | undefined;
  readonly payload: object;
}

function noticeOf({ element, changes }: Answer, learnerId: number): Notice {
  const { elementId, syncKey, courseId, courseSyncKey, title, updatedAt } = element ?? {};
  const changedFields = changes.map(({ field }) => field);
  return {
    elementId,
    learnerId,
    createdAt: updatedAt,
    payload: { elementId, syncKey, courseId, courseSyncKey, title, changedFields },
  };
}

function sorted(notices: readonly Notice[]): Notice[] {
  // An element is never updated twice at one instant.
  const nameOf = ({ createdAt, learnerId, elementId }: Notice) => `${createdAt} ${learnerId} ${elementId}`;
  return [...notices].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

/** An answer without its prose, in the shape of the model's. */
function asModelled({ __typename, problems, ...answer }: Awaited<ReturnType<typeof sendUpdate>>) {
  return {
    ...answer,
    typename: __typename.replace('UpdateCustomActivity', ''),
    problems: problems.map(({ code, severity, path }) => ({ code, severity, path })),
  };
}

function reported({
  seed,
  counterexamplePath,
  counterexample,
  errorInstance,
}: fc.RunDetails<[Sequence]>): string {
  const steps = counterexample?.[0].steps ?? [];
  return [
    `MODEL_SEED=${seed}, path ${counterexamplePath}: server (received) and model (expected) differ.`,
    ...steps.map(
      ({ input, clock }, index) => `request ${index} at ${clock}: ${JSON.stringify(input).slice(0, 5_000)}`,
    ),
    errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
  ].join('\n');
}
