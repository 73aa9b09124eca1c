import { Entity, Index } from 'typeorm';
import {
  booleanWithDefault,
  Column,
  instant,
  integer,
  MAX_CALLER,
  MAX_IMPORT_ID,
  nullableInstant,
  nullableInteger,
  nullableJsonText,
  nullableText,
  PrimaryColumn,
  text,
} from './columns';

type ProblemCounts = readonly { readonly code: string; readonly rows: number }[];

/** The record of one import, or of one undo: when, by whom, with which options, with what result. */
@Entity('import_run')
@Index('ix_import_run_at', ['siteId', 'startedAt', 'id'])
@Index('ix_import_run_caller', ['siteId', 'caller', 'startedAt', 'id'])
@Index('ix_import_run_kept', ['areDetailsKept', 'startedAt'])
export class ImportRunEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  @PrimaryColumn(text('id', MAX_IMPORT_ID))
  id: string;

  @Column(text('caller', MAX_CALLER))
  caller: string;

  @Column(instant('started_at'))
  startedAt: Date;

  @Column(instant('finished_at'))
  finishedAt: Date;

  /** What its rows were changed at, by which they are found; null of an import before there was this column. */
  @Column(nullableInstant('written_at'))
  writtenAt: Date | null;

  @Column(text('write_mode', 20))
  writeMode: string;

  @Column(text('error_policy', 20))
  errorPolicy: string;

  @Column(text('date_time_format', 50))
  dateTimeFormat: string;

  @Column(text('time_zone', 50))
  timeZone: string;

  @Column(text('default_time', 8))
  defaultTime: string;

  @Column(text('time_spent_format', 20))
  timeSpentFormat: string;

  @Column(nullableInteger('default_score_max'))
  defaultScoreMax: number | null;

  @Column(integer('received'))
  received: number;

  @Column(integer('created'))
  created: number;

  @Column(integer('replaced'))
  replaced: number;

  @Column(integer('unchanged'))
  unchanged: number;

  @Column(integer('deleted'))
  deleted: number;

  @Column(integer('superseded'))
  superseded: number;

  @Column(integer('rejected'))
  rejected: number;

  @Column(integer('with_warnings'))
  withWarnings: number;

  /** Most frequent first; null of an import before there was this column. */
  @Column(nullableJsonText<ProblemCounts>('problem_counts'))
  problemCounts: ProblemCounts | null;

  /** Of an undo: the import that it took back. */
  @Column(nullableText('undo_of', MAX_IMPORT_ID))
  undoOf: string | null;

  /** The undo that took it back. */
  @Column(nullableText('undone_by', MAX_IMPORT_ID))
  undoneBy: string | null;

  /** What it changed and what it told of its rows is still there; never of an import before that was kept. */
  @Column(booleanWithDefault('details_kept', false))
  areDetailsKept: boolean;

  /** Of the run of a job: how many windows it has written. Null of the run of a request. */
  @Column(nullableInteger('windows'))
  windows: number | null;

  /** It is the run of a job that is not at its end; `finishedAt` is that of its last window. */
  @Column(booleanWithDefault('is_running', false))
  isRunning: boolean;
}
