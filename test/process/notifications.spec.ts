import { setTimeout as delay } from 'node:timers/promises';
import { LOCAL_KEY, type StartedScript, startScript } from '../support/child-process';
import {
  type StoredNotification,
  storeCourseWorld,
  storedNotifications,
  theCourseWorld,
} from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { HANG, type Receiver, startReceiver } from '../support/receiver';

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const SLOW = 120_000;

describe.each(DATABASE_KINDS)('the server on $kind', (kind) => {
  let test: TestDatabase;
  let receiver: Receiver;
  let server: StartedScript | undefined;

  beforeEach(async () => {
    test = await openTestDatabase(kind);
    await storeCourseWorld(test, theCourseWorld);
    receiver = await startReceiver();
  });
  afterEach(async () => {
    server?.child.kill('SIGKILL');
    await server?.finished;
    await receiver.close();
    await test.drop();
  });

  let key: string;

  /** Answers its address. */
  async function startServer(env: Record<string, string>): Promise<string> {
    const { target } = test;
    const database = target.kind === 'sqlite' ? `sqlite:${target.path}` : target.url;
    server = startScript('src/main.js', {
      cwd: __dirname,
      env: { DATABASE_URL: database, PORT: '0', ...env },
    });
    const [, url = ''] = await server.prints(/"url":"([^"]+)"/);
    [key = ''] = await server.prints(LOCAL_KEY, 'stderr');
    return url;
  }

  const webhook = () => ({ NOTIFICATION_WEBHOOK_URL: receiver.url, NOTIFICATION_WEBHOOK_SECRET: SECRET });

  /** Answers when the update is committed. */
  async function update(url: string): Promise<void> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({
        query:
          'mutation ($input: UpdateCustomActivityInput!) { updateCustomActivity(input: $input) { __typename } }',
        variables: {
          input: {
            courseId: 1,
            elementId: 11939,
            userId: 2,
            title: 'Changed',
            allowStudentsSetCompletion: false,
            sendUpdateNotification: true,
            idempotencyKey: 'one update',
          },
        },
      }),
    });
    expect(await response.json()).toEqual({
      data: { updateCustomActivity: { __typename: 'UpdateCustomActivitySuccess' } },
    });
  }

  async function kill(): Promise<void> {
    server?.child.kill('SIGKILL');
    await server?.finished;
  }

  async function allDelivered(): Promise<StoredNotification[]> {
    for (;;) {
      const rows = await storedNotifications(test);
      if (rows.every((row) => row.delivered_at !== null)) return rows;
      await delay(20);
    }
  }

  it(
    'killed between commit and delivery loses no notification, and a replay adds none',
    async () => {
      // Nobody listens there.
      await update(await startServer({ ...webhook(), NOTIFICATION_WEBHOOK_URL: 'http://127.0.0.1:9/hook' }));
      await kill();
      expect(await storedNotifications(test)).toMatchObject(Array(3).fill({ delivered_at: null }));

      await update(await startServer(webhook()));
      const rows = await allDelivered();
      expect(rows.map((row) => row.learner_id)).toEqual([1, 2, 3]);
      expect(receiver.received.map(({ headers }) => headers['webhook-id']).sort()).toEqual(
        rows.map((row) => row.id).sort(),
      );
    },
    SLOW,
  );

  it(
    'killed during the delivery delivers after the lease, again after a failure, and stops cleanly',
    async () => {
      receiver.answers = [HANG, HANG, HANG];
      await update(await startServer(webhook()));
      await receiver.hasReceived(3);
      await kill();
      const leased = await storedNotifications(test);
      expect(leased).toMatchObject(Array(3).fill({ delivered_at: null, attempts: 1 }));
      await test.query('UPDATE notification SET next_attempt_at = created_at');

      receiver.received.length = 0;
      receiver.answers = [500];
      await startServer(webhook());
      const rows = await allDelivered();
      const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
      expect(ids).toHaveLength(4);
      expect(new Set(ids)).toEqual(new Set(leased.map((row) => row.id)));
      expect(rows.map((row) => row.attempts).sort()).toEqual([2, 2, 3]);

      server?.child.kill('SIGTERM');
      const { code, stdout, stderr } = (await server?.finished) ?? {};
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.stringMatching(/^Key of this start.*\nPlayground with this key.*\n$/),
      });
      expect(stdout).toMatch(/"delivered":2,"failed":1,"codes":\["HTTP_500"\]/);
      expect(stdout).not.toContain('learner-1-');
    },
    SLOW,
  );
});
