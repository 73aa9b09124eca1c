import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTable,
  dropTable,
  GENERATED_ID,
  INSTANT,
  INTEGER,
  NULLABLE_INSTANT,
  NULLABLE_INTEGER,
  NULLABLE_TEXT,
  nullableVarchar,
  type TableSpec,
  TEXT,
  varchar,
  varcharKey,
} from './schema';

const TABLES: readonly TableSpec[] = [
  {
    name: 'api_key',
    columns: {
      id: varcharKey(16),
      site_id: INTEGER,
      name: varchar(50),
      secret_hash: varchar(64),
      scopes: varchar(255),
      acts_for: TEXT,
      slot: NULLABLE_INTEGER,
      created_at: INSTANT,
      created_by: varchar(100),
      expires_at: NULLABLE_INSTANT,
      revoked_at: NULLABLE_INSTANT,
      last_used_at: NULLABLE_INSTANT,
    },
    uniques: { uq_api_key_slot: ['site_id', 'name', 'slot'] },
    indexes: { ix_api_key_created: ['site_id', 'created_at', 'id'] },
  },
  {
    name: 'audit_entry',
    columns: {
      id: GENERATED_ID,
      site_id: INTEGER,
      at: INSTANT,
      caller: varchar(100),
      key_id: nullableVarchar(16),
      user_id: NULLABLE_INTEGER,
      operation: varchar(50),
      target_type: varchar(20),
      target_id: nullableVarchar(36),
      learner_ids: NULLABLE_TEXT,
      changed_fields: TEXT,
      outcome: varchar(10),
      request_id: varchar(36),
    },
    indexes: {
      ix_audit_site: ['site_id', 'id'],
      ix_audit_target: ['site_id', 'target_type', 'target_id', 'id'],
    },
  },
];

/** Who may call, and what they did. */
export class Access1700000002000 implements MigrationInterface {
  name = 'Access1700000002000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await createTable(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...TABLES].reverse()) await dropTable(runner, table.name);
  }
}
