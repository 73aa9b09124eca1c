/**
 * A caller sees its own site only: what belongs to another site is neither read nor written, and answered exactly as
 * what nobody has, so that nobody learns of it.
 */

import type { ImportInput, ImportRow } from '../models/import/types';
import { type Api, apiOn } from '../support/api';
import { classRow, classWorld, renamed } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { codes, type ImportAnswer, importRows, outcomes } from '../support/import-cases';
import type { StoredRow } from '../support/import-types';
import { present } from '../support/present';
import { storedTracking, storeWorld } from '../support/world';

const OWN = 1;
const FOREIGN = 2;
/** The class of another site: everything has another name, and other ids. */
const FOREIGN_WORLD = renamed(classWorld({ learners: 3, lovs: 2, siteId: FOREIGN }));
const FOREIGN_ID = 1_000_001;
const UNKNOWN_ID = 1_999_999;

const FOREIGN_ROW: ImportRow = {
  candidateEmail: 'foreign-learner-1@example.org',
  candidateLogin: 'foreign-learner-1',
  candidateRefNumber: 'foreign-R-1',
  lovCode: 'foreign-L-1',
  lovGuid: 'foreign-lov-1',
  sessionGuid: 'foreign-session-1',
  sessionId: FOREIGN_ID,
  sessionTitle: 'foreign-Session',
  trainingGuid: 'foreign-training-1',
  trainingId: FOREIGN_ID,
  trainingPathCode: 'foreign-T-1',
};

const OWN_ROW: ImportRow = {
  candidateEmail: 'learner-1@example.org',
  candidateLogin: 'learner-1',
  candidateRefNumber: 'R-1',
  lovCode: 'L-1',
  lovGuid: 'lov-1',
  sessionGuid: 'session-1',
  sessionId: 1,
  sessionTitle: 'Session',
  trainingGuid: 'training-1',
  trainingId: 1,
  trainingPathCode: 'T-1',
};

const CELLS = Object.keys(FOREIGN_ROW) as (keyof typeof FOREIGN_ROW)[];
const LEARNER_CELLS = CELLS.filter((cell) => cell.startsWith('candidate'));
const LOV_CELLS = CELLS.filter((cell) => cell.startsWith('lov'));
const CONTEXT_CELLS = CELLS.filter((cell) => /^(session|training)/.test(cell));

/** The same texts and ids, as nobody has them. */
function unknown<Sent>(sent: Sent): Sent {
  return JSON.parse(
    JSON.stringify(sent)
      .replaceAll('foreign-', 'unknown-')
      .replaceAll(String(FOREIGN_ID), String(UNKNOWN_ID)),
  );
}

/** Part of the one row, and the rest of the other. */
function mixed(from: ImportRow, cells: readonly (keyof ImportRow)[], rest: ImportRow): ImportRow {
  return { ...rest, ...Object.fromEntries(cells.map((cell) => [cell, from[cell]])) };
}

function only(row: ImportRow, ...cells: readonly (keyof ImportRow)[]): ImportRow {
  return mixed(row, cells, {});
}

