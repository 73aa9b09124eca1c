/** Source: docs/rules/import.md, "Undo". */
import { type Api, apiOn, NOW } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import {
  ADA_AID,
  ADA_FIRE,
  BOB_AID,
  BOB_FIRE,
  codes,
  ERROR,
  importRows,
  OTHER_SITE,
  outcomes,
  SUCCESS,
  undoImport,
  WARNING,
  worldWith,
} from '../support/import-cases';
import { present } from '../support/present';
import { storedTracking, storeWorld } from '../support/world';

const RUN = /* GraphQL */ `
  query ($importId: ID!) {
    importRun(importId: $importId) { importId caller undoOf undoneBy summary { received created replaced deleted rejected } }
  }
`;

interface Run {
  readonly undoOf: string | null;
  readonly undoneBy: string | null;
}

const WIPE = { trackingStatus: 'notAttempted' };

describe.each(DATABASE_KINDS)('undoImport on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(async () => {
    await test.clear();
    await storeWorld(test, worldWith());
  });
  afterAll(() => test.drop());

  const runOf = async (importId: string | null) =>
    present((await api.run<{ importRun: Run | null }>(RUN, { importId })).importRun);

  /** Without the instants of the last writing. */
  async function values() {
    return (await storedTracking(test)).map(({ updatedAt: _, ...row }) => row);
  }

  /** An import of one row; its id. */
  async function importOf(row: object, rest: object = {}): Promise<string> {
    return present((await importRows(api, [row], rest)).importId);
  }

  describe('rows', () => {
    it('a row that the import created is removed: DELETED', async () => {
      const importId = await importOf({ ...ADA_FIRE, progression: 40, score: 7.25 });
      const answer = await undoImport(api, importId);
      expect(answer).toMatchObject({
        __typename: SUCCESS,
        dryRun: false,
        summary: { received: 1, deleted: 1, rejected: 0 },
        rows: [{ row: 1, outcome: 'DELETED', tracking: null, problems: [] }],
      });
      expect(answer.rows[0]?.changes).toContainEqual({ field: 'score', before: '7.25', after: null });
      expect(await storedTracking(test)).toEqual([]);
      expect(
        await test.query('SELECT registration_id, lov_id, reason, import_id FROM deleted_tracking'),
      ).toEqual([{ registration_id: 1001, lov_id: 1, reason: 'UNDONE', import_id: answer.importId }]);
    });

    it('a row that it replaced gets its values back: REPLACED', async () => {
      await importOf({
        ...ADA_FIRE,
        firstAccessDate: '2025-01-01T10:00:00.123Z',
        firstCompletionDate: '2025-01-02 10:00:00',
        lastAccessDate: '2025-01-03 10:00:00',
        progression: 100,
        score: 0.1 + 0.2,
        scoreMax: 20,
        timeSpent: 90,
        trackingStatus: 'passed',
      });
      const before = await values();
      const importId = await importOf({ ...ADA_FIRE, progression: 1 / 3 });
      const answer = await undoImport(api.as({ clock: () => new Date(NOW + 60_000) }), importId);
      expect(answer).toMatchObject({ __typename: SUCCESS, summary: { received: 1, replaced: 1 } });
      expect(answer.rows[0]?.tracking).toMatchObject({
        firstAccessDate: '2025-01-01T10:00:00.123Z',
        score: 0.1 + 0.2,
        status: 'PASSED',
        updatedAt: new Date(NOW + 60_000).toISOString(),
        lovCode: 'FIRE',
        sessionId: 100,
      });
      expect(answer.rows[0]?.changes).toContainEqual({
        field: 'status',
        before: 'INCOMPLETE',
        after: 'PASSED',
      });
      expect(await values()).toEqual(before);
    });

    it('a row that it wiped is put back: CREATED', async () => {
      await importOf({ ...ADA_FIRE, progression: 40 });
      const before = await values();
      const importId = await importOf({ ...ADA_FIRE, ...WIPE });
      expect(await values()).toEqual([]);
      const answer = await undoImport(api, importId);
      expect(answer).toMatchObject({ __typename: SUCCESS, summary: { received: 1, created: 1 } });
      expect(outcomes(answer)).toEqual(['CREATED']);
      expect(await values()).toEqual(before);
    });

    it('what is already as before is UNCHANGED, and not written', async () => {
      const importId = await importOf({ ...ADA_FIRE, progression: 40 });
      await importOf({ ...ADA_FIRE, ...WIPE });
      const answer = await undoImport(api, importId);
      expect(answer).toMatchObject({ __typename: SUCCESS, summary: { received: 1, unchanged: 1 } });
      expect(await values()).toEqual([]);

      await importOf({ ...BOB_FIRE, score: 1 });
      const changing = await importOf({ ...BOB_FIRE, score: 2 });
      await importOf({ ...BOB_FIRE, score: 1 });
      const stamped = await storedTracking(test);
      const undone = await undoImport(api.as({ clock: () => new Date(NOW + 60_000) }), changing);
      expect(undone).toMatchObject({ summary: { unchanged: 1 }, rows: [{ tracking: { score: 1 } }] });
      expect(await storedTracking(test)).toEqual(stamped);
    });

    it('a row that was changed since is REJECTED: CHANGED_SINCE', async () => {
      const importId = await importOf({ ...ADA_FIRE, score: 1 });
      await importOf({ ...ADA_FIRE, score: 2 });
      const before = await storedTracking(test);
      const answer = await undoImport(api, importId);
      expect(answer).toMatchObject({ __typename: ERROR, summary: { received: 1, rejected: 1 } });
      expect(answer.rows).toMatchObject([
        {
          row: 1,
          outcome: 'REJECTED',
          tracking: null,
          changes: [],
          problems: [{ code: 'CHANGED_SINCE', row: 1 }],
        },
      ]);
      expect(await storedTracking(test)).toEqual(before);
    });

    it('a row that it wiped and that is there again was changed since', async () => {
      await importOf({ ...ADA_FIRE, score: 1 });
      const importId = await importOf({ ...ADA_FIRE, ...WIPE });
      await importOf({ ...ADA_FIRE, score: 2 });
      expect(codes(await undoImport(api, importId))).toEqual(['CHANGED_SINCE']);
    });

    it('who put the values there, and when, does not matter: after A, B, undo(B), A can be undone', async () => {
      const a = await importOf({ ...ADA_FIRE, score: 1 });
      const b = await importOf({ ...ADA_FIRE, score: 2 });
      expect(outcomes(await undoImport(api, b))).toEqual(['REPLACED']);
      expect(outcomes(await undoImport(api, a))).toEqual(['DELETED']);
      expect(await values()).toEqual([]);

      const again = await importOf({ ...ADA_FIRE, score: 3 });
      await importOf({ ...ADA_FIRE, score: 4 });
      await importOf({ ...ADA_FIRE, score: 3 });
      expect(outcomes(await undoImport(api, again))).toEqual(['DELETED']);
    });

    it('a row whose registration was removed is REJECTED: REGISTRATION_GONE, the others go on', async () => {
      const { importId } = await importRows(api, [
        { ...ADA_FIRE, score: 1 },
        { ...BOB_FIRE, score: 2 },
      ]);
      await test.query('DELETE FROM consolidated_tracking WHERE registration_id = 1001');
      await test.query('DELETE FROM registration WHERE id = 1001');
      const answer = await undoImport(api, importId);
      expect(answer).toMatchObject({
        __typename: WARNING,
        summary: { received: 2, deleted: 1, rejected: 1 },
      });
      expect(answer.rows).toMatchObject([
        { row: 1, outcome: 'REJECTED', problems: [{ code: 'REGISTRATION_GONE', row: 1 }] },
        { row: 2, outcome: 'DELETED', problems: [] },
      ]);
      expect(await values()).toEqual([]);
    });

    it('a registration that was made anew is another one', async () => {
      await importOf({ ...ADA_FIRE, score: 1 });
      const importId = await importOf({ ...ADA_FIRE, ...WIPE });
      await test.query('DELETE FROM registration WHERE id = 1001');
      await test.query(
        'INSERT INTO registration (id, site_id, learner_id, session_id) VALUES (2001, 1, 1, 100)',
      );
      expect(codes(await undoImport(api, importId))).toEqual(['REGISTRATION_GONE']);
      expect(await values()).toEqual([]);
    });

    it('a row that was wiped is not put back for an LOV that was removed: LOV_GONE', async () => {
      const { importId: created } = await importRows(api, [
        { ...ADA_FIRE, score: 1 },
        { ...ADA_AID, score: 1 },
      ]);
      const { importId } = await importRows(api, [
        { ...ADA_FIRE, ...WIPE },
        { ...ADA_AID, ...WIPE },
      ]);
      await test.query('DELETE FROM training_lov WHERE lov_id = 1');
      await test.query('DELETE FROM learning_object_version WHERE id = 1');
      const answer = await undoImport(api, importId);
      expect(answer.rows).toMatchObject([
        { row: 1, outcome: 'REJECTED', problems: [{ code: 'LOV_GONE', row: 1 }] },
        { row: 2, outcome: 'CREATED', problems: [] },
      ]);
      // Of the import that created them nothing is to be put back.
      expect(outcomes(await undoImport(api, created))).toEqual(['UNCHANGED', 'DELETED']);
    });

    it('the keys that the run created, replaced or wiped, in the order and under the numbers of the rows that decided them', async () => {
      await importRows(api, [
        { ...BOB_FIRE, score: 1 },
        { ...BOB_AID, score: 1 },
      ]);
      const { importId, ...imported } = await importRows(api, [
        { ...ADA_FIRE, score: 1 },
        { ...BOB_AID, ...WIPE },
        { ...BOB_FIRE, score: -1 },
        { ...BOB_FIRE, score: 1 },
        { ...ADA_FIRE, score: 3 },
        { ...BOB_FIRE, score: 2 },
        { ...ADA_AID, ...WIPE },
      ]);
      expect(outcomes(imported as never)).toEqual([
        'SUPERSEDED',
        'DELETED',
        'REJECTED',
        'SUPERSEDED',
        'CREATED',
        'REPLACED',
        'UNCHANGED',
      ]);
      const answer = await undoImport(api, importId);
      expect(answer.summary.received).toBe(3);
      expect(answer.rows.map(({ row, outcome }) => [row, outcome])).toEqual([
        [2, 'CREATED'],
        [5, 'DELETED'],
        [6, 'REPLACED'],
      ]);
    });

    it('match tells learner, session and LOV, of the learner the id', async () => {
      const importId = await importOf({ ...ADA_FIRE, score: 1 });
      const data = await api.run<{ undoImport: object }>(
        `mutation ($input: UndoImportInput!) { undoImport(input: $input) { ... on ImportConsolidatedTrackingOutcome {
          replayed rows { match { learner { learnerId login email refNumber } session { sessionId guid title training { trainingId } }
            lov { lovId code guid } learnersFound sessionsFound lovsFound } } } } }`,
        { input: { importId } },
      );
      expect(data.undoImport).toEqual({
        replayed: false,
        rows: [
          {
            match: {
              learner: { learnerId: '1', login: null, email: null, refNumber: null },
              session: { sessionId: 100, guid: 'session-100', title: 'Spring', training: { trainingId: 10 } },
              lov: { lovId: '1', code: 'FIRE', guid: 'lov-1' },
              learnersFound: 1,
              sessionsFound: 1,
              lovsFound: 1,
            },
          },
        ],
      });
    });

    it('an import that changed nothing has no rows to take back', async () => {
      await importOf({ ...ADA_FIRE, score: 1 });
      const importId = await importOf({ ...ADA_FIRE, score: 1 });
      const answer = await undoImport(api, importId);
      expect(answer).toMatchObject({ __typename: SUCCESS, summary: { received: 0 }, rows: [], problems: [] });
      expect((await runOf(importId)).undoneBy).toBe(answer.importId);
    });
  });

  describe('refusals', () => {
    const EMPTY = {
      received: 0,
      created: 0,
      replaced: 0,
      unchanged: 0,
      deleted: 0,
      superseded: 0,
      rejected: 0,
    };

    async function expectRefused(importId: string, code: string, on = api) {
      const before = await storedTracking(test);
      const runs = await test.query('SELECT * FROM import_run ORDER BY id');
      const answer = await undoImport(on, importId);
      expect(answer).toMatchObject({
        __typename: ERROR,
        importId: null,
        summary: EMPTY,
        rows: [],
        problems: [{ code, path: ['importId'], row: null }],
      });
      expect(await undoImport(on, importId, { dryRun: true })).toMatchObject({ problems: [{ code }] });
      expect(await storedTracking(test)).toEqual(before);
      expect(await test.query('SELECT * FROM import_run ORDER BY id')).toEqual(runs);
    }

    it('IMPORT_NOT_FOUND: no import has the id, or one of another site', async () => {
      await storeWorld(test, OTHER_SITE);
      const importId = await importOf({ ...ADA_FIRE, score: 1 });
      for (const unknown of ['nothing', '', `${importId} `, 'x'.repeat(2_000), '\u0000']) {
        await expectRefused(unknown, 'IMPORT_NOT_FOUND');
      }
      await expectRefused(importId, 'IMPORT_NOT_FOUND', api.as({ siteId: 2 }));
    });

    it('IMPORT_ALREADY_UNDONE: once, and also when the undo was undone', async () => {
      const importId = await importOf({ ...ADA_FIRE, score: 1 });
      const undo = await undoImport(api, importId);
      await expectRefused(importId, 'IMPORT_ALREADY_UNDONE');
      await undoImport(api, undo.importId);
      await expectRefused(importId, 'IMPORT_ALREADY_UNDONE');
    });

    it('IMPORT_TOO_OLD: what it changed is no longer kept, or never was', async () => {
      const importId = await importOf({ ...ADA_FIRE, score: 1 });
      await test.query('UPDATE import_run SET details_kept = 0');
      await expectRefused(importId, 'IMPORT_TOO_OLD');
    });

    it('IDEMPOTENCY_KEY_INVALID', async () => {
      const importId = await importOf({ ...ADA_FIRE, score: 1 });
      const answer = await undoImport(api, importId, { idempotencyKey: ' ' });
      expect(answer).toMatchObject({
        __typename: ERROR,
        problems: [{ code: 'IDEMPOTENCY_KEY_INVALID', path: ['idempotencyKey'] }],
      });
    });
  });

  describe('an undo is an import run of its own', () => {
    it('its record tells whom it took back, and the import who took it back', async () => {
      const importId = await importOf({ ...ADA_FIRE, score: 1 });
      expect(await runOf(importId)).toMatchObject({ undoOf: null, undoneBy: null });
      const undo = await undoImport(api.as({ caller: 'key:undoer' }), importId);
      expect(undo.importId).not.toBe(importId);
      expect(await runOf(undo.importId)).toEqual({
        importId: undo.importId,
        caller: 'key:undoer',
        undoOf: importId,
        undoneBy: null,
        summary: { received: 1, created: 0, replaced: 0, deleted: 1, rejected: 0 },
      });
      expect(await runOf(importId)).toMatchObject({ undoOf: null, undoneBy: undo.importId });
    });

    it('it can be undone once, and the import stays undone', async () => {
      await importOf({ ...ADA_FIRE, score: 1 });
      const importId = await importOf({ ...ADA_FIRE, score: 2 });
      const first = await undoImport(api, importId);
      const second = await undoImport(api, first.importId);
      expect(outcomes(second)).toEqual(['REPLACED']);
      expect(await values()).toMatchObject([{ score: 2 }]);
      expect(await runOf(importId)).toMatchObject({ undoneBy: first.importId });
      expect(await runOf(first.importId)).toMatchObject({ undoneBy: second.importId });
      expect(codes(await undoImport(api, first.importId))).toEqual(['IMPORT_ALREADY_UNDONE']);
      // And so on: the undo of the undo is a run, too.
      expect(outcomes(await undoImport(api, second.importId))).toEqual(['REPLACED']);
      expect(await values()).toMatchObject([{ score: 1 }]);
    });

    it('rows that are put back belong to the undo', async () => {
      await importOf({ ...ADA_FIRE, score: 1 });
      const importId = await importOf({ ...ADA_FIRE, score: 2 });
      const undo = await undoImport(api, importId);
      const written = (id: string | null) =>
        api.run<{ consolidatedTracking: { nodes: object[] } }>(
          'query ($id: ID!) { consolidatedTracking(filter: { importId: $id }) { nodes { score } } }',
          { id },
        );
      expect((await written(undo.importId)).consolidatedTracking.nodes).toEqual([{ score: 1 }]);
      expect((await written(importId)).consolidatedTracking.nodes).toEqual([]);
    });

    it('one that rejects every row takes nothing back: it is recorded, and the import can be undone later', async () => {
      const a = await importOf({ ...ADA_FIRE, score: 1 });
      const b = await importOf({ ...ADA_FIRE, score: 2 });
      const failed = await undoImport(api, a);
      expect(await runOf(failed.importId)).toMatchObject({
        undoOf: a,
        summary: { received: 1, rejected: 1 },
      });
      expect((await runOf(a)).undoneBy).toBeNull();
      await undoImport(api, b);
      expect(outcomes(await undoImport(api, a))).toEqual(['DELETED']);
    });

    it('its problems are kept as those of an import', async () => {
      const a = await importOf({ ...ADA_FIRE, score: 1 });
      await importOf({ ...ADA_FIRE, score: 2 });
      const failed = await undoImport(api, a);
      const { importRun } = await api.run<{ importRun: { problems: { nodes: object[] } } }>(
        'query ($id: ID!) { importRun(importId: $id) { problems { nodes { code row path } } } }',
        { id: failed.importId },
      );
      expect(importRun.problems.nodes).toEqual([{ code: 'CHANGED_SINCE', row: 1, path: ['rows', '0'] }]);
    });

    it('the audit log has it, and what was refused, but no dry run', async () => {
      const importId = await importOf({ ...ADA_FIRE, score: 1 });
      await undoImport(api, importId, { dryRun: true });
      await undoImport(api, importId);
      await undoImport(api, importId);
      await undoImport(api, 'nothing');
      const entries = await test.query<Record<string, unknown>>(
        "SELECT target_type, target_id, outcome, changed_fields FROM audit_entry WHERE operation = 'undoImport' ORDER BY id",
      );
      expect(entries).toEqual([
        {
          target_type: 'IMPORT_RUN',
          target_id: importId,
          outcome: 'SUCCESS',
          changed_fields: JSON.stringify(['score', 'scoreMax', 'status']),
        },
        { target_type: 'IMPORT_RUN', target_id: importId, outcome: 'ERROR', changed_fields: '[]' },
        { target_type: 'IMPORT_RUN', target_id: null, outcome: 'ERROR', changed_fields: '[]' },
      ]);
    });
  });

  it('a dry run answers what the undo would, and writes nothing', async () => {
    await importOf({ ...BOB_FIRE, score: 1 });
    const { importId } = await importRows(api, [
      { ...ADA_FIRE, score: 1 },
      { ...BOB_FIRE, score: 2 },
      { ...ADA_AID, score: 2 },
    ]);
    await importOf({ ...ADA_AID, score: 3 });
    const tables = [
      'consolidated_tracking',
      'import_run',
      'import_run_detail',
      'audit_entry',
      'idempotency_entry',
    ];
    const all = () => Promise.all(tables.map((table) => test.query(`SELECT * FROM ${table}`)));
    const before = await all();
    const dry = await undoImport(api, importId, { dryRun: true, idempotencyKey: 'key' });
    expect(await all()).toEqual(before);
    const wet = await undoImport(api, importId, { idempotencyKey: 'key' });
    expect(dry).toEqual({ ...wet, importId: null, dryRun: true });
    expect(outcomes(wet)).toEqual(['DELETED', 'REPLACED', 'REJECTED']);
  });

  it('an idempotency key answers the first result again; with another import it is refused', async () => {
    const importId = await importOf({ ...ADA_FIRE, score: 1 });
    const other = await importOf({ ...BOB_FIRE, score: 1 });
    const first = await undoImport(api, importId, { idempotencyKey: 'key' });
    expect(await undoImport(api, importId, { idempotencyKey: 'key' })).toEqual(first);
    expect(codes(await undoImport(api, other, { idempotencyKey: 'key' }))).toEqual([
      'IDEMPOTENCY_KEY_REUSED',
    ]);
    // An Error uses no key up.
    await importOf({ ...BOB_FIRE, score: 2 });
    expect(codes(await undoImport(api, other, { idempotencyKey: 'again' }))).toEqual(['CHANGED_SINCE']);
    await importOf({ ...BOB_FIRE, score: 1 });
    expect(outcomes(await undoImport(api, other, { idempotencyKey: 'again' }))).toEqual(['DELETED']);
  });

  it('its rows count against the limit of rows, a retry under a key counts none', async () => {
    const { importId } = await importRows(api, [
      { ...ADA_FIRE, score: 1 },
      { ...BOB_FIRE, score: 2 },
    ]);
    const taken: number[] = [];
    const counted = api.as({ takeRows: async (rows) => void taken.push(rows) });
    await undoImport(counted, importId, { dryRun: true });
    await undoImport(counted, importId, { idempotencyKey: 'key' });
    await undoImport(counted, importId, { idempotencyKey: 'key' });
    expect(taken).toEqual([2, 2]);
  });

  it('of two undos of one import at the same time one wins', async () => {
    const importId = await importOf({ ...ADA_FIRE, score: 1 });
    const answers = await Promise.all([1, 2, 3].map(() => undoImport(api, importId)));
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([ERROR, ERROR, SUCCESS]);
    const lost = answers.filter(({ __typename }) => __typename === ERROR);
    expect(lost.map(codes)).toEqual([['IMPORT_ALREADY_UNDONE'], ['IMPORT_ALREADY_UNDONE']]);
  });

  it('of an undo and an import of the same row at the same time the last one has seen the other', async () => {
    for (let round = 0; round < 5; round++) {
      await importOf({ ...ADA_FIRE, score: 1 });
      const importId = await importOf({ ...ADA_FIRE, score: 2 });
      const [undone, imported] = await Promise.all([
        undoImport(api, importId),
        importRows(api, [{ ...ADA_FIRE, score: 3 }]),
      ]);
      const [row] = await values();
      expect(row?.score).toBe(3);
      const score = imported.rows[0]?.changes.find(({ field }) => field === 'score');
      expect([outcomes(undone)[0], score?.before]).toEqual(
        outcomes(undone)[0] === 'REJECTED' ? ['REJECTED', '2'] : ['REPLACED', '1'],
      );
    }
  });
});
