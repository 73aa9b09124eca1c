import { createSignIn } from '../../src/access/sign-in';
import { openSite, SiteTaken } from '../../src/api-keys/create-site';
import { type Api, apiOn, NOW, testContext } from '../support/api';
import { wideLimits } from '../support/caller';
import { DATABASE_KINDS, openTestDatabase, overriding, type TestDatabase } from '../support/databases';

const CREATE = `mutation ($name: String!, $firstKey: FirstKeyInput!) {
  createSite(name: $name, firstKey: $firstKey) {
    __typename
    ... on CreateSiteOutcome { siteId key apiKey { id name scopes createdBy } problems { code path } }
  }
}`;

interface Creation {
  readonly __typename: string;
  readonly siteId: number | null;
  readonly key: string | null;
  readonly apiKey: { readonly id: string; readonly createdBy: string } | null;
  readonly problems: readonly { readonly code: string; readonly path: readonly string[] }[];
}

describe.each(DATABASE_KINDS)('createSite on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  beforeEach(async () => {
    await test.clear();
    await test.query("INSERT INTO site (id, name, use_score) VALUES (1, 'One', 1)");
    api = apiOn(test, { caller: { id: 'key:provisioner', scopes: new Set(['sites:admin']) } });
  });
  afterAll(() => test.drop());

  async function create(name: string, firstKey: object = {}, as = api): Promise<Creation> {
    const variables = { name, firstKey: { name: 'first', scopes: ['KEYS_ADMIN'], ...firstKey } };
    return (await as.run<{ createSite: Creation }>(CREATE, variables)).createSite;
  }

  async function callerOf(key: string | null) {
    const signIn = createSignIn({
      database: test.database,
      limits: wideLimits(),
      clock: () => new Date(NOW),
      onError: (error) => {
        throw error;
      },
    });
    const signedIn = await signIn(`Bearer ${key}`, '::1');
    return signedIn.kind === 'caller' ? signedIn.caller : null;
  }

  it('makes a site whose first key opens it, with scopes that the caller does not have', async () => {
    const { __typename, siteId, key, apiKey } = await create('Harbour School');
    expect(__typename).toBe('CreateSiteSuccess');
    expect(String(siteId)).toMatch(/^\d{8}$/);
    expect(apiKey).toMatchObject({ name: 'first', scopes: ['KEYS_ADMIN'], createdBy: 'operator' });
    expect(await test.query('SELECT id, name FROM site ORDER BY id')).toEqual([
      { id: 1, name: 'One' },
      { id: siteId, name: 'Harbour School' },
    ]);
    expect(await callerOf(key)).toEqual({
      id: 'key:first',
      keyId: apiKey?.id,
      siteId,
      scopes: new Set(['keys:admin']),
      actsFor: new Set(),
    });
  });

  it('makes two of two calls, whatever their names', async () => {
    const [one, two] = [await create('Harbour School'), await create('Harbour School')];
    expect(one.siteId).not.toBe(two.siteId);
    const made = await Promise.all(Array.from({ length: 5 }, () => create('At once')));
    expect(new Set(made.map(({ siteId }) => siteId)).size).toBe(5);
  });

  it('tells all problems together, and makes nothing', async () => {
    const faults: [string, object, [string, string][]][] = [
      ['', {}, [['VALUE_MISSING', 'name']]],
      [' \n', {}, [['VALUE_MISSING', 'name']]],
      [' One', {}, [['TEXT_PADDED', 'name']]],
      ['x'.repeat(256), {}, [['TEXT_TOO_LONG', 'name']]],
      ['One\0', {}, [['TEXT_INVALID', 'name']]],
      ['Two', { scopes: ['SITES_ADMIN'] }, [['API_KEY_SCOPE_OF_OPERATOR', 'firstKey.scopes.0']]],
      ['Two', { scopes: ['ACTIVITY_UPDATE'] }, [['API_KEY_USERS_MISSING', 'firstKey.userIds']]],
      [
        '',
        { name: 'First', scopes: [], expiresAt: '2000-01-01T00:00:00Z' },
        [
          ['VALUE_MISSING', 'name'],
          ['API_KEY_NAME_INVALID', 'firstKey.name'],
          ['API_KEY_SCOPES_MISSING', 'firstKey.scopes'],
          ['API_KEY_EXPIRY_PAST', 'firstKey.expiresAt'],
        ],
      ],
    ];
    for (const [name, firstKey, problems] of faults) {
      const answer = await create(name, firstKey);
      expect({
        ...answer,
        problems: answer.problems.map(({ code, path }) => [code, path.join('.')]),
      }).toEqual({ __typename: 'CreateSiteError', siteId: null, key: null, apiKey: null, problems });
    }
    expect(await test.query('SELECT id FROM site')).toEqual([{ id: 1 }]);
    expect(await test.query('SELECT id FROM api_key')).toEqual([]);
  });

  it('takes a key for every user, as there is none yet to name', async () => {
    const { key } = await create('Two', { scopes: ['ACTIVITY_UPDATE'], anyUser: true });
    expect((await callerOf(key))?.actsFor).toBe('anyone');
  });

  it('is told in the audit log of both sites, and the new one learns nothing of the other', async () => {
    const { siteId } = await create('Two');
    await create('');
    const entries = await test.query<Record<string, unknown>>(
      'SELECT site_id, caller, key_id, operation, target_type, target_id, outcome FROM audit_entry ORDER BY id',
    );
    const told = entries.map((each) => [
      each.site_id,
      each.caller,
      each.operation,
      each.target_type,
      each.outcome,
    ]);
    expect(told).toEqual([
      [siteId, 'operator', 'createApiKey', 'API_KEY', 'SUCCESS'],
      [siteId, 'operator', 'createSite', 'SITE', 'SUCCESS'],
      [1, 'key:provisioner', 'createSite', 'SITE', 'SUCCESS'],
      [1, 'key:provisioner', 'createSite', 'SITE', 'ERROR'],
    ]);
    expect(entries.map(({ target_id }) => target_id).slice(1)).toEqual([
      String(siteId),
      String(siteId),
      null,
    ]);
  });

  it('of the command line takes a name that is there for the same site only', async () => {
    const context = testContext(test, { siteId: 1, caller: 'operator' });
    const firstKey = { name: 'first', scopes: ['keys:admin' as const], anyUser: false };
    expect(await openSite(context, { name: 'One', firstKey })).toMatchObject({ kind: 'success', siteId: 1 });
    await expect(openSite(context, { name: 'Other', firstKey })).rejects.toThrow(SiteTaken);
  });

  it('has no key that lives on where the transaction failed', async () => {
    const database = overriding(test.database, {
      transaction: (work) =>
        test.database.transaction(async (tx) => {
          await work(tx);
          throw new Error('COMMIT failed');
        }),
    });
    const failing = testContext(test, { siteId: 2, caller: 'operator', database });
    const firstKey = { name: 'first', scopes: ['keys:admin' as const], anyUser: false };
    await expect(openSite(failing, { name: 'Two', firstKey })).rejects.toThrow('COMMIT');
    expect(await test.query('SELECT id FROM site')).toEqual([{ id: 1 }]);
    expect(await test.query('SELECT id FROM api_key')).toEqual([]);
  });
});
