import { Entity, Index, Unique } from 'typeorm';
import {
  boolean,
  Column,
  instant,
  integer,
  jsonText,
  MAX_CALLER,
  MAX_IMPORT_ID,
  MAX_TEXT,
  nullableInstant,
  nullableJsonText,
  nullableText,
  PrimaryColumn,
  text,
  word,
} from './columns';

export const JOB_STATES = [
  'QUEUED',
  'RUNNING',
  'FINISHED',
  'FINISHED_WITH_PROBLEMS',
  'FAILED',
  'CANCELLED',
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** What is stored of a job whose file has not arrived in whole. */
const UPLOADING = 'UPLOADING';
export const STORED_JOB_STATES = [UPLOADING, ...JOB_STATES] as const;
export type StoredJobState = (typeof STORED_JOB_STATES)[number];

/** What is done with the rows: judged, written, or what was written is taken back. */
export const JOB_PHASES = ['CHECK', 'WRITE', 'TAKE_BACK'] as const;
export type JobPhase = (typeof JOB_PHASES)[number];

export const MAX_DIGEST = 64;

/** The import of one file, or the undo of such an import: what was ordered, and how far it is. */
@Entity('import_job')
@Index('ix_import_job_at', ['siteId', 'createdAt', 'id'])
@Index('ix_import_job_caller', ['siteId', 'caller', 'createdAt', 'id'])
@Index('ix_import_job_state', ['siteId', 'state', 'createdAt', 'id'])
@Index('ix_import_job_caller_state', ['siteId', 'caller', 'state', 'createdAt', 'id'])
@Index('ix_import_job_undo', ['siteId', 'undoOf'])
@Index('ix_import_job_due', ['state', 'leaseUntil'])
@Index('ix_import_job_kept', ['siteId', 'isFileKept', 'fileBytes'])
@Index('ix_import_job_file', ['isFileKept', 'finishedAt'])
@Index('ix_import_job_results', ['areResultsKept', 'finishedAt'])
@Unique('uq_import_job_key', ['siteId', 'caller', 'idempotencyKey'])
export class ImportJobEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  /** Also that of the run that it makes. */
  @PrimaryColumn(text('id', MAX_IMPORT_ID))
  id: string;

  @Column(text('caller', MAX_CALLER))
  caller: string;

  /** The key that it was sent with: it has to be good for as long as the job runs. Null of a token. */
  @Column(nullableText('key_id', MAX_IMPORT_ID))
  keyId: string | null;

  @Column(nullableText('idempotency_key', MAX_TEXT))
  idempotencyKey: string | null;

  /** Of the bytes of the file and of its options: what an idempotency key stands for. Empty while it arrives. */
  @Column(text('digest', MAX_DIGEST))
  digest: string;

  @Column(word('state', STORED_JOB_STATES, 30))
  state: StoredJobState;

  @Column(word('phase', JOB_PHASES))
  phase: JobPhase;

  /** What the caller ordered: how the file is read and its rows are imported. */
  @Column(jsonText<object>('ordered'))
  ordered: object;

  /** How far it is, as of its last committed window. */
  @Column(jsonText<object>('progress'))
  progress: object;

  /** Why it failed. */
  @Column(nullableJsonText<object>('failure'))
  failure: object | null;

  @Column(nullableText('file_name', MAX_TEXT))
  fileName: string | null;

  /** Of the unpacked file. */
  @Column(integer('file_bytes'))
  fileBytes: number;

  /** Whether the file is still there. */
  @Column(boolean('file_kept'))
  isFileKept: boolean;

  /** Whether its problems and rejected rows are still there. */
  @Column(boolean('results_kept'))
  areResultsKept: boolean;

  /** Of an undo: the job that it takes back. */
  @Column(nullableText('undo_of', MAX_IMPORT_ID))
  undoOf: string | null;

  @Column(instant('created_at'))
  createdAt: Date;

  /** The start of its first window: the clock that its rows are judged by. */
  @Column(nullableInstant('started_at'))
  startedAt: Date | null;

  @Column(nullableInstant('finished_at'))
  finishedAt: Date | null;

  @Column(boolean('cancel_asked'))
  isCancelAsked: boolean;

  /** How often it was taken up: whoever took it up before writes nothing any more. */
  @Column(integer('fence'))
  fence: number;

  /** Until when nobody else takes it up; by the clock of the database. */
  @Column(nullableInstant('lease_until'))
  leaseUntil: Date | null;
}
