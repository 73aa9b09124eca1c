import { Entity } from 'typeorm';
import { Column, integer, MAX_IMPORT_ID, PrimaryColumn, packed, text, word } from './columns';

/** What is kept of a job's rows as they were written: the file that it imports, and the rows that it rejected. */
export const JOB_FILE_KINDS = ['UPLOAD', 'REJECTED'] as const;
export type JobFileKind = (typeof JOB_FILE_KINDS)[number];

/** A part of a file, so that any server reads it and no disk is shared. */
@Entity('import_job_file')
export class ImportJobFileEntity {
  @PrimaryColumn(integer('site_id'))
  siteId: number;

  @PrimaryColumn(text('job_id', MAX_IMPORT_ID))
  jobId: string;

  @PrimaryColumn(word('kind', JOB_FILE_KINDS))
  kind: JobFileKind;

  /** Counts from 0. */
  @PrimaryColumn(integer('part'))
  part: number;

  /** Of the part, before it was packed; of rejected rows how many there are. */
  @Column(integer('length'))
  length: number;

  @Column(packed('content'))
  content: string;
}
