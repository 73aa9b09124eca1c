import { hostname } from 'node:os';
import { makeKey } from './access/api-key';
import { ALL_SCOPES } from './access/scopes';
import { LOCAL_KEY_NAME } from './api-keys/create-api-key.input';
import { findLiveKeysOfSite, insertApiKey, renewApiKey, revokeApiKey } from './data/api-key.repository';
import type { Database, Tx } from './data/database';
import { MAX_CALLER } from './data/entities/columns';

export interface LocalKey {
  /** What to send as `Authorization: Bearer`. */
  readonly text: string;
  /** Revokes it. */
  end(): Promise<void>;
}

/** Of the key of a server that did not stop in peace. */
const LIVES_MS = 2 * 60 * 60 * 1_000;
const RENEWED_EVERY_MS = 30 * 60 * 1_000;

/**
 * A key for whoever starts the server on their own machine: it opens everything on the site, until the server stops.
 * What servers of this machine have left behind, which did not stop in peace, is revoked.
 */
export async function makeLocalKey(
  database: Database,
  siteId: number,
  onError: (error: unknown) => void,
): Promise<LocalKey> {
  const { id, text, secretHash } = makeKey();
  const written = (work: (tx: Tx) => Promise<void>) => database.transaction(work, { isRepeatable: true });
  await database.transaction(async (tx) => {
    const now = Date.now();
    await revokeLeftOvers(tx, siteId, now);
    const isMade = await insertApiKey(tx, {
      id,
      siteId,
      name: LOCAL_KEY_NAME,
      secretHash,
      scopes: ALL_SCOPES,
      actsFor: 'anyone',
      createdAt: now,
      createdBy: creator(process.pid),
      expiresAt: now + LIVES_MS,
    });
    if (!isMade) throw new Error('No key could be made for this start');
  });
  const renewing = setInterval(() => {
    void written((tx) => renewApiKey(tx, siteId, id, Date.now() + LIVES_MS)).catch(onError);
  }, RENEWED_EVERY_MS).unref();
  return {
    text,
    end: () => {
      clearInterval(renewing);
      return written((tx) => revokeApiKey(tx, siteId, id, Date.now()));
    },
  };
}

/** Those of processes that are gone; and the oldest, where there are two still, of which another machine may have one. */
async function revokeLeftOvers(tx: Tx, siteId: number, now: number): Promise<void> {
  const live = await findLiveKeysOfSite(tx, siteId, LOCAL_KEY_NAME, now);
  const [oldest, ...others] = live.filter(({ createdBy }) => isRunning(createdBy));
  const isFull = others.length > 0;
  const leftOver = live.filter((key) => !isRunning(key.createdBy) || (isFull && key === oldest));
  for (const key of leftOver) await revokeApiKey(tx, siteId, key.id, now);
}

/** Told with the key, and what a later start knows its maker by. */
function creator(processId: number | string): string {
  return `process ${processId} on ${hostname()}`.slice(0, MAX_CALLER);
}

/** What another machine has made may be of a server that runs there. */
function isRunning(createdBy: string): boolean {
  const [, processId] = /^process (\d+) on /.exec(createdBy) ?? [];
  // Made by a version that did not tell who it was.
  if (processId === undefined) return false;
  if (createdBy !== creator(processId)) return true;
  try {
    return process.kill(Number(processId), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
