/** A caller edits in the name of the users that it may act for. Anybody else is to it what nobody is. */
import { buildApiSchema } from '../../src/api-schema';
import { type Api, apiOn } from '../support/api';
import { CALLS, type Variables } from '../support/calls';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { rootFields } from '../support/every-operation';
import { present } from '../support/present';
import { changesBetween, type Snapshot, takeSnapshot, undo } from '../support/snapshot';
import { storeTwoSites, type TwoSites } from '../support/two-sites';

/** Read from the schema, so that a new operation that names an editor is one of this test. */
const OPERATIONS = rootFields(buildApiSchema())
  .filter(({ settable }) => settable.some(({ path }) => path.at(-1) === 'userSyncKey'))
  .map((field) => ({ ...field, isList: field.settable.some(({ path }) => path[0] === 'inputs') }));
type Operation = (typeof OPERATIONS)[number];

const EDITORS = ['userId', 'userSyncKey'] as const;

/** As the call names its editor. */
type Editor = Readonly<{ userId: number } | { userSyncKey: string }>;

const userId = (id: number) => 100_000 + id;
const NEIGHBOUR = userId(5);
/** Whom a caller may act for that may not act for the editor of the calls. */
const OTHERS: readonly { readonly ids: readonly number[] }[] = [
  { ids: [] },
  { ids: [NEIGHBOUR] },
  { ids: [userId(3), userId(4), NEIGHBOUR, userId(6)] },
];

interface Answer {
  readonly __typename: string;
  readonly problems: readonly { readonly code: string; readonly path: readonly string[] }[];
}

it('the operations that name an editor are those that this test knows', () => {
  expect(OPERATIONS.map(({ name }) => name).sort()).toEqual([
    'assessCustomActivity',
    'createCustomActivity',
    'deleteCustomActivity',
    'restoreCustomActivity',
    'updateCustomActivities',
    'updateCustomActivity',
  ]);
});

describe.each(DATABASE_KINDS)('acting for users on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;
  let sites: TwoSites;
  let before: Snapshot;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
    sites = await storeTwoSites(test);
    before = await takeSnapshot(test);
  });
  afterEach(async () => {
    await undo(test, changesBetween(before, await takeSnapshot(test)));
  });
  afterAll(() => test.drop());

  /** Keys may share their name, and with it their idempotency keys. */
  const callerFor = (ids: readonly number[] | 'anyone') =>
    api.as({ caller: { id: 'key:partner', actsFor: ids === 'anyone' ? ids : new Set(ids) } });

  function variablesOf({ name, isList }: Operation, editor: Editor, more: object): Variables {
    const { inputs, input }: { inputs?: readonly Variables[]; input?: Variables } = present(CALLS[name])(
      sites.own,
    );
    const { userId: _, ...plain } = present(inputs?.[0] ?? input);
    const sent = { ...plain, ...editor, ...more };
    return isList ? { inputs: [sent] } : { input: sent };
  }

  async function send(caller: Api, operation: Operation, editor: Editor, more: object = {}) {
    const base = await takeSnapshot(test);
    const watched = test.watch();
    const variables = variablesOf(operation, editor, more);
    const data = await caller.run(operation.documentFor(variables), variables);
    const statements = [...watched];
    const answered = data[operation.name] as Answer & { readonly results?: readonly Answer[] };
    const answer = (operation.isList ? answered.results?.[0] : answered) as Answer;
    const changes = changesBetween(base, await takeSnapshot(test));
    const audited = changes
      .filter(({ table }) => table === 'audit_entry')
      .flatMap(({ added }) => added.map(({ id: _, ...entry }) => entry));
    return {
      answer,
      statements,
      audited,
      stored: changes.map(({ table }) => table).filter((table) => table !== 'audit_entry'),
    };
  }

  const named = (by: (typeof EDITORS)[number], { userId, userSyncKey } = sites.own): Editor =>
    by === 'userId' ? { userId: Number(userId) } : { userSyncKey: String(userSyncKey) };
  const codes = ({ problems }: Answer) => problems.map(({ code, path }) => `${path.join('.')} ${code}`);

  describe.each(OPERATIONS)('$name', (operation) => {
    describe.each(EDITORS)('with %s', (by) => {
      it.each(OTHERS)('of a user not among $ids, it is told of no such user', async ({ ids }) => {
        for (const more of [{}, { dryRun: true }, { idempotencyKey: 'fresh' }]) {
          const found = await send(callerFor(ids), operation, named(by), more);
          const missed = await send(callerFor(ids), operation, named(by, sites.nothing), more);
          expect(found).toEqual(missed);
          expect(found.answer.__typename).toMatch(/Error$/);
          expect(codes(found.answer)).toEqual([`${by} USER_NOT_VALID`]);
          expect(found.stored).toEqual([]);
          expect(found.audited.map(({ user_id, outcome }) => [user_id, outcome])).toEqual(
            'dryRun' in more ? [] : [[null, 'ERROR']],
          );
        }
      });

      it('of a user it may act for, the caller edits in their name', async () => {
        const { answer, audited, stored } = await send(
          callerFor([Number(sites.own.userId), NEIGHBOUR]),
          operation,
          named(by),
        );
        expect(answer.__typename).not.toMatch(/Error$/);
        expect(audited.map(({ user_id }) => user_id)).toEqual([sites.own.userId]);
        expect(stored).not.toEqual([]);
      });

      it('of another user, an answer under an idempotency key is none to the caller', async () => {
        const key = { idempotencyKey: 'partner-1' };
        const first = await send(callerFor('anyone'), operation, named(by), key);
        expect(first.answer.__typename).not.toMatch(/Error$/);
        const found = await send(callerFor([NEIGHBOUR]), operation, named(by), key);
        const missed = await send(callerFor([NEIGHBOUR]), operation, named(by, sites.nothing), key);
        expect(found).toEqual(missed);
        // By now it is deleted, where that was asked.
        const deleted = operation.name === 'deleteCustomActivity' ? ['elementId ELEMENT_DELETED'] : [];
        expect(codes(found.answer)).toEqual([`${by} USER_NOT_VALID`, ...deleted]);
        expect(found.stored).toEqual([]);
        // It is still there for those that it was given to, and for others that may act for that user.
        for (const ids of ['anyone', [Number(sites.own.userId)]] as const) {
          const again = await send(callerFor(ids), operation, named(by), key);
          const replayed = 'replayed' in first.answer ? { replayed: true } : {};
          expect(again).toMatchObject({ answer: { ...first.answer, ...replayed }, stored: [], audited: [] });
        }
      });
    });

    it('lets nobody do what the user it acts for may not do', async () => {
      const { answer, stored } = await send(callerFor([NEIGHBOUR]), operation, { userId: NEIGHBOUR });
      expect(codes(answer)).toEqual(['userId ORGANISATION_ACCESS_DENIED']);
      expect(stored).toEqual([]);
    });

    it('tells nothing of what is wrong with users that the caller may not act for', async () => {
      // One is external, one is deleted.
      for (const id of [userId(3), userId(4)]) {
        const { answer } = await send(callerFor([NEIGHBOUR]), operation, { userId: id });
        expect(codes(answer)).toEqual(['userId USER_NOT_VALID']);
      }
    });
  });
});
