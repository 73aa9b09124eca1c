import { Webhook as Verifier } from 'standardwebhooks';
import type { WebhookSettings } from '../../src/access/webhook-settings';
import { deliverDue } from '../../src/notifications/deliver-notifications';
import { type SiteReceiver, siteReceivers } from '../../src/notifications/site-receivers';
import type { WebhookTarget } from '../../src/notifications/webhook';
import { type Api, apiOn, NOW, OWN_RECEIVERS } from '../support/api';
import { storeCourseWorld, storedNotifications, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { present } from '../support/present';
import { type Receiver, startReceiver } from '../support/receiver';

const WEBHOOK = 'url since formerSecretsUntil lastDeliveryAt lastDeliveryError';
const SET = `mutation ($input: SetWebhookInput!) {
  setWebhook(input: $input) {
    __typename
    ... on SetWebhookOutcome { secret webhook { ${WEBHOOK} } problems { code path } }
  }
}`;
const TEST = `mutation {
  testWebhook { __typename ... on TestWebhookOutcome { testId delivered failure problems { code path } } }
}`;
const READ = `{ webhook { ${WEBHOOK} } }`;
const UPDATE = `mutation ($input: UpdateCustomActivityInput!) {
  updateCustomActivity(input: $input) { __typename }
}`;

interface Change {
  readonly __typename: string;
  readonly secret: string | null;
  readonly webhook: Readonly<Record<string, string | null>> | null;
  readonly problems: readonly { readonly code: string; readonly path: readonly string[] }[];
}

const DAY = 24 * 60 * 60_000;
const at = (instant: number) => new Date(instant).toISOString();

describe.each(DATABASE_KINDS)('the webhook of a site on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;
  let receiver: Receiver;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test, { hasWebhook: false });
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

  async function set(input: object, as = api): Promise<Change> {
    return (await as.run<{ setWebhook: Change }>(SET, { input })).setWebhook;
  }
  const read = async (as = api) => (await as.run<{ webhook: Change['webhook'] }>(READ)).webhook;
  const later = (ms: number, on = api) => on.as({ clock: () => new Date(NOW + ms) });
  const storedRow = async () => (await test.query('SELECT * FROM webhook'))[0];

  async function problemsOf(input: object, as = api): Promise<[string, string][]> {
    const { problems, ...answer } = await set(input, as);
    expect(answer).toEqual({ __typename: 'SetWebhookError', secret: null, webhook: null });
    return problems.map(({ code, path }) => [code, path.join('.')]);
  }

  /** Tells participant 4 of a change. */
  async function update(title: string, as = api): Promise<void> {
    const input = { courseId: 5, elementId: 11941, userId: 2, title, sendUpdateNotification: true };
    expect(await as.run(UPDATE, { input: { ...input, allowStudentsSetCompletion: null } })).toEqual({
      updateCustomActivity: { __typename: 'UpdateCustomActivitySuccess' },
    });
  }

  function receiverOf(
    siteId = 1,
    { now = NOW, ...more }: { now?: number; settings?: WebhookSettings; byDefault?: WebhookTarget } = {},
  ): Promise<SiteReceiver | undefined> {
    const clock = () => new Date(now);
    const deps = { settings: OWN_RECEIVERS, byDefault: undefined, ...more };
    return siteReceivers({ database: test.database, clock, ...deps })(siteId);
  }

  /** A round of deliveries, at the true time: what verifies signatures looks at that. */
  async function deliver(of = receiverOf()) {
    const { send, settled } = present(await of);
    const round = await deliverDue({ database: test.database, siteId: 1, clock: () => new Date(), send });
    await settled(round);
    return round;
  }

  const verify = (secret: string | null, index = 0) => {
    const { headers, body } = present(receiver.received[index]);
    return new Verifier(present(secret)).verify(body, headers as Record<string, string>);
  };

  describe('setWebhook', () => {
    it('makes a secret, answers it once, and changes nothing when it comes again', async () => {
      const first = await set({ url: receiver.url });
      expect(first).toEqual({
        __typename: 'SetWebhookSuccess',
        secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/),
        webhook: {
          url: receiver.url,
          since: at(NOW),
          formerSecretsUntil: null,
          lastDeliveryAt: null,
          lastDeliveryError: null,
        },
        problems: [],
      });
      const row = await storedRow();
      expect(await set({ url: receiver.url }, later(1))).toEqual({ ...first, secret: null });
      expect(await storedRow()).toEqual(row);
      expect(await read()).toEqual(first.webhook);
      expect(await read(api.as({ siteId: 2 }))).toBeNull();
    });

    it('keeps the secret for another url, and begins anew after an end', async () => {
      const { secret } = await set({ url: receiver.url });
      const moved = await set({ url: 'https://lms.example.org' }, later(5));
      expect(moved).toMatchObject({
        secret: null,
        webhook: { url: 'https://lms.example.org/', since: at(NOW + 5) },
      });
      expect(await set({ url: null })).toMatchObject({ webhook: null, secret: null, problems: [] });
      expect(await read()).toBeNull();
      expect(await set({ url: null })).toMatchObject({ __typename: 'SetWebhookSuccess', webhook: null });
      const again = await set({ url: receiver.url });
      expect(again.secret).toMatch(/^whsec_/);
      expect(again.secret).not.toBe(secret);
    });

    it('with a new secret keeps the old one for 24 hours, during which both sign', async () => {
      const { secret: old } = await set({ url: receiver.url });
      const rotated = await set({ rotate: true });
      expect(rotated.webhook).toMatchObject({ url: receiver.url, formerSecretsUntil: at(NOW + DAY) });
      await update('One');
      await deliver();
      verify(old);
      verify(rotated.secret);
      expect(receiver.received[0]?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);

      await update('Two');
      await deliver(receiverOf(1, { now: NOW + DAY }));
      verify(rotated.secret, 1);
      expect(() => verify(old, 1)).toThrow();
      expect((await read(later(DAY)))?.formerSecretsUntil).toBeNull();
    });

    it('keeps each of several that were replaced within a day, and no more than four', async () => {
      const secrets = [(await set({ url: receiver.url })).secret];
      for (let hour = 1; hour <= 4; hour++) {
        secrets.push((await set({ url: receiver.url, rotate: true }, later(hour * 3_600_000))).secret);
      }
      expect(new Set(secrets).size).toBe(5);
      expect(await problemsOf({ rotate: true }, later(5 * 3_600_000))).toEqual([
        ['WEBHOOK_SECRETS_TOO_MANY', 'rotate'],
      ]);
      await update('One');
      await deliver(receiverOf(1, { now: NOW + 5 * 3_600_000 }));
      for (const secret of secrets) verify(secret);
      expect((await set({ rotate: true }, later(DAY + 3_600_000))).secret).toMatch(/^whsec_/);
    });

    it('makes one secret when it is asked for many times at once', async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => set({ url: receiver.url })));
      const secrets = answers.flatMap(({ secret }) => secret ?? []);
      expect(secrets).toHaveLength(1);
      await update('One');
      await deliver();
      verify(present(secrets[0]));
    });

    it('answers what cannot be, and stores nothing', async () => {
      const url = (text: string) => ({ url: text });
      const invalid = ['WEBHOOK_URL_INVALID', 'url'];
      const refused = ['WEBHOOK_ADDRESS_REFUSED', 'url'];
      const faults: [object, string[]][] = [
        [{}, ['WEBHOOK_URL_MISSING', 'url']],
        [{ rotate: true }, ['WEBHOOK_NOT_SET', 'rotate']],
        [{ url: null, rotate: true }, ['WEBHOOK_INPUT_CONTRADICTS', 'rotate']],
        [url(''), invalid],
        [url('lms.example.org/hook'), invalid],
        [url('ftp://lms.example.org'), invalid],
        [url('javascript:alert(1)'), invalid],
        [url('https://user:secret@lms.example.org'), invalid],
        [url('https://lms.example.org/#here'), invalid],
        [url(`https://lms.example.org/${'x'.repeat(2_048)}`), invalid],
        [url('https://10.0.0.1/'), refused],
        [url('https://[::1]/'), refused],
        [url('https://[::ffff:10.0.0.1]/'), refused],
        [url('https://0xa000001/'), refused],
        [url('https://169.254.169.254/latest/meta-data'), refused],
      ];
      for (const [input, problem] of faults) expect(await problemsOf(input)).toEqual([problem]);
      expect(await storedRow()).toBeUndefined();
      expect(await set({ url: null })).toMatchObject({ __typename: 'SetWebhookSuccess', webhook: null });
      expect(await storedRow()).toBeUndefined();
    });

    it('wants https in production, and nothing of this machine unless the operator allows it', async () => {
      const strict = { ...OWN_RECEIVERS, isHttpAllowed: false };
      expect(await problemsOf({ url: 'http://lms.example.org' }, api.as({ webhooks: strict }))).toEqual([
        ['WEBHOOK_URL_INVALID', 'url'],
      ]);
      const closed = { ...OWN_RECEIVERS, allowedAddresses: [] };
      expect(await problemsOf({ url: receiver.url }, api.as({ webhooks: closed }))).toEqual([
        ['WEBHOOK_ADDRESS_REFUSED', 'url'],
      ]);
    });

    it('leaves entries in the audit log, without url and secret', async () => {
      const { secret } = await set({ url: receiver.url });
      await set({ url: receiver.url });
      await set({ rotate: true });
      await set({ url: null });
      await set({ rotate: true });
      const entries = await test.query<Record<string, unknown>>('SELECT * FROM audit_entry ORDER BY id');
      expect(
        entries.map(({ operation, target_type, changed_fields, outcome }) => [
          operation,
          target_type,
          JSON.parse(String(changed_fields)),
          outcome,
        ]),
      ).toEqual([
        ['setWebhook', 'WEBHOOK', ['url', 'secret'], 'SUCCESS'],
        ['setWebhook', 'WEBHOOK', ['secret'], 'SUCCESS'],
        ['setWebhook', 'WEBHOOK', ['url'], 'SUCCESS'],
        ['setWebhook', 'WEBHOOK', [], 'ERROR'],
      ]);
      expect(JSON.stringify(entries)).not.toContain(present(secret).slice(-20));
      expect(JSON.stringify(entries)).not.toContain(receiver.url);
    });
  });

  describe('the secret at rest', () => {
    const key = (byte: number) => Buffer.alloc(32, byte);
    const sealing = (...sealingKeys: Uint8Array[]) => ({ ...OWN_RECEIVERS, sealingKeys });

    it('is sealed where the server has a key, and opened by any of its keys', async () => {
      const { secret } = await set({ url: receiver.url }, api.as({ webhooks: sealing(key(1)) }));
      const row = JSON.stringify(await storedRow());
      expect(row).not.toContain('whsec_');
      expect(row).not.toContain(present(secret).slice(6));
      await update('One');
      await deliver(receiverOf(1, { settings: sealing(key(2), key(1)) }));
      verify(secret);
    });

    it('that cannot be opened fails the delivery, which is tried again', async () => {
      await set({ url: receiver.url }, api.as({ webhooks: sealing(key(1)) }));
      await update('One');
      expect(await deliver(receiverOf(1, { settings: sealing(key(2)) }))).toEqual({
        delivered: 0,
        failures: ['SECRET_UNREADABLE'],
      });
      expect(receiver.received).toEqual([]);
      expect(await storedNotifications(test)).toMatchObject([{ last_error: 'SECRET_UNREADABLE' }]);
      expect(await read()).toMatchObject({ lastDeliveryError: 'SECRET_UNREADABLE' });
      const { testWebhook } = await api.as({ webhooks: sealing(key(2)) }).run(TEST);
      expect(testWebhook).toMatchObject({ delivered: false, failure: 'SECRET_UNREADABLE' });
    });
  });

  describe('deliveries', () => {
    it('go to the webhook of the site, and tell it what came of the last', async () => {
      await set({ url: receiver.url });
      await update('One');
      receiver.answers = [500];
      expect(await deliver()).toEqual({ delivered: 0, failures: ['HTTP_500'] });
      expect(await read()).toMatchObject({ lastDeliveryAt: at(NOW), lastDeliveryError: 'HTTP_500' });
      await update('Two');
      expect(await deliver()).toEqual({ delivered: 1, failures: [] });
      expect(await read()).toMatchObject({ lastDeliveryAt: at(NOW), lastDeliveryError: null });
    });

    it('go where the operator has configured for a site without one, before it and after it', async () => {
      const operators = await startReceiver();
      const byDefault = { url: operators.url, key: Buffer.alloc(32, 9) };
      const withDefault = api.as({ hasWebhook: true });
      await update('One', withDefault);
      await deliver(receiverOf(1, { byDefault }));
      await set({ url: receiver.url });
      await update('Two', withDefault);
      await deliver(receiverOf(1, { byDefault }));
      await set({ url: null });
      await update('Three', withDefault);
      await deliver(receiverOf(1, { byDefault }));
      await operators.close();
      const titles = ({ received }: Receiver) => received.map(({ body }) => JSON.parse(body).data.title);
      expect([titles(operators), titles(receiver)]).toEqual([['One', 'Three'], ['Two']]);
    });

    it('end with the webhook: what waits is given up, and what comes is kept', async () => {
      await set({ url: receiver.url });
      await update('Waits');
      await set({ url: null });
      await update('Comes');
      expect(await deliver()).toEqual({ delivered: 0, failures: ['WEBHOOK_ENDED'] });
      const { notifications } = await api.run<{ notifications: { nodes: object[] } }>(
        '{ notifications { nodes { title status lastError } } }',
      );
      expect(notifications.nodes).toHaveLength(2);
      expect(notifications.nodes).toEqual(
        expect.arrayContaining([
          { title: 'Waits', status: 'FAILED', lastError: 'WEBHOOK_ENDED' },
          { title: 'Comes', status: 'KEPT', lastError: null },
        ]),
      );
      expect(receiver.received).toEqual([]);
    });

    it('are none of a server without a webhook, for a site that never had one', async () => {
      await update('One');
      expect(await receiverOf()).toBeUndefined();
    });

    it('that end after the url has changed say nothing of the new one', async () => {
      await set({ url: receiver.url });
      const { settled } = present(await receiverOf());
      await set({ url: 'https://lms.example.org' }, later(1));
      await settled({ delivered: 0, failures: ['HTTP_500'] });
      expect(await read()).toMatchObject({ lastDeliveryAt: null, lastDeliveryError: null });
    });
  });

  describe('testWebhook', () => {
    it('posts a signed test, and tells what came of it', async () => {
      const { secret } = await set({ url: receiver.url });
      const { testWebhook } = await api.as({ clock: () => new Date() }).run<{ testWebhook: object }>(TEST);
      const { headers } = present(receiver.received[0]);
      expect(testWebhook).toEqual({
        __typename: 'TestWebhookSuccess',
        testId: headers['webhook-id'],
        delivered: true,
        failure: null,
        problems: [],
      });
      expect(verify(secret)).toEqual({
        type: 'webhook.test',
        timestamp: expect.stringMatching(/Z$/),
        data: { siteId: 1 },
      });
      receiver.answers = [(response) => response.writeHead(307, { location: receiver.url }).end()];
      expect(await api.run(TEST)).toMatchObject({ testWebhook: { delivered: false, failure: 'HTTP_307' } });
      expect(receiver.received).toHaveLength(2);
      expect(await read()).toMatchObject({ lastDeliveryAt: at(NOW), lastDeliveryError: 'HTTP_307' });
    });

    it('reads nothing of what the receiver says, however much it is', async () => {
      await set({ url: receiver.url });
      let isClosed: () => void = () => {};
      const closed = new Promise<void>((resolve) => {
        isClosed = resolve;
      });
      receiver.answers = [
        (response) => {
          response.on('close', isClosed).writeHead(200);
          const writeOn = () => {
            while (!response.destroyed && response.write('x'.repeat(65_536)));
          };
          response.on('drain', writeOn);
          writeOn();
        },
      ];
      expect(await api.run(TEST)).toMatchObject({ testWebhook: { delivered: true } });
      await closed;
    });

    it('needs a webhook of the site, and is one at a time', async () => {
      const problems = async (on = api) =>
        (await on.run<{ testWebhook: Change }>(TEST)).testWebhook.problems.map(({ code }) => code);
      expect(await problems()).toEqual(['WEBHOOK_NOT_SET']);
      await set({ url: receiver.url });
      let answer: () => void = () => {};
      receiver.answers = [
        (response) => {
          answer = () => response.writeHead(204).end();
        },
      ];
      const first = api.run(TEST);
      await receiver.hasReceived(1);
      expect(await problems()).toEqual(['WEBHOOK_TEST_UNDER_WAY']);
      expect(await problems(api.as({ siteId: 2 }))).toEqual(['WEBHOOK_NOT_SET']);
      answer();
      expect(await first).toMatchObject({ testWebhook: { delivered: true } });
      expect(await problems()).toEqual([]);
    });
  });
});
