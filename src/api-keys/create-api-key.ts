import { makeKey } from '../access/api-key';
import { recordAudit } from '../access/audit';
import { mayActFor } from '../access/caller';
import type { RequestContext } from '../access/request-context';
import { OPERATOR_SCOPES } from '../access/scopes';
import {
  type ApiKeyRecord,
  deleteApiKey,
  findLiveKeysOfSite,
  insertApiKey,
} from '../data/api-key.repository';
import { findUsersBy, type UserRecord } from '../data/course-reference.repository';
import type { Tx } from '../data/database';
import { MAX_ELEMENT_SYNC_KEY } from '../data/entities/columns';
import { nearestStorableInstant } from '../kernel/dates/instants';
import { type Problem, problem, problemOf } from '../kernel/problem';
import { characterCount } from '../kernel/text';
import { violations } from '../kernel/validation';
import { CreateApiKeyInput } from './create-api-key.input';

export type KeyCreation =
  | { readonly kind: 'success'; readonly key: ApiKeyRecord; readonly text: string }
  | { readonly kind: 'error'; readonly problems: readonly Problem[] };

const KEEP_MS = 365 * 24 * 60 * 60 * 1_000;
const MAX_USERS = 1_000;
/** Whoever has the database may give any name to any key. */
export const OPERATOR = 'operator';

/**
 * Makes a key for a script. Its text is in the answer and nowhere else. Nobody can give what they do not have: scopes
 * and users of the new key are among those of the caller.
 */
export async function createApiKey(
  context: RequestContext,
  request: CreateApiKeyInput,
): Promise<KeyCreation> {
  await context.takeRows(1);
  return context.database.transaction((tx) => createKeyWithin(tx, context, request));
}

/** The same as a part of a transaction. */
export async function createKeyWithin(
  tx: Tx,
  context: RequestContext,
  request: CreateApiKeyInput,
): Promise<KeyCreation> {
  const { problems, userIds } = await judgeKey(tx, context, request);
  const creation: KeyCreation =
    problems.length > 0 ? { kind: 'error', problems } : await storeKey(tx, context, request, userIds);
  const isMade = creation.kind === 'success';
  await recordAudit(tx, context, {
    operation: 'createApiKey',
    targetType: 'API_KEY',
    targetId: isMade ? creation.key.id : null,
    changedFields: isMade ? ['name', 'scopes', 'actsFor', 'expiresAt'] : [],
    kind: creation.kind,
  });
  return creation;
}

interface JudgedKey {
  readonly problems: readonly Problem[];
  readonly userIds: readonly number[];
}

/** All that is wrong with a key, but for what others have made of its name by the time it is stored. */
export async function judgeKey(
  tx: Tx,
  context: RequestContext,
  request: CreateApiKeyInput,
): Promise<JudgedKey> {
  const users = await readUsers(tx, context, request);
  const now = context.clock().getTime();
  return { problems: [...judge(context, request, now), ...users.problems], userIds: users.ids };
}

async function storeKey(
  tx: Tx,
  { siteId, caller, clock }: RequestContext,
  request: CreateApiKeyInput,
  userIds: readonly number[],
): Promise<KeyCreation> {
  const now = clock().getTime();
  const { id, text, secretHash } = makeKey();
  const key: ApiKeyRecord = {
    id,
    siteId,
    name: request.name,
    secretHash,
    scopes: [...new Set(request.scopes)],
    actsFor: request.anyUser ? 'anyone' : userIds,
    createdAt: now,
    createdBy: caller.id,
    expiresAt: expiryOf(request, now),
    revokedAt: null,
    lastUsedAt: null,
  };
  const refused = (code: 'API_KEYS_TOO_MANY' | 'API_KEY_NAME_TAKEN'): KeyCreation => ({
    kind: 'error',
    problems: [problem(code, { name: request.name }, { path: ['name'] })],
  });
  if (!(await insertApiKey(tx, key))) return refused('API_KEYS_TOO_MANY');
  // Looked at now: nobody else can make one of this name until this transaction ends.
  if (caller.id !== OPERATOR && (await isNameOfOthers(tx, key, now))) {
    await deleteApiKey(tx, siteId, id);
    return refused('API_KEY_NAME_TAKEN');
  }
  return { kind: 'success', key, text };
}

