import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CompactSign,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';
import type { TokenIssuer } from '../../src/access/access-token';

export interface Claims {
  readonly [claim: string]: unknown;
}

/** An issuer of access tokens with a real set of keys behind HTTP. */
export interface TestIssuer {
  readonly settings: TokenIssuer;
  readonly publicKey: JWK;
  /** Signed with the issuer's key; a claim or header that is undefined is left out. */
  token(claims?: Claims, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** Signed as well, whatever the text of its claims says. */
  tokenOf(claims: string): Promise<string>;
  /** How often the keys were asked for. */
  readonly asked: () => number;
  /** How the next requests for the keys are answered; undefined: with the keys. */
  answer: ((response: ServerResponse) => void) | undefined;
  /** Stops listening: connections are refused from now on. */
  close(): Promise<void>;
}

const ISSUER = 'https://id.example.org';
const AUDIENCE = 'coursetrack';
const KEY_ID = 'first';

/** @param now what tokens are dated by, in milliseconds. */
export async function startIssuer(now: () => number): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'ES256', use: 'sig' };
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (issuer.answer !== undefined) return issuer.answer(response);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer: TestIssuer = {
    settings: {
      issuer: ISSUER,
      audience: AUDIENCE,
      jwksUrl: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`),
      siteClaim: 'site_id',
      userClaim: 'sub',
    },
    publicKey: jwk,
    token: (claims = {}, header = {}) => signed(privateKey, now(), claims, header),
    tokenOf: (claims) =>
      new CompactSign(Buffer.from(claims))
        .setProtectedHeader({ alg: 'ES256', kid: KEY_ID, typ: 'at+jwt' })
        .sign(privateKey),
    asked: () => asked,
    answer: undefined,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return issuer;
}

/** A token as the issuer would make it, signed with any key. */
export function signed(
  key: CryptoKey | Uint8Array,
  now: number,
  claims: Claims = {},
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  const seconds = Math.floor(now / 1_000);
  const payload = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'academy.planner',
    site_id: 1,
    scope: 'tracking:read activity:update',
    iat: seconds,
    exp: seconds + 300,
    ...claims,
  };
  const given = (object: object) =>
    Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
  return new SignJWT(given(payload))
    .setProtectedHeader(given({ alg: 'ES256', kid: KEY_ID, typ: 'at+jwt', ...header }) as JWTHeaderParameters)
    .sign(key, { crit: Object.fromEntries((header.crit ?? []).map((name) => [name, true])) });
}
