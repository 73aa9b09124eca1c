import { instantFromSql, instantToSql } from '../kernel/dates';
import type { Tx } from './database';
import type { LovKind, LovProvider } from './entities/learning-object-version.entity';
import { findBy } from './find-by';
import { chunks, overwriting, placeholders, rowPlaceholders } from './sql';

/** The tables that say who learns what, row by row; instants are epoch milliseconds. */
export interface OrganisationValues {
  readonly parentId: number | null;
  readonly syncKey: string;
  readonly name: string;
}

export interface LearnerValues {
  readonly organisationId: number | null;
  readonly login: string;
  readonly loginFolded: string;
  readonly refNumber: string | null;
  readonly email: string | null;
  readonly emailFolded: string | null;
  readonly createdAt: number;
}

export interface TrainingValues {
  readonly organisationId: number | null;
  readonly guid: string;
  readonly pathCode: string | null;
  readonly syncKey: string | null;
  readonly title: string;
}

export interface SessionValues {
  readonly trainingId: number;
  readonly guid: string;
  readonly title: string;
  readonly startsAt: number | null;
  readonly endsAt: number | null;
}

export interface LovValues {
  readonly code: string;
  readonly guid: string;
  readonly title: string;
  readonly provider: LovProvider;
  readonly kind: LovKind;
}

export interface RegistrationValues {
  readonly learnerId: number;
  readonly sessionId: number;
}

export interface MembershipValues {
  readonly trainingId: number;
  readonly lovId: number;
}

export type Stored<Row> = Row & { readonly id: number };

type Cell = string | number | null;

/**
 * The columns of a table that reference data fills, besides `site_id` and `id`. They are read and written all
 * together. The other columns have defaults and keep what they hold.
 */
export interface RecordTable<Row> {
  readonly name: string;
  readonly columns: { readonly [Property in keyof Row]-?: string };
  readonly instants?: readonly (keyof Row)[];
}

export const ORGANISATIONS: RecordTable<OrganisationValues> = {
  name: 'organisation',
  columns: { parentId: 'parent_id', syncKey: 'sync_key', name: 'name' },
};

export const LEARNERS: RecordTable<LearnerValues> = {
  name: 'learner',
  columns: {
    organisationId: 'organisation_id',
    login: 'login',
    loginFolded: 'login_folded',
    refNumber: 'ref_number',
    email: 'email',
    emailFolded: 'email_folded',
    createdAt: 'created_at',
  },
  instants: ['createdAt'],
};

export const TRAININGS: RecordTable<TrainingValues> = {
  name: 'training',
  columns: {
    organisationId: 'organisation_id',
    guid: 'guid',
    pathCode: 'path_code',
    syncKey: 'sync_key',
    title: 'title',
  },
};

export const SESSIONS: RecordTable<SessionValues> = {
  name: 'session',
  columns: {
    trainingId: 'training_id',
    guid: 'guid',
    title: 'title',
    startsAt: 'starts_at',
    endsAt: 'ends_at',
  },
  instants: ['startsAt', 'endsAt'],
};

export const LOVS: RecordTable<LovValues> = {
  name: 'learning_object_version',
  columns: { code: 'code', guid: 'guid', title: 'title', provider: 'provider', kind: 'kind' },
};

export const REGISTRATIONS: RecordTable<RegistrationValues> = {
  name: 'registration',
  columns: { learnerId: 'learner_id', sessionId: 'session_id' },
};

export const MEMBERSHIPS: RecordTable<MembershipValues> = {
  name: 'training_lov',
  columns: { trainingId: 'training_id', lovId: 'lov_id' },
};

/** The records of the site whose `property` has one of the values: one query per chunk of values. */
export async function findRecords<Row extends object>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Row>,
  property: keyof Row,
  values: Iterable<string | number>,
): Promise<Stored<Row>[]> {
  const select = `SELECT id, ${columnNames(table).join(', ')} FROM ${table.name}`;
  const distinct = new Set(values);
  const rows = await findBy<Record<string, unknown>>(tx, select, siteId, table.columns[property], distinct);
  return rows.map((row) => ({ ...readRecord(table, row), id: row.id as number }));
}

