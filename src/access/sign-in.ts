import { createHash, hash } from 'node:crypto';
import { Mutex } from 'async-mutex';
import { LRUCache } from 'lru-cache';
import { findApiKey, noteUseOfApiKey } from '../data/api-key.repository';
import { findUsersBy } from '../data/course-reference.repository';
import type { Database } from '../data/database';
import { MAX_ELEMENT_SYNC_KEY } from '../data/entities/columns';
import type { Owner } from '../data/turns-at-connections';
import { characterCount } from '../kernel/text';
import type { ReadToken } from './access-token';
import { isSecretOf, readKey } from './api-key';
import type { Caller } from './caller';
import type { RateLimits } from './rate-limits';
import { isScope } from './scopes';

export type SignedIn =
  | { readonly kind: 'caller'; readonly caller: Caller }
  /** No credential, or none that is good now; there is no more to say about it. */
  | { readonly kind: 'refused' }
  /** The same, and too many such came from this address. */
  | { readonly kind: 'paused'; readonly retryAfterSeconds: number }
  /** Whether it is good cannot be known now: the keys of its issuer cannot be had. */
  | { readonly kind: 'unknown'; readonly retryAfterSeconds: number };

/** Takes the Authorization header of a request and the address it came from. */
export type SignIn = (authorization: string | undefined, address: string) => Promise<SignedIn>;

export interface SignInDeps {
  readonly database: Database;
  /** Without it, API keys are the only credentials. */
  readonly readToken?: ReadToken | undefined;
  readonly limits: Pick<RateLimits, 'signInPauseSeconds' | 'signInFailed'>;
  readonly clock: () => Date;
  /** Told of what goes wrong beside the requests. */
  readonly onError: (error: unknown) => void;
}

/** A good credential, and until when the caller may use it. */
interface Known {
  readonly caller: Caller;
  readonly expiresAt: number;
  readonly checkedAt: number;
}

/** A revoked key opens nothing any more after this time, in every process. */
export const RECHECK_MS = 1_000;
const MAX_KNOWN = 10_000;
const NOTE_USE_EVERY_MS = 60_000;
const REFUSED: SignedIn = { kind: 'refused' };
/** The issuer is asked again after a second. */
const UNKNOWN: SignedIn = { kind: 'unknown', retryAfterSeconds: 2 };

/** A script that goes on with a key that has expired is no guesser: it counts once in this time. */
const REMEMBER_BAD_MS = 60_000;

/**
 * Knows callers by `Authorization: Bearer`, an API key or an access token. What was good a moment ago is not looked up
 * again. Different bad credentials are counted per address, so that guessing costs the guesser; a good one is let in
 * whatever came from its address before.
 */
export function createSignIn(deps: SignInDeps): SignIn {
  const { limits, clock } = deps;
  const known = new LRUCache<string, Known>({ max: MAX_KNOWN });
  /** When a credential was found to be bad. */
  const bad = new LRUCache<string, number>({ max: MAX_KNOWN });
  const checks = new Map<string, Promise<Known | 'bad' | 'unknown'>>();
  /** Look-ups of keys for addresses that guess: one at a time, so that they take one connection from others at most. */
  const guessed = new Mutex();
  /** When the use of a key was last tried to be noted: a database that takes no writes is asked no more often for it. */
  const noted = new LRUCache<string, number>({ max: MAX_KNOWN });

  function noteUse(id: string, now: number): void {
    if (isWithin(NOTE_USE_EVERY_MS, noted.get(id), now)) return;
    noted.set(id, now);
    const note = deps.database.transaction((tx) => noteUseOfApiKey(tx, id, now), { isRepeatable: true });
    void note.catch(deps.onError);
  }

  /** Requests that come at once share one look-up. */
  function checkOnce(
    digest: string,
    credential: string,
    owner: Owner | undefined,
  ): Promise<Known | 'bad' | 'unknown'> {
    const running = checks.get(digest);
    if (running !== undefined) return running;
    const check = checkCredential(deps, credential, noteUse, owner).finally(() => checks.delete(digest));
    checks.set(digest, check);
    return check;
  }

  return async (authorization, address) => {
    const [, credential] = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization ?? '') ?? [];
    if (credential === undefined) return REFUSED;
    const digest = hash('sha256', credential, 'base64');
    const now = clock().getTime();
    const before = known.get(digest);
    if (before !== undefined && isFresh(before, now)) return { kind: 'caller', caller: before.caller };
    const isKnownToBeBad = isWithin(REMEMBER_BAD_MS, bad.get(digest), now);
    // A key does not become good again; a token may, when the keys of its issuer can be had.
    const isKey = readKey(credential) !== undefined;
    if (isKnownToBeBad && isKey) return REFUSED;
    const isNew = before === undefined && !isKnownToBeBad;
    const retryAfterSeconds = isNew ? await limits.signInPauseSeconds(address) : undefined;
    const owner = before === undefined ? strangerAt(address) : undefined;
    const check = () => checkOnce(digest, credential, owner);
    const isGuess = retryAfterSeconds !== undefined && isKey;
    const found = await (isGuess ? guessed.runExclusive(check) : check());
    if (found === 'unknown') return UNKNOWN;
    if (found === 'bad') {
      known.delete(digest);
      if (retryAfterSeconds !== undefined) return { kind: 'paused', retryAfterSeconds };
      if (!isKnownToBeBad) {
        bad.set(digest, now);
        await limits.signInFailed(address);
      }
      return REFUSED;
    }
    known.set(digest, found);
    return { kind: 'caller', caller: found.caller };
  };
}

