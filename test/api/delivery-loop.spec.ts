import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { findDueSites, recordNotifications } from '../../src/data/notification.repository';
import type { DeliveryDeps } from '../../src/notifications/deliver-notifications';
import { type RunningDelivery, startDelivery } from '../../src/notifications/delivery-loop';
import { NOW } from '../support/api';
import { onSite, storeCourseWorld, storedNotifications, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { present } from '../support/present';

const SITES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe.each(DATABASE_KINDS)('the delivery of all sites on $kind', (kind) => {
  let test: TestDatabase;
  let running: RunningDelivery[];
  /** Ids of notifications, by site, in the order in which their posts ended well. */
  let taken: Map<number, string[]>;
  const errors: unknown[] = [];

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    for (const siteId of SITES) await storeCourseWorld(test, onSite(theCourseWorld, siteId));
  });
  beforeEach(async () => {
    await test.query('DELETE FROM notification');
    running = [];
    taken = new Map(SITES.map((siteId) => [siteId, []]));
    errors.length = 0;
  });
  afterEach(async () => {
    await Promise.all(running.map((each) => each.stop()));
    expect(errors).toEqual([]);
  });
  afterAll(() => test.drop());

  /** One notification for each of the course's three participants. */
  async function notify(siteId: number, hasWebhook = true): Promise<void> {
    const idIn = (id: number) => siteId * 100_000 + id;
    const updateId = randomUUID();
    const elementId = idIn(11_939);
    const payload = {
      elementId,
      syncKey: null,
      courseId: idIn(1),
      courseSyncKey: null,
      title: 'T',
      changedFields: [],
    };
    const notice = { updateId, elementId, createdAt: NOW, payload };
    await test.database.transaction((tx) =>
      recordNotifications(tx, siteId, [1, 2, 3].map(idIn), notice, hasWebhook),
    );
  }

  type Send = DeliveryDeps['send'];
  type EndedRound = { readonly siteId: number; readonly at: number };
  let giveUp: () => void = () => {};
  const gaveUp = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  const HANG: Send = async () => {
    await gaveUp;
    return { code: 'TIMEOUT', retryAfterSeconds: null };
  };
  const REFUSE: Send = async () => ({ code: 'HTTP_500', retryAfterSeconds: null });

  function start(receivers: ReadonlyMap<number, Send> = new Map()): {
    readonly rounds: readonly EndedRound[];
  } {
    const rounds: EndedRound[] = [];
    running.push(
      startDelivery(
        {
          database: test.database,
          clock: () => new Date(NOW),
          onlyOwnWebhooks: false,
          receiverOf: async (siteId) => ({
            send: async (notification, sentAt) => {
              const refusal = await (receivers.get(siteId) ?? (async () => null))(notification, sentAt);
              if (refusal === null) taken.get(siteId)?.push(notification.id);
              return refusal;
            },
            settled: async () => {},
          }),
        },
        {
          onRound: (siteId) => rounds.push({ siteId, at: performance.now() }),
          onError: (error) => errors.push(error),
        },
      ),
    );
    return { rounds };
  }

  async function untilTaken(siteId: number, count: number): Promise<void> {
    while ((taken.get(siteId)?.length ?? 0) < count) await delay(5);
  }

  it('brings those of every site to the receiver of that site', async () => {
    for (const siteId of SITES) await notify(siteId);
    start();
    for (const siteId of SITES) await untilTaken(siteId, 3);
    for (const siteId of SITES) {
      const stored = await storedNotifications(test, siteId);
      expect([...(taken.get(siteId) ?? [])].sort()).toEqual(stored.map(({ id }) => id).sort());
    }
  });

  it('sends each once, whichever of several servers does', async () => {
    for (const siteId of SITES) for (let n = 0; n < 4; n++) await notify(siteId);
    for (let server = 0; server < 3; server++) start();
    for (const siteId of SITES) await untilTaken(siteId, 12);
    await Promise.all(running.map((each) => each.stop()));
    for (const siteId of SITES) {
      expect(taken.get(siteId)).toHaveLength(12);
      expect(new Set(taken.get(siteId)).size).toBe(12);
    }
  });

  it('does not wait for receivers that never answer, however many of its turns they have taken', async () => {
    const hanging = SITES.slice(0, 9);
    for (const siteId of hanging) await notify(siteId);
    start(new Map(hanging.map((siteId) => [siteId, HANG])));
    while ((await storedNotifications(test, 9)).some(({ attempts }) => attempts === 0)) await delay(20);
    await notify(10);
    await untilTaken(10, 3);
    giveUp();
  });

  it('does not wait for receivers that refuse everything, and leaves these a rest', async () => {
    const refusing = SITES.slice(0, 9);
    for (const siteId of refusing) for (let n = 0; n < 10; n++) await notify(siteId);
    const { rounds } = start(new Map(refusing.map((siteId) => [siteId, REFUSE])));
    while (new Set(rounds.map(({ siteId }) => siteId)).size < refusing.length) await delay(5);
    for (let n = 0; n < 10; n++) await notify(10);
    await untilTaken(10, 30);
    const endsOf = (siteId: number) => rounds.filter((each) => each.siteId === siteId).map(({ at }) => at);
    while (endsOf(1).length < 3) await delay(5);
    for (const siteId of refusing) {
      const [first, ...others] = endsOf(siteId);
      let last = present(first);
      for (const at of others) {
        expect(at - last).toBeGreaterThanOrEqual(1_000);
        last = at;
      }
    }
  });

  it('finds the sites of which something is due, those behind the last one first', async () => {
    for (const siteId of [2, 5, 7]) await notify(siteId);
    await notify(3, false);
    const found = (after: number, limit = 10, onlyOwn = false) =>
      test.database.read((tx) => findDueSites(tx, after, limit, onlyOwn));
    expect(await found(0)).toEqual([2, 5, 7]);
    expect(await found(2)).toEqual([5, 7, 2]);
    expect(await found(6, 2)).toEqual([7, 2]);
    expect(await found(100, 1)).toEqual([2]);
    expect(await found(0, 10, true)).toEqual([]);
    await test.query(
      "INSERT INTO webhook (site_id, secrets, since) VALUES (5, '[]', '2026-01-01 00:00:00.000'), (6, '[]', '2026-01-01 00:00:00.000')",
    );
    expect(await found(0, 10, true)).toEqual([5]);
    await test.query('DELETE FROM webhook');
    await test.query("UPDATE notification SET next_attempt_at = '2999-01-01 00:00:00.000' WHERE site_id = 5");
    await test.query(
      "UPDATE notification SET delivered_at = '2026-01-01 00:00:00.000' WHERE site_id = 7 AND learner_id > 700001",
    );
    expect(await found(0)).toEqual([2, 7]);
    await test.query("UPDATE notification SET delivered_at = '2026-01-01 00:00:00.000' WHERE site_id = 7");
    expect(await found(0)).toEqual([2]);
  });
});