export async function insertRecords<Row extends object>(
  tx: Tx,
  siteId: number,
  table: RecordTable<Row>,
  records: readonly Row[],
): Promise<void> {
  const columns = ['site_id', ...columnNames(table)];
  for (const chunk of chunks(records)) {
    await tx.query(
      `INSERT INTO ${table.name} (${columns.join(', ')}) VALUES ${rowPlaceholders(chunk.length, columns.length)}`,
      chunk.flatMap((record) => [siteId, ...cells(table, record)]),
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
  const columns = ['id', 'site_id', ...columnNames(table)];
  for (const chunk of chunks(records)) {
    await tx.query(
      `INSERT INTO ${table.name} (${columns.join(', ')}) VALUES ${rowPlaceholders(chunk.length, columns.length)}`,
      chunk.flatMap((record) => [record.id, siteId, ...cells(table, record)]),
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
  const columns = ['id', 'site_id', ...columnNames(table)];
  const overwrite = overwriting(tx.kind, ['id'], columnNames(table));
  for (const chunk of chunks(records)) {
    await tx.query(
      `INSERT INTO ${table.name} (${columns.join(', ')})
       VALUES ${rowPlaceholders(chunk.length, columns.length)} ${overwrite}`,
      chunk.flatMap((record) => [record.id, siteId, ...cells(table, record)]),
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
  for (const chunk of chunks([...new Set(organisationIds)])) {
    const rows: Record<string, unknown>[] = await tx.query(
      `WITH RECURSIVE above (id, parent_id, sync_key, name) AS (
         SELECT id, parent_id, sync_key, name FROM organisation
         WHERE site_id = ? AND id IN ${placeholders(chunk.length)}
         UNION
         SELECT parent.id, parent.parent_id, parent.sync_key, parent.name
         FROM organisation parent JOIN above ON parent.id = above.parent_id
         WHERE parent.site_id = ?
       )
       SELECT id, parent_id, sync_key, name FROM above`,
      [siteId, ...chunk, siteId],
    );
    for (const row of rows) found.push({ ...readRecord(ORGANISATIONS, row), id: row.id as number });
  }
  return found;
}

/**
 * Name of the site, undefined when there is none. Within a transaction the site stays locked: of several loads of
 * one site the next one reads what the one before has written.
 */
export async function lockSite(tx: Tx, siteId: number): Promise<string | undefined> {
  const lock = tx.kind === 'sqlite' ? '' : 'FOR UPDATE';
  const rows: { name: string }[] = await tx.query(`SELECT name FROM site WHERE id = ? ${lock}`, [siteId]);
  return rows[0]?.name;
}

export async function insertSiteIfAbsent(tx: Tx, siteId: number, name: string): Promise<void> {
  const nothing = tx.kind === 'sqlite' ? 'ON CONFLICT (id) DO NOTHING' : 'ON DUPLICATE KEY UPDATE id = id';
  await tx.query(`INSERT INTO site (id, name) VALUES (?, ?) ${nothing}`, [siteId, name]);
}

export async function renameSite(tx: Tx, siteId: number, name: string): Promise<void> {
  await tx.query('UPDATE site SET name = ? WHERE id = ?', [name, siteId]);
}

function properties<Row extends object>(table: RecordTable<Row>): (keyof Row)[] {
  return Object.keys(table.columns) as (keyof Row)[];
}

function columnNames<Row extends object>(table: RecordTable<Row>): string[] {
  return Object.values(table.columns);
}

function isInstant<Row extends object>(table: RecordTable<Row>, property: keyof Row): boolean {
  return table.instants?.includes(property) === true;
}

function readRecord<Row extends object>(table: RecordTable<Row>, row: Record<string, unknown>): Row {
  const entries = properties(table).map((property) => {
    const cell = row[table.columns[property]];
    return [
      property,
      cell !== null && isInstant(table, property) ? instantFromSql(cell as string | Date) : cell,
    ];
  });
  return Object.fromEntries(entries) as Row;
}

function cells<Row extends object>(table: RecordTable<Row>, record: Row): Cell[] {
  return properties(table).map((property) => {
    const value = record[property] as Cell;
    return value !== null && isInstant(table, property) ? instantToSql(value as number) : value;
  });
}