describe.each(DATABASE_KINDS)('another site on $kind', (kind) => {
  let test: TestDatabase;
  let own: Api;
  let foreign: Api;
  let foreignImport: ImportAnswer;
  let before: { tracking: StoredRow[]; runs: unknown[] };

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    own = apiOn(test);
    foreign = own.as({ siteId: FOREIGN });
  });
  beforeEach(async () => {
    await test.clear();
    await storeWorld(test, classWorld({ learners: 3, lovs: 2 }));
    await storeWorld(test, FOREIGN_WORLD);
    foreignImport = await importRows(
      foreign,
      [1, 2, 3].flatMap((learner) => [1, 2].map((lov) => foreignRow(learner, lov))),
      { idempotencyKey: 'foreign-key' },
    );
    expect(foreignImport.summary.created).toBe(6);
    before = await ofForeignSite();
  });
  afterAll(() => test.drop());

  const foreignRow = (learner: number, lov: number): ImportRow => ({
    candidateLogin: `foreign-learner-${learner}`,
    sessionGuid: 'foreign-session-1',
    lovGuid: `foreign-lov-${lov}`,
    score: 50,
    trackingStatus: 'passed',
  });

  async function ofForeignSite() {
    return {
      tracking: await storedTracking(test, FOREIGN),
      runs: await test.query('SELECT * FROM import_run WHERE site_id = 2'),
    };
  }

  async function send(row: ImportRow, rest: Omit<ImportInput, 'rows'> = {}) {
    const watched = test.watch();
    const answer = await importRows(own, [row], rest);
    // The id of the import is made up anew each time.
    return { ...answer, importId: answer.importId === null ? null : 'import', statements: [...watched] };
  }

  /** The foreign row is answered as the unknown one is, by the same statements, and touches nothing. */
  async function expectUnknown(row: ImportRow, rest: Omit<ImportInput, 'rows'> = {}): Promise<void> {
    const answer = await send(row, rest);
    expect(answer).toEqual(await send(unknown(row), rest));
    expect(answer.summary).toMatchObject({ received: 1, rejected: 1 });
    expect(await storedTracking(test, OWN)).toEqual([]);
    expect(await ofForeignSite()).toEqual(before);
  }

  describe.each([
    ['REPLACE', {}],
    ['MERGE', { writeMode: 'MERGE' }],
    ['dry run', { dryRun: true }],
  ] as const)('%s', (_name, rest) => {
    it.each(CELLS)('%s of another site beside own references', async (cell) => {
      await expectUnknown(mixed(FOREIGN_ROW, [cell], OWN_ROW), rest);
    });

    it.each(LEARNER_CELLS)('%s of another site alone', async (cell) => {
      await expectUnknown({ ...only(FOREIGN_ROW, cell), sessionGuid: 'session-1', lovGuid: 'lov-1' }, rest);
    });

    it.each(LOV_CELLS)('%s of another site alone', async (cell) => {
      await expectUnknown(
        { ...only(FOREIGN_ROW, cell), candidateLogin: 'learner-1', sessionGuid: 'session-1' },
        rest,
      );
    });

    it.each(['sessionGuid', 'sessionId'] as const)('%s of another site alone', async (cell) => {
      await expectUnknown(
        { ...only(FOREIGN_ROW, cell), candidateLogin: 'learner-1', lovGuid: 'lov-1' },
        rest,
      );
    });

    it.each(['trainingGuid', 'trainingId', 'trainingPathCode'] as const)(
      '%s of another site with its title, and with the own one',
      async (cell) => {
        const others = { candidateLogin: 'learner-1', lovGuid: 'lov-1' };
        await expectUnknown({ ...only(FOREIGN_ROW, 'sessionTitle', cell), ...others }, rest);
        await expectUnknown({ ...only(FOREIGN_ROW, cell), ...others, sessionTitle: 'Session' }, rest);
        await expectUnknown(
          { ...only(FOREIGN_ROW, 'sessionTitle'), ...only(OWN_ROW, cell), ...others },
          rest,
        );
      },
    );

    it('a whole row of another site, in parts and as a whole', async () => {
      for (const cells of [LEARNER_CELLS, LOV_CELLS, CONTEXT_CELLS]) {
        await expectUnknown(mixed(FOREIGN_ROW, cells, OWN_ROW), rest);
        await expectUnknown(mixed(OWN_ROW, cells, FOREIGN_ROW), rest);
      }
      await expectUnknown(FOREIGN_ROW, rest);
      await expectUnknown(foreignRow(1, 1), rest);
    });

    it('a row of another site that wipes', async () => {
      await expectUnknown({ ...foreignRow(1, 1), trackingStatus: 'notAttempted' }, rest);
      await expectUnknown({ ...FOREIGN_ROW, trackingStatus: 'notAttempted' }, rest);
    });
  });

  it('foreign rows among own ones change nothing of what the own ones do', async () => {
    const rows = [
      OWN_ROW,
      foreignRow(1, 1),
      classRow(2),
      FOREIGN_ROW,
      { ...classRow(3), trackingStatus: 'passed' },
    ];
    const answer = await importRows(own, rows);
    expect(outcomes(answer)).toEqual(['CREATED', 'REJECTED', 'CREATED', 'REJECTED', 'CREATED']);
    expect(await ofForeignSite()).toEqual(before);
    const none = await importRows(own, rows, { errorPolicy: 'REJECT_EVERYTHING' });
    expect(new Set(outcomes(none))).toEqual(new Set(['REJECTED']));
  });

  it('what has the same name in another site is neither ambiguous nor another', async () => {
    await test.clear();
    const same = classWorld({ learners: 3, lovs: 2 });
    await storeWorld(test, same);
    await storeWorld(test, classWorld({ learners: 3, lovs: 2, siteId: FOREIGN }));
    const rows = [
      { ...OWN_ROW, timeSpent: 0 },
      {
        candidateEmail: 'LEARNER-2@example.org',
        sessionTitle: 'Session',
        trainingPathCode: 'T-1',
        lovCode: 'L-1',
        timeSpent: 0,
      },
    ];
    const answer = await importRows(own, rows);
    expect(answer.rows.map(codes)).toEqual([[], []]);
    expect((await storedTracking(test, OWN)).map((row) => row.registrationId)).toEqual([1, 2]);
    expect(await storedTracking(test, FOREIGN)).toEqual([]);

    const there = { ...OWN_ROW, sessionId: FOREIGN_ID, trainingId: FOREIGN_ID };
    expect((await importRows(foreign, [there])).rows[0]?.tracking).toMatchObject({
      registrationId: String(FOREIGN_ID),
      sessionId: FOREIGN_ID,
    });
    // Each site wipes its own.
    await importRows(
      own,
      rows.map((row) => ({ ...row, trackingStatus: 'notAttempted' })),
    );
    expect(await storedTracking(test, OWN)).toEqual([]);
    expect(await storedTracking(test, FOREIGN)).toHaveLength(1);
  });

  describe('queries', () => {
    const PAGE = /* GraphQL */ `
      query ($filter: ConsolidatedTrackingFilter = {}, $first: Int! = 50, $after: String) {
        consolidatedTracking(filter: $filter, first: $first, after: $after) {
          totalCount
          nodes { id registrationId lovGuid }
          edges { cursor }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        }
      }
    `;
    type Page = {
      totalCount: number;
      nodes: { registrationId: string }[];
      pageInfo: { endCursor: string | null };
    };
    const NOTHING = {
      totalCount: 0,
      nodes: [],
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    };

    async function page(api: Api, variables: object): Promise<Page> {
      return (await api.run<{ consolidatedTracking: Page }>(PAGE, { ...variables })).consolidatedTracking;
    }

    it.each([
      'candidateLogin',
      'candidateEmail',
      'candidateRefNumber',
      'sessionGuid',
      'sessionId',
      'trainingId',
      'trainingPathCode',
      'lovCode',
      'lovGuid',
    ] as const)('consolidatedTracking by a foreign %s finds nothing, as by an unknown one', async (cell) => {
      await importRows(own, [OWN_ROW]);
      const filter = only(FOREIGN_ROW, cell);
      expect((await page(foreign, { filter })).totalCount).toBeGreaterThan(0);
      const watched = test.watch();
      expect(await page(own, { filter })).toEqual(NOTHING);
      const statements = [...watched];
      const again = test.watch();
      expect(await page(own, { filter: unknown(filter) })).toEqual(NOTHING);
      expect(again).toEqual(statements);
      expect(
        await page(own, {
          filter: mixed(FOREIGN_ROW, [cell], only(OWN_ROW, 'lovGuid', 'candidateLogin')) as object,
        }),
      ).toEqual(NOTHING);
    });

    it('consolidatedTracking without a filter, by status and by date shows the own rows only', async () => {
      await importRows(own, [{ ...OWN_ROW, trackingStatus: 'passed' }]);
      const filters = [{}, { status: ['PASSED'] }, { changedSince: '2000-01-01T00:00:00Z' }];
      for (const variables of [{}, ...filters.map((filter) => ({ filter }))]) {
        const found = await page(own, variables);
        expect(found.nodes.map((node) => node.registrationId)).toEqual(['1']);
        expect(found.totalCount).toBe(1);
      }
    });

    it('a foreign importId finds nothing, as an unknown one', async () => {
      const ids = [foreignImport.importId, '00000000-0000-4000-8000-000000000000'];
      for (const importId of ids) {
        expect(await page(own, { filter: { importId } })).toEqual(NOTHING);
        expect(
          await own.run(
            'query($id: ID!) { importRun(importId: $id) { importId caller summary { received } } }',
            { id: importId },
          ),
        ).toEqual({
          importRun: null,
        });
      }
      expect((await page(foreign, { filter: { importId: ids[0] } })).totalCount).toBe(6);
      expect(
        await foreign.run('query($id: ID!) { importRun(importId: $id) { importId } }', { id: ids[0] }),
      ).toEqual({
        importRun: { importId: ids[0] },
      });
    });

    it("a foreign cursor is a place among the own rows, as any other is, and shows none of its site's", async () => {
      await importRows(
        own,
        [1, 2, 3].map((learner) => classRow(learner)),
      );
      const { endCursor } = (await page(foreign, { first: 2 })).pageInfo;
      const after = present(endCursor);
      const [updatedAt] = Buffer.from(after, 'base64url').toString().split(':');
      const made = Buffer.from(`${updatedAt}:${UNKNOWN_ID}:${UNKNOWN_ID}`).toString('base64url');
      const found = await page(own, { after });
      expect(found).toEqual(await page(own, { after: made }));
      expect(found.nodes.map((node) => node.registrationId)).toEqual(['3', '2', '1']);
      // And an own cursor shows the other site nothing of this one.
      const there = await page(foreign, { after: (await page(own, { first: 1 })).pageInfo.endCursor });
      expect(there.nodes.filter((node) => Number(node.registrationId) < FOREIGN_ID)).toEqual([]);
    });
  });

  describe('idempotency keys', () => {
    const key = { idempotencyKey: 'foreign-key' };

    it('of another site are free, and answer nothing of it', async () => {
      const statements = test.watch();
      const first = await importRows(own, [OWN_ROW], key);
      expect(first.summary.created).toBe(1);
      expect(statements.filter((sql) => sql.startsWith('UPDATE idempotency_entry'))).toHaveLength(1);
      expect(await importRows(own, [OWN_ROW], key)).toEqual(first);
      expect(codes(await importRows(own, [classRow(2)], key))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
      expect(await ofForeignSite()).toEqual(before);
    });

    it('of another caller are free, and answer nothing of it', async () => {
      const first = await importRows(own, [OWN_ROW], key);
      const other = own.as({ caller: 'another' });
      const second = await importRows(other, [OWN_ROW], key);
      expect(second.importId).not.toBe(first.importId);
      expect(outcomes(second)).toEqual(['UNCHANGED']);
      expect(outcomes(await importRows(other, [OWN_ROW], key))).toEqual(['UNCHANGED']);
      expect(await importRows(own, [OWN_ROW], key)).toEqual(first);
    });

    it('with the very input of another site are free', async () => {
      await test.clear();
      await storeWorld(test, classWorld({ learners: 1 }));
      await storeWorld(test, classWorld({ learners: 1, siteId: FOREIGN }));
      const [here, there] = [
        await importRows(own, [classRow(1)], key),
        await importRows(foreign, [classRow(1)], key),
      ];
      expect([here, there].map((answer) => answer.rows[0]?.tracking?.registrationId)).toEqual([
        '1',
        String(FOREIGN_ID),
      ]);
      expect(here.importId).not.toBe(there.importId);
      expect(await importRows(own, [classRow(1)], key)).toEqual(here);
      expect(await importRows(foreign, [classRow(1)], key)).toEqual(there);
    });
  });

  it('a site without anything sees nothing, and writes nothing', async () => {
    const nobody = own.as({ siteId: 77 });
    const answer = await importRows(nobody, [OWN_ROW, FOREIGN_ROW, foreignRow(1, 1)]);
    expect(answer.summary).toMatchObject({ received: 3, rejected: 3 });
    expect(await nobody.run('{ consolidatedTracking { totalCount nodes { id } } }')).toEqual({
      consolidatedTracking: { totalCount: 0, nodes: [] },
    });
    expect(await storedTracking(test, 77)).toEqual([]);
    expect(await ofForeignSite()).toEqual(before);
  });
});
