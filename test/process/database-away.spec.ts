import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { LOCAL_KEY, runScript, type StartedScript, startScript } from '../support/child-process';
import { type OwnMariadb, startOwnMariadb } from '../support/own-mariadb';

const SLOW = 240_000;
const READ = '{ consolidatedTracking { totalCount } }';
const WRITE = 'mutation { createApiKey(input: { name: "partner", scopes: [TRACKING_READ] }) { __typename } }';
const UNAVAILABLE = { code: 'DATABASE_UNAVAILABLE', retryable: true, retryAfterSeconds: 5 };

/** What callers and operators are told by a real server while its real database cannot do what is asked. */
(process.env.TEST_MARIADB_URL ? describe : describe.skip)('a server whose database', () => {
  it(
    'is read-only, and then gone',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'coursetrack-away-'));
      let mariadb: OwnMariadb | undefined;
      try {
        mariadb = await startOwnMariadb(folder, {
          statements: [
            'CREATE DATABASE coursetrack',
            "CREATE USER writer@'%' IDENTIFIED BY 'hush'",
            "GRANT ALL ON coursetrack.* TO writer@'%'",
            "GRANT RELOAD ON *.* TO writer@'%'",
          ],
        });
        const env = { DATABASE_URL: `mysql://writer:hush@127.0.0.1:${mariadb.port}/coursetrack` };
        expect(await runScript('src/migrate.js', { env, cwd: folder })).toMatchObject({ code: 0 });
        const served = await serve(startScript('src/main.js', { env: { ...env, PORT: '0' }, cwd: folder }));
        expect(await served.ready()).toEqual([200, null, { status: 'ok' }]);
        expect(await served.ask(WRITE)).toMatchObject({ status: 200, errors: undefined });

        const root = await createConnection(`mysql://root@127.0.0.1:${mariadb.port}/`);
        await root.query('SET GLOBAL read_only = ON');
        expect(await served.ready()).toEqual([503, '1', { status: 'unavailable', reason: 'database' }]);
        expect(await served.ask(READ)).toMatchObject({ status: 200, errors: undefined });
        expect(await served.ask(WRITE)).toEqual({
          status: 503,
          retryAfter: '5',
          errors: [{ ...UNAVAILABLE, requestId: expect.any(String) }],
        });
        const args = ['create', '--name', 'partner', '--scopes', 'tracking:read'];
        expect(await runScript('src/keys.js', { args, env, cwd: folder })).toEqual({
          code: 1,
          stdout: '',
          stderr:
            'The database cannot do this at the moment. Nothing was written. (ER_OPTION_PREVENTS_STATEMENT)\n',
        });
        await root.query('SET GLOBAL read_only = OFF');
        await root.end();
        expect(await served.ready()).toEqual([200, null, { status: 'ok' }]);
        expect(await served.ask(WRITE)).toMatchObject({ status: 200, errors: undefined });

        await mariadb.stop();
        mariadb = undefined;
        // What was known of the key a moment ago is known for a second.
        await delay(1_100);
        for (const query of [READ, WRITE]) {
          expect(await served.ask(query)).toEqual({
            status: 503,
            retryAfter: '5',
            errors: [{ ...UNAVAILABLE, requestId: expect.any(String) }],
          });
        }
        expect(await served.ready()).toEqual([503, '1', { status: 'unavailable', reason: 'database' }]);
        expect(await served.failures()).toBe(3);

        served.server.child.kill('SIGTERM');
        const { code, stdout } = await served.server.finished;
        expect(code).toBe(0);
        const lines = stdout
          .split('\n')
          .filter((line) => line.includes('the database did not do what was asked'));
        expect(lines.map((line) => JSON.parse(line))).toMatchObject([
          { err: { code: 'DATABASE_UNAVAILABLE' }, operation: 'createApiKey' },
          { err: { code: 'DATABASE_UNAVAILABLE' } },
          { err: { code: 'DATABASE_UNAVAILABLE' } },
        ]);
      } finally {
        await mariadb?.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    },
    SLOW,
  );
});

async function serve(server: StartedScript) {
  const [, url = ''] = await server.prints(/"url":"([^"]+)"/);
  const [, metrics = ''] = await server.prints(/"metrics":"([^"]+)"/);
  const [key] = await server.prints(LOCAL_KEY, 'stderr');
  return {
    server,
    ready: async () => {
      const response = await fetch(`${url}/health/ready`);
      return [response.status, response.headers.get('retry-after'), await response.json()];
    },
    ask: async (query: string) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ query }),
      });
      const { errors } = (await response.json()) as { errors?: { extensions: object }[] };
      return {
        status: response.status,
        retryAfter: response.headers.get('retry-after'),
        errors: errors?.map(({ extensions }) => extensions),
      };
    },
    failures: async () => {
      const text = await (await fetch(metrics)).text();
      return Number(
        /^coursetrack_database_failures_total\{code="DATABASE_UNAVAILABLE"\} (\d+)$/m.exec(text)?.[1],
      );
    },
  };
}