/** Whether a live key of the name has other scopes. */
async function isNameOfOthers(tx: Tx, { siteId, name, scopes }: ApiKeyRecord, now: number): Promise<boolean> {
  const live = await findLiveKeysOfSite(tx, siteId, name, now);
  const own = [...scopes].sort().join(' ');
  return live.some((other) => [...other.scopes].sort().join(' ') !== own);
}

function judge({ caller }: RequestContext, request: CreateApiKeyInput, now: number): Problem[] {
  const { scopes, expiresAt } = request;
  const problems = violations(request, CreateApiKeyInput).map((each) =>
    problemOf(each, { path: [each.field] }),
  );
  // Once for each: a scope that is sent a million times is not to be answered as often.
  for (const scope of new Set(scopes)) {
    const isOfOperator = OPERATOR_SCOPES.has(scope);
    if (caller.scopes.has(scope) && (!isOfOperator || caller.id === OPERATOR)) continue;
    const code = isOfOperator ? 'API_KEY_SCOPE_OF_OPERATOR' : 'API_KEY_SCOPE_NOT_HELD';
    const path = ['scopes', String(scopes.indexOf(scope))];
    problems.push(problem(code, { scope }, { path }));
  }
  if (expiresAt !== undefined && expiresAt !== null && expiresAt.getTime() <= now) {
    problems.push(problem('API_KEY_EXPIRY_PAST', {}, { path: ['expiresAt'] }));
  }
  return problems;
}

function expiryOf({ expiresAt }: CreateApiKeyInput, now: number): number | null {
  if (expiresAt === undefined) return now + KEEP_MS;
  return expiresAt === null ? null : nearestStorableInstant(expiresAt.getTime());
}

/** In whose name the key may edit. A user that the caller may not act for is not there. */
async function readUsers(
  tx: Tx,
  { siteId, caller }: RequestContext,
  { scopes, userIds, userSyncKeys, anyUser }: CreateApiKeyInput,
): Promise<{ readonly ids: readonly number[]; readonly problems: readonly Problem[] }> {
  const [ids, syncKeys] = [userIds ?? [], userSyncKeys ?? []];
  // No stored key is longer; a text of megabytes is not to reach the database.
  const possible = syncKeys.filter((key) => characterCount(key) <= MAX_ELEMENT_SYNC_KEY);
  const count = ids.length + syncKeys.length;
  const refuse = (found: Problem) => ({ ids: [], problems: [found] });
  if (anyUser) {
    if (count > 0) return refuse(problem('API_KEY_USERS_CONTRADICT', {}, { path: ['anyUser'] }));
    if (caller.actsFor !== 'anyone')
      return refuse(problem('API_KEY_USERS_NOT_HELD', {}, { path: ['anyUser'] }));
    return { ids: [], problems: [] };
  }
  if (count > MAX_USERS) {
    return refuse(problem('API_KEY_USERS_TOO_MANY', { max: MAX_USERS }, { path: ['userIds'] }));
  }
  if (count === 0 && scopes.includes('activity:update')) {
    return refuse(problem('API_KEY_USERS_MISSING', {}, { path: ['userIds'] }));
  }
  const found = [
    ...(await findUsersBy(tx, siteId, 'id', ids)),
    ...(await findUsersBy(tx, siteId, 'sync_key', possible)),
  ].filter(({ id }) => mayActFor(caller, id));
  const named: readonly (readonly [path: readonly string[], user: UserRecord | undefined])[] = [
    ...ids.map((id, index) => [['userIds', String(index)], found.find((user) => user.id === id)] as const),
    ...syncKeys.map(
      (key, index) => [['userSyncKeys', String(index)], found.find((user) => user.syncKey === key)] as const,
    ),
  ];
  return {
    ids: [...new Set(named.flatMap(([, user]) => (user === undefined ? [] : [user.id])))],
    problems: named.flatMap(([path, user]) =>
      user === undefined ? [problem('API_KEY_USER_UNKNOWN', {}, { path })] : [],
    ),
  };
}
