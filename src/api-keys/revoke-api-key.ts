import { recordAudit } from '../access/audit';
import type { RequestContext } from '../access/request-context';
import {
  type ApiKeyRecord,
  findApiKeyOfSite,
  revokeApiKey as storeRevocation,
} from '../data/api-key.repository';
import { type Problem, problem } from '../kernel/problem';

export type KeyRevocation =
  | { readonly kind: 'success'; readonly key: ApiKeyRecord }
  | { readonly kind: 'error'; readonly problems: readonly Problem[] };

/** Ends a key. Of one that is revoked already nothing changes, so that a retry does no harm. */
export async function revokeApiKey(context: RequestContext, id: string): Promise<KeyRevocation> {
  const { siteId, clock, database } = context;
  await context.takeRows(1);
  return database.transaction(
    async (tx) => {
      const key = await findApiKeyOfSite(tx, siteId, id);
      if (key !== undefined && key.revokedAt !== null) return { kind: 'success', key };
      const now = clock().getTime();
      if (key !== undefined) await storeRevocation(tx, siteId, id, now);
      await recordAudit(tx, context, {
        operation: 'revokeApiKey',
        targetType: 'API_KEY',
        targetId: key?.id ?? null,
        changedFields: key === undefined ? [] : ['revokedAt'],
        kind: key === undefined ? 'error' : 'success',
      });
      if (key !== undefined) return { kind: 'success', key: { ...key, revokedAt: now } };
      return { kind: 'error', problems: [problem('API_KEY_NOT_FOUND', {}, { path: ['id'] })] };
    },
    { isRepeatable: true },
  );
}
