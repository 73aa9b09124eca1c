import { Entity } from 'typeorm';
import { Column, instant, PrimaryColumn, text } from './columns';

/**
 * An instant before which no write is stamped that is under way: the latest that was marked (`clock`), or the mark of a
 * server that writes (a UUID). It belongs to no site.
 */
@Entity('write_mark')
export class WriteMarkEntity {
  @PrimaryColumn(text('id', 36))
  id: string;

  @Column(instant('at'))
  at: Date;
}
