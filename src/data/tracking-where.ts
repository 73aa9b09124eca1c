import { instantToSql } from '../kernel/dates/instants';
import type { TrackingStatus } from '../kernel/tracking-status';
import { wholeNumber } from './cells';
import type { Tx } from './database';
import type { Condition, Dialect } from './dialect';
import { whenWritten } from './import-run.repository';
import { isUnmatchable, placeholders } from './sql';
import { TRACKING_ORDERS, type TrackingOrder, type TrackingPosition } from './tracking-order';

/** All given conditions must hold. Texts that are compared loosely come folded. */
export interface TrackingConditions {
  readonly loginFolded?: string;
  readonly emailFolded?: string;
  readonly refNumber?: string;
  readonly sessionGuid?: string;
  readonly sessionId?: number;
  readonly trainingId?: number;
  readonly trainingPathCode?: string;
  readonly lovCode?: string;
  readonly lovGuid?: string;
  readonly statuses?: readonly TrackingStatus[];
  /** Instant in milliseconds, inclusive. */
  readonly changedSince?: number;
  readonly importId?: string;
}

/** The tables that statements about tracking read, by their names there. */
const TABLES = {
  t: 'consolidated_tracking',
  r: 'registration',
  s: 'session',
  l: 'learning_object_version',
} as const;
type Alias = keyof typeof TABLES;

/** Which of their rows belong together. */
const BELONGS: Readonly<Record<Exclude<Alias, 't'>, string>> = {
  r: 'r.site_id = t.site_id AND r.id = t.registration_id',
  s: 's.site_id = r.site_id AND s.id = r.session_id',
  l: 'l.site_id = t.site_id AND l.id = t.lov_id',
};

const BY_CHANGE = 'ix_tracking_updated';
const FROM_TRACKING: readonly Alias[] = ['t', 'r', 's', 'l'];

interface TableCondition extends Condition {
  readonly table: Alias;
}

/** The conditions of a filter, by what they are about. */
interface Conditions {
  /** On what it names: a learner, session, training, LOV or import. */
  readonly named: readonly TableCondition[];
  readonly status: readonly TableCondition[];
  readonly since: readonly TableCondition[];
  /** Which part of all that is asked for. */
  readonly part: readonly TableCondition[];
}

const NONE: Conditions = { named: [], status: [], since: [], part: [] };

/** FROM and WHERE of the statements about tracking: they begin where conditions leave the fewest rows. */
export class TrackingWhere {
  readonly values: readonly unknown[];
  readonly #all: readonly TableCondition[];
  readonly #tables: ReadonlySet<Alias>;

