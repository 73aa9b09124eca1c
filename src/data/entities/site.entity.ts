import { Column, Entity, PrimaryColumn } from 'typeorm';
import { integer, text } from './columns';

/** A customer's platform. Every other table carries its site. */
@Entity('site')
export class SiteEntity {
  @PrimaryColumn(integer('id'))
  id: number;

  @Column(text('name'))
  name: string;
}
