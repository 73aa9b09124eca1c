/** Reading what the operations refer to: page by page, one by one, and nested. */

import type { Scope } from '../../src/access/scopes';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { present } from '../support/present';

const LOAD = `mutation ($input: LoadReferenceDataInput!) {
  loadReferenceData(input: $input) { ... on LoadReferenceDataOutcome { problems { code path message } } }
}`;

const SCHOOL = {
  site: { name: 'School' },
  organisations: [
    { syncKey: 'ORG', name: 'École' },
    { syncKey: 'ORG-2', name: 'Second', parentSyncKey: 'ORG' },
  ],
  learners: [
    { login: 'Ada', refNumber: 'R-1', email: 'ada@example.org', organisationSyncKey: 'ORG-2' },
    { login: 'ada', email: 'Shared@example.org' },
    { login: 'bob', refNumber: 'adam-7', email: 'shared@example.org', organisationSyncKey: 'ORG' },
    { login: 'zoe', refNumber: 'R-2', email: 'shared@example.org' },
  ],
  trainings: [
    {
      guid: 'training-1',
      pathCode: 'PATH-1',
      syncKey: 'course-1',
      title: 'Ébauche',
      organisationSyncKey: 'ORG',
    },
    { guid: 'training-2', pathCode: 'PATH-2', title: 'PATH to glory' },
    { guid: 'training-3', title: 'path of nobody' },
  ],
  sessions: [
    { guid: 'session-1', trainingGuid: 'training-1', title: 'Spring' },
    {
      guid: 'session-2',
      trainingGuid: 'training-1',
      title: 'SPRING again',
      startsAt: '2026-01-01T00:00:00.000Z',
    },
    { guid: 'session-3', trainingGuid: 'training-2', title: 'Autumn' },
  ],
  lovs: [
    { guid: 'lov-1', code: 'CODE', title: 'First', trainingGuids: ['training-1'] },
    { guid: 'lov-2', code: 'CODE', title: 'Second', trainingGuids: ['training-1', 'training-2'] },
    { guid: 'lov-3', code: 'OTHER', title: 'CODE of conduct', kind: 'EASYQUIZZ' },
  ],
  registrations: [
    { learnerLogin: 'Ada', sessionGuid: 'session-1' },
    { learnerLogin: 'Ada', sessionGuid: 'session-2' },
    { learnerLogin: 'bob', sessionGuid: 'session-1' },
    { learnerLogin: 'zoe', sessionGuid: 'session-3' },
  ],
};

const ROWS = [
  { candidateLogin: 'Ada', sessionGuid: 'session-1', lovGuid: 'lov-1', score: 50 },
  { candidateLogin: 'Ada', sessionGuid: 'session-1', lovGuid: 'lov-2', score: 60 },
  { candidateLogin: 'bob', sessionGuid: 'session-1', lovGuid: 'lov-2', score: 70 },
];

const NESTED = `
  learner { learnerId login refNumber email createdAt organisationId }
  session { sessionId guid title startsAt endsAt training { trainingId guid pathCode title syncKey isDeleted } }
  lov { lovId code guid title provider kind }
  registration { registrationId learnerId sessionId learner { login } session { title } }`;

type Nodes<Node> = Record<
  string,
  { nodes: Node[]; totalCount: number; pageInfo: { endCursor: string; hasNextPage: boolean } }
>;

