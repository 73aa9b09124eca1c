import { gunzipSync, gzipSync } from 'node:zlib';
import type { ImportInput, ImportRow } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { ADA_FIRE, importRows, LOVS, NAMESAKES, worldWith } from '../support/import-cases';
import { storeWorld } from '../support/world';

interface Match {
  readonly learner: Readonly<Record<'learnerId' | 'login' | 'refNumber' | 'email', string | null>> | null;
  readonly session: {
    readonly sessionId: number;
    readonly guid: string;
    readonly title: string;
    readonly training: { readonly trainingId: number };
  } | null;
  readonly lov: { readonly lovId: string; readonly code: string; readonly guid: string } | null;
  readonly learnersFound: number;
  readonly sessionsFound: number;
  readonly lovsFound: number;
}

interface Answer {
  readonly replayed: boolean;
  readonly rows: readonly { readonly outcome: string; readonly match: Match }[];
}

const IMPORT = /* GraphQL */ `
  mutation Import($input: ImportConsolidatedTrackingInput!) {
    importConsolidatedTracking(input: $input) {
      ... on ImportConsolidatedTrackingOutcome {
        replayed
        rows {
          outcome
          match {
            ...whom
            session { sessionId guid title training { trainingId } }
            lov { lovId code guid }
            learnersFound
            sessionsFound
            lovsFound
          }
        }
      }
    }
  }
  fragment whom on RowMatch { learner { learnerId login refNumber email } }
`;

const SPRING = { sessionId: 100, guid: 'session-100', title: 'Spring', training: { trainingId: 10 } };
const FIRE = { lovId: '1', code: 'FIRE', guid: 'lov-1' };
const NOBODY = { login: null, refNumber: null, email: null };