  constructor(
    readonly siteId: number,
    readonly isOfImport: boolean,
    readonly conditions: Conditions,
    readonly order: TrackingOrder = TRACKING_ORDERS.NEWEST_FIRST,
  ) {
    const { named, status, since, part } = conditions;
    this.#all = [
      { table: 't', sql: 't.site_id = ?', values: [siteId] },
      ...named,
      ...status,
      ...since,
      ...part,
    ];
    this.values = this.#all.flatMap(({ values }) => values);
    this.#tables = new Set(this.#all.map(({ table }) => table));
  }

  /** Whether it names anything, of which there may be little. */
  get isNarrow(): boolean {
    return this.conditions.named.length > 0;
  }

  get hasStatus(): boolean {
    return this.conditions.status.length > 0;
  }

  /** Without what it asks of the rows of that which it names. */
  get named(): TrackingWhere {
    return this.#with({ ...NONE, named: this.conditions.named });
  }

  /** Whether what was changed since an instant is asked for in an order of its own. */
  get isToSort(): boolean {
    return !this.order.isOfChanges && this.conditions.since.length > 0 && !this.isNarrow;
  }

  /** Of the site what was changed since then. */
  get changed(): TrackingWhere {
    return new TrackingWhere(this.siteId, false, { ...NONE, since: this.conditions.since }, this.order);
  }

  /** All of the site, or what was changed since then where rows are in the order of changes. */
  get passed(): TrackingWhere {
    return this.order.isOfChanges ? this.changed : new TrackingWhere(this.siteId, false, NONE, this.order);
  }

  /** With one more condition on the part that is asked for. */
  and(sql: string, values: readonly unknown[]): TrackingWhere {
    return this.#with({ ...this.conditions, part: [...this.conditions.part, { table: 't', sql, values }] });
  }

  /** The rows behind this one. */
  after(dialect: Dialect, position: TrackingPosition | null): TrackingWhere {
    if (position === null) return this;
    const { sql, values } = this.order.after(dialect, position);
    return this.and(sql, values);
  }

  /** The rows up to this one. */
  upTo(dialect: Dialect, position: TrackingPosition): TrackingWhere {
    const { sql, values } = this.order.upTo(dialect, position);
    return this.and(sql, values);
  }

  #with(conditions: Conditions): TrackingWhere {
    return new TrackingWhere(this.siteId, this.isOfImport, conditions, this.order);
  }

  /** `isLong`: there is more than one would sort for certain. */
  ofPage(dialect: Dialect, isLong: boolean): string {
    if (this.#order[0] !== 't') return this.#freely(dialect, this.#order);
    const isSorted = this.isToSort && !isLong;
    if (this.order.isOfChanges || this.isOfImport || isSorted) return this.#byChange(dialect, this.#order);
    // It may be all that there is.
    if (this.isToSort)
      return this.#text(this.#order, dialect.joinByStatistics, { t: dialect.indexByStatistics(BY_CHANGE) });
    return this.#inOrder(dialect, this.#order, 'PRIMARY');
  }

  /** Of what may find little in the site: goes through all of it in its order all the same. */
  ofPageSlice(dialect: Dialect): string {
    return this.#text(FROM_TRACKING, dialect.joinByStatistics, { t: this.#indexOfOrder(dialect) });
  }

  /** Of the site alone, likewise. */
  ofSliceEnd(dialect: Dialect): string {
    return this.#text(['t'], dialect.joinByStatistics, { t: this.#indexOfOrder(dialect) });
  }

  #indexOfOrder(dialect: Dialect): string {
    return this.order.isOfChanges ? dialect.indexByStatistics(BY_CHANGE) : dialect.keyByStatistics(TABLES.t);
  }

  /** Reads no table that no condition is about: the database itself keeps what belongs to a row. */
  ofCount(dialect: Dialect): string {
    const tables = this.#order.filter((alias) => this.#isNeeded(alias));
    return this.isOfImport && tables[0] === 't'
      ? this.#byChange(dialect, tables)
      : this.#freely(dialect, tables);
  }

  ofCountSlice(dialect: Dialect): string {
    const tables = FROM_TRACKING.filter((alias) => this.#isNeeded(alias));
    return this.#text(tables, dialect.joinByStatistics, { t: dialect.keyByStatistics(TABLES.t) });
  }

  get #order(): readonly Alias[] {
    if (this.#tables.has('r')) return ['r', 't', 's', 'l'];
    if (this.isOfImport || !this.isNarrow) return FROM_TRACKING;
    return this.#tables.has('s') ? ['s', 'r', 't', 'l'] : ['l', 't', 'r', 's'];
  }

  #isNeeded(alias: Alias): boolean {
    return alias === 't' || this.#tables.has(alias) || (alias === 'r' && this.#tables.has('s'));
  }

  #byChange(dialect: Dialect, tables: readonly Alias[]): string {
    return this.#inOrder(dialect, tables, BY_CHANGE);
  }

  #inOrder({ joinInOrder, forceIndex }: Dialect, tables: readonly Alias[], index: string): string {
    const key = forceIndex('PRIMARY');
    return this.#text(tables, joinInOrder, { t: forceIndex(index), r: key, s: key, l: key });
  }

  #freely({ joinByStatistics, indexByStatistics }: Dialect, tables: readonly Alias[]): string {
    const t = tables[0] === 'l' ? indexByStatistics('ix_tracking_lov') : '';
    return this.#text(tables, joinByStatistics, { t });
  }

  #text(tables: readonly Alias[], join: string, indexes: Partial<Record<Alias, string>>): string {
    const named = tables.map((alias) => `${TABLES[alias]} ${alias} ${indexes[alias] ?? ''}`);
    const belongs = tables.flatMap((alias) => (alias === 't' ? [] : [BELONGS[alias]]));
    const conditions = [...this.#all.map(({ sql }) => sql), ...belongs];
    return `FROM ${named.join(` ${join} `)} WHERE ${conditions.join(' AND ')}`;
  }
}

