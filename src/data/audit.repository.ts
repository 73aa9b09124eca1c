import { instantFromSql, instantToSql } from '../kernel/dates';
import type { Tx } from './database';
import { isUnmatchable } from './sql';

export type AuditTargetType = 'IMPORT_RUN' | 'COURSE_ELEMENT' | 'API_KEY' | 'SITE';
export type AuditOutcome = 'SUCCESS' | 'WARNING' | 'ERROR';

/** What a caller did. Ids only: no names, addresses or texts of people. */
export interface NewAuditEntry {
  /** Instant in milliseconds. */
  readonly at: number;
  readonly caller: string;
  /** Which of the caller's keys; null where it was none. */
  readonly keyId: string | null;
  /** In whose name; null where the operation names nobody, or nobody that it may. */
  readonly userId: number | null;
  readonly operation: string;
  readonly targetType: AuditTargetType;
  /** Null where what the caller named is not there. */
  readonly targetId: string | null;
  /** Whose results it changed; null for all but assessments. */
  readonly learnerIds: readonly number[] | null;
  readonly changedFields: readonly string[];
  readonly outcome: AuditOutcome;
  readonly requestId: string;
}

export interface AuditRecord extends NewAuditEntry {
  readonly id: number;
}

export async function appendAuditEntry(tx: Tx, siteId: number, entry: NewAuditEntry): Promise<void> {
  await tx.prepared(
    `INSERT INTO audit_entry
       (site_id, at, caller, key_id, user_id, operation, target_type, target_id, learner_ids, changed_fields, outcome, request_id)
     VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`,
    [
      siteId,
      instantToSql(entry.at),
      entry.caller,
      entry.keyId,
      entry.userId,
      entry.operation,
      entry.targetType,
      entry.targetId,
      entry.learnerIds === null ? null : JSON.stringify(entry.learnerIds),
      JSON.stringify(entry.changedFields),
      entry.outcome,
      entry.requestId,
    ],
  );
}

/** All given conditions must hold. */
export interface AuditConditions {
  readonly caller?: string;
  readonly userId?: number;
  readonly operation?: string;
  readonly targetType?: AuditTargetType;
  readonly targetId?: string;
  /** Instants in milliseconds, inclusive. */
  readonly since?: number;
  readonly until?: number;
}

/** Newest first; `after` is the id of the last entry of the page before. */
export async function findAuditPage(
  tx: Tx,
  siteId: number,
  conditions: AuditConditions,
  limit: number,
  after: number | null,
): Promise<AuditRecord[]> {
  const { text, values } = whereOf(siteId, conditions, after);
  type Row = Omit<AuditRecord, 'at' | 'learnerIds' | 'changedFields'> & {
    readonly at: string | Date;
    readonly learnerIds: string | null;
    readonly changedFields: string;
  };
  const rows = await tx.query<Row>(
    `SELECT id, at, caller, key_id AS keyId, user_id AS userId, operation, target_type AS targetType, target_id AS targetId,
       learner_ids AS learnerIds, changed_fields AS changedFields, outcome, request_id AS requestId
     FROM audit_entry WHERE ${text} ORDER BY id DESC LIMIT ?`,
    [...values, limit],
  );
  return rows.map((row) => ({
    ...row,
    at: instantFromSql(row.at),
    learnerIds: row.learnerIds === null ? null : (JSON.parse(row.learnerIds) as number[]),
    changedFields: JSON.parse(row.changedFields) as string[],
  }));
}

export async function countAuditEntries(
  tx: Tx,
  siteId: number,
  conditions: AuditConditions,
): Promise<number> {
  const { text, values } = whereOf(siteId, conditions, null);
  const [row] = await tx.query<{ readonly total: number | string }>(
    `SELECT COUNT(*) AS total FROM audit_entry WHERE ${text}`,
    values,
  );
  return Number(row?.total ?? 0);
}

function whereOf(siteId: number, conditions: AuditConditions, after: number | null) {
  const texts = ['site_id = ?'];
  const values: (string | number)[] = [siteId];
  const add = (condition: string, value: string | number | undefined) => {
    if (value === undefined) return;
    if (isUnmatchable(value)) {
      texts.push('1 = 0');
    } else {
      texts.push(condition);
      values.push(value);
    }
  };
  const { caller, userId, operation, targetType, targetId, since, until } = conditions;
  add('caller = ?', caller);
  add('user_id = ?', userId);
  add('operation = ?', operation);
  add('target_type = ?', targetType);
  add('target_id = ?', targetId);
  add('at >= ?', since === undefined ? undefined : instantToSql(since));
  add('at <= ?', until === undefined ? undefined : instantToSql(until));
  add('id < ?', after ?? undefined);
  return { text: texts.join(' AND '), values };
}
