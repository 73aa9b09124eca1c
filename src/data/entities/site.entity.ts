import { Entity } from 'typeorm';
import { booleanWithDefault, Column, integer, lockCount, PrimaryColumn, text } from './columns';

/** A customer's platform. Every other table carries its site. */
@Entity('site')
export class SiteEntity {
  @PrimaryColumn(integer('id'))
  id: number;

  @Column(text('name'))
  name: string;

  /** May activities be assessed by a score instead of a scale? */
  @Column(booleanWithDefault('use_score', true))
  useScore: boolean;

  @Column(lockCount())
  lockCount: number;
}
