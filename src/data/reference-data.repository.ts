import { type Columns, cellsOf, selected, text } from './cells';
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
import { chunks, placeholders, rowPlaceholders } from './sql';
import { columnsOf, type RecordTable, recordTable, type ValuesOf, writtenColumns } from './table';
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
);
export type TrainingValues = ValuesOf<typeof TRAININGS>;

export const SESSIONS = recordTable(SessionEntity, 'trainingId', 'guid', 'title', 'startsAt', 'endsAt');
export type SessionValues = ValuesOf<typeof SESSIONS>;

export const LOVS = recordTable(LearningObjectVersionEntity, 'code', 'guid', 'title', 'provider', 'kind');
export type LovValues = ValuesOf<typeof LOVS>;

export const REGISTRATIONS = recordTable(RegistrationEntity, 'learnerId', 'sessionId');
export type RegistrationValues = ValuesOf<typeof REGISTRATIONS>;

export const MEMBERSHIPS = recordTable(TrainingLovEntity, 'trainingId', 'lovId');
export type MembershipValues = ValuesOf<typeof MEMBERSHIPS>;

/** Of every table that has ids. */
const ID = columnsOf(OrganisationEntity, 'id');

export type Stored<Values> = Values & { readonly id: number };

/** The records of the site whose `property` has one of the values: one query per chunk of values. */
export function findRecords<Row extends object>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Row>,
  property: keyof Row,
  values: Iterable<string | number>,
): Promise<Stored<Row>[]> {
  const { name } = table.columns[property];
  return findBy(tx, table.name, withId(table), siteId, name, new Set(values));
}

export async function insertRecords<Row extends object>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Row>,
  records: readonly Row[],
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

/** Inserts records under ids of our choice; one that is taken is an error of the database. */
export async function insertWithIds<Row extends object>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Row>,
  records: readonly Stored<Row>[],
): Promise<void> {
  const { names, cellsOf: cellsOfRecord } = writtenColumns(table);
  const columns = ['id', 'site_id', ...names];
  for (const chunk of chunks(records)) {
    await tx.query(
      `INSERT INTO ${table.name} (${columns.join(', ')}) VALUES ${rowPlaceholders(chunk.length, columns.length)}`,
      chunk.flatMap((record) => [record.id, siteId, ...cellsOfRecord(record)]),
    );
  }
}

/** Overwrites stored records, whole, many with one statement. */
export async function rewriteRecords<Row extends object>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Row>,
  records: readonly Stored<Row>[],
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

/** The organisations named and everything above them. */
export async function findAncestors(
  tx: Tx,
  siteId: number,
  organisationIds: Iterable<number>,
): Promise<Stored<OrganisationValues>[]> {
  const found: Stored<OrganisationValues>[] = [];
  const columns = withId(ORGANISATIONS);
  for (const chunk of chunks([...new Set(organisationIds)])) {
    const rows = await tx.query(
      `WITH RECURSIVE above (id, parent_id, sync_key, name) AS (
         SELECT id, parent_id, sync_key, name FROM organisation
         WHERE site_id = ? AND id IN ${placeholders(chunk.length)}
         UNION
         SELECT parent.id, parent.parent_id, parent.sync_key, parent.name
         FROM organisation parent JOIN above ON parent.id = above.parent_id
         WHERE parent.site_id = ?
       )
       SELECT ${selected(columns)} FROM above`,
      [siteId, ...chunk, siteId],
      cellsOf(columns),
    );
    for (const row of rows) found.push(row);
  }
  return found;
}

/**
 * Name of the site, undefined when there is none. Within a transaction the site stays locked: of several loads of
 * one site the next one reads what the one before has written. Where several nodes write, it is written as well.
 */
export async function lockSite(tx: Tx, siteId: number): Promise<string | undefined> {
  const lock = tx.dialect.forUpdate('site');
  const sql = `SELECT name FROM site WHERE id = ? ${lock}`;
  const [site] = await tx.query(sql, [siteId], { name: text });
  if (tx.writesLocks) await tx.query(`UPDATE site s SET ${writtenLock('s')} WHERE s.id = ?`, [siteId]);
  return site?.name;
}

export async function insertSiteIfAbsent(tx: Tx, siteId: number, name: string): Promise<void> {
  await tx.query(`INSERT INTO site (id, name) VALUES (?, ?) ${tx.dialect.ifAbsent('id')}`, [siteId, name]);
}

export async function renameSite(tx: Tx, siteId: number, name: string): Promise<void> {
  await tx.manager.update(SiteEntity, { id: siteId }, { name });
}

function withId<Row extends object>(table: RecordTable<Row>): Columns<Stored<Row>> {
  return { ...ID, ...table.columns } as unknown as Columns<Stored<Row>>;
}
