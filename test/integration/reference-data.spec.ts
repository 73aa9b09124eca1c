import type { ProblemCode } from '../../src/kernel/messages';
import { loadReferenceData } from '../../src/reference-data/load-reference-data';
import type { ReferenceReport, ReferenceRows } from '../../src/reference-data/reference-rows';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { present } from '../support/present';

const SITE = 1;
const NOW = new Date('2025-03-01T10:20:30.456Z');

const CAMPUS: ReferenceRows = {
  site: { name: 'Campus' },
  organisations: [
    { syncKey: 'north', name: 'North', parentSyncKey: 'root' },
    { syncKey: 'root', name: 'Root' },
  ],
  learners: [
    {
      login: 'Ada',
      refNumber: '1',
      email: 'Ada@Example.org',
      organisationSyncKey: 'north',
      createdAt: new Date('2020-02-29T23:59:59.999Z'),
    },
    { login: 'josé', refNumber: '2', email: null },
  ],
  trainings: [
    { guid: 't-1', pathCode: 'SAFETY', syncKey: 'course-1', title: 'Safety', organisationSyncKey: 'root' },
    { guid: 't-2', title: 'First aid' },
  ],
  sessions: [
    {
      guid: 's-1',
      trainingPathCode: 'SAFETY',
      title: 'Spring',
      startsAt: new Date('2025-03-01T08:00:00.000Z'),
      endsAt: new Date('2025-06-30T16:00:00.000Z'),
    },
    { guid: 's-2', trainingGuid: 't-2', title: 'Autumn' },
  ],
  lovs: [
    { guid: 'l-1', code: 'FIRE', title: 'Fire drill', trainingGuids: ['t-1'], trainingPathCodes: ['SAFETY'] },
    {
      guid: 'l-2',
      code: 'QUIZ',
      kind: 'EASYQUIZZ',
      provider: 'CROSSKNOWLEDGE',
      trainingGuids: ['t-1', 't-2'],
    },
  ],
  registrations: [
    { learnerLogin: 'Ada', sessionGuid: 's-1' },
    { learnerRefNumber: '2', sessionGuid: 's-1' },
    { learnerLogin: 'josé', learnerRefNumber: '2', sessionGuid: 's-2' },
  ],
};

/** Of the kinds that the campus has none of. */
const NOTHING_SENT = Object.fromEntries(
  ['users', 'learningObjectives', 'scales', 'courseElements'].map((kind) => [
    kind,
    { created: 0, updated: 0, unchanged: 0, removed: 0 },
  ]),
);

