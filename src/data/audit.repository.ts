import type { FindOptionsWhere } from 'typeorm';
import { instantToSql } from '../kernel/dates/instants';
import { cellWriter, columnNames } from './cells';
import type { Tx } from './database';
import { AuditEntryEntity, type AuditOutcome, type AuditTargetType } from './entities/audit-entry.entity';
import { type Period, within } from './period';
import { removeSome, SECONDS_A_DAY } from './remove-some';
import { isUnmatchable, placeholders } from './sql';
import { columnsOf, type Row, rowOf } from './table';

export type { AuditOutcome, AuditTargetType };

/** What a caller did. Instants are milliseconds since 1970 in UTC. */
export type AuditRecord = Omit<Row<AuditEntryEntity, keyof AuditEntryEntity>, 'siteId'>;
export type NewAuditEntry = Omit<AuditRecord, 'id'>;

// ---------- writing: part of every mutation ----------

const NEW_ENTRY = columnsOf(
  AuditEntryEntity,
  'at',
  'caller',
  'keyId',
  'userId',
  'operation',
  'targetType',
  'targetId',
  'learnerIds',
  'changedFields',
  'outcome',
  'requestId',
  'reason',
);
const COLUMNS = ['site_id', ...columnNames(NEW_ENTRY)];
const INSERT = `INSERT INTO audit_entry (${COLUMNS.join(', ')}) VALUES ${placeholders(COLUMNS.length)}`;
const cellsOf = cellWriter(NEW_ENTRY);

export async function appendAuditEntry(tx: Tx, siteId: number, entry: NewAuditEntry): Promise<void> {
  await tx.prepared(INSERT, [siteId, ...cellsOf(entry)]);
}

// ---------- reading ----------

/** All given conditions must hold. */
export interface AuditConditions extends Period {
  readonly caller?: string;
  readonly userId?: number;
  readonly operation?: string;
  readonly targetType?: AuditTargetType;
  readonly targetId?: string;
}

/** Where a page starts: after the entry with these. */
export type AuditPosition = Pick<AuditRecord, 'at' | 'id'>;

/** Newest first. */
export async function findAuditPage(
  tx: Tx,
  siteId: number,
  conditions: AuditConditions,
  limit: number,
  after: AuditPosition | null,
): Promise<AuditRecord[]> {
  const where = whereOf(siteId, conditions);
  if (where === undefined) return [];
  const page = tx.manager
    .createQueryBuilder(AuditEntryEntity, 'e')
    .where(where)
    .orderBy({ 'e.at': 'DESC', 'e.id': 'DESC' })
    .limit(limit);
  if (after !== null) {
    const { at, id } = after;
    page.andWhere('e.at <= :at AND (e.at < :at OR e.id < :id)', { at: instantToSql(at), id });
  }
  return (await page.getMany()).map((entry) => {
    const { siteId: _, ...record } = rowOf(entry);
    return record;
  });
}

export async function countAuditEntries(
  tx: Tx,
  siteId: number,
  conditions: AuditConditions,
): Promise<number> {
  const where = whereOf(siteId, conditions);
  return where === undefined ? 0 : tx.manager.countBy(AuditEntryEntity, where);
}

/** Undefined where nothing can hold. */
function whereOf(
  siteId: number,
  { since, until, ...same }: AuditConditions,
): FindOptionsWhere<AuditEntryEntity> | undefined {
  const equal = Object.entries(same).filter(([, value]) => value !== undefined);
  if (equal.some(([, value]) => isUnmatchable(value))) return undefined;
  const at = within({ since, until });
  return { siteId, ...Object.fromEntries(equal), ...(at === undefined ? {} : { at }) };
}

// ---------- forgetting ----------

const FORGOTTEN_AT_ONCE = 1_000;

/** Removes, on every site, some of the entries that are older; answers whether there may be more. */
export function forgetOldAuditEntries(tx: Tx, days: number): Promise<boolean> {
  return removeSome(tx, {
    table: 'audit_entry',
    key: { id: 'integer' },
    where: `at <= ${tx.dialect.fromNow}`,
    values: [-days * SECONDS_A_DAY],
    limit: FORGOTTEN_AT_ONCE,
  });
}
