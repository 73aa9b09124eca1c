import { Entity } from 'typeorm';
import { Column, integer, PrimaryColumn } from './columns';

/** One row that servers overwrite to see whether the database can be written. It belongs to no site. */
@Entity('write_check')
export class WriteCheckEntity {
  /** Always 1. */
  @PrimaryColumn(integer('id'))
  id: number;

  @Column(integer('value'))
  value: number;
}
