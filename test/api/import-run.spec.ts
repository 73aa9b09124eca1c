import { type Api, apiOn, NOW } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import {
  ADA_AID,
  ADA_FIRE,
  BOB_FIRE,
  importRows,
  OTHER_SITE,
  stored,
  worldWith,
} from '../support/import-cases';
import { present } from '../support/present';
import { storeWorld } from '../support/world';

const QUERY = /* GraphQL */ `
  query ImportRun($importId: ID!) {
    importRun(importId: $importId) {
      importId caller startedAt finishedAt writeMode errorPolicy
      dateTimeFormat timeZone defaultTime timeSpentFormat defaultScoreMax
      summary { received created replaced unchanged deleted superseded rejected withWarnings problemCounts { code rows } }
    }
  }
`;

describe.each(DATABASE_KINDS)('importRun on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test, { caller: 'campus' });
  });
  beforeEach(async () => {
    await test.clear();
    await storeWorld(test, worldWith({ stored: [stored({ timeSpentSeconds: 60 })] }));
  });
  afterAll(() => test.drop());

  async function importRun(importId: string | null, on: Api = api): Promise<unknown> {
    const data = await on.run<{ importRun: unknown }>(QUERY, { importId });
    return data.importRun;
  }

  it('The record of one import: when, by whom, options, summary', async () => {
    let now = NOW;
    // The clock runs: a second passes whenever it is read.
    const clock = () => {
      now += 1_000;
      return new Date(now);
    };
    const answer = await importRows(
      api.as({ clock }),
      [{ ...ADA_FIRE, progression: 10 }, ADA_AID, { ...BOB_FIRE, score: -1 }],
      {
        writeMode: 'MERGE',
        errorPolicy: 'REJECT_FAILED_ROWS',
        options: { defaultScoreMax: 20 },
        parameters: {
          dateTimeFormat: 'DD/MM/YYYY',
          timeZone: 'Asia/Kolkata',
          defaultTime: '12:00:00',
          timeSpentFormat: 'PADDED',
        },
      },
    );
    const run = (await importRun(answer.importId)) as { startedAt: string; finishedAt: string };
    expect(run).toEqual({
      importId: answer.importId,
      caller: 'campus',
      startedAt: '2026-01-15T12:00:01.000Z',
      finishedAt: expect.stringMatching(/^2026-01-15T12:00:0[2-9]\.000Z$/),
      writeMode: 'MERGE',
      errorPolicy: 'REJECT_FAILED_ROWS',
      dateTimeFormat: 'DD/MM/YYYY',
      timeZone: 'Asia/Kolkata',
      defaultTime: '12:00:00',
      timeSpentFormat: 'PADDED',
      defaultScoreMax: 20,
      summary: answer.summary,
    });
    expect(answer.summary).toMatchObject({ received: 3, created: 1, replaced: 1, rejected: 1 });
    const updatedAt = present(answer.rows[0]?.tracking).updatedAt;
    expect(run.startedAt <= updatedAt && updatedAt <= run.finishedAt).toBe(true);
  });

  it('Options that were not sent are recorded with their defaults', async () => {
    const answer = await importRows(api, [ADA_AID]);
    expect(await importRun(answer.importId)).toMatchObject({
      startedAt: '2026-01-15T12:00:00.000Z',
      finishedAt: '2026-01-15T12:00:00.000Z',
      writeMode: 'REPLACE',
      errorPolicy: 'REJECT_FAILED_ROWS',
      dateTimeFormat: 'YYYY-MM-DD hh:ii:ss',
      timeZone: 'UTC',
      defaultTime: '00:00:00',
      timeSpentFormat: 'RAW_SECONDS',
      defaultScoreMax: null,
    });
  });

  it('A request whose rows were all rejected is recorded', async () => {
    const answer = await importRows(api, [{ ...ADA_FIRE, score: -1 }, ADA_AID], {
      errorPolicy: 'REJECT_EVERYTHING',
    });
    expect(await importRun(answer.importId)).toMatchObject({
      errorPolicy: 'REJECT_EVERYTHING',
      summary: { received: 2, created: 0, rejected: 2 },
    });
  });

  it('Each import has a record of its own', async () => {
    const first = await importRows(api, [{ ...ADA_FIRE, progression: 1 }]);
    const second = await importRows(api, [{ ...ADA_FIRE, progression: 1 }]);
    expect(first.importId).not.toBe(second.importId);
    expect(await importRun(first.importId)).toMatchObject({ summary: { replaced: 1 } });
    expect(await importRun(second.importId)).toMatchObject({ summary: { unchanged: 1 } });
  });

  it('Null when there is none', async () => {
    const { importId } = await importRows(api, [ADA_AID]);
    for (const unknown of ['', 'none', `${importId} `, present(importId).toUpperCase(), '%']) {
      expect(await importRun(unknown)).toBeNull();
    }
  });

  it('A caller only ever sees its own site', async () => {
    await storeWorld(test, OTHER_SITE);
    const { importId } = await importRows(api, [ADA_AID]);
    expect(await importRun(importId, api.as({ siteId: 2 }))).toBeNull();
    expect(await importRun(importId)).not.toBeNull();
  });
});
