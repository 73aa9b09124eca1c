import { type Columns, cellsOf, selected, wholeNumber } from './cells';
import type { Tx } from './database';
import { LearnerEntity } from './entities/learner.entity';
import { LearningObjectVersionEntity } from './entities/learning-object-version.entity';
import { OrganisationEntity } from './entities/organisation.entity';
import { RegistrationEntity } from './entities/registration.entity';
import { SessionEntity } from './entities/session.entity';
import { SiteEntity } from './entities/site.entity';
import { TrainingEntity } from './entities/training.entity';
import { TrainingLovEntity } from './entities/training-lov.entity';
import { findBy } from './find-by';
import { chunks, rowPlaceholders } from './sql';
import { columnsOf, type RecordTable, type Row, recordTable, type ValuesOf, writtenColumns } from './table';
import { writtenLock } from './written-lock';

/** The tables that say who learns what, and their records row by row; instants are epoch milliseconds. */

export const ORGANISATIONS = recordTable(OrganisationEntity, 'parentId', 'syncKey', 'name');
export type OrganisationValues = ValuesOf<typeof ORGANISATIONS>;

export const LEARNERS = recordTable(
  LearnerEntity,
  'organisationId',
  'login',
  'loginFolded',
  'refNumber',
  'email',
  'emailFolded',
  'createdAt',
);
export type LearnerValues = ValuesOf<typeof LEARNERS>;

export const TRAININGS = recordTable(
  TrainingEntity,
  'organisationId',
  'guid',
  'pathCode',
  'syncKey',
  'title',
  'isExternal',
  'isDeleted',
  'isArchived',
  'objectivesEnabled',
);
export type TrainingValues = ValuesOf<typeof TRAININGS>;

export const SESSIONS = recordTable(SessionEntity, 'trainingId', 'guid', 'title', 'startsAt', 'endsAt');
export type SessionValues = ValuesOf<typeof SESSIONS>;

export const LOVS = recordTable(LearningObjectVersionEntity, 'code', 'guid', 'title', 'provider', 'kind');
export type LovValues = ValuesOf<typeof LOVS>;

export const REGISTRATIONS = recordTable(RegistrationEntity, 'learnerId', 'sessionId');
export type RegistrationValues = ValuesOf<typeof REGISTRATIONS>;

export const MEMBERSHIPS = recordTable(
  TrainingLovEntity,
  'trainingId',
  'lovId',
  'mandatory',
  'position',
  'points',
);
export type MembershipValues = ValuesOf<typeof MEMBERSHIPS>;

const SITE = columnsOf(SiteEntity, 'name', 'useScore');

/** Of every table that has ids. */
const ID = columnsOf(OrganisationEntity, 'id');

export type Stored<Values> = Values & { readonly id: number };

/** The records of the site whose `property` has one of the values: one query per chunk of values. */
export function findRecords<Values extends object>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Values>,
  property: keyof Values,
  values: Iterable<string | number>,
): Promise<Stored<Values>[]> {
  const { name } = table.columns[property];
  return findBy(tx, table.name, withId(table), siteId, name, new Set(values));
}

/** The same of a table whose rows have no id of their own. */
export function findRows<Values extends object>(
  tx: Tx,
  siteId: number,
  { name, columns }: RecordTable<Values>,
  property: keyof Values,
  values: Iterable<number>,
): Promise<Values[]> {
  return findBy(tx, name, columns, siteId, columns[property].name, new Set(values));
}

export async function insertRecords<Values extends object>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Values>,
  records: readonly Values[],
): Promise<void> {
  const { names, cellsOf: cellsOfRecord } = writtenColumns(table);
  const columns = ['site_id', ...names];
  for (const chunk of chunks(records)) {
    await tx.query(
      `INSERT INTO ${table.name} (${columns.join(', ')}) VALUES ${rowPlaceholders(chunk.length, columns.length)}`,
      chunk.flatMap((record) => [siteId, ...cellsOfRecord(record)]),
    );
  }
}

