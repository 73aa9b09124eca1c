import { trimmed } from '../kernel/text';
import { nullable, text, wholeNumber } from './cells';
import type { DatabaseAccess, Tx } from './database';
import { LearnerEntity } from './entities/learner.entity';
import { LearningObjectVersionEntity } from './entities/learning-object-version.entity';
import { SessionEntity } from './entities/session.entity';
import { TrainingEntity } from './entities/training.entity';
import { tableOf } from './table';

/** A stored reference with white space around it: the cells of imports are trimmed, so that no row names it. */
export interface PaddedReference {
  readonly siteId: number;
  readonly table: string;
  readonly id: number;
  readonly column: string;
}

const LEARNER = tableOf(LearnerEntity);
const TRAINING = tableOf(TrainingEntity);
const SESSION = tableOf(SessionEntity);
const LOV = tableOf(LearningObjectVersionEntity);

/** What rows of an import name records by. */
const REFERENCES: readonly (readonly [table: string, columns: readonly string[]])[] = [
  [LEARNER.name, [LEARNER.columns.login, LEARNER.columns.refNumber, LEARNER.columns.email]],
  [TRAINING.name, [TRAINING.columns.guid, TRAINING.columns.pathCode]],
  [SESSION.name, [SESSION.columns.guid, SESSION.columns.title]],
  [LOV.name, [LOV.columns.code, LOV.columns.guid]],
];

/** Ids that one statement looks through: it ends within the time that a statement has. */
const IDS_AT_ONCE = 100_000;

/** Looks through the references of all sites. */
export async function findPaddedReferences(database: DatabaseAccess): Promise<PaddedReference[]> {
  const found: PaddedReference[] = [];
  for (const [table, columns] of REFERENCES) {
    const last = await database.read((tx) => lastId(tx, table));
    for (let after = 0; after < last; after += IDS_AT_ONCE) {
      const padded = columns.map((column) =>
        database.read((tx) => findPadded(tx, table, column, after, after + IDS_AT_ONCE)),
      );
      found.push(...(await Promise.all(padded)).flat());
    }
  }
  return found;
}

async function lastId(tx: Tx, table: string): Promise<number> {
  const [row] = await tx.query(`SELECT MAX(id) AS id FROM ${table}`, [], { id: nullable(wholeNumber) });
  return row?.id ?? 0;
}

async function findPadded(
  tx: Tx,
  table: string,
  column: string,
  after: number,
  upTo: number,
): Promise<PaddedReference[]> {
  const blank = `IN (${BLANKS.map(() => '?').join(',')})`;
  const rows = await tx.query(
    `SELECT site_id AS siteId, id, ${column} AS reference FROM ${table} WHERE id > ? AND id <= ?
     AND (SUBSTR(${column}, 1, 1) ${blank} OR SUBSTR(${column}, -1, 1) ${blank})`,
    [after, upTo, ...BLANKS, ...BLANKS],
    { siteId: wholeNumber, id: wholeNumber, reference: text },
  );
  // Databases take an empty text for a blank.
  return rows.flatMap(({ siteId, id, reference }) =>
    reference === trimmed(reference) ? [] : [{ siteId, table, id, column }],
  );
}

/** Every character that is trimmed. */
const BLANKS = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit)).filter(
  (each) => trimmed(each) === '',
);
