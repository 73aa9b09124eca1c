import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type ActivityAnswer, send, updateOf, wordOf } from '../api';
import type { Node } from '../cluster';
import { countOf } from '../every-node';
import { COURSE } from '../rig';
import { rounds, type Scenario, Tally } from '../scenario';
import { makeActivities } from './activities';

const LEARNERS = 20;
const MOST_UPDATES = 30;
const DELIVERY_LIMIT_MS = 60_000;
const DELIVERING: readonly Node[] = [1, 2, 3];
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** Three servers deliver what is due, each through a node of its own. */
export const notifications: Scenario = {
  name: 'notifications',
  promise: 'servers on several nodes deliver each notification, and none of them twice',
  async run(rig, { rounds: count, random }) {
    const tally = new Tally();
    const updates = Math.min(count, MOST_UPDATES);
    const site = await rig.makeSite({ learners: LEARNERS, lovs: 1 });
    await makeActivities(rig, site, updates);
    const received = new Map<string, number>();
    const receiver = createServer((request, response) => {
      const id = String(request.headers['webhook-id']);
      received.set(id, (received.get(id) ?? 0) + 1);
      request.resume();
      // As long as a receiver elsewhere may take.
      setTimeout(() => response.writeHead(204).end(), random.whole(0, 30));
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address() as AddressInfo;
    const servers = await Promise.all(
      DELIVERING.map((node) =>
        rig.serverOn(node, `delivering-${node}`, {
          NOTIFICATION_WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
          NOTIFICATION_WEBHOOK_SECRET: SECRET,
        }),
      ),
    );
    for (const number of rounds(updates)) {
      const update = updateOf({
        ...COURSE,
        elementSyncKey: `activity-${number}`,
        title: 'Changed',
        allowStudentsSetCompletion: false,
        sendUpdateNotification: true,
      });
      const word = wordOf(await send<ActivityAnswer>(random.one(servers), site.key, update));
      if (word !== 'Success') tally.fault('answers other than Success', word);
    }
    const isOpen = 'delivered_at IS NULL';
    for (const deadline = Date.now() + DELIVERY_LIMIT_MS; Date.now() < deadline; await pause(200)) {
      if ((await countOf(rig.cluster, 1, 'notification', site.id, isOpen)) === 0) break;
    }
    await Promise.all(servers.map((server) => server.stop()));
    receiver.close();
    const stored = await rig.cluster.query<{ id: string; delivered_at: string | null }>(
      1,
      'SELECT id, delivered_at FROM notification WHERE site_id = ?',
      [site.id],
    );
    tally.count('notifications', stored.length);
    tally.count(
      'deliveries',
      [...received.values()].reduce((sum, times) => sum + times, 0),
    );
    if (stored.length !== updates * LEARNERS) tally.fault('notifications too many or too few');
    for (const { id, delivered_at } of stored) {
      if (delivered_at === null || !received.has(id)) tally.fault('not delivered', id);
      else if (received.get(id) !== 1) tally.fault('delivered twice', id);
    }
    return tally.outcome();
  },
};
