import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { Database } from '../../src/data/database';
import { forgetOldNotifications } from '../../src/data/notification.repository';
import { openDatabase } from '../../src/data/open-database';
import { instantFromSql, instantToSql } from '../../src/kernel/dates/instants';
import { type DeliveryDeps, deliverDue } from '../../src/notifications/deliver-notifications';
import { startDelivery } from '../../src/notifications/delivery-loop';
import { type Delivery, postNotification } from '../../src/notifications/webhook';
import { type Api, apiOn, NOW } from '../support/api';
import { storeCourseWorld, storedNotifications, theCourseWorld } from '../support/course-world';
import {
  DATABASE_KINDS,
  databaseNow,
  letPass,
  openTestDatabase,
  overriding,
  type TestDatabase,
} from '../support/databases';
import { present } from '../support/present';
import { HANG, type Receiver, startReceiver } from '../support/receiver';

const UPDATE = `mutation ($input: UpdateCustomActivityInput!) {
  updateCustomActivity(input: $input) {
    __typename
    ... on UpdateCustomActivityOutcome { problems { code } changes { field } }
  }
}`;

const NOTIFICATIONS = `query ($filter: NotificationFilter = {}, $first: Int, $after: String) {
  notifications(filter: $filter, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage endCursor }
    nodes {
      notificationId learnerId learnerLogin elementId elementSyncKey courseId courseSyncKey title changedFields
      createdAt deliveredAt status attempts nextAttemptAt lastError
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
    readonly status: string;
    readonly nextAttemptAt: string | null;
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
      const before = await databaseNow(test);
      await update();
      const after = await databaseNow(test);
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
          status: 'PENDING',
          attempts: 0,
          nextAttemptAt: expect.any(String),
          lastError: null,
        },
      ]);
      const due = Date.parse(present(nodes[0]?.nextAttemptAt));
      expect([due >= before, due <= after]).toEqual([true, true]);
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
      expect(await count({})).toBe(4);
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

  describe('the delivery, and when it ends', () => {
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
          siteId: 1,
          notificationId: ids[1],
          learnerId: '2',
          learnerLogin: 'learner-1-2',
          elementId: 11939,
          elementSyncKey: 'activity',
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
      await letPass(test, 'notification', 60 * MINUTE);
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
      const before = await databaseNow(test);
      expect(await deliverDue(deps())).toEqual({ delivered: 0, failures: ['HTTP_500'] });
      const after = await databaseNow(test);
      const [failed] = await storedNotifications(test);
      expect(failed).toMatchObject({ attempts: 1, last_error: 'HTTP_500', delivered_at: null });
      const due = instantFromSql(failed?.next_attempt_at as string);
      expect(due).toBeGreaterThanOrEqual(before + 500);
      expect(due).toBeLessThanOrEqual(after + 1_000);

      await letPass(test, 'notification', -60 * MINUTE);
      await deliverDue(deps());
      expect(receiver.received).toHaveLength(1);
      await letPass(test, 'notification', 60 * MINUTE + 1_000);
      expect(await deliverDue(deps())).toEqual({ delivered: 1, failures: [] });
      expect(sentIds()).toEqual([failed?.id, failed?.id]);
      const [delivered] = await storedNotifications(test);
      expect(delivered).toMatchObject({ attempts: 2, last_error: null });
    });

    it('waits longer after each failure, up to an hour', async () => {
      await update({ courseId: 5, elementId: 11941 });
      for (let attempt = 0; attempt < 20; attempt++) {
        const before = await databaseNow(test);
        await deliverDue(deps(NOW, { send: async () => ({ code: 'HTTP_503', retryAfterSeconds: null }) }));
        const after = await databaseNow(test);
        const [row] = await storedNotifications(test);
        const due = instantFromSql(row?.next_attempt_at as string);
        const longest = Math.min(1_000 * 2 ** attempt, 60 * MINUTE);
        const fits = due >= before + longest / 2 && due <= after + longest;
        expect({ attempt, attempts: row?.attempts, fits }).toEqual({
          attempt,
          attempts: attempt + 1,
          fits: true,
        });
        await letPass(test, 'notification', longest);
      }
      expect(await deliverDue(deps())).toEqual({ delivered: 1, failures: [] });
    });

    const statuses = async () =>
      (await pageOf()).nodes.map(({ status, nextAttemptAt }) => [status, nextAttemptAt]);
    const DAY = 24 * 60 * MINUTE;

    it('posts only what was recorded while a webhook was configured', async () => {
      await update({ courseId: 5, elementId: 11941 }, api.as({ hasWebhook: false }));
      expect(await statuses()).toEqual([['KEPT', null]]);
      expect(await deliverDue(deps())).toEqual({ delivered: 0, failures: [] });
      await update({ courseId: 5, elementId: 11941, title: 'Newer' });
      expect(await deliverDue(deps())).toEqual({ delivered: 1, failures: [] });
      expect((await statuses()).sort()).toEqual([
        ['DELIVERED', null],
        ['KEPT', null],
      ]);
      expect(receiver.received).toHaveLength(1);
    });

    it.each([
      ['a number of seconds', () => '7200'],
      ['a date', (sentAt: number) => new Date(sentAt + 7_200_000).toUTCString()],
    ])('honours Retry-After, %s', async (_name, retryAfter) => {
      await update({ courseId: 5, elementId: 11941 });
      receiver.answers = [(response) => response.writeHead(503, { 'retry-after': retryAfter(NOW) }).end()];
      const before = await databaseNow(test);
      expect(await deliverDue(deps())).toEqual({ delivered: 0, failures: ['HTTP_503'] });
      const after = await databaseNow(test);
      const [row] = await storedNotifications(test);
      const due = instantFromSql(row?.next_attempt_at as string);
      expect([due >= before + 7_199_000, due <= after + 7_201_000]).toEqual([true, true]);
    });

    it('ends with an answer 410', async () => {
      await update({ courseId: 5, elementId: 11941 });
      receiver.answers = [410];
      expect(await deliverDue(deps())).toEqual({ delivered: 0, failures: ['HTTP_410'] });
      expect(await statuses()).toEqual([['FAILED', null]]);
      expect(await deliverDue(deps())).toEqual({ delivered: 0, failures: [] });
      expect(receiver.received).toHaveLength(1);
    });

    it('is given up after three days', async () => {
      await update({ courseId: 5, elementId: 11941 });
      const before = await databaseNow(test);
      const [row] = await storedNotifications(test);
      const end = instantFromSql(row?.given_up_at as string);
      expect([end >= before + 3 * DAY - MINUTE, end <= before + 3 * DAY]).toEqual([true, true]);
      receiver.answers = [500, 500];
      await deliverDue(deps());
      expect((await statuses())[0]?.[0]).toBe('PENDING');
      await letPass(test, 'notification', 60 * MINUTE);
      await test.query(`UPDATE notification SET given_up_at = '${instantToSql(before - MINUTE)}'`);
      await deliverDue(deps());
      expect(await statuses()).toEqual([['FAILED', null]]);
      expect(await deliverDue(deps())).toEqual({ delivered: 0, failures: [] });
    });

    it('leaves nothing behind 30 days after it was delivered, given up, or recorded without a webhook', async () => {
      const now = await databaseNow(test);
      const old = instantToSql(now - 30 * DAY - MINUTE);
      const recent = instantToSql(now - 30 * DAY + 60 * MINUTE);
      await update({ title: 'Delivered' });
      await deliverDue(deps());
      await update({ title: 'Kept' }, api.as({ hasWebhook: false }));
      receiver.answers = [410, 410, 410];
      await update({ title: 'Failed' });
      await deliverDue(deps());
      await update({ title: 'Pending' });
      // Of each, that of learner 1 is old, and that of learner 2 is not yet.
      for (const [learner, at] of [
        [1, old],
        [2, recent],
        [3, recent],
      ] as const) {
        const of = `WHERE learner_id = ${learner}`;
        await test.query(`UPDATE notification SET created_at = '${at}' ${of}`);
        await test.query(`UPDATE notification SET delivered_at = '${at}' ${of} AND delivered_at IS NOT NULL`);
        await test.query(`UPDATE notification SET given_up_at = '${at}' ${of} AND last_error IS NOT NULL`);
      }
      await test.database.transaction((tx) => forgetOldNotifications(tx, 30));
      const left = (await storedNotifications(test)).map(
        ({ learner_id, payload }) => `${JSON.parse(payload).title} ${learner_id}`,
      );
      expect(left.sort()).toEqual([
        'Delivered 2',
        'Delivered 3',
        'Failed 2',
        'Failed 3',
        'Kept 2',
        'Kept 3',
        'Pending 1',
        'Pending 2',
        'Pending 3',
      ]);
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
        const limit = codes.length === 2 ? 100 : undefined;
        const refusal = await postNotification(target, notification, sentAt, limit);
        codes.push(refusal?.code ?? null);
        return refusal;
      };
      for (let hour = 0; hour < 3; hour++) {
        await deliverDue(deps(NOW, { send }));
        await letPass(test, 'notification', 60 * MINUTE);
      }
      const refused = { url: elsewhere.url, key: KEY };
      await deliverDue(
        deps(NOW, {
          send: async (...args) => {
            const refusal = await postNotification(refused, ...args);
            codes.push(refusal?.code ?? null);
            return refusal;
          },
        }),
      );
      expect(codes).toEqual(['HTTP_307', expect.stringMatching(/^\w+$/), 'TIMEOUT', 'ECONNREFUSED']);
      expect(sentIds()).toEqual([id, id, id]);
      expect(elsewhere.received).toEqual([]);
      expect((await pageOf()).nodes).toMatchObject([{ attempts: 4, lastError: 'ECONNREFUSED' }]);
    });

    it('of one site leaves the others alone', async () => {
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

      it('sends each once, and at once, whatever the clocks of the processes say', async () => {
        const ahead = NOW + 120 * MINUTE;
        const [slow, fast] = [api, api.as({ clock: () => new Date(ahead) })];
        for (let n = 0; n < 10; n++) await update({ title: `Title ${n}` }, n % 2 === 0 ? slow : fast);
        const sent: string[] = [];
        // Long enough for the other one to look what is due meanwhile.
        const send: DeliveryDeps['send'] = async ({ id }) => {
          sent.push(id);
          await delay(50);
          return null;
        };
        const deliverAll = async (at: number, database: Database) => {
          while ((await storedNotifications(test)).some(({ delivered_at }) => delivered_at === null)) {
            await deliverDue(deps(at, { database, send }));
            await delay(5);
          }
        };
        await Promise.all([deliverAll(NOW, test.database), deliverAll(ahead, second)]);
        expect(sent).toHaveLength(30);
        expect(new Set(sent)).toEqual(new Set(await storedIds()));
      });

      it('lets another one go on at the end of a lease, and the late one say nothing', async () => {
        await update({ courseId: 5, elementId: 11941 });
        let fail: (refusal: Delivery) => void = () => {};
        const hanging = new Promise<Delivery>((resolve) => {
          fail = resolve;
        });
        const before = await databaseNow(test);
        const late = deliverDue(deps(NOW, { send: () => hanging }));
        while ((await storedNotifications(test))[0]?.attempts === 0) await delay(5);
        const after = await databaseNow(test);
        const endsAt = instantFromSql((await storedNotifications(test))[0]?.next_attempt_at as string);
        expect(endsAt).toBeGreaterThanOrEqual(before + MINUTE);
        expect(endsAt).toBeLessThanOrEqual(after + MINUTE);
        expect(await deliverDue(deps(NOW + 60 * MINUTE, { database: second }))).toMatchObject({
          delivered: 0,
        });
        await letPass(test, 'notification', MINUTE);
        expect(await deliverDue(deps(NOW + MINUTE, { database: second }))).toMatchObject({ delivered: 1 });
        fail({ code: 'TIMEOUT', retryAfterSeconds: null });
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
      const database: Database = overriding(test.database, {
        read: (work) => (reads++ === 0 ? Promise.reject(away) : test.database.read(work)),
      });
      await update();
      let answer: () => void = () => {};
      receiver.answers = [
        204,
        204,
        (response) => {
          answer = () => response.writeHead(204).end();
        },
      ];
      const { clock, send } = deps();
      const running = startDelivery(
        {
          database,
          clock,
          receiverOf: async () => ({ send, settled: async () => {} }),
          onlyOwnWebhooks: false,
        },
        {
          onRound: (_siteId, round) => rounds.push(round),
          onError: (error) => errors.push(error),
        },
      );
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
