import { randomInt } from 'node:crypto';
import { recordAudit } from '../access/audit';
import type { Caller } from '../access/caller';
import type { RequestContext } from '../access/request-context';
import { ALL_SCOPES, OPERATOR_SCOPES } from '../access/scopes';
import { type ApiKeyRecord, countApiKeys } from '../data/api-key.repository';
import { findSite } from '../data/course-reference.repository';
import type { Tx } from '../data/database';
import { insertSiteIfAbsent } from '../data/reference-data.repository';
import { type Problem, problemOf } from '../kernel/problem';
import { violations } from '../kernel/validation';
import { createKeyWithin, judgeKey, OPERATOR } from './create-api-key';
import { CreateSiteArgs } from './create-site.input';

export type SiteCreation =
  | {
      readonly kind: 'success';
      readonly siteId: number;
      readonly name: string;
      readonly key: ApiKeyRecord;
      readonly text: string;
    }
  | { readonly kind: 'error'; readonly problems: readonly Problem[] };

/** The id that was asked for belongs to a site of another name. */
export class SiteTaken extends Error {
  override readonly name = 'SiteTaken';

  constructor(readonly siteName: string) {
    super('the site is there, under another name');
  }
}

/** Eight digits, as operators who choose an id themselves hardly do. */
const [FIRST_ID, END_OF_IDS] = [50_000_000, 100_000_000];

/**
 * Makes a site with its first key: both or neither. The audit log of the caller's site tells who did it, that of the
 * new site only that the operator did: nobody there is to learn of another site.
 */
export async function createSite(context: RequestContext, request: CreateSiteArgs): Promise<SiteCreation> {
  await context.takeRows(1);
  return context.database.transaction(async (tx) => {
    const siteId = await freeSiteId(tx);
    const creation = await storeSite(tx, { ...context, siteId, caller: operatorOf(siteId) }, request);
    const isMade = creation.kind === 'success';
    await recordAudit(tx, context, {
      operation: 'createSite',
      targetType: 'SITE',
      targetId: isMade ? String(siteId) : null,
      changedFields: isMade ? CHANGED_FIELDS : [],
      kind: creation.kind,
    });
    return creation;
  });
}

/**
 * Makes the site of the context with its first key, or a key of the site where it is there under this name. Throws
 * {@link SiteTaken} where it has another.
 */
export function openSite(context: RequestContext, request: CreateSiteArgs): Promise<SiteCreation> {
  return context.database.transaction(async (tx) => {
    const stored = await findSite(tx, context.siteId);
    if (stored === undefined) return storeSite(tx, context, request);
    if (stored.name !== request.name) throw new SiteTaken(stored.name);
    return withName(request, await createKeyWithin(tx, context, request.firstKey));
  });
}

const CHANGED_FIELDS = ['name', 'firstKey'];

async function storeSite(tx: Tx, context: RequestContext, request: CreateSiteArgs): Promise<SiteCreation> {
  const { siteId } = context;
  const { problems: ofKey } = await judgeKey(tx, context, request.firstKey);
  const problems = [...ofName(request), ...withinKey(ofKey)];
  if (problems.length > 0) return { kind: 'error', problems };
  // Before the site: where others have used up its name, there is no site either.
  const creation = await createKeyWithin(tx, context, request.firstKey);
  if (creation.kind === 'success') {
    await insertSiteIfAbsent(tx, siteId, request.name);
    // Two may have made it at the same moment.
    const stored = await findSite(tx, siteId);
    if (stored !== undefined && stored.name !== request.name) throw new SiteTaken(stored.name);
    await recordAudit(tx, context, {
      operation: 'createSite',
      targetType: 'SITE',
      targetId: String(siteId),
      changedFields: CHANGED_FIELDS,
      kind: creation.kind,
    });
  }
  return withName(request, creation);
}

function withName(
  { name }: CreateSiteArgs,
  creation: Awaited<ReturnType<typeof createKeyWithin>>,
): SiteCreation {
  if (creation.kind === 'error') return { kind: 'error', problems: withinKey(creation.problems) };
  return { ...creation, siteId: creation.key.siteId, name };
}

function ofName(request: CreateSiteArgs): Problem[] {
  return violations(request, CreateSiteArgs).map((each) => problemOf(each, { path: [each.field] }));
}

function withinKey(problems: readonly Problem[]): Problem[] {
  return problems.map((each) => ({ ...each, path: ['firstKey', ...each.path] }));
}

/** There may be keys of a site that holds nothing yet. */
async function freeSiteId(tx: Tx): Promise<number> {
  for (;;) {
    const id = randomInt(FIRST_ID, END_OF_IDS);
    if ((await findSite(tx, id)) === undefined && (await countApiKeys(tx, id)) === 0) return id;
  }
}

/** Whoever may make sites has that from the operator, and acts for them; what is the operator's alone stays theirs. */
function operatorOf(siteId: number): Caller {
  const scopes = new Set(ALL_SCOPES.filter((scope) => !OPERATOR_SCOPES.has(scope)));
  return { id: OPERATOR, keyId: null, siteId, scopes, actsFor: 'anyone' };
}
