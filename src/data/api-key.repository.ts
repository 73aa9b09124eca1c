import { instantFromSql, instantToSql } from '../kernel/dates';
import type { Tx } from './database';
import { placeholders } from './sql';

/** What is kept of a key. Instants are milliseconds since 1970 in UTC. */
export interface ApiKeyRecord {
  readonly id: string;
  readonly siteId: number;
  readonly name: string;
  readonly secretHash: string;
  readonly scopes: readonly string[];
  /** In whose name it may edit: every user of the site, or those with these ids. */
  readonly actsFor: 'anyone' | readonly number[];
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly lastUsedAt: number | null;
}

type NewApiKey = Omit<ApiKeyRecord, 'revokedAt' | 'lastUsedAt'>;

/** Two, so that a new key can be rolled out before the old one is revoked. */
const SLOTS = [1, 2] as const;

const SELECT = `SELECT id, site_id AS siteId, name, secret_hash AS secretHash, scopes, acts_for AS actsFor,
  created_at AS createdAt, created_by AS createdBy, expires_at AS expiresAt, revoked_at AS revokedAt,
  last_used_at AS lastUsedAt FROM api_key`;

/** The one look-up that is not limited to a site: the key tells which site its caller belongs to. */
export async function findApiKey(tx: Tx, id: string): Promise<ApiKeyRecord | undefined> {
  return (await find(tx, 'WHERE id = ?', [id]))[0];
}

export async function findApiKeyOfSite(
  tx: Tx,
  siteId: number,
  id: string,
): Promise<ApiKeyRecord | undefined> {
  return (await find(tx, 'WHERE site_id = ? AND id = ?', [siteId, id]))[0];
}

/** Where a page starts: after the key with these. */
export interface ApiKeyPosition {
  readonly createdAt: number;
  readonly id: string;
}

/** Newest first. */
export function findApiKeyPage(
  tx: Tx,
  siteId: number,
  limit: number,
  after: ApiKeyPosition | null,
): Promise<ApiKeyRecord[]> {
  const order = 'ORDER BY created_at DESC, id DESC LIMIT ?';
  if (after === null) return find(tx, `WHERE site_id = ? ${order}`, [siteId, limit]);
  const instant = instantToSql(after.createdAt);
  return find(tx, `WHERE site_id = ? AND created_at <= ? AND (created_at < ? OR id < ?) ${order}`, [
    siteId,
    instant,
    instant,
    after.id,
    limit,
  ]);
}

export async function countApiKeys(tx: Tx, siteId: number): Promise<number> {
  const [row] = await tx.query<{ readonly total: number | string }>(
    'SELECT COUNT(*) AS total FROM api_key WHERE site_id = ?',
    [siteId],
  );
  return Number(row?.total ?? 0);
}

/** The keys of any site that are neither revoked nor expired, those with this name first. */
export async function findLiveKeys(tx: Tx, name: string, now: number): Promise<ApiKeyRecord[]> {
  return find(
    tx,
    'WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?) ORDER BY name <> ?, created_at LIMIT 10',
    [instantToSql(now), name],
  );
}

/** False where two live keys have the name already, even where two are made at the same moment. */
export async function insertApiKey(tx: Tx, key: NewApiKey): Promise<boolean> {
  await tx.query('UPDATE api_key SET slot = NULL WHERE site_id = ? AND name = ? AND expires_at <= ?', [
    key.siteId,
    key.name,
    instantToSql(key.createdAt),
  ]);
  const nothing = tx.kind === 'sqlite' ? 'ON CONFLICT DO NOTHING' : 'ON DUPLICATE KEY UPDATE slot = slot';
  for (const slot of SLOTS) {
    await tx.query(
      `INSERT INTO api_key (id, site_id, name, secret_hash, scopes, acts_for, slot, created_at, created_by, expires_at)
       VALUES ${placeholders(10)} ${nothing}`,
      [
        key.id,
        key.siteId,
        key.name,
        key.secretHash,
        key.scopes.join(' '),
        key.actsFor === 'anyone' ? '*' : key.actsFor.join(' '),
        slot,
        instantToSql(key.createdAt),
        key.createdBy,
        key.expiresAt === null ? null : instantToSql(key.expiresAt),
      ],
    );
    if ((await findApiKey(tx, key.id)) !== undefined) return true;
  }
  return false;
}

export async function revokeApiKey(tx: Tx, siteId: number, id: string, now: number): Promise<void> {
  await tx.query(
    'UPDATE api_key SET revoked_at = ?, slot = NULL WHERE site_id = ? AND id = ? AND revoked_at IS NULL',
    [instantToSql(now), siteId, id],
  );
}

export async function noteUseOfApiKey(tx: Tx, id: string, now: number): Promise<void> {
  await tx.query('UPDATE api_key SET last_used_at = ? WHERE id = ?', [instantToSql(now), id]);
}

type Row = Omit<
  ApiKeyRecord,
  'scopes' | 'actsFor' | 'createdAt' | 'expiresAt' | 'revokedAt' | 'lastUsedAt'
> & {
  readonly scopes: string;
  readonly actsFor: string;
  readonly createdAt: string | Date;
  readonly expiresAt: string | Date | null;
  readonly revokedAt: string | Date | null;
  readonly lastUsedAt: string | Date | null;
};

async function find(tx: Tx, where: string, values: readonly (string | number)[]): Promise<ApiKeyRecord[]> {
  const rows = await tx.query<Row>(`${SELECT} ${where}`, [...values]);
  const instant = (value: string | Date | null) => (value === null ? null : instantFromSql(value));
  return rows.map((row) => ({
    ...row,
    scopes: words(row.scopes),
    actsFor: row.actsFor === '*' ? 'anyone' : words(row.actsFor).map(Number),
    createdAt: instantFromSql(row.createdAt),
    expiresAt: instant(row.expiresAt),
    revokedAt: instant(row.revokedAt),
    lastUsedAt: instant(row.lastUsedAt),
  }));
}

function words(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}
