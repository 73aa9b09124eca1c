import type { Scope } from '../../src/access/scopes';
import { ALL_SCOPES } from '../../src/access/scopes';
import { createSignIn } from '../../src/access/sign-in';
import { type Api, apiOn, NOW } from '../support/api';
import { wideLimits } from '../support/caller';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';

const KEY_FIELDS = 'id name scopes anyUser userIds createdAt createdBy expiresAt revokedAt lastUsedAt';
const CREATE = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    __typename
    ... on CreateApiKeyOutcome { key apiKey { ${KEY_FIELDS} } problems { code path } }
  }
}`;
const REVOKE = `mutation ($id: ID!) {
  revokeApiKey(id: $id) { __typename ... on RevokeApiKeyOutcome { apiKey { id revokedAt } problems { code path } } }
}`;
const LIST = `query ($first: Int! = 50, $after: String) {
  apiKeys(first: $first, after: $after) { totalCount nodes { ${KEY_FIELDS} } pageInfo { endCursor hasNextPage } }
}`;

interface Creation {
  readonly __typename: string;
  readonly key: string | null;
  readonly apiKey: { readonly id: string; readonly [field: string]: unknown } | null;
  readonly problems: readonly { readonly code: string; readonly path: readonly string[] }[];
}

describe.each(DATABASE_KINDS)('API keys on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
    await test.query("INSERT INTO site (id, name, use_score) VALUES (1, 'One', 1), (2, 'Two', 1)");
    await test.query(
      `INSERT INTO user (id, site_id, sync_key, is_external, is_deleted)
       VALUES (7, 1, 'planner', 0, 0), (8, 1, NULL, 0, 0), (9, 2, 'theirs', 0, 0)`,
    );
  });
  let keysBefore: number;
  beforeEach(async () => {
    keysBefore = 0;
    await test.query('DELETE FROM api_key');
    await test.query('DELETE FROM audit_entry');
  });
  afterAll(() => test.drop());

  async function create(input: object, as: Api = api): Promise<Creation> {
    const plain = { name: 'acme-lms', scopes: ['TRACKING_IMPORT'] };
    const data = await as.run<{ createApiKey: Creation }>(CREATE, { input: { ...plain, ...input } });
    return data.createApiKey;
  }

  async function created(input: object = {}, as: Api = api): Promise<{ id: string; key: string }> {
    const { apiKey, key, problems } = await create(input, as);
    if (apiKey === null || key === null) throw new Error(JSON.stringify(problems));
    return { id: apiKey.id, key };
  }

  async function problemsOf(input: object, as: Api = api): Promise<[string, string][]> {
    const { __typename, key, apiKey, problems } = await create(input, as);
    expect({ __typename, key, apiKey }).toEqual({ __typename: 'CreateApiKeyError', key: null, apiKey: null });
    const [row] = await test.query<{ total: number | string }>('SELECT COUNT(*) AS total FROM api_key');
    expect(Number(row?.total)).toBe(keysBefore);
    return problems.map(({ code, path }) => [code, path.join('.')]);
  }

  async function callerOf(key: string, at = NOW) {
    const signIn = createSignIn({
      database: test.database,
      limits: wideLimits(),
      clock: () => new Date(at),
      onError: (error) => {
        throw error;
      },
    });
    const signedIn = await signIn(`Bearer ${key}`, '::1');
    return signedIn.kind === 'caller' ? signedIn.caller : null;
  }

  describe('creation', () => {
    it('answers the key once, and stores its hash', async () => {
      const { __typename, key, apiKey, problems } = await create({});
      expect({ __typename, problems }).toEqual({ __typename: 'CreateApiKeySuccess', problems: [] });
      expect(key).toMatch(new RegExp(`^ct_${apiKey?.id}_[\\w-]{43}$`));
      expect(apiKey).toEqual({
        id: expect.stringMatching(/^[\da-f]{16}$/),
        name: 'acme-lms',
        scopes: ['TRACKING_IMPORT'],
        anyUser: false,
        userIds: [],
        createdAt: new Date(NOW).toISOString(),
        createdBy: 'test',
        expiresAt: new Date(NOW + 365 * 24 * 3_600_000).toISOString(),
        revokedAt: null,
        lastUsedAt: null,
      });
      const [row] = await test.query('SELECT * FROM api_key');
      expect(JSON.stringify(row)).not.toContain(key?.slice(-43));
    });

    it('makes what its caller then is', async () => {
      const { id, key } = await created({
        scopes: ['ACTIVITY_UPDATE', 'TRACKING_READ', 'TRACKING_READ'],
        userIds: [8, 8],
        userSyncKeys: ['planner'],
      });
      expect(await callerOf(key)).toEqual({
        id: 'key:acme-lms',
        keyId: id,
        siteId: 1,
        scopes: new Set<Scope>(['activity:update', 'tracking:read']),
        actsFor: new Set([8, 7]),
      });
      const { key: broad } = await created({ name: 'broad', anyUser: true });
      expect((await callerOf(broad))?.actsFor).toBe('anyone');
    });

    it('expires as asked for: absent in a year, null never', async () => {
      const lasting = await created({ expiresAt: null });
      expect(await callerOf(lasting.key, Date.UTC(9999, 0))).not.toBeNull();
      const short = await created({ name: 'short', expiresAt: new Date(NOW + 1).toISOString() });
      expect(await callerOf(short.key)).not.toBeNull();
      expect(await callerOf(short.key, NOW + 1)).toBeNull();
    });

    const faults: [string, object, [string, string][]][] = [
      ['a name with capitals', { name: 'Acme' }, [['API_KEY_NAME_INVALID', 'name']]],
      ['an address for a name', { name: 'ada@example.org' }, [['API_KEY_NAME_INVALID', 'name']]],
      ['no name', { name: '' }, [['API_KEY_NAME_INVALID', 'name']]],
      ['a long name', { name: 'a'.repeat(51) }, [['API_KEY_NAME_INVALID', 'name']]],
      ['the name of the local key', { name: 'local' }, [['API_KEY_NAME_RESERVED', 'name']]],
      ['no scope', { scopes: [] }, [['API_KEY_SCOPES_MISSING', 'scopes']]],
      [
        'an end in the past',
        { expiresAt: new Date(NOW).toISOString() },
        [['API_KEY_EXPIRY_PAST', 'expiresAt']],
      ],
      [
        'updates in nobody’s name',
        { scopes: ['ACTIVITY_UPDATE'], userIds: [] },
        [['API_KEY_USERS_MISSING', 'userIds']],
      ],
      ['one user and all', { anyUser: true, userIds: [7] }, [['API_KEY_USERS_CONTRADICT', 'anyUser']]],
      [
        'unknown users',
        { userIds: [7, 99, 0, -1] },
        [
          ['API_KEY_USER_UNKNOWN', 'userIds.1'],
          ['API_KEY_USER_UNKNOWN', 'userIds.2'],
          ['API_KEY_USER_UNKNOWN', 'userIds.3'],
        ],
      ],
      ['a user of another site', { userIds: [9] }, [['API_KEY_USER_UNKNOWN', 'userIds.0']]],
      [
        'sync keys that nobody has',
        { userSyncKeys: ['planner', 'Planner', 'planner ', 'theirs', '', 'x'.repeat(1_000_000)] },
        [1, 2, 3, 4, 5].map((index) => ['API_KEY_USER_UNKNOWN', `userSyncKeys.${index}`]),
      ],
      ['too many users', { userIds: Array(1_001).fill(7) }, [['API_KEY_USERS_TOO_MANY', 'userIds']]],
      [
        'several faults at once',
        { name: '', scopes: [], expiresAt: '2000-01-01T00:00:00Z', userIds: [9] },
        [
          ['API_KEY_NAME_INVALID', 'name'],
          ['API_KEY_SCOPES_MISSING', 'scopes'],
          ['API_KEY_EXPIRY_PAST', 'expiresAt'],
          ['API_KEY_USER_UNKNOWN', 'userIds.0'],
        ],
      ],
    ];
    it.each(faults)('refuses %s', async (_name, input, problems) => {
      expect(await problemsOf(input)).toEqual(problems);
    });

    it('gives no more than its caller has', async () => {
      const few = api.as({ caller: { id: 'few', scopes: new Set(['keys:admin']), actsFor: new Set([8]) } });
      expect(await problemsOf({ scopes: ['KEYS_ADMIN', 'AUDIT_READ'] }, few)).toEqual([
        ['API_KEY_SCOPE_NOT_HELD', 'scopes.1'],
      ]);
      expect(await problemsOf({ scopes: ['KEYS_ADMIN'], anyUser: true }, few)).toEqual([
        ['API_KEY_USERS_NOT_HELD', 'anyUser'],
      ]);
      expect(await problemsOf({ scopes: ['KEYS_ADMIN'], userIds: [8, 7] }, few)).toEqual([
        ['API_KEY_USER_UNKNOWN', 'userIds.1'],
      ]);
      await created({ scopes: ['KEYS_ADMIN'], userIds: [8] }, few);
    });

    it('lets two keys of a name be live on a site, so that one replaces the other', async () => {
      const first = await created();
      const second = await created();
      keysBefore = 2;
      expect(await problemsOf({})).toEqual([['API_KEYS_TOO_MANY', 'name']]);
      expect([await callerOf(first.key), await callerOf(second.key)]).toEqual([
        expect.objectContaining({ id: 'key:acme-lms' }),
        expect.objectContaining({ id: 'key:acme-lms' }),
      ]);
      await created({ name: 'another' });
      await created({}, api.as({ siteId: 2 }));
      await api.run(REVOKE, { id: first.id });
      await created();
      keysBefore = 5;
      expect(await problemsOf({})).toEqual([['API_KEYS_TOO_MANY', 'name']]);
    });

    it('takes no name of a live key of other scopes', async () => {
      const { id } = await created({ scopes: ['KEYS_ADMIN', 'AUDIT_READ'] });
      await created({ scopes: ['AUDIT_READ', 'KEYS_ADMIN'] });
      await api.run(REVOKE, { id });
      keysBefore = 2;
      for (const scopes of [['KEYS_ADMIN'], ['KEYS_ADMIN', 'AUDIT_READ', 'TRACKING_READ']]) {
        expect(await problemsOf({ scopes })).toEqual([['API_KEY_NAME_TAKEN', 'name']]);
      }
      await created({ scopes: ['KEYS_ADMIN'] }, api.as({ siteId: 2 }));
      await created({ scopes: ['KEYS_ADMIN'] }, api.as({ caller: { id: 'operator' } }));
    });

    it('takes no name of other scopes on its site, however many other sites have it', async () => {
      const older = api.as({ clock: () => new Date(NOW - 60_000) });
      for (let siteId = 11; siteId <= 22; siteId++) {
        await test.query(`INSERT INTO site (id, name, use_score) VALUES (${siteId}, 'Site ${siteId}', 1)`);
        await created({ scopes: ['KEYS_ADMIN'] }, older.as({ siteId }));
      }
      await created({ scopes: ['KEYS_ADMIN'] });
      keysBefore = 13;
      expect(await problemsOf({ scopes: ['AUDIT_READ'] })).toEqual([['API_KEY_NAME_TAKEN', 'name']]);
    });

    it('makes room for a key when one expires', async () => {
      await created({ expiresAt: new Date(NOW + 1_000).toISOString() });
      await created();
      const later = api.as({ clock: () => new Date(NOW + 1_000) });
      await created({}, later);
      keysBefore = 3;
      expect(await problemsOf({}, later)).toEqual([['API_KEYS_TOO_MANY', 'name']]);
    });

    it('makes no third one when many are asked for at once', async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => create({})));
      const made = answers.filter(({ __typename }) => __typename === 'CreateApiKeySuccess');
      expect(made).toHaveLength(2);
      const [row] = await test.query<{ total: number | string }>('SELECT COUNT(*) AS total FROM api_key');
      expect(Number(row?.total)).toBe(2);
    });
  });

  describe('revocation', () => {
    it('ends a key, and does no harm when it comes again', async () => {
      const { id, key } = await created();
      const answer = await api.run(REVOKE, { id });
      const revokedAt = new Date(NOW).toISOString();
      expect(answer).toEqual({
        revokeApiKey: { __typename: 'RevokeApiKeySuccess', apiKey: { id, revokedAt }, problems: [] },
      });
      expect(await callerOf(key)).toBeNull();
      const later = api.as({ clock: () => new Date(NOW + 5_000) });
      expect(await later.run(REVOKE, { id })).toEqual(answer);
    });

    it('finds no key that is not there, or of another site', async () => {
      const theirs = await created({}, api.as({ siteId: 2 }));
      const none = {
        revokeApiKey: {
          __typename: 'RevokeApiKeyError',
          apiKey: null,
          problems: [{ code: 'API_KEY_NOT_FOUND', path: ['id'] }],
        },
      };
      for (const id of [theirs.id, '0'.repeat(16), '', `${theirs.id} `]) {
        expect(await api.run(REVOKE, { id })).toEqual(none);
      }
      expect(await callerOf(theirs.key)).not.toBeNull();
    });
  });

  it('are listed newest first, page by page, revoked ones included, of the own site only', async () => {
    const ids: string[] = [];
    for (const [index, name] of ['one', 'two', 'three'].entries()) {
      ids.unshift((await created({ name }, api.as({ clock: () => new Date(NOW + index) }))).id);
    }
    await created({}, api.as({ siteId: 2 }));
    await api.run(REVOKE, { id: ids[1] });
    type Page = {
      apiKeys: {
        totalCount: number;
        nodes: { id: string; revokedAt: string | null }[];
        pageInfo: { endCursor: string; hasNextPage: boolean };
      };
    };
    const first = (await api.run<Page>(LIST, { first: 2 })).apiKeys;
    const rest = (await api.run<Page>(LIST, { first: 2, after: first.pageInfo.endCursor })).apiKeys;
    expect([...first.nodes, ...rest.nodes].map(({ id }) => id)).toEqual(ids);
    expect([first.totalCount, first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([
      3,
      true,
      false,
    ]);
    expect(first.nodes.map(({ revokedAt }) => revokedAt !== null)).toEqual([false, true]);
    expect(JSON.stringify(first)).not.toMatch(/ct_|[\da-f]{64}/);
  });

  it('of every scope can be given by a caller that has every scope, but what is the operator’s', async () => {
    const given = ALL_SCOPES.filter((scope) => scope !== 'sites:admin');
    const scopes = given.map((scope) => scope.replace(':', '_').toUpperCase());
    const { key } = await created({ scopes, anyUser: true });
    expect((await callerOf(key))?.scopes).toEqual(new Set(given));
    keysBefore = 1;
    expect(await problemsOf({ scopes: ['KEYS_ADMIN', 'SITES_ADMIN'] })).toEqual([
      ['API_KEY_SCOPE_OF_OPERATOR', 'scopes.1'],
    ]);
  });

  it('leave entries in the audit log, without their secrets', async () => {
    const { id, key } = await created();
    await create({ name: '' });
    await created();
    await create({});
    await api.run(REVOKE, { id });
    await api.run(REVOKE, { id });
    await api.run(REVOKE, { id: 'none' });
    const entries = await test.query<Record<string, unknown>>('SELECT * FROM audit_entry ORDER BY id');
    expect(
      entries.map(({ caller, operation, target_id, outcome }) => [caller, operation, target_id, outcome]),
    ).toEqual([
      ['test', 'createApiKey', id, 'SUCCESS'],
      ['test', 'createApiKey', null, 'ERROR'],
      ['test', 'createApiKey', expect.any(String), 'SUCCESS'],
      ['test', 'createApiKey', null, 'ERROR'],
      ['test', 'revokeApiKey', id, 'SUCCESS'],
      ['test', 'revokeApiKey', null, 'ERROR'],
    ]);
    expect(JSON.stringify(entries)).not.toContain(key.slice(-43));
  });
});
