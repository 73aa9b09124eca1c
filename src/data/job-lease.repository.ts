import { cellsOf, selected } from './cells';
import type { Tx } from './database';
import { ImportJobEntity } from './entities/import-job.entity';
import { findJob, type ImportJobRecord } from './import-job.repository';
import { isUnmatchable } from './sql';
import { columnsOf } from './table';

// Leases are told by the clock of the database: those of several servers differ.

/** The right to run a job. Whoever takes it up later has a higher fence, and this one then writes nothing. */
export interface JobLease {
  readonly siteId: number;
  readonly id: string;
  readonly fence: number;
}

const LEASE = columnsOf(ImportJobEntity, 'siteId', 'id', 'fence');

/**
 * Takes up a job that waits, or that nobody runs any more: of the site that has the fewest running, the oldest. Of
 * several processes that found the same one the second finds it taken.
 */
export async function takeUpJob(tx: Tx, seconds: number): Promise<JobLease | undefined> {
  const { now, fromNow } = tx.dialect;
  const due = await findDueJob(tx);
  if (due === undefined) return undefined;
  const { siteId, id } = due;
  const [locked] = await tx.query(
    `SELECT ${selected(LEASE)} FROM import_job j
     WHERE site_id = ? AND id = ? AND state IN ('QUEUED', 'RUNNING') AND (lease_until IS NULL OR lease_until <= ${now})
     ${tx.dialect.forUpdate('j')}`,
    [siteId, id],
    cellsOf(LEASE),
  );
  if (locked === undefined) return undefined;
  const fence = locked.fence + 1;
  await tx.query(
    `UPDATE import_job SET state = 'RUNNING', fence = ?, lease_until = ${fromNow} WHERE site_id = ? AND id = ?`,
    [fence, seconds, siteId, id],
  );
  return { siteId, id, fence };
}

/** The job that would be taken up now. */
export async function findDueJob(tx: Tx): Promise<JobLease | undefined> {
  const { now } = tx.dialect;
  const [due] = await tx.query(
    `SELECT ${selected(LEASE)} FROM import_job
     WHERE state IN ('QUEUED', 'RUNNING') AND (lease_until IS NULL OR lease_until <= ${now})
     ORDER BY (
       SELECT COUNT(*) FROM import_job r
       WHERE r.site_id = import_job.site_id AND r.state = 'RUNNING' AND r.lease_until > ${now}
     ), created_at LIMIT 1`,
    [],
    cellsOf(LEASE),
  );
  return due;
}

/** Answers whether it is still the holder's. */
export async function renewLease(tx: Tx, { siteId, id, fence }: JobLease, seconds: number): Promise<boolean> {
  const held = await lockHeldJob(tx, { siteId, id, fence });
  if (held !== undefined) await extendLease(tx, { siteId, id }, seconds);
  return held !== undefined;
}

/** Of a job that is locked. */
export async function extendLease(
  { query, dialect }: Tx,
  { siteId, id }: Pick<JobLease, 'siteId' | 'id'>,
  seconds: number,
): Promise<void> {
  const sql = `UPDATE import_job SET lease_until = ${dialect.fromNow} WHERE site_id = ? AND id = ?`;
  await query(sql, [seconds, siteId, id]);
}

/** Leaves it to the next one, at once. */
export async function giveUpLease(tx: Tx, lease: JobLease): Promise<void> {
  if ((await lockHeldJob(tx, lease)) === undefined) return;
  const { siteId, id } = lease;
  await tx.query('UPDATE import_job SET lease_until = NULL WHERE site_id = ? AND id = ?', [siteId, id]);
}

/** Undefined where somebody else has taken it up meanwhile, or it is at its end. */
export async function lockHeldJob(
  tx: Tx,
  { siteId, id, fence }: JobLease,
): Promise<ImportJobRecord | undefined> {
  const job = await lockJob(tx, siteId, id);
  return job?.fence === fence && job.state === 'RUNNING' ? job : undefined;
}

export async function lockJob(tx: Tx, siteId: number, id: string): Promise<ImportJobRecord | undefined> {
  if (isUnmatchable(id)) return undefined;
  const lock = tx.dialect.forUpdate('j');
  await tx.query(`SELECT j.id AS id FROM import_job j WHERE j.site_id = ? AND j.id = ? ${lock}`, [
    siteId,
    id,
  ]);
  return findJob(tx, siteId, id);
}
