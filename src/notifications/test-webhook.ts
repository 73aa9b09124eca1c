import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../access/request-context';
import { findWebhook, noteDelivery } from '../data/webhook.repository';
import { type Problem, problem } from '../kernel/problem';
import { SECRET_UNREADABLE, targetOf } from './site-receivers';
import { postTest } from './webhook';

export type WebhookTest =
  | {
      readonly kind: 'success';
      readonly testId: string;
      /** A code such as HTTP_500; null where the receiver took it. */
      readonly failure: string | null;
    }
  | { readonly kind: 'error'; readonly problems: readonly Problem[] };

/** Sites of which a test is under way: nobody is to make this server call a slow receiver many times at once. */
const underWay = new Set<number>();

/** Posts a message of the type `webhook.test` to the receiver of the site, and waits for what it says. */
export async function testWebhook(context: RequestContext): Promise<WebhookTest> {
  const { siteId } = context;
  await context.takeRows(1);
  if (underWay.has(siteId)) return refused('WEBHOOK_TEST_UNDER_WAY');
  underWay.add(siteId);
  try {
    return await postOnce(context);
  } finally {
    underWay.delete(siteId);
  }
}

async function postOnce({ siteId, database, clock, webhooks }: RequestContext): Promise<WebhookTest> {
  const webhook = await database.read((tx) => findWebhook(tx, siteId));
  if (webhook === undefined || webhook.url === null) return refused('WEBHOOK_NOT_SET');
  const now = clock().getTime();
  const testId = randomUUID();
  const target = await targetOf(webhook, webhooks, now);
  const refusal = target && (await postTest(target, siteId, testId, now));
  const failure = refusal === undefined ? SECRET_UNREADABLE : (refusal?.code ?? null);
  await database.transaction((tx) => noteDelivery(tx, webhook, clock().getTime(), failure), {
    isRepeatable: true,
  });
  return { kind: 'success', testId, failure };
}

function refused(code: 'WEBHOOK_NOT_SET' | 'WEBHOOK_TEST_UNDER_WAY'): WebhookTest {
  return { kind: 'error', problems: [problem(code, {}, { path: [] })] };
}
