import { makeKey } from './access/api-key';
import { ALL_SCOPES } from './access/scopes';
import { LOCAL_KEY_NAME } from './api-keys/create-api-key';
import { findLiveKeys, insertApiKey, revokeApiKey } from './data/api-key.repository';
import type { Database } from './data/database';

export interface LocalKey {
  /** What to send as `Authorization: Bearer`. */
  readonly text: string;
  revoke(): Promise<void>;
}

/** Of the key of a server that did not stop in peace. */
const KEEP_MS = 30 * 24 * 60 * 60 * 1_000;

/** A key for whoever starts the server on their own machine: it opens everything on the site, until the server stops. */
export function makeLocalKey(database: Database, siteId: number): Promise<LocalKey> {
  const { id, text, secretHash } = makeKey();
  const revoke = () => database.transaction((tx) => revokeApiKey(tx, siteId, id, Date.now()));
  return database.transaction(async (tx) => {
    const now = Date.now();
    const insert = () =>
      insertApiKey(tx, {
        id,
        siteId,
        name: LOCAL_KEY_NAME,
        secretHash,
        scopes: ALL_SCOPES,
        actsFor: 'anyone',
        createdAt: now,
        createdBy: 'operator',
        expiresAt: now + KEEP_MS,
      });
    if (await insert()) return { text, revoke };
    // Left over by servers that did not stop in peace; one of them may still run.
    const [oldest] = (await findLiveKeys(tx, LOCAL_KEY_NAME, now)).filter(
      (key) => key.name === LOCAL_KEY_NAME && key.siteId === siteId,
    );
    if (oldest !== undefined) await revokeApiKey(tx, siteId, oldest.id, now);
    if (!(await insert())) throw new Error('No key could be made for this start');
    return { text, revoke };
  });
}
