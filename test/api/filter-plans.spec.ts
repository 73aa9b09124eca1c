/**
 * What databases read for each filter of a query, once tables are large. Whoever sends a filter that finds little, or
 * nothing, is not to make them read a whole site.
 */
import { UNREAD } from '../../src/data/cells';
import type { DatabaseAccess, Tx } from '../../src/data/database';
import {
  AT_START,
  countOpenJobs,
  countUnfinishedJobs,
  findJobUnderKey,
  findOldJobs,
  findUndoUnderWay,
} from '../../src/data/import-job.repository';
import { countKeptBytes } from '../../src/data/import-job-file.repository';
import { takeUpJob } from '../../src/data/job-lease.repository';
import { chunks } from '../../src/data/sql';
import { instantToSql } from '../../src/kernel/dates/instants';
import { apiOn } from '../support/api';
import { classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { present } from '../support/present';
import { storeWorld } from '../support/world';

const LEARNERS = 1_000;
const LOVS = 1_000;
const LOVS_OF_LEARNER = 10;
const SESSIONS = 200;
const IMPORTS = 200;
/** A minute for each import. */
const MINUTE = 60_000;
const START = Date.UTC(2025, 0, 1);
/** Far below what a site holds: 10,000 rows of tracking, as many audit entries and notifications. */
const FEW = 2_000;

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const at = (minute: number) => instantToSql(START + minute * MINUTE);
const importId = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

type Cell = string | number | null;

/** The rows of one table; each is given by its cells. */
interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

const tracking: Table = {
  name: 'consolidated_tracking',
  columns: ['site_id', 'registration_id', 'lov_id', 'status', 'updated_at', 'import_id'],
  rows: numbers(LEARNERS).flatMap((learner) =>
    numbers(LOVS_OF_LEARNER).map((place) => {
      const written = (learner * LOVS_OF_LEARNER + place) % IMPORTS;
      const lov = ((learner + place) % LOVS) + 1;
      return [1, learner + 1, lov, 'COMPLETED', at(written), importId(written)];
    }),
  ),
};

const TABLES: Table[] = [
  {
    name: 'import_run',
    columns: [
      'site_id',
      'id',
      'caller',
      'started_at',
      'written_at',
      'finished_at',
      'write_mode',
      'error_policy',
      'date_time_format',
      'time_zone',
      'default_time',
      'time_spent_format',
      ...[
        'received',
        'created',
        'replaced',
        'unchanged',
        'deleted',
        'superseded',
        'rejected',
        'with_warnings',
      ],
    ],
    rows: numbers(IMPORTS).map((number) => [
      ...[1, importId(number), 'key:test', at(number), at(number), at(number)],
      ...['REPLACE', 'IMPORT_VALID', 'Y-m-d', 'UTC', '00:00:00', 'seconds'],
      ...Array<number>(8).fill(0),
    ]),
  },
  tracking,
];

const NOTED = 10_000;
const TARGETS = ['IMPORT_RUN', 'COURSE_ELEMENT', 'API_KEY'];

TABLES.push({
  name: 'audit_entry',
  columns: [
    ...['site_id', 'at', 'caller', 'user_id', 'operation', 'target_type', 'target_id'],
    ...['changed_fields', 'outcome', 'request_id'],
  ],
  rows: numbers(NOTED).map((number) => [
    ...[1, at(number), `key:caller-${number % 200}`, number % 200, `operation${number % 100}`],
    ...[TARGETS[number % TARGETS.length] ?? '', `target-${number % 200}`, '[]', 'SUCCESS', 'request'],
  ]),
});

TABLES.push({
  name: 'organisation',
  columns: ['id', 'site_id', 'sync_key', 'name', 'name_folded'],
  rows: numbers(3_000).map((number) => [number + 1, 1, `O-${number}`, `Unit ${number}`, `unit ${number}`]),
});
TABLES.push({
  name: 'user',
  columns: ['id', 'site_id', 'sync_key', 'is_external', 'is_deleted'],
  rows: numbers(3_000).map((number) => [number + 1, 1, `user-${number}`, 0, 0]),
});

const NOTICE = JSON.stringify({
  elementId: 1,
  syncKey: null,
  courseId: 1,
  courseSyncKey: null,
  title: 'Activity',
  changedFields: [],
});

TABLES.push({
  name: 'course_element',
  columns: ['site_id', 'id', 'course_id', 'kind', 'title', 'active', 'position', 'is_deleted', 'updated_at'],
  rows: numbers(NOTED / 50).map((number) => [1, number + 1, 1, 'OTHER', 'Activity', 1, number, 0, at(0)]),
});
TABLES.push({
  name: 'notification',
  columns: [
    ...['site_id', 'id', 'update_id', 'element_id', 'learner_id', 'created_at', 'payload'],
    ...['delivered_at', 'attempts', 'next_attempt_at'],
  ],
  // Of the first, an old element, none is delivered; of all others, all are.
  rows: numbers(NOTED).map((number) => [
    ...[1, importId(number), importId(Math.floor(number / LEARNERS)), 1 + Math.floor(number / 50)],
    ...[(number % LEARNERS) + 1, at(number), NOTICE, number < 50 ? null : at(number), 1, at(number)],
  ]),
});

const ORDERED = JSON.stringify({ kind: 'IMPORT', dryRun: false });
const PROGRESS = JSON.stringify(AT_START);
const JOB_STATES = ['FINISHED', 'FINISHED_WITH_PROBLEMS', 'FAILED', 'CANCELLED'];

/** Jobs of more than a year; of the last files and results are kept, and a few have not ended. */
TABLES.push({
  name: 'import_job',
  columns: [
    ...['site_id', 'id', 'caller', 'key_id', 'digest', 'state', 'phase', 'ordered', 'progress', 'file_bytes'],
    ...['file_kept', 'results_kept', 'undo_of', 'created_at', 'started_at', 'finished_at'],
    ...['cancel_asked', 'fence', 'lease_until'],
  ],
  rows: numbers(NOTED).map((number) => {
    const ended = number < NOTED - 20;
    const state = ended ? present(JOB_STATES[number % 3]) : present(['QUEUED', 'RUNNING'][number % 2]);
    const isKept = number > NOTED - 500 ? 1 : 0;
    const undoOf = number % 50 === 0 ? importId(number + 1) : null;
    return [
      ...[
        1,
        importId(number),
        `key:caller-${number % 5}`,
        null,
        '',
        state,
        'WRITE',
        ORDERED,
        PROGRESS,
        1_000,
      ],
      ...[isKept, isKept, undoOf, at(number), at(number), ended ? at(number) : null, 0, 1, null],
    ];
  }),
});

/** What is asked for, and whether it is all of the site, of which a page is short and a count is not. */
interface Asked {
  readonly query: string;
  readonly filter: string;
  readonly isWhole?: boolean;
  readonly orderBy?: string;
}

const TRACKING: readonly Asked[] = [
  'candidateLogin: "learner-7"',
  'candidateLogin: "nobody"',
  'candidateEmail: "learner-7@example.org"',
  'candidateEmail: "nobody@example.org"',
  'candidateRefNumber: "R-7"',
  'candidateRefNumber: "nobody"',
  'sessionGuid: "session-7"',
  'sessionGuid: "none"',
  'sessionId: 7',
  'sessionId: 77777',
  'trainingId: 7',
  'trainingId: 77777',
  'trainingPathCode: "T-7"',
  'trainingPathCode: "none"',
  'lovCode: "L-7"',
  'lovCode: "none"',
  'lovGuid: "lov-7"',
  'lovGuid: "none"',
  `importId: "${importId(7)}"`,
  'importId: "none"',
  `changedSince: "${new Date(START + (IMPORTS - 2) * MINUTE).toISOString()}"`,
  'changedSince: "2030-01-01T00:00:00Z"',
  'candidateRefNumber: "R-7", sessionId: 2, lovCode: "L-8"',
  'status: [COMPLETED], sessionId: 7',
].flatMap((filter) =>
  ['NEWEST_FIRST', 'OLDEST_FIRST', 'KEY'].map((orderBy) => ({
    query: 'consolidatedTracking',
    filter,
    orderBy,
  })),
);

const instantOf = (minute: number) => new Date(START + minute * MINUTE).toISOString();

const AUDIT: readonly Asked[] = [
  'caller: "key:caller-7"',
  'caller: "nobody"',
  'userId: 7',
  'userId: 77777',
  'operation: "operation7"',
  'operation: "none"',
  'targetType: SITE',
  'targetId: "target-7"',
  'targetId: "none"',
  'targetType: COURSE_ELEMENT, targetId: "target-7"',
  `since: "${instantOf(NOTED - 10)}"`,
  `until: "${instantOf(10)}"`,
  'until: "2020-01-01T00:00:00Z"',
  `caller: "key:caller-7", until: "${instantOf(500)}"`,
].map((filter) => ({ query: 'auditLog', filter }));

const RUNS: readonly Asked[] = [
  'caller: "key:caller-7"',
  'caller: "nobody"',
  `since: "${instantOf(IMPORTS - 10)}"`,
  'until: "2020-01-01T00:00:00Z"',
  `caller: "key:caller-7", until: "${instantOf(100)}"`,
].map((filter) => ({ query: 'importRuns', filter }));

const JOBS: readonly Asked[] = [
  'caller: "nobody"',
  'state: CANCELLED',
  'state: RUNNING',
  'caller: "key:caller-3", state: CANCELLED',
  'caller: "key:caller-3", state: RUNNING',
  `since: "${instantOf(NOTED - 10)}"`,
  'until: "2020-01-01T00:00:00Z"',
  `caller: "key:caller-3", until: "${instantOf(500)}"`,
  `state: FAILED, since: "${instantOf(NOTED - 500)}"`,
  `caller: "key:caller-3", state: FAILED, until: "${instantOf(500)}"`,
].map((filter) => ({ query: 'importJobs', filter }));

const NOTIFICATIONS: readonly Asked[] = [
  'elementId: 7',
  'elementId: 77777',
  'learnerId: 7',
  'learnerId: 77777',
  'undelivered: true',
  'learnerId: 7, undelivered: true',
  'elementId: 7, undelivered: false',
].map((filter) => ({ query: 'notifications', filter }));

const RECORDS: readonly Asked[] = [
  ...[
    'learnerId: "7"',
    'login: "LEARNER-7"',
    'login: "nobody"',
    'refNumber: "R-7"',
    'email: "Learner-7@example.org"',
    'organisationId: "7"',
    'organisationSyncKey: "O-7"',
    'organisationSyncKey: "none"',
    'search: "learner-99"',
    'search: "R-99"',
    'search: "nobody"',
    'search: "learner-9", organisationSyncKey: "O-7"',
  ].map((filter) => ({ query: 'learners', filter })),
  ...['organisationId: "7"', 'syncKey: "O-7"', 'parentId: "7"', 'parentSyncKey: "O-7"', 'search: "O-7"'].map(
    (filter) => ({ query: 'organisations', filter }),
  ),
  ...[
    'trainingId: 7',
    'guid: "training-7"',
    'pathCode: "T-7"',
    'syncKey: "none"',
    'organisationId: "7"',
    'organisationSyncKey: "none"',
    'search: "T-7"',
    'search: "nothing"',
  ].map((filter) => ({ query: 'trainings', filter })),
  ...[
    'sessionId: 7',
    'guid: "session-7"',
    'trainingId: 7',
    'trainingGuid: "training-7"',
    'trainingPathCode: "T-7"',
    'trainingSyncKey: "none"',
    'search: "nothing"',
    'search: "sess", trainingId: 7',
  ].map((filter) => ({ query: 'sessions', filter })),
  ...[
    'registrationId: "7"',
    'learnerId: "7"',
    'candidateLogin: "LEARNER-7"',
    'candidateEmail: "learner-7@example.org"',
    'candidateRefNumber: "none"',
    'sessionId: 7',
    'sessionGuid: "session-7"',
    'sessionGuid: "session-7", candidateLogin: "learner-7"',
    'trainingId: 7',
    'trainingId: 77777',
    'trainingGuid: "training-7"',
    'trainingPathCode: "T-7"',
    'trainingSyncKey: "none"',
    'trainingId: 7, candidateLogin: "learner-7"',
  ].map((filter) => ({ query: 'registrations', filter })),
  ...['lovId: "7"', 'code: "L-7"', 'guid: "lov-7"', 'trainingId: 77777', 'search: "L-99"'].map((filter) => ({
    query: 'learningObjectVersions',
    filter,
  })),
  ...['userId: 7', 'syncKey: "user-7"', 'search: "user-7"'].map((filter) => ({ query: 'users', filter })),
];

/** Most of a site has what these ask for. */
const WHOLE: readonly Asked[] = [
  { query: 'consolidatedTracking', filter: 'status: [COMPLETED]', orderBy: 'NEWEST_FIRST' },
  { query: 'consolidatedTracking', filter: 'status: [COMPLETED]', orderBy: 'OLDEST_FIRST' },
  { query: 'consolidatedTracking', filter: '', orderBy: 'KEY' },
  { query: 'auditLog', filter: 'targetType: IMPORT_RUN' },
  { query: 'importJobs', filter: '' },
  { query: 'importJobs', filter: 'caller: "key:caller-3"' },
  { query: 'importJobs', filter: 'state: FINISHED' },
  { query: 'notifications', filter: 'undelivered: false' },
  { query: 'auditLog', filter: `since: "${instantOf(0)}"` },
  { query: 'auditLog', filter: `until: "${instantOf(NOTED)}"` },
].map((asked) => ({ ...asked, isWhole: true }));

describe.each(DATABASE_KINDS)('the filters of queries on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    const world = classWorld({ learners: LEARNERS, lovs: LOVS });
    await storeWorld(test, {
      ...world,
      trainings: numbers(SESSIONS).map((index) => ({
        id: index + 1,
        guid: `training-${index + 1}`,
        pathCode: `T-${index + 1}`,
        title: 'Training',
      })),
      sessions: numbers(SESSIONS).map((index) => ({
        id: index + 1,
        trainingId: index + 1,
        guid: `session-${index + 1}`,
        title: 'Session',
      })),
      registrations: world.registrations.map((each, index) => ({
        ...each,
        sessionId: (index % SESSIONS) + 1,
      })),
    });
    for (const table of TABLES) await fill(table);
    if (kind.kind !== 'sqlite') {
      for (const { name } of [...TABLES, { name: 'registration' }]) await test.query(`ANALYZE TABLE ${name}`);
    }
  });
  afterAll(() => test.drop());

  async function fill({ name, columns, rows }: Table): Promise<void> {
    await test.database.transaction(async ({ query }) => {
      for (const chunk of chunks(rows)) {
        const values = chunk.map((row) => `(${row.map(() => '?').join(',')})`);
        await query(`INSERT INTO ${name} (${columns.join(', ')}) VALUES ${values.join(',')}`, chunk.flat());
      }
    });
  }

  describe.each<Asked>([...TRACKING, ...AUDIT, ...RUNS, ...JOBS, ...NOTIFICATIONS, ...RECORDS, ...WHOLE])(
    '$query($filter) $orderBy',
    ({ query, filter, isWhole = false, orderBy }) => {
      const inOrder = orderBy === undefined ? '' : `, orderBy: ${orderBy}`;

      it('reads few rows for a page', async () => {
        expect(
          await read(
            `{ ${query}(first: 20, filter: { ${filter} }${inOrder}) { nodes { __typename } } }`,
            isWhole,
          ),
        ).toEqual([]);
      });

      if (!isWhole) {
        it('reads few rows for its count', async () => {
          expect(await read(`{ ${query}(first: 1, filter: { ${filter} }) { totalCount } }`, isWhole)).toEqual(
            [],
          );
        });
      }
    },
  );

  describe('of what runs import jobs', () => {
    const OLD_DAYS = 7;
    const STATEMENTS: Readonly<Record<string, (tx: Tx) => Promise<unknown>>> = {
      takeUpJob: (tx) => takeUpJob(tx, 6),
      countUnfinishedJobs: (tx) => countUnfinishedJobs(tx, 1, 'key:caller-3'),
      findUndoUnderWay: (tx) => findUndoUnderWay(tx, 1, importId(7)),
      findJobUnderKey: (tx) => findJobUnderKey(tx, 1, 'key:caller-3', 'key'),
      countKeptBytes: (tx) => countKeptBytes(tx, 1),
      countOpenJobs: (tx) => countOpenJobs(tx),
      'findOldJobs of uploads': (tx) => findOldJobs(tx, 'uploads', 0),
      'findOldJobs of files': (tx) => findOldJobs(tx, 'files', OLD_DAYS),
      'findOldJobs of results': (tx) => findOldJobs(tx, 'results', OLD_DAYS),
      // Nothing is as old.
      'findOldJobs of jobs': (tx) => findOldJobs(tx, 'jobs', 36_500),
    };

    it.each(Object.entries(STATEMENTS))('%s reads few rows', async (_, work) => {
      const watched = test.watch();
      const rows = await test.database.transaction(async (tx) => {
        const before = kind.kind === 'sqlite' ? 0 : await rowsRead(tx);
        watched.length = 0;
        await work(tx);
        return kind.kind === 'sqlite' ? 0 : (await rowsRead(tx)) - before;
      });
      expect({ rows, watched: rows > FEW ? watched : [] }).toEqual({ rows: expect.any(Number), watched: [] });
      if (kind.kind !== 'sqlite') return;
      const found = watched
        .filter((sql) => /^(SELECT|UPDATE)/.test(sql))
        .map(async (sql) => (await test.database.read((tx) => scans(tx, sql, false))).map((s) => [s, sql]));
      expect((await Promise.all(found)).flat()).toEqual([]);
    });
  });

  // An import writes thousands of rows at one instant. It comes last: the others have rows of many instants.
  it.each(['NEWEST_FIRST', 'OLDEST_FIRST', 'KEY'])(
    'reads few rows behind many of one instant: %s',
    async (orderBy) => {
      await test.query(`UPDATE consolidated_tracking SET updated_at = '${at(0)}'`);
      const page = (after: string) => `consolidatedTracking(first: 200, orderBy: ${orderBy}${after})`;
      let after = '';
      for (let pages = 0; pages < 40; pages++) {
        const { consolidatedTracking } = await apiOn(test).run<{
          consolidatedTracking: { pageInfo: { endCursor: string } };
        }>(`{ ${page(after)} { pageInfo { endCursor } } }`);
        after = `, after: "${consolidatedTracking.pageInfo.endCursor}"`;
      }
      expect(await read(`{ ${page(after)} { nodes { __typename } } }`, true)).toEqual([]);
      if (kind.kind === 'sqlite')
        expect(await steps()).toEqual([expect.stringMatching(/USING INDEX .+lov_id\)[<>]/)]);

      /** How SQLite finds the rows of the page. */
      async function steps(): Promise<unknown[]> {
        const watched = test.watch();
        await apiOn(test).run(`{ ${page(after)} { nodes { __typename } } }`);
        const [sql = ''] = watched.filter((statement) => statement.includes('FROM consolidated_tracking'));
        const values = sql.match(/\?/g)?.map(() => 1) ?? [];
        const plan = await test.database.read((tx) => tx.query(`EXPLAIN QUERY PLAN ${sql}`, values, UNREAD));
        return plan.map(({ detail }) => detail).filter((detail) => / t /.test(String(detail)));
      }
    },
  );

  /** The statements of the document that read more than a few rows, with what tells it. */
  async function read(document: string, isWhole: boolean): Promise<string[]> {
    const watched = test.watch();
    const found: string[] = [];
    const database: DatabaseAccess = {
      ...test.database,
      dialect: test.database.dialect,
      transaction: (work, options) => test.database.transaction(work, options),
      read: (work) =>
        test.database.read(async (tx) => {
          const before = kind.kind === 'sqlite' ? 0 : await rowsRead(tx);
          watched.length = 0;
          const result = await work(tx);
          const statements = [...watched];
          if (kind.kind === 'sqlite') {
            for (const sql of statements)
              found.push(...(await scans(tx, sql, isWhole)).map((scan) => `${scan}: ${sql}`));
          } else {
            const rows = (await rowsRead(tx)) - before;
            if (rows > FEW) found.push(`${rows} rows: ${statements.join('; ')}`);
          }
          return result;
        }),
    };
    await apiOn(test, { database }).run(document);
    return found;
  }
});

/** What the session has read so far, by any index or none. */
async function rowsRead({ query }: Tx): Promise<number> {
  const counts = await query("SHOW SESSION STATUS LIKE 'Handler_read%'", [], UNREAD);
  return counts.reduce((sum, { Value }) => sum + Number(Value), 0);
}

/** The steps of SQLite that go through a table, or through all rows of a site. */
async function scans({ query }: Tx, sql: string, isWhole: boolean): Promise<string[]> {
  const values = sql.match(/\?/g)?.map(() => 1) ?? [];
  const steps = await query(`EXPLAIN QUERY PLAN ${sql}`, values, UNREAD);
  return steps
    .map(({ detail }) => String(detail))
    .filter((detail) => /^SCAN (?!CONSTANT|few)/.test(detail) || /\(site_id=\?\)$/.test(detail))
    .filter(
      (detail) =>
        !(
          isWhole &&
          / USING (COVERING )?INDEX (ix_(tracking_updated|audit_at|notification_created|import_job_at)|sqlite_autoindex_consolidated_tracking_1) /.test(
            detail,
          )
        ),
    );
}
