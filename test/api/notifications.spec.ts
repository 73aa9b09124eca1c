import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { type Database, openDatabase } from '../../src/data/database';
import { instantFromSql } from '../../src/kernel/dates';
import { type DeliveryDeps, deliverDue, startDelivery } from '../../src/notifications/deliver-notifications';
import { postNotification } from '../../src/notifications/webhook';
import { type Api, apiOn, NOW } from '../support/api';
import { storeCourseWorld, storedNotifications, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { HANG, type Receiver, startReceiver } from '../support/receiver';

const UPDATE = `mutation ($input: UpdateCustomActivityInput!) {
  updateCustomActivity(input: $input) {
    __typename
    ... on UpdateCustomActivityOutcome { problems { code } changes { field } }
  }
}`;

const NOTIFICATIONS = `query ($filter: NotificationFilter, $first: Int, $after: String) {
  notifications(filter: $filter, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage endCursor }
    nodes {
      notificationId learnerId learnerLogin elementId elementSyncKey courseId courseSyncKey title changedFields
      createdAt deliveredAt attempts nextAttemptAt lastError
    }
  }
}`;

interface Page {
  readonly totalCount: number;
  readonly pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
  readonly nodes: readonly {
    readonly notificationId: string;
    readonly learnerId: string;
    readonly elementId: number;
    readonly title: string;
    readonly deliveredAt: string | null;
  }[];
}

const KEY = Buffer.alloc(32, 1);
const MINUTE = 60_000;
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

describe.each(DATABASE_KINDS)('notifications on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;
  let receiver: Receiver;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
    receiver = await startReceiver();
  });
  beforeEach(async () => {
    await storeCourseWorld(test, theCourseWorld);
    receiver.received.length = 0;
    receiver.answers = [];
  });
  afterEach(() => test.clear());
  afterAll(async () => {
    await receiver.close();
    await test.drop();
  });

  /** Course 1 has the participants 1, 2 and 3. */
  function update(fields: object = {}, on = api) {
    const input = {
      courseId: 1,
      elementId: 11939,
      userId: 2,
      title: 'Changed',
      allowStudentsSetCompletion: null,
      sendUpdateNotification: true,
      ...fields,
    };
    return on.run<{ updateCustomActivity: { __typename: string } }>(UPDATE, { input });
  }

  async function pageOf(variables: object = {}, on = api): Promise<Page> {
    return (await on.run<{ notifications: Page }>(NOTIFICATIONS, { ...variables })).notifications;
  }

  function deps(at = NOW, overrides: Partial<DeliveryDeps> = {}): DeliveryDeps {
    return {
      database: test.database,
      siteId: 1,
      send: (notification, sentAt) => postNotification({ url: receiver.url, key: KEY }, notification, sentAt),
      clock: () => new Date(at),
      ...overrides,
    };
  }

  const sentIds = () => receiver.received.map(({ headers }) => String(headers['webhook-id']));
  const storedIds = async () => (await storedNotifications(test)).map(({ id }) => id);

  describe('the outbox', () => {
    it('holds one for each participant of the course and update', async () => {
      await update();
      await update({ title: 'Changed again' });
      const stored = await storedNotifications(test);
      expect(stored.map((row) => row.learner_id)).toEqual([1, 2, 3, 1, 2, 3]);
      expect(new Set(stored.map((row) => row.update_id)).size).toBe(2);
      expect(new Set(stored.map((row) => row.id)).size).toBe(6);
    });

    it('gets nothing more from a replay', async () => {
      await update({ idempotencyKey: 'once' });
      await update({ idempotencyKey: 'once' });
      expect(await storedNotifications(test)).toHaveLength(3);
    });

    it.each([
      ['an update that changes nothing', { title: 'Homework' }],
      ['an error', { title: '' }],
      ['a dry run', { dryRun: true }],
      ['an update that does not ask for it', { sendUpdateNotification: null }],
    ])('gets nothing from %s', async (_name, fields) => {
      await update(fields);
      expect(await storedNotifications(test)).toEqual([]);
    });
  });

  describe('the query notifications', () => {
    it('tells what participants are to be told', async () => {
      await update();
      const { nodes, totalCount } = await pageOf({ filter: { learnerId: '2' } });
      expect(totalCount).toBe(1);
      expect(nodes).toEqual([
        {
          notificationId: expect.stringMatching(UUID),
          learnerId: '2',
          learnerLogin: 'learner-1-2',
          elementId: 11939,
          elementSyncKey: 'activity',
          courseId: 1,
          courseSyncKey: 'course',
          title: 'Changed',
          changedFields: ['title'],
          createdAt: '2026-01-15T12:00:00.000Z',
          deliveredAt: null,
          attempts: 0,
          nextAttemptAt: '2026-01-15T12:00:00.000Z',
          lastError: null,
        },
      ]);
    });

    it('goes through all of them page by page, newest first', async () => {
      await update({ title: 'first' });
      await update({ title: 'second' }, api.as({ clock: () => new Date(NOW + 1) }));
      const seen: Page['nodes'][number][] = [];
      let after: string | null = null;
      do {
        const page: Page = await pageOf({ first: 2, after });
        expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
        expect(page.totalCount).toBe(6);
        seen.push(...page.nodes);
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      expect(seen.map(({ title }) => title)).toEqual([...Array(3).fill('second'), ...Array(3).fill('first')]);
      expect(new Set(seen.map(({ notificationId }) => notificationId))).toEqual(new Set(await storedIds()));
    });

    it('finds by element, participant and delivery', async () => {
      await update();
      await update({ courseId: 5, elementId: 11941 });
      receiver.answers = [500];
      await deliverDue(deps());
      const count = async (filter: object) => (await pageOf({ filter })).totalCount;
      expect(await count({ elementId: 11939 })).toBe(3);
      expect(await count({ elementId: 11941 })).toBe(1);
      expect(await count({ elementId: 7 })).toBe(0);
      expect(await count({ learnerId: '4' })).toBe(1);
      expect(await count({ learnerId: '4', elementId: 11939 })).toBe(0);
      expect(await count({ learnerId: 'four' })).toBe(0);
      expect(await count({ undelivered: true })).toBe(1);
      expect(await count({ undelivered: false })).toBe(3);
      expect(await count({ undelivered: null, elementId: null, learnerId: null })).toBe(4);
    });

    it('shows nothing of other sites', async () => {
      await update();
      expect((await pageOf({}, api.as({ siteId: 2 }))).totalCount).toBe(0);
    });

    it.each([{ first: 0 }, { first: 201 }, { after: 'nonsense' }, { after: '' }])(
      'refuses %j',
      async (variables) => {
        const { errors } = await api.execute(NOTIFICATIONS, variables);
        expect(errors?.map((error) => error.extensions.code)).toEqual(['BAD_USER_INPUT']);
      },
    );
  });

  describe('the delivery', () => {
    it('signs what it sends as Standard Webhooks has it', async () => {
      await update();
      const at = Date.now();
      expect(await deliverDue(deps(at))).toEqual({ delivered: 3, failures: [] });
      const webhook = new Webhook(KEY.toString('base64'));
      const bodies = receiver.received.map(({ headers, body }) =>
        webhook.verify(body, headers as Record<string, string>),
      );
      const ids = await storedIds();
      expect(sentIds().sort()).toEqual([...ids].sort());
      expect(receiver.received[0]?.headers).toMatchObject({
        'content-type': 'application/json',
        'webhook-timestamp': String(Math.floor(at / 1_000)),
      });
      expect(bodies).toHaveLength(3);
      expect(bodies).toContainEqual({
        type: 'custom_activity.updated',
        timestamp: '2026-01-15T12:00:00.000Z',
        data: {
          notificationId: ids[1],
          learnerId: '2',
          learnerLogin: 'learner-1-2',
          elementId: 11939,
          syncKey: 'activity',
          courseId: 1,
          courseSyncKey: 'course',
          title: 'Changed',
          changedFields: ['title'],
        },
      });
    });

    it('sends each once', async () => {
      await update();
      await deliverDue(deps());
      expect(await deliverDue(deps())).toEqual({ delivered: 0, failures: [] });
      expect(await deliverDue(deps(NOW + 60 * MINUTE))).toEqual({ delivered: 0, failures: [] });
      expect(receiver.received).toHaveLength(3);
      for (const row of await storedNotifications(test)) {
        expect(row).toMatchObject({ attempts: 1, last_error: null, lease_id: null });
        expect(instantFromSql(row.delivered_at as string)).toBe(NOW);
      }
    });

    it('tries again later, under the same id, after an answer 500', async () => {
      await update({ courseId: 5, elementId: 11941 });
      receiver.answers = [500];
      expect(await deliverDue(deps())).toEqual({ delivered: 0, failures: ['HTTP_500'] });
      const [failed] = await storedNotifications(test);
      expect(failed).toMatchObject({ attempts: 1, last_error: 'HTTP_500', delivered_at: null });
      const due = instantFromSql(failed?.next_attempt_at as string);
      expect(due).toBeGreaterThanOrEqual(NOW + 500);
      expect(due).toBeLessThanOrEqual(NOW + 1_000);

      await deliverDue(deps(due - 1));
      expect(receiver.received).toHaveLength(1);
      expect(await deliverDue(deps(due))).toEqual({ delivered: 1, failures: [] });
      expect(sentIds()).toEqual([failed?.id, failed?.id]);
      const [delivered] = await storedNotifications(test);
      expect(delivered).toMatchObject({ attempts: 2, last_error: null });
    });

    it('waits longer after each failure, up to an hour, and never gives up', async () => {
      await update({ courseId: 5, elementId: 11941 });
      const waits: number[] = [];
      let at = NOW;
      for (let attempt = 0; attempt < 20; attempt++) {
        await deliverDue(deps(at, { send: async () => 'HTTP_503' }));
        const [row] = await storedNotifications(test);
        const due = instantFromSql(row?.next_attempt_at as string);
        waits.push(due - at);
        at = due;
      }
      waits.forEach((wait, attempt) => {
        const longest = Math.min(1_000 * 2 ** attempt, 60 * MINUTE);
        expect({ attempt, fits: wait >= longest / 2 && wait <= longest }).toEqual({ attempt, fits: true });
      });
      expect(await deliverDue(deps(at))).toEqual({ delivered: 1, failures: [] });
    });

    it('does not follow redirects, and keeps a code for whatever goes wrong', async () => {
      await update({ courseId: 5, elementId: 11941 });
      const [id] = await storedIds();
      const elsewhere = await startReceiver();
      receiver.answers = [
        (response) => response.writeHead(307, { location: elsewhere.url }).end(),
        (response) => response.destroy(),
        HANG,
      ];
      await elsewhere.close();
      const target = { url: receiver.url, key: KEY };
      const codes: (string | null)[] = [];
      const send: DeliveryDeps['send'] = async (notification, sentAt) => {
        codes.push(
          await postNotification(target, notification, sentAt, codes.length === 2 ? 100 : undefined),
        );
        return codes.at(-1) ?? null;
      };
      for (let hour = 0; hour < 3; hour++) await deliverDue(deps(NOW + hour * 60 * MINUTE, { send }));
      const refused = { url: elsewhere.url, key: KEY };
      await deliverDue(
        deps(NOW + 180 * MINUTE, {
          send: async (...args) => {
            codes.push(await postNotification(refused, ...args));
            return codes.at(-1) ?? null;
          },
        }),
      );
      expect(codes).toEqual(['HTTP_307', expect.stringMatching(/^\w+$/), 'TIMEOUT', 'ECONNREFUSED']);
      expect(sentIds()).toEqual([id, id, id]);
      expect(elsewhere.received).toEqual([]);
      expect((await pageOf()).nodes).toMatchObject([{ attempts: 4, lastError: 'ECONNREFUSED' }]);
    });

    it('leaves other sites to their own servers', async () => {
      await update();
      expect(await deliverDue(deps(NOW, { siteId: 2 }))).toEqual({ delivered: 0, failures: [] });
    });

    describe('by several processes', () => {
      let second: Database;
      beforeAll(async () => {
        second = await openDatabase(test.target);
        await setBusyTimeout(0);
      });
      afterAll(async () => {
        await setBusyTimeout(5_000);
        await second.close();
      });

      /** Waiting for a lock, the embedded database would stop this process, the holder of the lock included. */
      async function setBusyTimeout(ms: number): Promise<void> {
        if (kind.kind !== 'sqlite') return;
        for (const database of [test.database, second]) {
          await database.read(({ manager }) => manager.query(`PRAGMA busy_timeout = ${ms}`));
        }
      }

      it('sends each once', async () => {
        for (let n = 0; n < 10; n++) await update({ title: `Title ${n}` });
        const both = async () => {
          for (let round = 0; round < 10; round++) {
            await Promise.all([deliverDue(deps()), deliverDue(deps(NOW, { database: second }))]);
          }
        };
        await both();
        expect(receiver.received).toHaveLength(30);
        expect(new Set(sentIds())).toEqual(new Set(await storedIds()));
      });

      it('lets another one go on at the end of a lease, and the late one say nothing', async () => {
        await update({ courseId: 5, elementId: 11941 });
        let fail: (code: string) => void = () => {};
        const hanging = new Promise<string>((resolve) => {
          fail = resolve;
        });
        const late = deliverDue(deps(NOW, { send: () => hanging }));
        while ((await storedNotifications(test))[0]?.attempts === 0) await delay(5);
        expect(await deliverDue(deps(NOW + MINUTE - 1, { database: second }))).toMatchObject({
          delivered: 0,
        });
        expect(await deliverDue(deps(NOW + MINUTE, { database: second }))).toMatchObject({ delivered: 1 });
        fail('TIMEOUT');
        await late;
        const [row] = await storedNotifications(test);
        expect(row).toMatchObject({ attempts: 2, last_error: null });
        expect(instantFromSql(row?.delivered_at as string)).toBe(NOW + MINUTE);
      });
    });

    it('goes on in the background until it is stopped, whatever goes wrong', async () => {
      const rounds: unknown[] = [];
      const errors: unknown[] = [];
      const away = new Error('the database is away');
      let reads = 0;
      const database: Database = {
        ...test.database,
        read: (work) => (reads++ === 0 ? Promise.reject(away) : test.database.read(work)),
      };
      await update();
      let answer: () => void = () => {};
      receiver.answers = [
        204,
        204,
        (response) => {
          answer = () => response.writeHead(204).end();
        },
      ];
      const running = startDelivery(deps(NOW, { database }), {
        onRound: (round) => rounds.push(round),
        onError: (error) => errors.push(error),
      });
      await receiver.hasReceived(3);
      const stopped = running.stop();
      expect(rounds).toEqual([]);
      answer();
      await stopped;
      expect(errors).toEqual([away]);
      expect(rounds).toEqual([{ delivered: 3, failures: [] }]);

      await update({ title: 'Too late' });
      await delay(50);
      expect(receiver.received).toHaveLength(3);
    });
  });
});
