/**
 * Files of jobs over HTTP: a caller gets its own, with `jobs:read` those of its site, and never another site's, which
 * are answered as what nobody has, after the same statements.
 */
import type { Caller } from '../../src/access/caller';
import { ALL_SCOPES, type Scope } from '../../src/access/scopes';
import { testCaller } from '../support/caller';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { type HttpApi, serveApi } from '../support/http-api';
import { FOREIGN, OWN, storeTwoSites, type TwoSites } from '../support/two-sites';

const FILES = ['', '/rejected.csv', '/problems.csv', '/problems.jsonl'];
const UPLOAD = 'candidateLogin,sessionGuid,lovCode\nlearner-1,session-1,L-1\n';

describe.each(DATABASE_KINDS)('files of import jobs on $kind', (kind) => {
  let test: TestDatabase;
  let sites: TwoSites;
  let api: HttpApi;
  let caller: Caller;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    sites = await storeTwoSites(test);
    api = await serveApi(test.database, {}, undefined, async () => ({ kind: 'caller', caller }));
  });
  afterAll(async () => {
    await api.stop();
    await test.drop();
  });

  const as = (id: string, scopes: readonly Scope[], siteId = OWN) => {
    caller = testCaller({ id, scopes: new Set(scopes), siteId });
  };

  async function get(path: string) {
    const watched = test.watch();
    const response = await fetch(`${api.url}/imports/${path}`);
    return { status: response.status, text: await response.text(), statements: [...watched] };
  }

  async function upload(headers: Readonly<Record<string, string>> = {}) {
    const response = await fetch(`${api.url}/imports`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv', ...headers },
      body: UPLOAD,
    });
    return { status: response.status, id: ((await response.json()) as { readonly id?: string }).id };
  }

  describe.each(FILES)('/imports/{id}%s', (file) => {
    it('is read by who ordered the job, and by who may read all, and holds nothing of another site', async () => {
      for (const [id, scope] of [
        ['test', 'tracking:import'],
        ['somebody', 'jobs:read'],
      ] as const) {
        as(id, [scope]);
        const { status, text } = await get(`${sites.own.jobId}${file}`);
        expect(status).toBe(200);
        expect(text).not.toBe('');
        expect(text).not.toContain('foreign');
        expect(text).not.toContain(String(sites.foreign.jobId));
      }
    });

    it('of another site is what nobody has', async () => {
      as('test', ALL_SCOPES);
      const found = await get(`${sites.foreign.jobId}${file}`);
      expect(found.status).toBe(404);
      expect(found).toEqual(await get(`${sites.nothing.jobId}${file}`));
      as('test', ALL_SCOPES, FOREIGN);
      expect((await get(`${sites.foreign.jobId}${file}`)).status).toBe(200);
    });

    it('of another caller is what nobody has, too', async () => {
      as('somebody', ['tracking:import']);
      const found = await get(`${sites.own.jobId}${file}`);
      expect(found.status).toBe(404);
      expect(found).toEqual(await get(`${sites.nothing.jobId}${file}`));
    });

    it('is closed without one of the two scopes', async () => {
      as(
        'test',
        ALL_SCOPES.filter((scope) => scope !== 'tracking:import' && scope !== 'jobs:read'),
      );
      expect(await get(`${sites.own.jobId}${file}`)).toMatchObject({ status: 403, statements: [] });
    });
  });

  describe('POST /imports', () => {
    it('needs tracking:import, and reads nothing without', async () => {
      as(
        'test',
        ALL_SCOPES.filter((scope) => scope !== 'tracking:import'),
      );
      const watched = test.watch();
      expect((await upload()).status).toBe(403);
      expect(watched).toEqual([]);
    });

    it('makes a job of its own under a key that another site, or another caller, has used', async () => {
      const key = { 'idempotency-key': 'night-of-the-1st' };
      const ids = new Set<string | undefined>();
      for (const [id, siteId] of [
        ['test', FOREIGN],
        ['test', OWN],
        ['somebody', OWN],
      ] as const) {
        as(id, ['tracking:import'], siteId);
        const first = await upload(key);
        expect(first).toEqual({ status: 202, id: expect.any(String) });
        expect(await upload(key)).toEqual(first);
        ids.add(first.id);
      }
      expect(ids.size).toBe(3);
    });
  });
});
