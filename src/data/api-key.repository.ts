import { IsNull, LessThanOrEqual, MoreThan } from 'typeorm';
import { instantToSql } from '../kernel/dates/instants';
import { cellWriter, columnNames } from './cells';
import type { Tx } from './database';
import { ApiKeyEntity } from './entities/api-key.entity';
import { isUnmatchable, placeholders } from './sql';
import { columnsOf, type Row, rowOf } from './table';

/** What is kept of a key. Instants are milliseconds since 1970 in UTC. */
export interface ApiKeyRecord
  extends Omit<Row<ApiKeyEntity, keyof ApiKeyEntity>, 'scopes' | 'actsFor' | 'slot'> {
  readonly scopes: readonly string[];
  /** In whose name it may edit: every user of the site, or those with these ids. */
  readonly actsFor: 'anyone' | readonly number[];
}

type NewApiKey = Omit<ApiKeyRecord, 'revokedAt' | 'lastUsedAt'>;

/** Two, so that a new key can be rolled out before the old one is revoked. */
const SLOTS = [1, 2] as const;

const NEW_KEY = columnsOf(
  ApiKeyEntity,
  'id',
  'siteId',
  'name',
  'secretHash',
  'scopes',
  'actsFor',
  'slot',
  'createdAt',
  'createdBy',
  'expiresAt',
);

const COLUMNS = columnNames(NEW_KEY);
const cellsOf = cellWriter(NEW_KEY);

/** The one look-up that is not limited to a site: the key tells which site its caller belongs to. */
export async function findApiKey(tx: Tx, id: string): Promise<ApiKeyRecord | undefined> {
  const key = await tx.manager.findOneBy(ApiKeyEntity, { id });
  return key === null ? undefined : recordOf(key);
}

export async function findApiKeyOfSite(
  tx: Tx,
  siteId: number,
  id: string,
): Promise<ApiKeyRecord | undefined> {
  if (isUnmatchable(id)) return undefined;
  const key = await tx.manager.findOneBy(ApiKeyEntity, { siteId, id });
  return key === null ? undefined : recordOf(key);
}

/** Where a page starts: after the key with these. */
export interface ApiKeyPosition {
  readonly createdAt: number;
  readonly id: string;
}

/** Newest first. */
export async function findApiKeyPage(
  tx: Tx,
  siteId: number,
  limit: number,
  after: ApiKeyPosition | null,
): Promise<ApiKeyRecord[]> {
  const page = tx.manager
    .createQueryBuilder(ApiKeyEntity, 'k')
    .where({ siteId })
    .orderBy({ 'k.createdAt': 'DESC', 'k.id': 'DESC' })
    .limit(limit);
  if (after !== null) {
    const { createdAt, id } = after;
    page.andWhere('k.createdAt <= :at AND (k.createdAt < :at OR k.id < :id)', {
      at: instantToSql(createdAt),
      id,
    });
  }
  return (await page.getMany()).map(recordOf);
}

export function countApiKeys(tx: Tx, siteId: number): Promise<number> {
  return tx.manager.countBy(ApiKeyEntity, { siteId });
}

/** The keys of any site that are neither revoked nor expired, those with this name first. */
export async function findLiveKeys(tx: Tx, name: string, now: number): Promise<ApiKeyRecord[]> {
  const keys = await tx.manager
    .createQueryBuilder(ApiKeyEntity, 'k')
    .where({ revokedAt: IsNull() })
    .andWhere('(k.expiresAt IS NULL OR k.expiresAt > :now)', { now: instantToSql(now) })
    .orderBy('CASE WHEN k.name = :name THEN 0 ELSE 1 END')
    .setParameter('name', name)
    .addOrderBy('k.createdAt')
    .limit(10)
    .getMany();
  return keys.map(recordOf);
}

/** Those of the site with this name, the oldest first: two at most. */
export async function findLiveKeysOfSite(
  tx: Tx,
  siteId: number,
  name: string,
  now: number,
): Promise<ApiKeyRecord[]> {
  const live = { siteId, name, revokedAt: IsNull() };
  const unexpired = [{ expiresAt: IsNull() }, { expiresAt: MoreThan(new Date(now)) }];
  const where = unexpired.map((each) => ({ ...live, ...each }));
  const keys = await tx.manager.find(ApiKeyEntity, { where, order: { createdAt: 'ASC' } });
  return keys.map(recordOf);
}

/** False where two live keys have the name already, even where two are made at the same moment. */
export async function insertApiKey(tx: Tx, key: NewApiKey): Promise<boolean> {
  const { siteId, name, createdAt } = key;
  const hasExpired = { siteId, name, expiresAt: LessThanOrEqual(new Date(createdAt)) };
  await tx.manager.update(ApiKeyEntity, hasExpired, { slot: null });
  const scopes = key.scopes.join(' ');
  const actsFor = key.actsFor === 'anyone' ? '*' : key.actsFor.join(' ');
  for (const slot of SLOTS) {
    const cells = cellsOf({ ...key, scopes, actsFor, slot });
    await tx.query(
      `INSERT INTO api_key (${COLUMNS.join(', ')}) VALUES ${placeholders(cells.length)} ${tx.dialect.ifAbsent('slot')}`,
      cells,
    );
    if ((await findApiKey(tx, key.id)) !== undefined) return true;
  }
  return false;
}

export async function revokeApiKey(tx: Tx, siteId: number, id: string, now: number): Promise<void> {
  const live = { siteId, id, revokedAt: IsNull() };
  await tx.manager.update(ApiKeyEntity, live, { revokedAt: new Date(now), slot: null });
}

/** Of a key that nobody has been told of. */
export async function deleteApiKey(tx: Tx, siteId: number, id: string): Promise<void> {
  await tx.manager.delete(ApiKeyEntity, { siteId, id });
}

/** A key that lives for a while lives on until this instant, unless it is revoked. */
export async function renewApiKey(tx: Tx, siteId: number, id: string, expiresAt: number): Promise<void> {
  const live = { siteId, id, revokedAt: IsNull() };
  await tx.manager.update(ApiKeyEntity, live, { expiresAt: new Date(expiresAt) });
}

export async function noteUseOfApiKey(tx: Tx, id: string, now: number): Promise<void> {
  await tx.manager.update(ApiKeyEntity, { id }, { lastUsedAt: new Date(now) });
}

function recordOf(key: ApiKeyEntity): ApiKeyRecord {
  const { slot: _, ...row } = rowOf(key);
  const actsFor = row.actsFor === '*' ? 'anyone' : words(row.actsFor).map(Number);
  return { ...row, scopes: words(row.scopes), actsFor };
}

function words(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}