/** Overwrites stored records, whole, many with one statement. */
export async function rewriteRecords<Values extends object>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Values>,
  records: readonly Stored<Values>[],
): Promise<void> {
  const { names, cellsOf: cellsOfRecord } = writtenColumns(table);
  const columns = ['id', 'site_id', ...names];
  const overwrite = tx.dialect.overwriting(['id'], names);
  for (const chunk of chunks(records)) {
    await tx.query(
      `INSERT INTO ${table.name} (${columns.join(', ')})
       VALUES ${rowPlaceholders(chunk.length, columns.length)} ${overwrite}`,
      chunk.flatMap((record) => [record.id, siteId, ...cellsOfRecord(record)]),
    );
  }
}

/** Overwrites rows that have no id of their own, found by these properties. */
export async function overwriteRows<Values extends object>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Values>,
  key: readonly (keyof Values)[],
  rows: readonly Values[],
): Promise<void> {
  const { names, cellsOf: cellsOfRow } = writtenColumns(table);
  const columns = ['site_id', ...names];
  const keyColumns = ['site_id', ...key.map((property) => table.columns[property].name)];
  const overwrite = tx.dialect.overwriting(keyColumns, names);
  for (const chunk of chunks(rows)) {
    await tx.query(
      `INSERT INTO ${table.name} (${columns.join(', ')})
       VALUES ${rowPlaceholders(chunk.length, columns.length)} ${overwrite}`,
      chunk.flatMap((row) => [siteId, ...cellsOfRow(row)]),
    );
  }
}

export async function removeByIds(
  tx: Tx,
  siteId: number,
  { name }: { readonly name: string },
  ids: readonly number[],
): Promise<void> {
  for (const chunk of chunks(ids)) {
    const keys = chunk.map((id) => [siteId, id]);
    const { sql, values } = tx.dialect.deleteByKeys({
      table: name,
      key: { site_id: 'integer', id: 'integer' },
      keys,
    });
    await tx.query(sql, values);
  }
}

/** Nobody else changes these records, or begins to refer to them, until the transaction ends. */
export async function lockRecords(
  tx: Tx,
  siteId: number,
  { name }: { readonly name: string },
  ids: readonly number[],
): Promise<void> {
  const sql = `SELECT t.id AS id ${tx.dialect.fromKeys({ id: 'integer' })} ${name} t
    ${tx.dialect.forceIndex('PRIMARY')} ON t.site_id = ? AND t.id = k.id ${tx.dialect.forUpdate('t')}`;
  for (const chunk of chunks([...ids].sort((a, b) => a - b))) {
    await tx.prepared(sql, [JSON.stringify(chunk.map((id) => [id])), siteId], { id: wholeNumber });
  }
}

export type SiteValues = Row<SiteEntity, 'name' | 'useScore'>;

/**
 * What the site is, undefined when there is none. Within a transaction the site stays locked: of several loads of
 * one site the next one reads what the one before has written. Where several nodes write, it is written as well.
 */
export async function lockSite(tx: Tx, siteId: number): Promise<SiteValues | undefined> {
  const lock = tx.dialect.forUpdate('site');
  const sql = `SELECT ${selected(SITE)} FROM site WHERE id = ? ${lock}`;
  const [site] = await tx.query(sql, [siteId], cellsOf(SITE));
  if (tx.writesLocks) await tx.query(`UPDATE site s SET ${writtenLock('s')} WHERE s.id = ?`, [siteId]);
  return site;
}

export async function insertSiteIfAbsent(tx: Tx, siteId: number, name: string): Promise<void> {
  await tx.query(`INSERT INTO site (id, name) VALUES (?, ?) ${tx.dialect.ifAbsent('id')}`, [siteId, name]);
}

export async function updateSite(tx: Tx, siteId: number, values: Partial<SiteValues>): Promise<void> {
  await tx.manager.update(SiteEntity, { id: siteId }, values);
}

/** The columns of a table whose records have ids. */
export function withId<Values extends object>(table: RecordTable<Values>): Columns<Stored<Values>> {
  return { ...ID, ...table.columns } as unknown as Columns<Stored<Values>>;
}
