import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fold } from '../../kernel/fold';
import { text, wholeNumber } from '../cells';
import { placeholders } from '../sql';
import { addEmptyVarchar, createIndex, dropColumn, dropIndex } from './schema';

const FOLDED_LENGTH = 512;
/** Of rows that are folded by one statement. */
const ROWS = 1_000;

const SEARCHED = [
  { table: 'organisation', of: 'name', folded: 'name_folded', index: 'ix_organisation_name_folded' },
  { table: 'training', of: 'title', folded: 'title_folded', index: 'ix_training_title_folded' },
  { table: 'session', of: 'title', folded: 'title_folded', index: 'ix_session_title_folded' },
  { table: 'learning_object_version', of: 'title', folded: 'title_folded', index: 'ix_lov_title_folded' },
] as const;

/** Names and titles as searches compare them, and an index for pages of the sessions of a training. */
export class SearchedTexts1700000012000 implements MigrationInterface {
  name = 'SearchedTexts1700000012000';

  async up(runner: QueryRunner): Promise<void> {
    for (const { table, of, folded, index } of SEARCHED) {
      await addEmptyVarchar(runner, table, folded, FOLDED_LENGTH);
      await foldAll(runner, table, of, folded);
      await createIndex(runner, table, index, ['site_id', folded, 'id']);
    }
    await createIndex(runner, 'session', 'ix_session_training', ['site_id', 'training_id', 'id']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndex(runner, 'session', 'ix_session_training');
    for (const { table, folded, index } of [...SEARCHED].reverse()) {
      await dropIndex(runner, table, index);
      await dropColumn(runner, table, folded);
    }
  }
}

/** In the order of ids. What a migration that was killed has folded is folded again, to the same. */
async function foldAll(runner: QueryRunner, table: string, of: string, folded: string): Promise<void> {
  let after = 0;
  for (;;) {
    const rows: { id: unknown; plain: unknown }[] = await runner.query(
      `SELECT id, ${of} AS plain FROM ${table} WHERE id > ? ORDER BY id LIMIT ${ROWS}`,
      [after],
    );
    if (rows.length === 0) return;
    const texts = rows.map((row) => [wholeNumber(row.id), fold(text(row.plain))] as const);
    const cases = texts.map(() => 'WHEN ? THEN ?').join(' ');
    await runner.query(
      `UPDATE ${table} SET ${folded} = CASE id ${cases} END WHERE id IN ${placeholders(texts.length)}`,
      [...texts.flat(), ...texts.map(([id]) => id)],
    );
    after = texts.at(-1)?.[0] ?? after;
  }
}
