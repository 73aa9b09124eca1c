import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { createBreaker } from './breaker';
import { isScope, OPERATOR_SCOPES, type Scope } from './scopes';

/** Whose access tokens are accepted, and where they say what. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: URL;
  /** The claim that holds the id of the site. */
  readonly siteClaim: string;
  /** The claim that holds the sync key of the user. */
  readonly userClaim: string;
}

/** What a good token says. */
export interface TokenClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly siteId: number;
  readonly scopes: readonly Scope[];
  /** Null where the token names no user. */
  readonly userSyncKey: string | null;
  /** Instant in milliseconds. */
  readonly expiresAt: number;
}

/** What is known of a token; 'unknown' where the keys to check it with cannot be had. */
export type ReadToken = (token: string) => Promise<TokenClaims | 'bad' | 'unknown'>;

/** Told of the issuer, once each time. */
export interface IssuerObserver {
  readonly onAway: (error: unknown) => void;
  readonly onBack: () => void;
}

/** Signatures by a private key only: with a shared secret, whoever can check a token could make one. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
];
/** Other JWTs of the issuer (logout tokens, security events, proofs of possession) are no access tokens. */
const TYPES = ['at+jwt', 'application/at+jwt', 'jwt', 'application/jwt'];
const LEEWAY_SECONDS = 30;

export function tokenReader(
  { issuer, audience, jwksUrl, siteClaim, userClaim }: TokenIssuer,
  clock: () => Date,
  observer: IssuerObserver,
): ReadToken {
  const keys = remoteKeys(jwksUrl, observer);
  return async (token) => {
    const verified = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      currentDate: clock(),
      clockTolerance: LEEWAY_SECONDS,
      requiredClaims: ['exp', 'sub'],
    }).catch((error: unknown) => (isFaultOfToken(error) ? 'bad' : 'unknown'));
    if (typeof verified === 'string') return verified;
    // Whoever signed it may have put anything where jose looks for nothing.
    const payload: Readonly<Record<string, unknown>> = verified.payload;
    const { typ }: Readonly<Record<string, unknown>> = verified.protectedHeader;
    if (typ !== undefined && !isTypeOfAccessToken(typ)) return 'bad';
    const siteId = siteOf(payload[siteClaim]);
    const { sub: subject, exp } = payload;
    const user = payload[userClaim];
    // As text, two subjects that are none would be one caller.
    if (siteId === undefined || typeof subject !== 'string' || subject === '') return 'bad';
    if (typeof exp !== 'number' || !Number.isFinite(exp)) return 'bad';
    return {
      issuer,
      subject,
      siteId,
      scopes: scopesOf(verified.payload),
      userSyncKey: typeof user === 'string' && user !== '' ? user : null,
      expiresAt: (exp + LEEWAY_SECONDS) * 1_000,
    };
  };
}

function isTypeOfAccessToken(typ: unknown): boolean {
  return typeof typ === 'string' && TYPES.includes(typ.toLowerCase());
}

/** jose has an error of its own for each; those about the keys are no fault of the token, and neither are others. */
function isFaultOfToken(error: unknown): boolean {
  const ofKeys = [errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code];
  return error instanceof errors.JOSEError && !ofKeys.includes(error.code);
}

const FETCH_TIMEOUT_MS = 3_000;
const RENEW_AFTER_MS = 10 * 60 * 1_000;
/** How long keys are used whose renewal fails. */
const KEEP_MS = 60 * 60 * 1_000;
/** How long an issuer that did not answer is left alone. */
const ISSUER_REST_MS = 1_000;

/** The issuer's keys, renewed beside the requests, so that a host that is slow or down for a while delays nobody. */
function remoteKeys(url: URL, observer: IssuerObserver): JWTVerifyGetKey {
  const breaker = createBreaker({ ...observer, restMs: ISSUER_REST_MS, now: () => performance.now() });
  const keys = createRemoteJWKSet(url, {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cacheMaxAge: KEEP_MS,
    [customFetch]: (address, options) =>
      breaker.run(
        async () => keySetIn(await fetch(address, options)),
        () => Promise.reject(new Error('The token issuer was asked a moment ago, and did not answer')),
      ),
  });
  let renewedAt: number | undefined;
  return async (header, token) => {
    const key = await keys(header, token);
    renewedAt ??= Date.now();
    if (Date.now() - renewedAt > RENEW_AFTER_MS) {
      renewedAt = Date.now();
      // The breaker has told of a failure.
      void keys.reload().catch(() => {});
    }
    return key;
  };
}

/** An answer that is no set of keys is none: jose would ask again for every token. */
async function keySetIn(response: Response): Promise<Response> {
  if (response.status !== 200) throw new Error(`The token issuer answered ${response.status}`);
  const text = await response.text();
  const { keys } = JSON.parse(text) as { readonly keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('The token issuer answered no set of keys');
  return new Response(text, { status: 200 });
}

/** Databases hold no higher one. */
const MAX_SITE_ID = 2 ** 31 - 1;

function siteOf(claim: unknown): number | undefined {
  const id = typeof claim === 'string' && /^\d{1,10}$/.test(claim) ? Number(claim) : claim;
  return typeof id === 'number' && Number.isInteger(id) && id > 0 && id <= MAX_SITE_ID ? id : undefined;
}

/** `scope` as RFC 9068 has it, or `scp` as some issuers write it; what is no scope of this server, or one of its operator only, opens nothing. */
function scopesOf({ scope, scp }: JWTPayload): Scope[] {
  const claim = scope ?? scp;
  const words = Array.isArray(claim) ? claim : typeof claim === 'string' ? claim.split(' ') : [];
  return words.filter(
    (word): word is Scope => typeof word === 'string' && isScope(word) && !OPERATOR_SCOPES.has(word),
  );
}
