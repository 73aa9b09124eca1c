import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTable,
  dropTable,
  GENERATED_ID,
  INSTANT,
  INTEGER,
  INTEGER_KEY,
  NULLABLE_DOUBLE,
  NULLABLE_INSTANT,
  NULLABLE_INTEGER,
  nullableVarchar,
  type TableSpec,
  TO_SITE,
  varchar,
  varcharKey,
  withinSite,
} from './schema';

const TABLES: readonly TableSpec[] = [
  { name: 'site', columns: { id: INTEGER_KEY, name: varchar(255) } },
  {
    name: 'organisation',
    columns: {
      id: GENERATED_ID,
      site_id: INTEGER,
      parent_id: NULLABLE_INTEGER,
      sync_key: varchar(255),
      name: varchar(255),
    },
    uniques: { uq_organisation_id: ['site_id', 'id'], uq_organisation_sync_key: ['site_id', 'sync_key'] },
    indexes: { ix_organisation_parent: ['site_id', 'parent_id'] },
    foreignKeys: {
      fk_organisation_site: TO_SITE,
      fk_organisation_parent: withinSite('parent_id', 'organisation'),
    },
  },
  {
    name: 'learner',
    columns: {
      id: GENERATED_ID,
      site_id: INTEGER,
      organisation_id: NULLABLE_INTEGER,
      login: varchar(255),
      login_folded: varchar(512),
      ref_number: nullableVarchar(255),
      email: nullableVarchar(255),
      email_folded: nullableVarchar(512),
      created_at: INSTANT,
    },
    uniques: {
      uq_learner_id: ['site_id', 'id'],
      uq_learner_login: ['site_id', 'login'],
      uq_learner_ref_number: ['site_id', 'ref_number'],
    },
    indexes: {
      ix_learner_login_folded: ['site_id', 'login_folded'],
      ix_learner_email_folded: ['site_id', 'email_folded'],
      ix_learner_organisation: ['site_id', 'organisation_id'],
    },
    foreignKeys: {
      fk_learner_site: TO_SITE,
      fk_learner_organisation: withinSite('organisation_id', 'organisation'),
    },
  },
  {
    name: 'training',
    columns: {
      id: GENERATED_ID,
      site_id: INTEGER,
      organisation_id: NULLABLE_INTEGER,
      guid: varchar(40),
      path_code: nullableVarchar(255),
      sync_key: nullableVarchar(255),
      title: varchar(255),
    },
    uniques: {
      uq_training_id: ['site_id', 'id'],
      uq_training_guid: ['site_id', 'guid'],
      uq_training_path_code: ['site_id', 'path_code'],
      uq_training_sync_key: ['site_id', 'sync_key'],
    },
    indexes: { ix_training_organisation: ['site_id', 'organisation_id'] },
    foreignKeys: {
      fk_training_site: TO_SITE,
      fk_training_organisation: withinSite('organisation_id', 'organisation'),
    },
  },
  {
    name: 'session',
    columns: {
      id: GENERATED_ID,
      site_id: INTEGER,
      training_id: INTEGER,
      guid: varchar(40),
      title: varchar(255),
      starts_at: NULLABLE_INSTANT,
      ends_at: NULLABLE_INSTANT,
    },
    uniques: { uq_session_id: ['site_id', 'id'], uq_session_guid: ['site_id', 'guid'] },
    indexes: { ix_session_title: ['site_id', 'training_id', 'title'] },
    foreignKeys: { fk_session_training: withinSite('training_id', 'training') },
  },
  {
    name: 'registration',
    columns: { id: GENERATED_ID, site_id: INTEGER, learner_id: INTEGER, session_id: INTEGER },
    uniques: {
      uq_registration_id: ['site_id', 'id'],
      uq_registration_learner_session: ['site_id', 'learner_id', 'session_id'],
    },
    indexes: { ix_registration_session: ['site_id', 'session_id'] },
    foreignKeys: {
      fk_registration_learner: withinSite('learner_id', 'learner'),
      fk_registration_session: withinSite('session_id', 'session'),
    },
  },
  {
    name: 'learning_object_version',
    columns: {
      id: GENERATED_ID,
      site_id: INTEGER,
      code: varchar(255),
      guid: varchar(40),
      title: varchar(255),
      provider: varchar(20),
      kind: varchar(20),
    },
    uniques: { uq_lov_id: ['site_id', 'id'], uq_lov_guid: ['site_id', 'guid'] },
    indexes: { ix_lov_code: ['site_id', 'code'] },
    foreignKeys: { fk_lov_site: TO_SITE },
  },
  {
    name: 'training_lov',
    columns: { site_id: INTEGER_KEY, training_id: INTEGER_KEY, lov_id: INTEGER_KEY },
    indexes: { ix_training_lov_lov: ['site_id', 'lov_id'] },
    foreignKeys: {
      fk_training_lov_training: withinSite('training_id', 'training'),
      fk_training_lov_lov: withinSite('lov_id', 'learning_object_version'),
    },
  },
  {
    name: 'consolidated_tracking',
    columns: {
      site_id: INTEGER_KEY,
      registration_id: INTEGER_KEY,
      lov_id: INTEGER_KEY,
      first_access_date: NULLABLE_INSTANT,
      first_completion_date: NULLABLE_INSTANT,
      last_access_date: NULLABLE_INSTANT,
      progression: NULLABLE_DOUBLE,
      score: NULLABLE_DOUBLE,
      score_max: NULLABLE_INTEGER,
      time_spent_seconds: NULLABLE_INTEGER,
      status: varchar(20),
      updated_at: INSTANT,
      import_id: varchar(36),
    },
    indexes: {
      ix_tracking_lov: ['site_id', 'lov_id'],
      ix_tracking_updated: ['site_id', 'updated_at', 'registration_id', 'lov_id'],
    },
    foreignKeys: {
      fk_tracking_registration: withinSite('registration_id', 'registration'),
      fk_tracking_lov: withinSite('lov_id', 'learning_object_version'),
    },
  },
  {
    name: 'import_run',
    columns: {
      site_id: INTEGER_KEY,
      id: varcharKey(36),
      caller: varchar(100),
      started_at: INSTANT,
      finished_at: INSTANT,
      write_mode: varchar(20),
      error_policy: varchar(20),
      date_time_format: varchar(50),
      time_zone: varchar(50),
      default_time: varchar(8),
      time_spent_format: varchar(20),
      default_score_max: NULLABLE_INTEGER,
      received: INTEGER,
      created: INTEGER,
      replaced: INTEGER,
      unchanged: INTEGER,
      deleted: INTEGER,
      superseded: INTEGER,
      rejected: INTEGER,
      with_warnings: INTEGER,
    },
    indexes: { ix_import_run_started: ['site_id', 'started_at'] },
  },
  {
    name: 'idempotency_entry',
    columns: {
      site_id: INTEGER_KEY,
      operation: varcharKey(50),
      caller: varcharKey(100),
      key_hash: varcharKey(64),
      fingerprint: varchar(64),
      answer: { type: 'json', nullable: true },
      expires_at: INSTANT,
    },
    indexes: { ix_idempotency_expires: ['expires_at'] },
  },
];

export class Initial1700000000000 implements MigrationInterface {
  name = 'Initial1700000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await createTable(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...TABLES].reverse()) await dropTable(runner, table.name);
  }
}
