import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  addFlag,
  BOOLEAN,
  createTable,
  dropColumn,
  dropTable,
  GENERATED_ID,
  INSTANT,
  INTEGER,
  INTEGER_KEY,
  NULLABLE_DOUBLE,
  NULLABLE_INSTANT,
  NULLABLE_INTEGER,
  NULLABLE_TEXT,
  nullableVarchar,
  type TableSpec,
  TEXT,
  TO_SITE,
  varchar,
  varcharKey,
  withinSite,
} from './schema';

/** Flags of tables that are there already, with the value that stored rows get. */
const FLAGS = [
  { table: 'site', column: 'use_score', value: true },
  { table: 'training', column: 'is_external', value: false },
  { table: 'training', column: 'is_deleted', value: false },
  { table: 'training', column: 'is_archived', value: false },
  { table: 'training', column: 'objectives_enabled', value: false },
] as const;

const TABLES: readonly TableSpec[] = [
  {
    name: 'user',
    columns: {
      id: GENERATED_ID,
      site_id: INTEGER,
      sync_key: nullableVarchar(128),
      is_external: BOOLEAN,
      is_deleted: BOOLEAN,
    },
    uniques: { uq_user_id: ['site_id', 'id'], uq_user_sync_key: ['site_id', 'sync_key'] },
    foreignKeys: { fk_user_site: TO_SITE },
  },
  {
    name: 'organisation_grant',
    columns: { site_id: INTEGER_KEY, user_id: INTEGER_KEY, organisation_id: INTEGER_KEY },
    indexes: { ix_organisation_grant_organisation: ['site_id', 'organisation_id'] },
    foreignKeys: {
      fk_organisation_grant_user: withinSite('user_id', 'user'),
      fk_organisation_grant_organisation: withinSite('organisation_id', 'organisation'),
    },
  },
  {
    name: 'course_element',
    columns: {
      id: GENERATED_ID,
      site_id: INTEGER,
      course_id: INTEGER,
      parent_id: NULLABLE_INTEGER,
      kind: varchar(20),
      sync_key: nullableVarchar(128),
      title: varchar(255),
      active: BOOLEAN,
      position: INTEGER,
      is_deleted: BOOLEAN,
      updated_at: INSTANT,
    },
    uniques: {
      uq_course_element_id: ['site_id', 'id'],
      uq_course_element_sync_key: ['site_id', 'sync_key'],
    },
    indexes: {
      ix_course_element_course: ['site_id', 'course_id', 'parent_id', 'position'],
      ix_course_element_parent: ['site_id', 'parent_id'],
    },
    foreignKeys: {
      fk_course_element_course: withinSite('course_id', 'training'),
      fk_course_element_parent: withinSite('parent_id', 'course_element'),
    },
  },
  {
    name: 'assessment_scale',
    columns: { id: GENERATED_ID, site_id: INTEGER, course_id: NULLABLE_INTEGER, title: varchar(255) },
    uniques: { uq_assessment_scale_id: ['site_id', 'id'] },
    indexes: { ix_assessment_scale_course: ['site_id', 'course_id'] },
    foreignKeys: {
      fk_assessment_scale_site: TO_SITE,
      fk_assessment_scale_course: withinSite('course_id', 'training'),
    },
  },
  {
    name: 'assessment_grade',
    columns: {
      id: GENERATED_ID,
      site_id: INTEGER,
      scale_id: INTEGER,
      title: varchar(255),
      position: INTEGER,
    },
    uniques: { uq_assessment_grade_id: ['site_id', 'id'] },
    indexes: { ix_assessment_grade_scale: ['site_id', 'scale_id', 'position'] },
    foreignKeys: { fk_assessment_grade_scale: withinSite('scale_id', 'assessment_scale') },
  },
  {
    name: 'custom_activity',
    columns: {
      site_id: INTEGER_KEY,
      element_id: INTEGER_KEY,
      description: NULLABLE_TEXT,
      deadline: NULLABLE_INSTANT,
      mandatory: BOOLEAN,
      assessment_id: NULLABLE_INTEGER,
      max_score: NULLABLE_DOUBLE,
      assessment_visible: BOOLEAN,
      locked: BOOLEAN,
      learning_objective_assessment: varchar(20),
      allow_students_set_completion: BOOLEAN,
    },
    indexes: { ix_custom_activity_scale: ['site_id', 'assessment_id'] },
    foreignKeys: {
      fk_custom_activity_element: withinSite('element_id', 'course_element'),
      fk_custom_activity_scale: withinSite('assessment_id', 'assessment_scale'),
    },
  },
  {
    name: 'learning_objective',
    columns: {
      id: GENERATED_ID,
      site_id: INTEGER,
      parent_id: NULLABLE_INTEGER,
      unique_id: varchar(255),
      unique_id_folded: varchar(512),
      title: varchar(255),
      title_folded: varchar(512),
      is_published: BOOLEAN,
      is_leaf: BOOLEAN,
    },
    uniques: {
      uq_learning_objective_id: ['site_id', 'id'],
      uq_learning_objective_unique_id: ['site_id', 'unique_id'],
    },
    indexes: {
      ix_learning_objective_parent: ['site_id', 'parent_id'],
      ix_learning_objective_title: ['site_id', 'title_folded'],
    },
    foreignKeys: {
      fk_learning_objective_site: TO_SITE,
      fk_learning_objective_parent: withinSite('parent_id', 'learning_objective'),
    },
  },
  {
    name: 'course_objective',
    columns: { site_id: INTEGER_KEY, course_id: INTEGER_KEY, objective_id: INTEGER_KEY },
    indexes: { ix_course_objective_objective: ['site_id', 'objective_id'] },
    foreignKeys: {
      fk_course_objective_course: withinSite('course_id', 'training'),
      fk_course_objective_objective: withinSite('objective_id', 'learning_objective'),
    },
  },
  {
    name: 'element_objective',
    columns: {
      site_id: INTEGER_KEY,
      element_id: INTEGER_KEY,
      objective_id: INTEGER_KEY,
      position: INTEGER,
    },
    indexes: { ix_element_objective_objective: ['site_id', 'objective_id'] },
    foreignKeys: {
      fk_element_objective_element: withinSite('element_id', 'course_element'),
      fk_element_objective_objective: withinSite('objective_id', 'learning_objective'),
    },
  },
  {
    name: 'activity_assessment',
    columns: {
      site_id: INTEGER_KEY,
      element_id: INTEGER_KEY,
      learner_id: INTEGER_KEY,
      status: varchar(20),
      grade_id: NULLABLE_INTEGER,
      score: NULLABLE_DOUBLE,
      updated_at: INSTANT,
    },
    indexes: {
      ix_activity_assessment_learner: ['site_id', 'learner_id'],
      ix_activity_assessment_grade: ['site_id', 'grade_id'],
    },
    foreignKeys: {
      fk_activity_assessment_element: withinSite('element_id', 'course_element'),
      fk_activity_assessment_learner: withinSite('learner_id', 'learner'),
      fk_activity_assessment_grade: withinSite('grade_id', 'assessment_grade'),
    },
  },
  {
    name: 'objective_assessment',
    columns: {
      site_id: INTEGER_KEY,
      element_id: INTEGER_KEY,
      objective_id: INTEGER_KEY,
      learner_id: INTEGER_KEY,
      outcome: varchar(50),
      updated_at: INSTANT,
    },
    indexes: {
      ix_objective_assessment_objective: ['site_id', 'objective_id'],
      ix_objective_assessment_learner: ['site_id', 'learner_id'],
    },
    foreignKeys: {
      fk_objective_assessment_element: withinSite('element_id', 'course_element'),
      fk_objective_assessment_objective: withinSite('objective_id', 'learning_objective'),
      fk_objective_assessment_learner: withinSite('learner_id', 'learner'),
    },
  },
  {
    name: 'notification',
    columns: {
      site_id: INTEGER_KEY,
      id: varcharKey(36),
      update_id: varchar(36),
      element_id: INTEGER,
      learner_id: INTEGER,
      created_at: INSTANT,
      payload: TEXT,
      delivered_at: NULLABLE_INSTANT,
      attempts: INTEGER,
      next_attempt_at: INSTANT,
      lease_id: nullableVarchar(36),
      last_error: nullableVarchar(255),
    },
    uniques: { uq_notification_update: ['site_id', 'update_id', 'learner_id'] },
    indexes: {
      ix_notification_due: ['site_id', 'delivered_at', 'next_attempt_at'],
      ix_notification_created: ['site_id', 'created_at'],
      ix_notification_learner: ['site_id', 'learner_id', 'created_at'],
      ix_notification_element: ['site_id', 'element_id', 'created_at'],
    },
    foreignKeys: {
      fk_notification_element: withinSite('element_id', 'course_element'),
      fk_notification_learner: withinSite('learner_id', 'learner'),
    },
  },
];

export class CustomActivity1700000001000 implements MigrationInterface {
  name = 'CustomActivity1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    for (const { table, column, value } of FLAGS) await addFlag(runner, table, column, value);
    for (const table of TABLES) await createTable(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...TABLES].reverse()) await dropTable(runner, table.name);
    for (const { table, column } of [...FLAGS].reverse()) await dropColumn(runner, table, column);
  }
}