/** No site has this number. */
const STRANGERS = 0;

/** Those whom nobody knows yet share connections with the sites as one site would, and each address is a caller. */
function strangerAt(address: string): Owner {
  return { siteId: STRANGERS, id: address };
}

function isFresh({ checkedAt, expiresAt }: Known, now: number): boolean {
  return isWithin(RECHECK_MS, checkedAt, now) && now < expiresAt;
}

/** A clock that was put back says nothing of how long ago something was. */
function isWithin(milliseconds: number, since: number | undefined, now: number): boolean {
  return since !== undefined && now >= since && now < since + milliseconds;
}

type NoteUse = (keyId: string, now: number) => void;

async function checkCredential(
  deps: SignInDeps,
  credential: string,
  noteUse: NoteUse,
  owner: Owner | undefined,
): Promise<Known | 'bad' | 'unknown'> {
  const key = readKey(credential);
  return key === undefined ? checkToken(deps, credential, owner) : checkKey(deps, key, noteUse, owner);
}

async function checkKey(
  { database, clock }: SignInDeps,
  { id, secret }: { readonly id: string; readonly secret: string },
  noteUse: NoteUse,
  owner: Owner | undefined,
): Promise<Known | 'bad'> {
  const now = clock().getTime();
  const key = await database.read((tx) => findApiKey(tx, id), { owner });
  if (key === undefined || !isSecretOf(secret, key.secretHash)) return 'bad';
  const expiresAt = key.expiresAt ?? Number.POSITIVE_INFINITY;
  if (key.revokedAt !== null || expiresAt <= now) return 'bad';
  if (key.lastUsedAt === null || now - key.lastUsedAt >= NOTE_USE_EVERY_MS) noteUse(id, now);
  const caller: Caller = {
    id: `key:${key.name}`,
    keyId: key.id,
    siteId: key.siteId,
    scopes: new Set(key.scopes.filter(isScope)),
    actsFor: key.actsFor === 'anyone' ? 'anyone' : new Set(key.actsFor),
  };
  return { caller, expiresAt, checkedAt: now };
}

/** Who signs in through the issuer acts for the one user that the token names. */
async function checkToken(
  { database, readToken, clock }: SignInDeps,
  token: string,
  owner: Owner | undefined,
): Promise<Known | 'bad' | 'unknown'> {
  const claims = (await readToken?.(token)) ?? 'bad';
  if (typeof claims === 'string') return claims;
  const { siteId, userSyncKey, issuer, subject, expiresAt } = claims;
  const user =
    userSyncKey === null || characterCount(userSyncKey) > MAX_ELEMENT_SYNC_KEY
      ? undefined
      : (await database.read((tx) => findUsersBy(tx, siteId, 'sync_key', [userSyncKey]), { owner })).find(
          ({ syncKey }) => syncKey === userSyncKey,
        );
  if (user?.isDeleted) return 'bad';
  const caller: Caller = {
    // The subject may be an address: it is told by a digest.
    id: user === undefined ? `token:${digestOf(issuer, subject)}` : `user:${user.id}`,
    keyId: null,
    siteId,
    scopes: new Set(claims.scopes),
    actsFor: new Set(user === undefined ? [] : [user.id]),
  };
  return { caller, expiresAt, checkedAt: clock().getTime() };
}

function digestOf(issuer: string, subject: string): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex')
    .slice(0, 32);
}