describe.each(DATABASE_KINDS)('What a row was matched to, on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(() => test.clear());
  afterAll(() => test.drop());

  async function send(rows: readonly ImportRow[], rest: Omit<ImportInput, 'rows'> = {}): Promise<Answer> {
    const input = { rows, ...rest };
    return (await api.run<{ importConsolidatedTracking: Answer }>(IMPORT, { input }))
      .importConsolidatedTracking;
  }

  async function matchOf(row: ImportRow): Promise<Match> {
    const { rows } = await send([{ trackingStatus: 'incomplete', ...row }]);
    const [only] = rows;
    if (only === undefined) throw new Error('The request was refused');
    return only.match;
  }

  it('tells learner, session and LOV, and how many of each the references found', async () => {
    await storeWorld(test, worldWith());
    expect(await matchOf(ADA_FIRE)).toEqual({
      learner: { learnerId: '1', ...NOBODY, login: 'ada' },
      session: SPRING,
      lov: FIRE,
      learnersFound: 1,
      sessionsFound: 1,
      lovsFound: 1,
    });
  });

  it.each<[keyof ImportRow, string, object]>([
    ['candidateLogin', ' Ada ', { login: 'ada' }],
    ['candidateEmail', 'ADA@example.org', { email: 'ada@example.org' }],
    ['candidateRefNumber', 'R-1', { refNumber: 'R-1' }],
  ])(
    'of login, e-mail and reference number those that the row sent: %s, as stored',
    async (cell, sent, told) => {
      await storeWorld(test, worldWith());
      const { sessionGuid, lovCode } = ADA_FIRE;
      const { learner } = await matchOf({ sessionGuid, lovCode, [cell]: sent });
      expect(learner).toEqual({ learnerId: '1', ...NOBODY, ...told });
    },
  );

  it('each is null while it did not resolve, on rejected rows too', async () => {
    await storeWorld(test, worldWith());
    const { rows } = await send([
      { ...ADA_FIRE, candidateLogin: 'nobody' },
      { ...ADA_FIRE, sessionGuid: 'nowhere' },
      { ...ADA_FIRE, lovCode: 'NOTHING' },
      { lovCode: 'FIRE' },
    ]);
    expect(rows.map(({ outcome }) => outcome)).toEqual(['REJECTED', 'REJECTED', 'REJECTED', 'REJECTED']);
    const ada = { learnerId: '1', ...NOBODY, login: 'ada' };
    expect(rows.map(({ match }) => match)).toEqual([
      { learner: null, session: SPRING, lov: FIRE, learnersFound: 0, sessionsFound: 1, lovsFound: 1 },
      { learner: ada, session: null, lov: FIRE, learnersFound: 1, sessionsFound: 0, lovsFound: 1 },
      { learner: ada, session: SPRING, lov: null, learnersFound: 1, sessionsFound: 1, lovsFound: 0 },
      { learner: null, session: null, lov: FIRE, learnersFound: 0, sessionsFound: 0, lovsFound: 1 },
    ]);
  });

  it('several learners: the one it was narrowed down to, and how many there were', async () => {
    await storeWorld(test, NAMESAKES);
    const { lovCode, sessionGuid } = ADA_FIRE;
    expect(await matchOf({ candidateEmail: 'FAMILY@example.org', sessionGuid, lovCode })).toMatchObject({
      learner: { learnerId: '4', email: 'Family@Example.org' },
      learnersFound: 2,
    });
    expect(await matchOf({ candidateLogin: 'zoë', sessionGuid, lovCode })).toMatchObject({
      learner: { learnerId: '3', login: 'zoë' },
      learnersFound: 2,
    });
    // Neither is registered there: nobody knows which is meant.
    expect(
      await matchOf({ candidateEmail: 'FAMILY@example.org', sessionGuid: 'session-101', lovCode }),
    ).toMatchObject({ learner: null, learnersFound: 2 });
  });

  it('several sessions: the one the learner is registered in, or none while several may be meant', async () => {
    await storeWorld(test, NAMESAKES);
    const spring = { sessionTitle: 'Spring', trainingPathCode: 'SAFETY', lovCode: 'FIRE' };
    expect(await matchOf({ ...spring, candidateLogin: 'bob' })).toMatchObject({
      session: { sessionId: 100 },
      sessionsFound: 2,
    });
    expect(await matchOf({ ...spring, candidateLogin: 'ada' })).toMatchObject({
      learner: { learnerId: '1' },
      session: null,
      sessionsFound: 2,
    });
  });

  it('several LOVs: the one of the training, or none while several may be meant', async () => {
    await storeWorld(test, LOVS);
    expect(await matchOf({ ...ADA_FIRE, lovCode: 'SHARED' })).toMatchObject({
      lov: { lovId: '3' },
      lovsFound: 2,
    });
    expect(await matchOf({ ...ADA_FIRE, lovCode: 'TWIN' })).toMatchObject({ lov: null, lovsFound: 2 });
    // It is known, and refused for another reason.
    expect(await matchOf({ ...ADA_FIRE, lovCode: 'CARE-ONLY' })).toMatchObject({ lov: { lovId: '7' } });
    expect(await matchOf({ ...ADA_FIRE, lovCode: 'CLOSED' })).toMatchObject({ lov: { lovId: '8' } });
  });

  it('a retry tells the same, whatever was asked for the first time', async () => {
    await storeWorld(test, worldWith());
    const key = { idempotencyKey: 'match' };
    const rows = [{ ...ADA_FIRE, progression: 10 }];
    await importRows(api, rows, key);
    const again = await send(rows, key);
    expect(again.replayed).toBe(true);
    expect(again.rows[0]?.match).toEqual({
      learner: { learnerId: '1', ...NOBODY, login: 'ada' },
      session: SPRING,
      lov: FIRE,
      learnersFound: 1,
      sessionsFound: 1,
      lovsFound: 1,
    });
  });

  async function kept(): Promise<string> {
    const [entry] = await test.query<{ answer: string }>(
      'SELECT CAST(answer AS CHAR) AS answer FROM idempotency_entry',
    );
    return gunzipSync(Buffer.from(JSON.parse(String(entry?.answer)) as string, 'base64')).toString();
  }

  it('names nobody in what is kept for a retry', async () => {
    await storeWorld(test, worldWith());
    const row = { ...ADA_FIRE, candidateEmail: 'ada@example.org', progression: 10 };
    await send([row], { idempotencyKey: 'kept' });
    expect(await kept()).toContain('"namedBy":["candidateLogin","candidateEmail"]');
    // An id may hold the three letters by chance.
    expect((await kept()).replace(/[\da-f-]{36}/g, '')).not.toMatch(/ada/i);
  });

  it('a retry of what an earlier version answered tells that nothing is known of it', async () => {
    await storeWorld(test, worldWith());
    const key = { idempotencyKey: 'earlier' };
    const rows = [{ ...ADA_FIRE, score: 5 }];
    await importRows(api, rows, key);
    const answer = JSON.parse(await kept()) as { summary: object; rows: object[] };
    const earlier = {
      ...answer,
      summary: { ...answer.summary, problemCounts: undefined },
      rows: answer.rows.map((row) => ({ ...row, match: undefined })),
    };
    const packed = JSON.stringify(gzipSync(JSON.stringify(earlier)).toString('base64'));
    await test.query(`UPDATE idempotency_entry SET answer = '${packed}'`);
    const again = await send(rows, key);
    expect(again.replayed).toBe(true);
    expect(again.rows[0]?.match).toEqual({
      learner: null,
      session: null,
      lov: null,
      learnersFound: 0,
      sessionsFound: 0,
      lovsFound: 0,
    });
    const { problemCounts } = (await importRows(api, rows, key)).summary;
    expect(problemCounts).toEqual([{ code: 'SCORE_MAX_ASSUMED', rows: 1 }]);
  });
});
