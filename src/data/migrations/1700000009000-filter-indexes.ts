import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addNullableInstant, createIndex, dropColumn, dropIndex } from './schema';

type Indexes = Readonly<Record<string, readonly string[]>>;

const NEW: Readonly<Record<string, Indexes>> = {
  audit_entry: {
    ix_audit_at: ['site_id', 'at', 'id'],
    ix_audit_caller: ['site_id', 'caller', 'at', 'id'],
    ix_audit_user: ['site_id', 'user_id', 'at', 'id'],
    ix_audit_operation: ['site_id', 'operation', 'at', 'id'],
    ix_audit_target_type: ['site_id', 'target_type', 'at', 'id'],
    ix_audit_target_id: ['site_id', 'target_id', 'at', 'id'],
  },
  notification: {
    ix_notification_undelivered: ['site_id', 'delivered_at', 'created_at', 'id'],
  },
};

const OLD: Readonly<Record<string, Indexes>> = {
  audit_entry: {
    ix_audit_site: ['site_id', 'id'],
    ix_audit_target: ['site_id', 'target_type', 'target_id', 'id'],
  },
};

/** An index for what the filters of queries name. */
export class FilterIndexes1700000009000 implements MigrationInterface {
  name = 'FilterIndexes1700000009000';

  async up(runner: QueryRunner): Promise<void> {
    await addNullableInstant(runner, 'import_run', 'written_at');
    await createAll(runner, NEW);
    await dropAll(runner, OLD);
  }

  async down(runner: QueryRunner): Promise<void> {
    await createAll(runner, OLD);
    await dropAll(runner, NEW);
    await dropColumn(runner, 'import_run', 'written_at');
  }
}

async function createAll(runner: QueryRunner, all: Readonly<Record<string, Indexes>>): Promise<void> {
  for (const [table, indexes] of Object.entries(all)) {
    for (const [name, columns] of Object.entries(indexes)) await createIndex(runner, table, name, columns);
  }
}

/** The last first: what a migration that was killed has left is where a new one begins. */
async function dropAll(runner: QueryRunner, all: Readonly<Record<string, Indexes>>): Promise<void> {
  for (const [table, indexes] of Object.entries(all).reverse()) {
    for (const name of Object.keys(indexes).reverse()) await dropIndex(runner, table, name);
  }
}