describe.each(DATABASE_KINDS)('reference data on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  function load(rows: ReferenceRows, siteId = SITE): Promise<ReferenceReport> {
    return test.database.transaction((tx) => loadReferenceData(tx, siteId, rows, NOW));
  }

  async function loaded(rows: ReferenceRows, siteId = SITE): Promise<ReferenceReport> {
    const report = await load(rows, siteId);
    expect(report.problems).toEqual([]);
    return report;
  }

  /** Everything stored, by names instead of ids. */
  async function everything() {
    const at = (column: string) => `CAST(${column} AS CHAR) AS ${column}`;
    return {
      site: await test.query('SELECT id, name FROM site ORDER BY id'),
      organisations: await test.query(
        `SELECT o.site_id, o.sync_key, o.name, p.sync_key AS parent FROM organisation o
         LEFT JOIN organisation p ON p.id = o.parent_id ORDER BY o.site_id, o.sync_key`,
      ),
      learners: await test.query(
        `SELECT l.site_id, login, login_folded, ref_number, email, email_folded, ${at('created_at')},
         o.sync_key AS organisation FROM learner l LEFT JOIN organisation o ON o.id = l.organisation_id
         ORDER BY l.site_id, login`,
      ),
      trainings: await test.query(
        `SELECT t.site_id, guid, path_code, t.sync_key, title, o.sync_key AS organisation
         FROM training t LEFT JOIN organisation o ON o.id = t.organisation_id ORDER BY t.site_id, guid`,
      ),
      sessions: await test.query(
        `SELECT s.site_id, s.guid, s.title, t.guid AS training, ${at('starts_at')}, ${at('ends_at')}
         FROM session s JOIN training t ON t.id = s.training_id ORDER BY s.site_id, s.guid`,
      ),
      lovs: await test.query(
        'SELECT site_id, code, guid, title, provider, kind FROM learning_object_version ORDER BY site_id, guid',
      ),
      memberships: await test.query(
        `SELECT m.site_id, t.guid AS training, l.guid AS lov FROM training_lov m
         JOIN training t ON t.id = m.training_id JOIN learning_object_version l ON l.id = m.lov_id
         ORDER BY m.site_id, t.guid, l.guid`,
      ),
      registrations: await test.query(
        `SELECT r.site_id, l.login, s.guid AS session FROM registration r
         JOIN learner l ON l.id = r.learner_id JOIN session s ON s.id = r.session_id
         ORDER BY r.site_id, l.login, s.guid`,
      ),
    };
  }

  function codes(report: ReferenceReport): [ProblemCode, string][] {
    return report.problems.map(({ code, path }) => [code, path.join('.')]);
  }

  describe('creating', () => {
    it('stores every kind of record, whatever the order of rows that refer to each other', async () => {
      const report = await loaded(CAMPUS);

      const created = (count: number) => ({ created: count, updated: 0, unchanged: 0, removed: 0 });
      expect(report.counts).toEqual({
        ...NOTHING_SENT,
        site: created(1),
        organisations: created(2),
        learners: created(2),
        trainings: created(2),
        sessions: created(2),
        lovs: created(2),
        memberships: created(3),
        registrations: created(3),
      });
      const site_id = SITE;
      expect(await everything()).toEqual({
        site: [{ id: SITE, name: 'Campus' }],
        organisations: [
          { site_id, sync_key: 'north', name: 'North', parent: 'root' },
          { site_id, sync_key: 'root', name: 'Root', parent: null },
        ],
        learners: [
          {
            site_id,
            login: 'Ada',
            login_folded: 'ada',
            ref_number: '1',
            email: 'Ada@Example.org',
            email_folded: 'ada@example.org',
            created_at: '2020-02-29 23:59:59.999',
            organisation: 'north',
          },
          {
            site_id,
            login: 'josé',
            login_folded: 'josé',
            ref_number: '2',
            email: null,
            email_folded: null,
            created_at: '2025-03-01 10:20:30.456',
            organisation: null,
          },
        ],
        trainings: [
          {
            site_id,
            guid: 't-1',
            path_code: 'SAFETY',
            sync_key: 'course-1',
            title: 'Safety',
            organisation: 'root',
          },
          { site_id, guid: 't-2', path_code: null, sync_key: null, title: 'First aid', organisation: null },
        ],
        sessions: [
          {
            site_id,
            guid: 's-1',
            title: 'Spring',
            training: 't-1',
            starts_at: '2025-03-01 08:00:00.000',
            ends_at: '2025-06-30 16:00:00.000',
          },
          { site_id, guid: 's-2', title: 'Autumn', training: 't-2', starts_at: null, ends_at: null },
        ],
        lovs: [
          { site_id, code: 'FIRE', guid: 'l-1', title: 'Fire drill', provider: 'PARTNER', kind: 'CONTENT' },
          {
            site_id,
            code: 'QUIZ',
            guid: 'l-2',
            title: 'QUIZ',
            provider: 'CROSSKNOWLEDGE',
            kind: 'EASYQUIZZ',
          },
        ],
        memberships: [
          { site_id, training: 't-1', lov: 'l-1' },
          { site_id, training: 't-1', lov: 'l-2' },
          { site_id, training: 't-2', lov: 'l-2' },
        ],
        registrations: [
          { site_id, login: 'Ada', session: 's-1' },
          { site_id, login: 'josé', session: 's-1' },
          { site_id, login: 'josé', session: 's-2' },
        ],
      });
    });

    it('stores text exactly as sent', async () => {
      const texts = [
        '😀 family 👨‍👩‍👧',
        'שלום ‏abc',
        'e\u0301 and é',
        "Robert'); DROP TABLE learner;--",
        'a\tb',
      ];
      await loaded({ learners: texts.map((login, index) => ({ login, refNumber: `${index}` })) });
      const stored = await test.query<{ login: string }>('SELECT login FROM learner ORDER BY ref_number');
      expect(stored.map(({ login }) => login)).toEqual(texts);
    });

    it('keeps texts apart that differ in case, accents or encoding only', async () => {
      const logins = ['ada', 'Ada', 'adà', 'ada\u0300'];
      const learners = logins.map((login) => ({ login, refNumber: `ref ${login}` }));
      expect(codes(await load({ learners }))).toEqual([
        ['LOGIN_DIFFERS_IN_CASE', 'learners.1.login'],
        ['LOGIN_DIFFERS_IN_CASE', 'learners.3.login'],
      ]);
      await loaded({ learners });
      expect(await test.query('SELECT login FROM learner')).toHaveLength(4);
    });

    it('names a site that has no name given', async () => {
      await loaded({}, 7);
      expect((await everything()).site).toEqual([{ id: 7, name: 'Site 7' }]);
    });

    it('builds a tree of organisations of any depth from rows in any order', async () => {
      const depth = 50;
      const organisations = Array.from({ length: depth }, (_, level) => ({
        syncKey: `level-${String(level).padStart(2, '0')}`,
        name: `Level ${level}`,
        parentSyncKey: level + 1 === depth ? null : `level-${String(level + 1).padStart(2, '0')}`,
      }));
      await loaded({ organisations });
      const stored = (await everything()).organisations;
      expect(stored.map(({ parent }) => parent)).toEqual(
        organisations.map(({ parentSyncKey }) => parentSyncKey),
      );
    });
  });

  describe('updating', () => {
    it('writes nothing and counts everything unchanged when the same rows come again', async () => {
      await loaded(CAMPUS);
      const before = await everything();
      const statements = test.watch();
      const report = await loaded(CAMPUS);
      const unchanged = (count: number) => ({ created: 0, updated: 0, unchanged: count, removed: 0 });
      expect(report.counts).toEqual({
        ...NOTHING_SENT,
        site: unchanged(1),
        organisations: unchanged(2),
        learners: unchanged(2),
        trainings: unchanged(2),
        sessions: unchanged(2),
        lovs: unchanged(2),
        memberships: unchanged(3),
        registrations: unchanged(3),
      });
      expect(statements.filter((sql) => /^\s*(INSERT|UPDATE|DELETE)/.test(sql))).toEqual([]);
      expect(await everything()).toEqual(before);
    });

    it('absent keeps', async () => {
      await loaded(CAMPUS);
      const before = await everything();
      const report = await loaded({
        site: {},
        organisations: [{ syncKey: 'north' }],
        learners: [{ login: 'Ada' }],
        trainings: [{ guid: 't-1' }],
        sessions: [{ guid: 's-1' }],
        lovs: [{ guid: 'l-2' }],
      });
      expect(report.counts.learners).toEqual({ created: 0, updated: 0, unchanged: 1, removed: 0 });
      expect(await everything()).toEqual(before);
    });

    it('null clears', async () => {
      await loaded(CAMPUS);
      const report = await loaded({
        organisations: [{ syncKey: 'north', parentSyncKey: null }],
        learners: [{ login: 'Ada', refNumber: null, email: null, organisationSyncKey: null }],
        trainings: [{ guid: 't-1', pathCode: null, syncKey: null, organisationSyncKey: null }],
        sessions: [{ guid: 's-1', startsAt: null, endsAt: null }],
        lovs: [{ guid: 'l-2', title: null, provider: null, kind: null, trainingGuids: null }],
      });
      const updated = { created: 0, updated: 1, unchanged: 0, removed: 0 };
      expect(report.counts).toMatchObject({
        organisations: updated,
        learners: updated,
        trainings: updated,
        sessions: updated,
        lovs: updated,
      });
      const after = await everything();
      expect(after.organisations[0]).toMatchObject({ sync_key: 'north', parent: null });
      expect(after.learners[0]).toMatchObject({
        login: 'Ada',
        ref_number: null,
        email: null,
        email_folded: null,
        organisation: null,
        created_at: '2020-02-29 23:59:59.999',
      });
      expect(after.trainings[0]).toMatchObject({
        guid: 't-1',
        path_code: null,
        sync_key: null,
        organisation: null,
      });
      expect(after.sessions[0]).toMatchObject({ guid: 's-1', starts_at: null, ends_at: null });
      expect(after.lovs[1]).toMatchObject({ title: 'QUIZ', provider: 'PARTNER', kind: 'CONTENT' });
      expect(after.memberships).toHaveLength(3);
    });

    it('a value sets, and the other records stay as they are', async () => {
      await loaded(CAMPUS);
      const before = await everything();
      await loaded({
        site: { name: 'New campus' },
        organisations: [
          { syncKey: 'root', name: 'Holding', parentSyncKey: 'top' },
          { syncKey: 'top', name: 'Top' },
        ],
        learners: [{ login: 'Ada', refNumber: '9', email: 'ADA@new.example' }],
        trainings: [{ guid: 't-2', pathCode: 'AID', title: 'Aid' }],
        sessions: [
          { guid: 's-2', trainingGuid: 't-1', title: 'Winter', endsAt: new Date('2025-12-31T00:00:00Z') },
        ],
        lovs: [{ guid: 'l-1', code: 'FIRE2', trainingPathCodes: ['AID'] }],
        registrations: [{ learnerRefNumber: '9', sessionGuid: 's-2' }],
      });
      const after = await everything();
      expect(after.site).toEqual([{ id: SITE, name: 'New campus' }]);
      expect(after.organisations).toEqual([
        before.organisations[0],
        { site_id: SITE, sync_key: 'root', name: 'Holding', parent: 'top' },
        { site_id: SITE, sync_key: 'top', name: 'Top', parent: null },
      ]);
      expect(after.learners).toEqual([
        { ...before.learners[0], ref_number: '9', email: 'ADA@new.example', email_folded: 'ada@new.example' },
        before.learners[1],
      ]);
      expect(after.trainings).toEqual([
        before.trainings[0],
        { ...before.trainings[1], path_code: 'AID', title: 'Aid' },
      ]);
      expect(after.sessions).toEqual([
        before.sessions[0],
        { ...before.sessions[1], training: 't-1', title: 'Winter', ends_at: '2025-12-31 00:00:00.000' },
      ]);
      expect(after.lovs).toEqual([{ ...before.lovs[0], code: 'FIRE2' }, before.lovs[1]]);
      expect(after.memberships).toHaveLength(4);
      expect(after.registrations).toHaveLength(4);
    });

    it('counts a stored organisation that moves below a new one as updated', async () => {
      await loaded({ organisations: [{ syncKey: 'a', name: 'A' }] });
      const report = await loaded({
        organisations: [
          { syncKey: 'a', parentSyncKey: 'b' },
          { syncKey: 'b', name: 'B' },
        ],
      });
      expect(report.counts.organisations).toEqual({ created: 1, updated: 1, unchanged: 0, removed: 0 });
      expect((await everything()).organisations[0]).toMatchObject({ sync_key: 'a', parent: 'b' });
    });

    it('leaves alone what other features store with a record', async () => {
      await loaded(CAMPUS);
      await test.query("UPDATE training SET is_archived = 1, objectives_enabled = 1 WHERE guid = 't-2'");
      await test.query('UPDATE site SET use_score = 0');
      await loaded({
        site: { name: 'Other' },
        trainings: [
          { guid: 't-1', title: 'A' },
          { guid: 't-2', title: 'B' },
        ],
      });
      expect(
        await test.query('SELECT title, is_archived, objectives_enabled FROM training ORDER BY guid'),
      ).toEqual([
        { title: 'A', is_archived: 0, objectives_enabled: 0 },
        { title: 'B', is_archived: 1, objectives_enabled: 1 },
      ]);
      expect(await test.query('SELECT name, use_score FROM site')).toEqual([{ name: 'Other', use_score: 0 }]);
    });

    it('does not change ids', async () => {
      await loaded(CAMPUS);
      const ids = () => test.query('SELECT id, login FROM learner ORDER BY id');
      const before = await ids();
      await loaded({ learners: [{ login: 'josé', email: 'jose@example.org' }, { login: 'Ada' }] });
      expect(await ids()).toEqual(before);
    });
  });

  describe('sites', () => {
    it('keeps equal keys of two sites apart', async () => {
      await loaded(CAMPUS, 1);
      await loaded(CAMPUS, 2);
      const first = (await everything()).learners.filter(({ site_id }) => site_id === 1);
      await loaded({ learners: [{ login: 'Ada', email: 'other@example.org' }] }, 2);
      const after = (await everything()).learners;
      expect(after).toHaveLength(4);
      expect(after.filter(({ site_id }) => site_id === 1)).toEqual(first);
    });

    it('does not see the records of another site', async () => {
      await loaded(CAMPUS, 2);
      const report = await load({
        learners: [{ login: 'new', organisationSyncKey: 'root' }],
        sessions: [{ guid: 's-9', trainingGuid: 't-1', title: 'S' }],
        lovs: [{ guid: 'l-9', code: 'L', trainingPathCodes: ['SAFETY'] }],
        registrations: [{ learnerLogin: 'Ada', sessionGuid: 's-1' }],
      });
      expect(codes(report)).toEqual([
        ['ORGANISATION_NOT_FOUND', 'learners.0.organisationSyncKey'],
        ['TRAINING_NOT_FOUND', 'sessions.0.trainingGuid'],
        ['TRAINING_NOT_FOUND', 'lovs.0.trainingPathCodes.0'],
        ['LEARNER_NOT_FOUND', 'registrations.0.learnerLogin'],
        ['SESSION_NOT_FOUND', 'registrations.0.sessionGuid'],
      ]);
    });
  });

  describe('problems', () => {
    const long = 'x'.repeat(256);
    const cases: [string, ReferenceRows, [ProblemCode, string][]][] = [
      [
        'missing values',
        {
          site: { name: null },
          organisations: [{ syncKey: 'new' }, { syncKey: 'root', name: null }],
          learners: [{ login: '' }, { login: 'Ada', createdAt: null }, { login: 'b', email: ' ' }],
          trainings: [{ guid: 'new' }, { guid: 't-1', title: ' ' }],
          sessions: [
            { guid: 'new' },
            { guid: 's-1', trainingGuid: null },
            { guid: 's-2', title: null, trainingGuid: null, trainingPathCode: 'SAFETY' },
          ],
          lovs: [{ guid: 'new' }, { guid: 'l-1', code: null }],
          registrations: [{ sessionGuid: 's-1' }, { learnerLogin: 'Ada', sessionGuid: '' }],
        },
        [
          ['VALUE_MISSING', 'site.name'],
          ['VALUE_MISSING', 'organisations.0.name'],
          ['VALUE_MISSING', 'organisations.1.name'],
          ['VALUE_MISSING', 'learners.0.login'],
          ['VALUE_MISSING', 'learners.1.createdAt'],
          ['VALUE_MISSING', 'learners.2.email'],
          ['VALUE_MISSING', 'trainings.0.title'],
          ['VALUE_MISSING', 'trainings.1.title'],
          ['VALUE_MISSING', 'sessions.0.title'],
          ['VALUE_MISSING', 'sessions.0.trainingGuid'],
          ['VALUE_MISSING', 'sessions.1.trainingGuid'],
          ['VALUE_MISSING', 'sessions.2.title'],
          ['VALUE_MISSING', 'lovs.0.code'],
          ['VALUE_MISSING', 'lovs.1.code'],
          ['VALUE_MISSING', 'registrations.0.learnerLogin'],
          ['VALUE_MISSING', 'registrations.1.sessionGuid'],
        ],
      ],
      [
        'lengths, counted in characters',
        {
          learners: [
            { login: '😀'.repeat(255) },
            { login: long },
            // 255 characters that become 510 by folding still fit; those that become more do not.
            { login: 'İ'.repeat(255) },
            { login: '\u{1D160}'.repeat(255) },
          ],
          trainings: [{ guid: 'g'.repeat(41), title: 'T', pathCode: long, syncKey: long }],
          sessions: [{ guid: 's-1', title: long }],
          lovs: [{ guid: 'g'.repeat(40), code: long, trainingGuids: ['t-1', 'g'.repeat(41)] }],
        },
        [
          ['TEXT_TOO_LONG', 'learners.1.login'],
          ['TEXT_TOO_LONG', 'learners.3.login'],
          ['TEXT_TOO_LONG', 'trainings.0.guid'],
          ['TEXT_TOO_LONG', 'trainings.0.pathCode'],
          ['TEXT_TOO_LONG', 'trainings.0.syncKey'],
          ['TEXT_TOO_LONG', 'sessions.0.title'],
          ['TEXT_TOO_LONG', 'lovs.0.code'],
          ['TEXT_TOO_LONG', 'lovs.0.trainingGuids.1'],
        ],
      ],
      [
        'text that cannot be stored or told apart',
        {
          learners: [
            { login: 'a\0b' },
            { login: 'a\ud83d' },
            { login: 'padded ' },
            { login: 'b', refNumber: ' 1' },
          ],
          trainings: [{ guid: 't-1 ', title: ' T' }],
          registrations: [{ learnerLogin: 'Ada ', sessionGuid: 's-1\n' }],
        },
        [
          ['TEXT_INVALID', 'learners.0.login'],
          ['TEXT_INVALID', 'learners.1.login'],
          ['TEXT_PADDED', 'learners.2.login'],
          ['TEXT_PADDED', 'learners.3.refNumber'],
          ['TEXT_PADDED', 'trainings.0.guid'],
          ['TEXT_PADDED', 'trainings.0.title'],
          ['TEXT_PADDED', 'registrations.0.learnerLogin'],
          ['TEXT_PADDED', 'registrations.0.sessionGuid'],
        ],
      ],
      [
        'values of a closed list, addresses and dates',
        {
          learners: [
            { login: 'a', email: 'nobody' },
            { login: 'b', createdAt: new Date('no date') },
            { login: 'c', createdAt: new Date('0999-12-31T23:59:59Z') },
          ],
          lovs: [{ guid: 'l-1', provider: 'ME' as never, kind: 'GAME' as never }],
        },
        [
          ['EMAIL_INVALID', 'learners.0.email'],
          ['DATE_INVALID', 'learners.1.createdAt'],
          ['DATE_INVALID', 'learners.2.createdAt'],
          ['VALUE_UNKNOWN', 'lovs.0.provider'],
          ['VALUE_UNKNOWN', 'lovs.0.kind'],
        ],
      ],
      [
        'one key twice in the request',
        {
          organisations: [
            { syncKey: 'a', name: 'A' },
            { syncKey: 'a', name: 'B' },
          ],
          learners: [{ login: 'a', refNumber: '7' }, { login: 'b', refNumber: '7' }, { login: 'a' }],
          trainings: [
            { guid: 'a', title: 'A', pathCode: 'P', syncKey: 'S' },
            { guid: 'b', title: 'B', pathCode: 'P', syncKey: 'S' },
            { guid: 'a', title: 'A' },
          ],
          sessions: [{ guid: 's-1' }, { guid: 's-1' }],
          lovs: [{ guid: 'l-1' }, { guid: 'l-1' }],
          registrations: [
            { learnerLogin: 'Ada', sessionGuid: 's-1' },
            { learnerRefNumber: '1', sessionGuid: 's-1' },
          ],
        },
        [
          ['KEY_DUPLICATED', 'organisations.1.syncKey'],
          ['KEY_DUPLICATED', 'learners.1.refNumber'],
          ['KEY_DUPLICATED', 'learners.2.login'],
          ['KEY_DUPLICATED', 'trainings.1.pathCode'],
          ['KEY_DUPLICATED', 'trainings.1.syncKey'],
          ['KEY_DUPLICATED', 'trainings.2.guid'],
          ['KEY_DUPLICATED', 'sessions.1.guid'],
          ['KEY_DUPLICATED', 'lovs.1.guid'],
          ['KEY_DUPLICATED', 'registrations.1.sessionGuid'],
        ],
      ],
      [
        'a unique value of another record, even one that the request takes away there',
        {
          learners: [
            { login: 'Ada', refNumber: '2' },
            { login: 'josé', refNumber: null },
          ],
          trainings: [{ guid: 't-2', pathCode: 'SAFETY', syncKey: 'course-1' }],
        },
        [
          ['VALUE_TAKEN', 'learners.0.refNumber'],
          ['VALUE_TAKEN', 'trainings.0.pathCode'],
          ['VALUE_TAKEN', 'trainings.0.syncKey'],
        ],
      ],
      [
        'references to nothing, or to different records',
        {
          organisations: [{ syncKey: 'north', parentSyncKey: 'Root' }],
          learners: [{ login: 'Ada', organisationSyncKey: 'none' }],
          trainings: [
            { guid: 't-1', pathCode: 'RENAMED', organisationSyncKey: 'none' },
            { guid: 't-2', pathCode: 'AID' },
          ],
          sessions: [
            { guid: 's-1', trainingPathCode: 'SAFETY' },
            { guid: 's-2', trainingGuid: 't-2', trainingPathCode: 'RENAMED' },
            { guid: 's-3', title: 'S', trainingGuid: 'T-1', trainingPathCode: 'AID' },
          ],
          lovs: [{ guid: 'l-1', trainingGuids: ['t-1', 'none'], trainingPathCodes: ['aid'] }],
          registrations: [
            { learnerLogin: 'ada', sessionGuid: 's-1' },
            { learnerLogin: 'Ada', learnerRefNumber: '2', sessionGuid: 'S-1' },
            { learnerRefNumber: '3', sessionGuid: 's-1' },
          ],
        },
        [
          ['ORGANISATION_NOT_FOUND', 'organisations.0.parentSyncKey'],
          ['ORGANISATION_NOT_FOUND', 'learners.0.organisationSyncKey'],
          ['ORGANISATION_NOT_FOUND', 'trainings.0.organisationSyncKey'],
          ['TRAINING_NOT_FOUND', 'sessions.0.trainingPathCode'],
          ['REFERENCES_DISAGREE', 'sessions.1.trainingPathCode'],
          ['TRAINING_NOT_FOUND', 'sessions.2.trainingGuid'],
          ['TRAINING_NOT_FOUND', 'lovs.0.trainingGuids.1'],
          ['TRAINING_NOT_FOUND', 'lovs.0.trainingPathCodes.0'],
          ['LEARNER_NOT_FOUND', 'registrations.0.learnerLogin'],
          ['REFERENCES_DISAGREE', 'registrations.1.learnerRefNumber'],
          ['SESSION_NOT_FOUND', 'registrations.1.sessionGuid'],
          ['LEARNER_NOT_FOUND', 'registrations.2.learnerRefNumber'],
        ],
      ],
      [
        'an organisation above itself',
        {
          organisations: [
            { syncKey: 'self', name: 'Self', parentSyncKey: 'self' },
            { syncKey: 'a', name: 'A', parentSyncKey: 'b' },
            { syncKey: 'b', name: 'B', parentSyncKey: 'c' },
            { syncKey: 'c', name: 'C', parentSyncKey: 'a' },
            { syncKey: 'leaf', name: 'Leaf', parentSyncKey: 'a' },
          ],
        },
        [
          ['ORGANISATION_CYCLE', 'organisations.0.parentSyncKey'],
          ['ORGANISATION_CYCLE', 'organisations.1.parentSyncKey'],
          ['ORGANISATION_CYCLE', 'organisations.2.parentSyncKey'],
          ['ORGANISATION_CYCLE', 'organisations.3.parentSyncKey'],
        ],
      ],
      [
        'an organisation above itself through stored ones',
        { organisations: [{ syncKey: 'root', parentSyncKey: 'below-north' }] },
        [['ORGANISATION_CYCLE', 'organisations.0.parentSyncKey']],
      ],
    ];

    it.each(cases)('%s: all are told, and nothing is written', async (_name, rows, expected) => {
      await loaded(CAMPUS);
      await loaded({ organisations: [{ syncKey: 'below-north', name: 'Below', parentSyncKey: 'north' }] });
      const before = await everything();
      const statements = test.watch();
      const good = { login: 'good', email: 'good@example.org' };
      const report = await load({ ...rows, learners: [...(rows.learners ?? []), good] });

      expect(codes(report)).toEqual(expected);
      expect(Object.values(report.counts).flatMap(Object.values)).toEqual(Array(48).fill(0));
      expect(statements.filter((sql) => /^\s*(INSERT|UPDATE|DELETE)/.test(sql))).toEqual([]);
      expect(await everything()).toEqual(before);
    });

    it('name the row that has the key first', async () => {
      const { problems } = await load({ learners: [{ login: 'b' }, { login: 'a' }, { login: 'a' }] });
      expect(problems).toMatchObject([{ code: 'KEY_DUPLICATED', severity: 'ERROR', row: null }]);
      expect(problems[0]?.message).toContain('learners[1].login');
    });

    it('leave no site behind', async () => {
      await load({ learners: [{ login: '' }] });
      expect((await everything()).site).toEqual([]);
    });
  });

  describe('many rows', () => {
    function crowd(size: number, round: number): ReferenceRows {
      const indexes = Array.from({ length: size }, (_, index) => index);
      return {
        organisations: indexes.map((index) => ({
          syncKey: `o${index}`,
          name: `O ${round}`,
          parentSyncKey: index === 0 ? null : `o${Math.floor((index - 1) / 2)}`,
        })),
        learners: indexes.map((index) => ({
          login: `learner${index}`,
          refNumber: `r${index}`,
          email: `learner${index}@example.org`,
          organisationSyncKey: `o${(index + round) % size}`,
        })),
        trainings: indexes.map((index) => ({
          guid: `t${index}`,
          pathCode: `P${index}`,
          syncKey: `k${index}`,
          title: `T ${round}`,
        })),
        sessions: indexes.map((index) => ({
          guid: `s${index}`,
          trainingPathCode: `P${index}`,
          title: `S ${round}`,
        })),
        lovs: indexes.map((index) => ({
          guid: `l${index}`,
          code: `c${round}`,
          trainingGuids: [`t${index}`],
        })),
        registrations: indexes.map((index) => ({
          learnerRefNumber: `r${index}`,
          sessionGuid: `s${(index + round) % size}`,
        })),
      };
    }

    async function statementsOf(size: number, siteId: number): Promise<number[]> {
      const counts: number[] = [];
      for (const round of [1, 2]) {
        const statements = test.watch();
        const report = await loaded(crowd(size, round), siteId);
        counts.push(statements.length);
        expect(report.counts.lovs).toEqual(
          round === 1
            ? { created: size, updated: 0, unchanged: 0, removed: 0 }
            : { created: 0, updated: size, unchanged: 0, removed: 0 },
        );
      }
      return counts;
    }

    it('need as many statements as few rows do, up to a chunk', async () => {
      const few = await statementsOf(10, 1);
      expect(await statementsOf(1_000, 2)).toEqual(few);
      for (const [index, count] of (await statementsOf(2_500, 3)).entries()) {
        expect(count).toBeLessThanOrEqual(present(few[index]) * 3);
      }
    });
  });

  it.each([
    ['a site that is not there yet', false],
    ['a site that is there', true],
  ])('of several loads at once of %s, each adds its own', async (_name, isThere) => {
    if (isThere) await loaded({}, 5);
    const rows = Array.from({ length: 200 }, (_, index) => ({
      login: `learner${index}`,
      refNumber: `r${index}`,
    }));
    const reports = await Promise.all(
      [rows, rows.toReversed(), rows.slice(50), [...rows, { login: 'one more' }]].map((learners) =>
        load({ learners }, 5),
      ),
    );
    for (const { problems } of reports) expect(problems).toEqual([]);
    const created = reports.map(({ counts }) => counts.learners.created);
    expect(created.reduce((sum, count) => sum + count, 0)).toBe(201);
    expect(await test.query('SELECT login FROM learner')).toHaveLength(201);
  });
});