describe.each(DATABASE_KINDS)('reading records on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
    const { loadReferenceData } = await api.run<{ loadReferenceData: { problems: { code: string }[] } }>(
      LOAD,
      { input: SCHOOL },
    );
    // Two logins differ in case, so that they are told apart.
    const codes = loadReferenceData.problems.map(({ code }) => code);
    expect(codes.filter((code) => code !== 'LOGIN_DIFFERS_IN_CASE')).toEqual([]);
    await importRows(api);
  });
  afterAll(() => test.drop());

  async function importRows(by: Api, selection = 'outcome') {
    const { done } = await by.run<{ done: { rows: Record<string, unknown>[] } }>(
      `mutation ($rows: [ConsolidatedTrackingRowInput!]!) {
        done: importConsolidatedTracking(input: { rows: $rows }) {
          ... on ImportConsolidatedTrackingOutcome { rows { ${selection} } }
        }
      }`,
      { rows: ROWS },
    );
    return done.rows;
  }

  /** What a filter finds, by one field of each. */
  async function found(query: string, filter: string, field: string): Promise<unknown[]> {
    const { [query]: page } = await api.run<Nodes<Record<string, unknown>>>(
      `{ ${query}(filter: { ${filter} }) { totalCount nodes { ${field} } } }`,
    );
    const { nodes, totalCount } = present(page);
    expect(totalCount).toBe(nodes.length);
    return nodes.map((node) => node[field]);
  }

  async function refused(document: string, variables?: Record<string, unknown>): Promise<unknown> {
    const { errors } = await api.execute(document, variables);
    return errors?.[0]?.extensions.code;
  }

  const holding = (scopes: readonly Scope[]) => api.as({ caller: { scopes: new Set(scopes) } });

  describe('filters', () => {
    it.each([
      ['learners', 'login: "ADA"', 'login', ['Ada', 'ada']],
      ['learners', 'email: "SHARED@example.org"', 'login', ['ada', 'bob', 'zoe']],
      ['learners', 'refNumber: "R-1"', 'login', ['Ada']],
      ['learners', 'refNumber: "r-1"', 'login', []],
      ['learners', 'organisationSyncKey: "ORG"', 'login', ['bob']],
      ['learners', 'email: "shared@example.org", login: "ada"', 'login', ['ada']],
      ['learners', 'learnerId: "no id"', 'login', []],
      ['learners', 'login: "ada "', 'login', []],
      ['organisations', 'parentSyncKey: "ORG"', 'syncKey', ['ORG-2']],
      ['organisations', 'syncKey: "org"', 'syncKey', []],
      ['trainings', 'pathCode: "PATH-1"', 'guid', ['training-1']],
      ['trainings', 'syncKey: "course-1"', 'guid', ['training-1']],
      ['trainings', 'guid: "TRAINING-1"', 'guid', []],
      ['trainings', 'organisationSyncKey: "ORG"', 'guid', ['training-1']],
      ['sessions', 'guid: "session-2"', 'guid', ['session-2']],
      ['sessions', 'trainingGuid: "training-1"', 'guid', ['session-1', 'session-2']],
      ['sessions', 'trainingPathCode: "PATH-2"', 'guid', ['session-3']],
      ['sessions', 'trainingSyncKey: "course-1"', 'guid', ['session-1', 'session-2']],
      ['learningObjectVersions', 'code: "CODE"', 'guid', ['lov-1', 'lov-2']],
      ['learningObjectVersions', 'code: "code"', 'guid', []],
      ['learningObjectVersions', 'guid: "lov-3"', 'guid', ['lov-3']],
    ])('%s(%s)', async (query, filter, field, expected) => {
      expect(await found(query, filter, field)).toEqual(expected);
    });

    it('of registrations', async () => {
      const of = async (filter: string) => (await found('registrations', filter, 'registrationId')).length;
      expect(await of('candidateLogin: "ADA"')).toBe(2);
      expect(await of('candidateEmail: "Shared@Example.org"')).toBe(2);
      expect(await of('candidateRefNumber: "R-1"')).toBe(2);
      expect(await of('sessionGuid: "session-1"')).toBe(2);
      expect(await of('sessionGuid: "session-1", candidateLogin: "bob"')).toBe(1);
      const trainingIds = await found('trainings', 'guid: "training-1"', 'trainingId');
      expect(await of(`trainingId: ${trainingIds[0]}`)).toBe(3);
      expect(await of('trainingGuid: "training-1"')).toBe(3);
      expect(await of('trainingPathCode: "PATH-2"')).toBe(1);
      expect(await of('trainingPathCode: "path-2"')).toBe(0);
      expect(await of('trainingSyncKey: "course-1"')).toBe(3);
      expect(await of('trainingGuid: "training-3"')).toBe(0);
      expect(await of('trainingGuid: "training-1", candidateLogin: "bob"')).toBe(1);
    });

    it('with no condition, and none at all, read all', async () => {
      const { all, none } = await api.run<Nodes<unknown>>(
        '{ all: learners { totalCount } none: learners(filter: {}) { totalCount } }',
      );
      expect([all?.totalCount, none?.totalCount]).toEqual([4, 4]);
    });
  });

  describe('a search', () => {
    it.each([
      ['learners', 'AD', 'login', ['Ada', 'ada']],
      ['learners', 'adam', 'login', ['bob']],
      ['learners', 'shared', 'login', ['ada', 'bob', 'zoe']],
      ['learners', 'a', 'login', ['Ada', 'ada', 'bob']],
      ['learners', 'r-1', 'login', []],
      ['learners', '%', 'login', []],
      ['organisations', 'éco', 'syncKey', ['ORG']],
      ['organisations', 'ORG', 'syncKey', ['ORG', 'ORG-2']],
      ['trainings', ' path ', 'guid', ['training-3', 'training-2']],
      ['trainings', 'PATH', 'guid', ['training-3', 'training-2', 'training-1']],
      ['sessions', 'spring', 'guid', ['session-1', 'session-2']],
      ['learningObjectVersions', 'CODE', 'guid', ['lov-3', 'lov-1', 'lov-2']],
    ])('of %s for %j', async (query, search, field, expected) => {
      expect(await found(query, `search: ${JSON.stringify(search)}`, field)).toEqual(expected);
    });

    it('together with a reference', async () => {
      expect(await found('sessions', 'search: "spring", trainingGuid: "training-2"', 'guid')).toEqual([]);
      expect(await found('learners', 'search: "a", organisationSyncKey: "ORG"', 'login')).toEqual(['bob']);
    });

    it('for nothing but blanks is refused', async () => {
      expect(await refused('{ learners(filter: { search: "  " }) { totalCount } }')).toBe('BAD_USER_INPUT');
    });

    it('finds a title that was changed by its new beginning only', async () => {
      const change = async (title: string) =>
        api.run(LOAD, { input: { sessions: [{ guid: 'session-3', title }] } });
      await change('Wînter');
      expect(await found('sessions', 'search: "autumn"', 'guid')).toEqual([]);
      expect(await found('sessions', 'search: "WÎN"', 'guid')).toEqual(['session-3']);
      await change('Autumn');
    });
  });

  describe('pages', () => {
    it.each(['', 'filter: { search: "a" }, ', 'filter: { email: "shared@example.org" }, '])(
      'of learners(%s) come one after the other, none twice',
      async (filter) => {
        const whole = await api.run<Nodes<{ login: string }>>(
          `{ learners(${filter}first: 200) { nodes { login } } }`,
        );
        const pageAfter = async (after: string | null): Promise<Nodes<{ login: string }>[string]> => {
          const { learners } = await api.run<Nodes<{ login: string }>>(
            `query ($after: String) { learners(${filter}first: 1, after: $after) {
              nodes { login } pageInfo { endCursor hasNextPage }
            } }`,
            { after },
          );
          return present(learners);
        };
        const seen: string[] = [];
        for (let after: string | null = null; ; ) {
          const { nodes, pageInfo } = await pageAfter(after);
          seen.push(...nodes.map(({ login }) => login));
          if (!pageInfo.hasNextPage) break;
          after = pageInfo.endCursor;
        }
        expect(seen).toEqual(whole.learners?.nodes.map(({ login }) => login));
      },
    );

    it.each([0, -1, 201])('of %i are refused', async (first) => {
      expect(await refused(`{ sessions(first: ${first}) { nodes { guid } } }`)).toBe('BAD_USER_INPUT');
    });

    it('are refused at what is no cursor of them', async () => {
      expect(await refused('{ sessions(after: "x") { nodes { guid } } }')).toBe('BAD_USER_INPUT');
      const { learners } = await api.run<Nodes<unknown>>('{ learners(first: 1) { pageInfo { endCursor } } }');
      const after = JSON.stringify(present(learners).pageInfo.endCursor);
      expect(await refused(`{ learners(filter: { search: "a" }, after: ${after}) { totalCount } }`)).toBe(
        'BAD_USER_INPUT',
      );
    });

    it('after a long title go on', async () => {
      const titles = ['a', 'b'].map((end) => `${'İ'.repeat(250)}${end}`);
      const sessions = titles.map((title, place) => ({
        guid: `long-${place}`,
        trainingGuid: 'training-3',
        title,
      }));
      await api.run(LOAD, { input: { sessions } });
      const page = async (after: string | null): Promise<Nodes<{ guid: string }>> =>
        api.run(
          `query ($after: String) { sessions(filter: { search: "İ" }, first: 1, after: $after) {
            nodes { guid } pageInfo { endCursor }
          } }`,
          { after },
        );
      const { sessions: first } = await page(null);
      const { sessions: second } = await page(present(first).pageInfo.endCursor);
      expect([first, second].map((each) => each?.nodes)).toEqual([
        [{ guid: 'long-0' }],
        [{ guid: 'long-1' }],
      ]);
    });
  });

  describe('one record', () => {
    it.each([
      ['learner(login: "Ada") { refNumber }', { refNumber: 'R-1' }],
      ['learner(login: "ADA") { refNumber }', null],
      ['learner(email: "Shared@example.org") { login }', { login: 'ada' }],
      ['learner(email: "SHARED@example.org") { login }', null],
      ['learner(refNumber: "adam-7") { login }', { login: 'bob' }],
      ['learner(learnerId: "0") { login }', null],
      ['training(pathCode: "PATH-2") { guid }', { guid: 'training-2' }],
      ['training(syncKey: "course-1") { guid title }', { guid: 'training-1', title: 'Ébauche' }],
      ['training(guid: "none") { guid }', null],
      [
        'session(guid: "session-2") { startsAt training { guid } }',
        { startsAt: '2026-01-01T00:00:00.000Z', training: { guid: 'training-1' } },
      ],
      ['learningObjectVersion(guid: "lov-3") { kind }', { kind: 'EASYQUIZZ' }],
      ['learningObjectVersion(code: "OTHER") { guid }', { guid: 'lov-3' }],
      ['registration(registrationId: "0") { registrationId }', null],
    ])('%s', async (look, expected) => {
      expect(await api.run(`{ found: ${look} }`)).toEqual({ found: expected });
    });

    it.each([
      'learner { login }',
      'learner(login: null) { login }',
      'learner(login: "Ada", refNumber: "R-1") { login }',
      'learner(email: "shared@example.org") { login }',
      'learningObjectVersion(code: "CODE") { guid }',
      'training { guid }',
      'session { guid }',
      'registration { registrationId }',
    ])('%s is refused', async (look) => {
      expect(await refused(`{ ${look} }`)).toBe('BAD_USER_INPUT');
    });
  });

  describe('nested records', () => {
    it('are what tracking is about', async () => {
      const { consolidatedTracking } = await api.run<Nodes<Record<string, unknown>>>(
        `{ consolidatedTracking(filter: { candidateRefNumber: "R-1", lovGuid: "lov-1" }) { nodes { ${NESTED} } } }`,
      );
      expect(consolidatedTracking?.nodes).toEqual([
        {
          learner: expect.objectContaining({ login: 'Ada', refNumber: 'R-1', email: 'ada@example.org' }),
          session: expect.objectContaining({
            title: 'Spring',
            training: expect.objectContaining({ pathCode: 'PATH-1', title: 'Ébauche', isDeleted: false }),
          }),
          lov: expect.objectContaining({ title: 'First', provider: 'PARTNER', kind: 'CONTENT' }),
          registration: expect.objectContaining({ learner: { login: 'Ada' }, session: { title: 'Spring' } }),
        },
      ]);
    });

    it('are the same in the answer of an import', async () => {
      const rows = await importRows(
        api,
        `tracking { id ${NESTED} } match { session { startsAt training { title } } lov { title } learner { createdAt } }`,
      );
      const { consolidatedTracking } = await api.run<Nodes<{ id: string }>>(
        `{ consolidatedTracking { nodes { id ${NESTED} } } }`,
      );
      const byId = new Map(consolidatedTracking?.nodes.map((node) => [node.id, node]));
      const answered = rows.map(({ tracking }) => tracking as { id: string });
      expect(answered).toEqual(answered.map(({ id }) => byId.get(id)));
      expect(rows[0]?.match).toEqual({
        session: { startsAt: null, training: { title: 'Ébauche' } },
        lov: { title: 'First' },
        learner: { createdAt: expect.any(String) },
      });
    });

    it('are read anew behind a mutation of the same document', async () => {
      const titled = (training: string, session: string, lov: string, email: string) => ({
        trainings: [{ guid: 'training-1', title: training }],
        sessions: [{ guid: 'session-1', title: session }],
        lovs: [{ guid: 'lov-1', title: lov }],
        learners: [{ login: 'Ada', email }],
      });
      const records = 'learner { email } session { title training { title } } lov { title }';
      const told = (training: string, session: string, lov: string, email: string) => {
        const nested = { learner: { email }, session: { title: session, training: { title: training } } };
        const tracking = { ...nested, lov: { title: lov }, registration: nested };
        return { rows: [{ tracking, match: { session: nested.session, lov: { title: lov } } }] };
      };
      const answer = await api.run<Record<string, unknown>>(
        `mutation ($rows: [ConsolidatedTrackingRowInput!]!, $change: LoadReferenceDataInput!, $back: LoadReferenceDataInput!) {
          before: importConsolidatedTracking(input: { rows: $rows }) { ...Rows }
          change: loadReferenceData(input: $change) { ...Loaded }
          after: importConsolidatedTracking(input: { rows: $rows }) { ...Rows }
          back: loadReferenceData(input: $back) { ...Loaded }
          again: importConsolidatedTracking(input: { rows: $rows }) { ...Rows }
        }
        fragment Loaded on LoadReferenceDataOutcome { problems { code } }
        fragment Rows on ImportConsolidatedTrackingOutcome { rows {
          tracking { ${records} registration { learner { email } session { title training { title } } } }
          match { session { title training { title } } lov { title } }
        } }`,
        {
          rows: ROWS.slice(0, 1),
          change: titled('Draft', 'Summer', 'Changed', 'new@example.org'),
          back: titled('Ébauche', 'Spring', 'First', 'ada@example.org'),
        },
      );
      const asBefore = told('Ébauche', 'Spring', 'First', 'ada@example.org');
      expect([answer.before, answer.after, answer.again]).toEqual([
        asBefore,
        told('Draft', 'Summer', 'Changed', 'new@example.org'),
        asBefore,
      ]);
    });

    it('go on page by page', async () => {
      const { trainings } = await api.run<Nodes<unknown>>(`{
        trainings(filter: { guid: "training-1" }) {
          nodes {
            sessions(first: 1) { totalCount pageInfo { hasNextPage } nodes { guid registrations { totalCount nodes {
              learner { login } tracking(first: 1) { totalCount pageInfo { hasNextPage } nodes { lovCode score } }
            } } } }
            lovs { nodes { mandatory position points lov { title } } }
          }
        }
      }`);
      expect(trainings?.nodes).toEqual([
        {
          sessions: {
            totalCount: 2,
            pageInfo: { hasNextPage: true },
            nodes: [
              {
                guid: 'session-1',
                registrations: {
                  totalCount: 2,
                  nodes: [
                    {
                      learner: { login: 'Ada' },
                      tracking: {
                        totalCount: 2,
                        pageInfo: { hasNextPage: true },
                        nodes: [{ lovCode: 'CODE', score: 50 }],
                      },
                    },
                    {
                      learner: { login: 'bob' },
                      tracking: {
                        totalCount: 1,
                        pageInfo: { hasNextPage: false },
                        nodes: [{ lovCode: 'CODE', score: 70 }],
                      },
                    },
                  ],
                },
              },
            ],
          },
          lovs: {
            nodes: ['First', 'Second'].map((title) => ({
              mandatory: true,
              position: null,
              points: null,
              lov: { title },
            })),
          },
        },
      ]);
    });

    it('have a next page of their own', async () => {
      const pageOf = async (after: string | null) => {
        const { session } = await api.run<{
          session: { registrations: Nodes<{ learner: { login: string } }>[string] };
        }>(
          `query ($after: String) { session(guid: "session-1") { registrations(first: 1, after: $after) {
            nodes { learner { login } } pageInfo { endCursor hasNextPage }
          } } }`,
          { after },
        );
        return session.registrations;
      };
      const first = await pageOf(null);
      const second = await pageOf(first.pageInfo.endCursor);
      expect(
        [first, second].map(({ nodes, pageInfo }) => [nodes[0]?.learner.login, pageInfo.hasNextPage]),
      ).toEqual([
        ['Ada', true],
        ['bob', false],
      ]);
    });

    it('show no more of a learner than the id to who may read tracking only', async () => {
      const reader = holding(['tracking:read']);
      const { consolidatedTracking } = await reader.run<Nodes<{ learnerId: string; learner: unknown }>>(
        `{ consolidatedTracking { nodes { learnerId learner { learnerId login refNumber email createdAt organisationId }
          registration { learner { login } } session { title training { title } } } } }`,
      );
      for (const { learnerId, learner, ...rest } of present(consolidatedTracking).nodes) {
        const nothing = { login: null, refNumber: null, email: null, createdAt: null, organisationId: null };
        expect(learner).toEqual({ learnerId, ...nothing });
        expect(rest).toMatchObject({
          registration: { learner: { login: null } },
          session: { title: 'Spring' },
        });
      }
    });

    it.each<[scope: Scope, missing: string, document: string]>([
      [
        'tracking:read',
        'reference:read',
        '{ consolidatedTracking { nodes { session { registrations { totalCount } } } } }',
      ],
      [
        'tracking:read',
        'reference:read',
        '{ consolidatedTracking { nodes { session { training { sessions { totalCount } } } } } }',
      ],
      [
        'tracking:read',
        'reference:read',
        '{ consolidatedTracking { nodes { session { training { lovs { totalCount } } } } } }',
      ],
      ['reference:read', 'tracking:read', '{ registrations { nodes { tracking { totalCount } } } }'],
      ['reference:read', 'activity:read', '{ trainings { nodes { elements { totalCount } } } }'],
    ])('of who has %s and not %s stay closed', async (scope, missing, document) => {
      const { errors } = await holding([scope]).execute(document);
      expect(errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN', scope: missing });
    });

    it('are no pages in the rows of an import', async () => {
      const before = await found('registrations', '', 'registrationId');
      for (const selection of [
        'tracking { registration { tracking { totalCount } } }',
        'match { session { ...Registered } }',
      ]) {
        const document = `mutation ($input: ImportConsolidatedTrackingInput!) {
          importConsolidatedTracking(input: $input) {
            ... on ImportConsolidatedTrackingOutcome { rows { ${selection} } }
          }
        }
        ${selection.includes('...') ? 'fragment Registered on Session { registrations(first: 200) { totalCount } }' : ''}`;
        expect(await refused(document, { input: { rows: ROWS } })).toBe('BAD_USER_INPUT');
      }
      expect(await found('registrations', '', 'registrationId')).toEqual(before);
    });
  });
});
