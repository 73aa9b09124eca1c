import { Entity, Index } from 'typeorm';
import {
  Column,
  integer,
  jsonText,
  MAX_IMPORT_ID,
  nullableInteger,
  PrimaryColumn,
  packed,
  text,
  word,
} from './columns';

/** What is kept of the rows of a run: what it changed in tracking, and the problems that it told. */
export const RUN_DETAIL_KINDS = ['CHANGES', 'PROBLEMS'] as const;
export type RunDetailKind = (typeof RUN_DETAIL_KINDS)[number];

/**
 * A thousand of the changes or problems of a run, packed together. The ids beside them tell whom they are about
 * without unpacking: registrations where they are changes, learners where they are problems.
 */
@Entity('import_run_detail')
@Index('ix_import_run_detail_ids', ['siteId', 'kind', 'lastId', 'importId', 'part'])
export class ImportRunDetailEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  @PrimaryColumn(text('import_id', MAX_IMPORT_ID))
  importId: string;

  @PrimaryColumn(word('kind', RUN_DETAIL_KINDS))
  kind: RunDetailKind;

  /** Counts from 0. */
  @PrimaryColumn(integer('part'))
  part: number;

  /** How many changes or problems. */
  @Column(integer('entries'))
  entries: number;

  /** Of the ids; null where there is none. */
  @Column(nullableInteger('first_id'))
  firstId: number | null;

  @Column(nullableInteger('last_id'))
  lastId: number | null;

  /** In ascending order, each once. */
  @Column(jsonText<readonly number[]>('ids'))
  ids: readonly number[];

  @Column(packed('content'))
  content: string;
}
