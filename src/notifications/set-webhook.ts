import { recordAudit } from '../access/audit';
import type { RequestContext } from '../access/request-context';
import type { WebhookSettings } from '../access/webhook-settings';
import { findWebhook, lockWebhook, updateWebhook, type WebhookRecord } from '../data/webhook.repository';
import { type Problem, problem } from '../kernel/problem';
import { AddressRefused, allowedAddresses, refuseLiteral } from './receiver-addresses';
import type { SetWebhookInput } from './set-webhook.input';
import { makeSecret, rotated, seal } from './webhook-secrets';

export type WebhookChange =
  | {
      readonly kind: 'success';
      /** Undefined where the site never had one. */
      readonly webhook: WebhookRecord | undefined;
      /** Null where none was made. */
      readonly secret: string | null;
    }
  | { readonly kind: 'error'; readonly problems: readonly Problem[] };

const MAX_URL = 2_048;

/**
 * Sets, keeps or ends the webhook of a site, and makes its secret, which is in the answer and nowhere else. The same
 * input again changes nothing, unless it rotates.
 */
export async function setWebhook(context: RequestContext, input: SetWebhookInput): Promise<WebhookChange> {
  const { siteId, clock, webhooks } = context;
  await context.takeRows(1);
  const problems = judgeInput(input, webhooks);
  if (problems.length > 0) return { kind: 'error', problems };
  const secret = makeSecret();
  const sealed = await seal(secret, webhooks.sealingKeys);
  return context.database.transaction(async (tx) => {
    const now = clock().getTime();
    const decideNow = async () => decide(siteId, await findWebhook(tx, siteId), input, sealed, now);
    let decision = await decideNow();
    // Only now: what is refused, or changes nothing, leaves no row.
    if (decision.kind === 'change') {
      await lockWebhook(tx, siteId, now);
      decision = await decideNow();
    }
    if (decision.kind === 'change') await updateWebhook(tx, siteId, decision.webhook);
    if (decision.kind !== 'keep') {
      await recordAudit(tx, context, {
        operation: 'setWebhook',
        targetType: 'WEBHOOK',
        targetId: null,
        changedFields: decision.kind === 'change' ? decision.changed : [],
        kind: decision.kind === 'change' ? 'success' : 'error',
      });
    }
    if (decision.kind === 'error') return decision;
    const isMade = decision.kind === 'change' && decision.changed.includes('secret');
    return { kind: 'success', webhook: decision.webhook, secret: isMade ? secret : null };
  });
}

/** All that can be told without knowing what is stored. */
function judgeInput({ url, rotate }: SetWebhookInput, settings: WebhookSettings): Problem[] {
  if (url === undefined) return rotate ? [] : [problem('WEBHOOK_URL_MISSING', {}, { path: ['url'] })];
  if (url === null) return rotate ? [problem('WEBHOOK_INPUT_CONTRADICTS', {}, { path: ['rotate'] })] : [];
  const path = ['url'];
  const invalid = (reason: string) => [problem('WEBHOOK_URL_INVALID', { reason }, { path })];
  if (url.length > MAX_URL) return invalid(`it has more than ${MAX_URL} characters`);
  if (!URL.canParse(url)) return invalid('it is no absolute URL');
  const parsed = new URL(url);
  const { protocol, username, password, hash } = parsed;
  if (protocol !== 'https:' && !(protocol === 'http:' && settings.isHttpAllowed))
    return invalid('it is not https');
  if (username + password !== '') return invalid('it holds a user or a password');
  if (hash !== '') return invalid('it has a fragment');
  try {
    refuseLiteral(parsed, allowedAddresses(settings.allowedAddresses));
  } catch (error) {
    if (!(error instanceof AddressRefused)) throw error;
    return [problem('WEBHOOK_ADDRESS_REFUSED', {}, { path })];
  }
  return [];
}

type Decision =
  | { readonly kind: 'change'; readonly webhook: WebhookRecord; readonly changed: readonly string[] }
  | { readonly kind: 'keep'; readonly webhook: WebhookRecord | undefined }
  | { readonly kind: 'error'; readonly problems: readonly Problem[] };

function decide(
  siteId: number,
  stored: WebhookRecord | undefined,
  { url: wanted, rotate }: SetWebhookInput,
  sealed: string,
  now: number,
): Decision {
  const refused = (code: 'WEBHOOK_NOT_SET' | 'WEBHOOK_SECRETS_TOO_MANY'): Decision => ({
    kind: 'error',
    problems: [problem(code, {}, { path: ['rotate'] })],
  });
  const current = stored?.url ?? null;
  if (wanted === undefined && current === null) return refused('WEBHOOK_NOT_SET');
  const url = typeof wanted === 'string' ? new URL(wanted).href : wanted === null ? null : current;
  const hasNewUrl = url !== current;
  const needsSecret = url !== null && (current === null || rotate);
  if (!hasNewUrl && !needsSecret) return { kind: 'keep', webhook: stored };
  const former = url === null || current === null ? [] : (stored?.secrets ?? []);
  const secrets = needsSecret ? rotated(former, sealed, now) : former;
  if (secrets === undefined) return refused('WEBHOOK_SECRETS_TOO_MANY');
  const untried = { since: now, lastDeliveryAt: null, lastError: null };
  return {
    kind: 'change',
    webhook: { siteId, ...untried, ...(hasNewUrl ? {} : stored), url, secrets },
    changed: [...(hasNewUrl ? ['url'] : []), ...(needsSecret ? ['secret'] : [])],
  };
}