export async function countRows(tx: Tx, where: TrackingWhere, from: string): Promise<number> {
  const [row] = await tx.query(`SELECT COUNT(*) AS total ${from}`, where.values, { total: wholeNumber });
  return row?.total ?? 0;
}

/** Undefined where nothing can hold. */
export async function whereOf(
  tx: Tx,
  siteId: number,
  conditions: TrackingConditions,
  order: TrackingOrder = TRACKING_ORDERS.NEWEST_FIRST,
): Promise<TrackingWhere | undefined> {
  const { importId, statuses, changedSince } = conditions;
  // No status at all finds nothing; databases do not take an empty list.
  if (Object.values(conditions).some(isUnmatchable) || statuses?.length === 0) return undefined;
  const isOfImport = importId !== undefined;
  const ofImport = isOfImport ? await importConditions(tx, siteId, importId) : [];
  if (ofImport === undefined) return undefined;
  const all: Conditions = {
    named: [...namedConditions(siteId, conditions), ...ofImport],
    status:
      statuses === undefined
        ? []
        : [{ table: 't', sql: `t.status IN ${placeholders(statuses.length)}`, values: statuses }],
    since:
      changedSince === undefined
        ? []
        : [{ table: 't', sql: 't.updated_at >= ?', values: [instantToSql(changedSince)] }],
    part: [],
  };
  return new TrackingWhere(siteId, isOfImport, all, order);
}

function namedConditions(siteId: number, conditions: TrackingConditions): TableCondition[] {
  const named: TableCondition[] = [];
  const equals = (table: Alias, column: string, value: string | number | undefined) => {
    if (value !== undefined) named.push({ table, sql: `${table}.${column} = ?`, values: [value] });
  };
  const refers = (table: Alias, column: string, to: string, by: string, value: string | undefined) => {
    if (value === undefined) return;
    const sql = `${table}.${column} IN (SELECT id FROM ${to} WHERE site_id = ? AND ${by} = ?)`;
    named.push({ table, sql, values: [siteId, value] });
  };
  refers('r', 'learner_id', 'learner', 'login_folded', conditions.loginFolded);
  refers('r', 'learner_id', 'learner', 'email_folded', conditions.emailFolded);
  refers('r', 'learner_id', 'learner', 'ref_number', conditions.refNumber);
  equals('s', 'guid', conditions.sessionGuid);
  equals('s', 'id', conditions.sessionId);
  equals('s', 'training_id', conditions.trainingId);
  refers('s', 'training_id', 'training', 'path_code', conditions.trainingPathCode);
  equals('l', 'code', conditions.lovCode);
  equals('l', 'guid', conditions.lovGuid);
  return named;
}

/** Undefined where there is no such import. */
async function importConditions(
  tx: Tx,
  siteId: number,
  importId: string,
): Promise<TableCondition[] | undefined> {
  const written = await whenWritten(tx, siteId, importId);
  if (written === undefined) return undefined;
  return [
    { table: 't', sql: 't.import_id = ?', values: [importId] },
    { table: 't', sql: 't.updated_at BETWEEN ? AND ?', values: written.map(instantToSql) },
  ];
}
