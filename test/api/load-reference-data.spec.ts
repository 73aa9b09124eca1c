import { readOperations } from '../../src/http/operations';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { importRows } from '../support/import-cases';
import { waits } from '../support/lock-waits';
import { present } from '../support/present';

const { query, variables } = present(readOperations().find(({ name }) => name === 'load-reference-data'));
const { input: INPUT } = JSON.parse(present(variables)) as { input: Record<string, object[]> };

interface Answer {
  readonly __typename: string;
  readonly dryRun: boolean;
  readonly counts: readonly { kind: string; created: number; updated: number; unchanged: number }[];
  readonly problems: readonly { code: string; path: string[] }[];
}

describe.each(DATABASE_KINDS)('loadReferenceData on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  async function load(input: object, as = api): Promise<Answer> {
    return (await as.run<{ loadReferenceData: Answer }>(query, { input })).loadReferenceData;
  }

  const told = ({ counts }: Answer) =>
    Object.fromEntries(
      counts
        .map(({ kind: name, ...of }) => [name, [of.created, of.updated, of.unchanged]] as const)
        .filter(([, of]) => of.some((count) => count > 0)),
    );

  const TABLES = ['site', 'learner', 'training', 'session', 'registration', 'learning_object_version'];
  const everything = () =>
    Promise.all(TABLES.map((table) => test.query(`SELECT * FROM ${table} ORDER BY id`)));
  const audited = async () =>
    (await test.query<Record<string, unknown>>('SELECT * FROM audit_entry ORDER BY id')).map(
      ({ operation, target_type, target_id, changed_fields, outcome }) => [
        operation,
        target_type,
        target_id,
        JSON.parse(String(changed_fields)),
        outcome,
      ],
    );

  it('creates what imports refer to, on the site of the caller', async () => {
    const there = api.as({ siteId: 7 });
    const answer = await load(INPUT, there);
    expect(answer).toMatchObject({ __typename: 'LoadReferenceDataSuccess', dryRun: false, problems: [] });
    const one = [1, 0, 0];
    expect(told(answer)).toEqual({
      site: one,
      learners: one,
      trainings: one,
      sessions: one,
      lovs: one,
      memberships: one,
      registrations: one,
    });
    const row = { candidateLogin: 'noor.haddad', sessionGuid: 'fire-safety-2026', lovCode: 'FS-BASICS' };
    expect((await importRows(there, [row])).summary.created).toBe(1);
    expect((await importRows(api, [row])).summary.rejected).toBe(1);
  });

  it('changes nothing the second time; absent keeps, null clears, a value sets', async () => {
    await load(INPUT);
    const before = await everything();
    const again = await load(INPUT);
    expect(Object.values(told(again))).toEqual(Array(7).fill([0, 0, 1]));
    expect(await everything()).toEqual(before);
    await load({ learners: [{ login: 'noor.haddad', email: null }], trainings: null, site: null });
    expect(await test.query('SELECT email, ref_number FROM learner')).toEqual([
      { email: null, ref_number: 'N-1001' },
    ]);
    expect(await audited()).toEqual([
      [
        'loadReferenceData',
        'SITE',
        '1',
        ['site', 'learners', 'trainings', 'sessions', 'lovs', 'memberships', 'registrations'],
        'SUCCESS',
      ],
      ['loadReferenceData', 'SITE', '1', ['learners'], 'SUCCESS'],
    ]);
  });

  it('writes nothing with any error, and tells all of them', async () => {
    const before = await everything();
    const answer = await load({
      ...INPUT,
      learners: [{ login: ' ' }, { login: 'x', email: 'none' }],
      sessions: [{ guid: 's', title: 'S', trainingGuid: 'nowhere' }],
    });
    expect(answer.__typename).toBe('LoadReferenceDataError');
    expect(told(answer)).toEqual({});
    expect(answer.problems.map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual(
      expect.arrayContaining([
        'VALUE_MISSING learners.0.login',
        'EMAIL_INVALID learners.1.email',
        'TRAINING_NOT_FOUND sessions.0.trainingGuid',
      ]),
    );
    expect(await everything()).toEqual(before);
    expect(await audited()).toEqual([['loadReferenceData', 'SITE', '1', [], 'ERROR']]);
  });

  it('answers a dry run as it would answer the real one, and writes nothing', async () => {
    const before = await everything();
    const dry = await load({ ...INPUT, dryRun: true });
    expect(await everything()).toEqual(before);
    expect(await audited()).toEqual([]);
    const real = await load(INPUT);
    expect({ ...dry, dryRun: false }).toEqual(real);
  });

  it('takes 10000 rows in all', async () => {
    const learners = Array.from({ length: 9_999 }, (_, index) => ({ login: `learner-${index}` }));
    const more = { trainings: [{ guid: 't', title: 'T' }] };
    const tooMany = await load({ learners, trainings: [...more.trainings, { guid: 'u', title: 'U' }] });
    expect(tooMany.problems.map(({ code, path }) => [code, path])).toEqual([['ROWS_TOO_MANY', []]]);
    expect(told(await load({ learners, ...more }))).toEqual({
      site: [1, 0, 0],
      learners: [9_999, 0, 0],
      trainings: [1, 0, 0],
    });
  });

  describe('by documents', () => {
    const LOAD = `mutation ($input: LoadReferenceDataInput!) {
      loadReferenceData(input: $input) {
        __typename
        ... on LoadReferenceDataOutcome {
          dryRun counts { kind created updated unchanged removed } problems { code severity path message hint }
        }
      }
    }`;
    interface Told {
      readonly __typename: string;
      readonly counts: readonly { kind: string; removed: number }[];
      readonly problems: readonly { code: string; severity: string; path: string[]; message: string }[];
    }
    const send = async (input: object) =>
      (await api.run<{ loadReferenceData: Told }>(LOAD, { input })).loadReferenceData;
    const problemsOf = ({ problems }: Told) =>
      problems.map(({ code, severity, path }) => `${severity} ${code} ${path.join('.')}`);
    const removedOf = ({ counts }: Told) =>
      Object.fromEntries(counts.flatMap(({ kind: name, removed }) => (removed > 0 ? [[name, removed]] : [])));

    /** What is stored, read back by documents as well. */
    const stored = () =>
      api.run(`{
        learners { nodes { login email } }
        sessions { nodes { guid registrations { nodes { learner { login } tracking { nodes { score } } } } } }
        trainings { nodes { guid isDeleted lovs { nodes { lov { guid } } } } }
      }`);

    it('a login that differs in case only is stored, and a Warning', async () => {
      expect(await send({ learners: [{ login: 'ada' }] })).toMatchObject({
        __typename: 'LoadReferenceDataSuccess',
        problems: [],
      });
      const answer = await send({ learners: [{ login: 'bob' }, { login: 'Ada', email: 'ada@example.org' }] });
      expect(answer.__typename).toBe('LoadReferenceDataWarning');
      expect(problemsOf(answer)).toEqual(['WARNING LOGIN_DIFFERS_IN_CASE learners.1.login']);
      expect(await stored()).toMatchObject({
        learners: {
          nodes: [
            { login: 'ada', email: null },
            { login: 'bob', email: null },
            { login: 'Ada', email: 'ada@example.org' },
          ],
        },
      });
    });

    it('REMOVE of what others hang on is an Error that tells how many, and nothing is removed', async () => {
      await load(INPUT);
      const [registration] = present(INPUT.registrations) as { learnerLogin: string; sessionGuid: string }[];
      const { learnerLogin: candidateLogin, sessionGuid } = present(registration);
      await importRows(api, [{ candidateLogin, sessionGuid, lovCode: 'FS-BASICS', score: 7, scoreMax: 10 }]);
      const before = await stored();

      const remove = (row: object) => ({ ...row, action: 'REMOVE' });
      const learner = remove({ login: candidateLogin });
      const blocked = await send({
        learners: [{ login: 'new' }, learner],
        sessions: [remove({ guid: sessionGuid })],
      });
      const tracked = await send({ learners: [learner], registrations: [remove(present(registration))] });
      expect([blocked, tracked].map(problemsOf)).toEqual([
        ['ERROR STILL_REFERENCED learners.1.action', 'ERROR STILL_REFERENCED sessions.0.action'],
        ['ERROR STILL_REFERENCED registrations.0.removeTracking'],
      ]);
      for (const answer of [blocked, tracked]) {
        expect(answer.__typename).toBe('LoadReferenceDataError');
        for (const { message } of answer.problems) expect(message).toMatch(/: 1\b/);
        expect(removedOf(answer)).toEqual({});
      }
      expect(await stored()).toEqual(before);

      const registrations = [{ ...remove(present(registration)), removeTracking: true }];
      const done = await send({ learners: [learner], registrations });
      expect([done.__typename, problemsOf(done), removedOf(done)]).toEqual([
        'LoadReferenceDataSuccess',
        [],
        { learners: 1, registrations: 1 },
      ]);
      expect(await stored()).toMatchObject({
        learners: { nodes: [] },
        sessions: { nodes: [{ guid: sessionGuid, registrations: { nodes: [] } }] },
      });
      const { deletedTracking } = await api.run<{ deletedTracking: object }>(
        '{ deletedTracking { nodes { reason } } }',
      );
      expect(deletedTracking).toEqual({ nodes: [{ reason: 'REMOVED' }] });
    });

    it('REMOVE of a training flags it, of a membership keeps its records, and of what is not there is no problem', async () => {
      await load(INPUT);
      const [{ guid = '' } = {}] = present(INPUT.trainings) as { guid?: string }[];
      const [{ guid: lovGuid = '' } = {}] = present(INPUT.lovs) as { guid?: string }[];
      const answer = await send({
        trainings: [{ guid, action: 'REMOVE' }],
        memberships: [{ trainingGuid: guid, lovGuid, action: 'REMOVE' }],
        learners: [{ login: 'nobody', action: 'REMOVE' }],
      });
      expect([answer.__typename, problemsOf(answer), removedOf(answer)]).toEqual([
        'LoadReferenceDataSuccess',
        [],
        { trainings: 1, memberships: 1 },
      ]);
      expect(await stored()).toMatchObject({
        trainings: { nodes: [{ guid, isDeleted: true, lovs: { nodes: [] } }] },
      });
    });
  });

  // The embedded database has one writer at a time.
  if (kind.kind !== 'sqlite') {
    it('looks again where somebody else is creating what has the key of one of its rows', async () => {
      const course = { guid: 'course', title: 'Course' };
      const element = { syncKey: 'wanted', courseGuid: 'course', kind: 'FOLDER', title: 'Folder' };
      await load({ trainings: [course] });
      const loading = await test.database.transaction(async (tx) => {
        await tx.query(
          `INSERT INTO course_element
             (site_id, course_id, kind, sync_key, title, active, position, is_deleted, updated_at)
           SELECT 1, id, 'CUSTOM_ACTIVITY', 'wanted', 'Activity', 1, 0, 0, '2026-01-01' FROM training`,
        );
        const answer = api.execute(query, {
          input: { courseElements: [element], learners: [{ login: 'beside' }] },
        });
        expect(await waits(test, answer)).toBe(true);
        return { answer };
      });
      const { data, errors } = await loading.answer;
      expect(errors).toBeUndefined();
      expect(data?.loadReferenceData).toMatchObject({
        __typename: 'LoadReferenceDataError',
        problems: [{ code: 'VALUE_TAKEN', path: ['courseElements', '0', 'syncKey'] }],
      });
      expect(await test.query('SELECT kind FROM course_element')).toEqual([{ kind: 'CUSTOM_ACTIVITY' }]);
      expect(await test.query('SELECT login FROM learner')).toEqual([]);
    });

    it('does not try for ever where what it writes has a key twice', async () => {
      let tries = 0;
      const twice = test.database.transaction(async (tx) => {
        tries += 1;
        for (const name of ['one', 'other']) {
          await tx.query(`INSERT INTO site (id, name) VALUES (9, '${name}')`);
        }
      });
      await expect(twice).rejects.toMatchObject({ driverError: { errno: 1062 } });
      expect(tries).toBeGreaterThan(1);
      expect(await test.query('SELECT id FROM site')).toEqual([]);
    });
  }

  it('counts its rows against the limit of the caller', async () => {
    const taken: number[] = [];
    const takeRows = async (rows: number) => {
      taken.push(rows);
    };
    await load(INPUT, api.as({ takeRows }));
    expect(taken).toEqual([5]);
  });
});
