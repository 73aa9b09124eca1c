import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCAL_KEY, type StartedScript, startScript } from '../support/child-process';
import { SERVER_KINDS } from '../support/databases';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coursetrack-process-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function start(program: 'main' | 'migrate', env: Record<string, string>): StartedScript {
  const database = `sqlite:${join(folder, 'x.sqlite')}`;
  return startScript(`src/${program}.js`, {
    env: { DATABASE_URL: database, PORT: '0', ...env },
    cwd: folder,
  });
}

async function listeningUrl(server: StartedScript): Promise<string> {
  const [, url = ''] = await server.prints(/"url":"([^"]+)"/);
  return url;
}

async function metricsUrl(server: StartedScript): Promise<string> {
  const [, url = ''] = await server.prints(/"metrics":"([^"]+)"/);
  return url;
}

describe('the server as a process', () => {
  it('makes its embedded database, answers, and ends with 0 on SIGTERM', async () => {
    const server = start('main', {});
    const url = await listeningUrl(server);
    const [key] = await server.prints(LOCAL_KEY, 'stderr');
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query: '{ messageCatalogue { code } consolidatedTracking { totalCount } }' }),
    });
    expect(await response.json()).toMatchObject({ data: { consolidatedTracking: { totalCount: 0 } } });
    server.child.kill('SIGTERM');
    const ended = await server.finished;
    expect(ended).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Key of this start.*\nPlayground with this key.*\n$/),
    });
    expect(ended.stdout).not.toMatch(LOCAL_KEY);
    expect(ended.stdout).not.toContain('code=');
  });

  it('has logged every request when it ends', async () => {
    const server = start('main', {});
    const url = await listeningUrl(server);
    const requests = Array.from({ length: 300 }, async () =>
      (await fetch(`${url}/graphql`, { method: 'POST' })).text(),
    );
    await Promise.all(requests);
    server.child.kill('SIGTERM');
    const { stdout } = await server.finished;
    expect(stdout.match(/"msg":"request"/g)).toHaveLength(300);
    expect(stdout).toMatch(/"msg":"stopped"\}\n$/);
  });

  it('opens the playground with the documented operations of the project', async () => {
    const url = await listeningUrl(start('main', {}));
    const html = await (await fetch(`${url}/playground/`)).text();
    expect(html).toMatch(/initialName: `import-[a-z-]+`/);
    expect(html).not.toMatch(LOCAL_KEY);
  });

  it('has its key in the playground for the first browser that opens the printed address', async () => {
    const server = start('main', {});
    await listeningUrl(server);
    const [key] = await server.prints(LOCAL_KEY, 'stderr');
    const [entry] = await server.prints(/http\S+code=\S+/, 'stderr');
    const opened = await fetch(entry, { redirect: 'manual' });
    const [cookie = ''] = opened.headers.getSetCookie().map((each) => each.split(';', 1)[0]);
    const page = new URL(opened.headers.get('location') ?? '', entry);
    expect(await (await fetch(page, { headers: { cookie } })).text()).toContain(key);
    const second = await fetch(entry, { redirect: 'manual' });
    expect([second.status, second.headers.getSetCookie()]).toEqual([303, []]);
  });

  it('leaves no key behind: a start revokes those of servers that were killed, and of no other', async () => {
    const asks = async (url: string, key: string) =>
      (
        await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
          body: '{"query":"{ __typename }"}',
        })
      ).status;
    const startOne = async () => {
      const server = start('main', {});
      const url = await listeningUrl(server);
      const [key] = await server.prints(LOCAL_KEY, 'stderr');
      return { server, url, key };
    };
    const running = await startOne();
    const killed = await startOne();
    killed.server.child.kill('SIGKILL');
    await killed.server.finished;
    expect(await asks(running.url, killed.key)).toBe(200);
    const next = await startOne();
    expect(await asks(next.url, killed.key)).toBe(401);
    expect(await asks(next.url, running.key)).toBe(200);
    expect(await asks(next.url, next.key)).toBe(200);
  });

  it('says in one line that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await start('main', { PORT: String(port) }).finished;
    other.close();
    expect([code, stderr.split('\n')]).toEqual([1, [expect.stringContaining(`127.0.0.1:${port}`), '']]);
  });

  it('serves its metrics on a port of their own, and nothing else there', async () => {
    const server = start('main', {});
    const url = await listeningUrl(server);
    const metrics = await metricsUrl(server);
    expect(new URL(metrics).port).not.toBe(new URL(url).port);
    await fetch(`${url}/health/live`);
    // A start removes what is old, on the one connection that writes.
    const isIdle = /^coursetrack_database_connections\{state="idle"\} 1$/m;
    let response: Response;
    let text: string;
    do {
      response = await fetch(metrics);
      text = await response.text();
    } while (response.ok && !isIdle.test(text));
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^text\/plain; version=0\.0\.4/),
    ]);
    for (const line of [
      /^coursetrack_build_info\{version="\d+\.\d+\.\d+"\} 1$/m,
      /^coursetrack_http_requests_total\{route="\/health\/live",status="200"\} 1$/m,
      isIdle,
      /^coursetrack_database_waiting 0$/m,
      /^nodejs_eventloop_lag_p99_seconds /m,
      /^process_resident_memory_bytes /m,
    ]) {
      expect(text).toMatch(line);
    }

    const { origin } = new URL(metrics);
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    expect((await fetch(metrics, { method: 'HEAD' })).status).toBe(404);
    for (const [path, method] of [
      ['/metrics', 'POST'],
      ['/', 'GET'],
      ['/graphql', 'POST'],
      ['/health/live', 'GET'],
    ] as const) {
      const refused = await fetch(`${origin}${path}`, { method });
      expect([path, refused.status, await refused.json()]).toEqual([
        path,
        404,
        { errors: [{ message: expect.any(String), extensions: { code: 'NOT_FOUND' } }] },
      ]);
    }

    server.child.kill('SIGTERM');
    expect(await server.finished).toMatchObject({ code: 0 });
    await expect(fetch(metrics)).rejects.toThrow();
  });

  it('serves no metrics with METRICS_PORT=off', async () => {
    const [line] = await start('main', { METRICS_PORT: 'off' }).prints(/^.*"msg":"listening".*$/m);
    expect(JSON.parse(line)).not.toHaveProperty('metrics');
  });

  it('says in one line that the port of the metrics is taken, and which variable to set', async () => {
    const { port } = new URL(await metricsUrl(start('main', {})));
    const second = { METRICS_PORT: port, DATABASE_URL: `sqlite:${join(folder, 'y.sqlite')}` };
    const { code, stderr } = await start('main', second).finished;
    expect([code, stderr.split('\n')]).toEqual([
      1,
      [expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${port}.*METRICS_PORT`)), ''],
    ]);
  });

  it('says in one line each which variables are wrong', async () => {
    const { code, stderr } = await start('main', { PORT: 'x', SITE_ID: '0' }).finished;
    expect([code, stderr.split('\n')]).toEqual([
      1,
      [expect.stringMatching(/^SITE_ID: /), expect.stringMatching(/^PORT: /), ''],
    ]);
  });

  it.each(['main', 'migrate'] as const)(
    '%s says in one line, without the password, that the database cannot be reached',
    async (program) => {
      // A port that was free a moment ago.
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      other.close();
      const { code, stderr } = await start(program, { DATABASE_URL: `mysql://u:hush@127.0.0.1:${port}/x` })
        .finished;
      expect([code, stderr.split('\n')]).toEqual([1, [expect.stringContaining(`127.0.0.1:${port}/x`), '']]);
      expect(stderr).not.toContain('hush');
    },
  );

  it('says in one line that the file is no database', async () => {
    writeFileSync(join(folder, 'x.sqlite'), 'no database '.repeat(100));
    const { code, stderr } = await start('main', {}).finished;
    expect([code, stderr.split('\n')]).toEqual([1, [expect.stringContaining('SQLITE_NOTADB'), '']]);
  });
});

// A loop, because jest refuses an empty table.
for (const kind of SERVER_KINDS) {
  it(`${kind.kind} is migrated by npm run migrate only`, async () => {
    const created = await kind.create();
    const env = { DATABASE_URL: created.target.url };
    try {
      const refused = await start('main', env).finished;
      expect([refused.code, refused.stderr.split('\n')]).toEqual([
        1,
        [expect.stringContaining('npm run migrate'), ''],
      ]);
      expect(await start('migrate', env).finished).toMatchObject({ code: 0, stderr: '' });
      expect(await start('migrate', env).finished).toMatchObject({ code: 0, stderr: '' });
      const server = start('main', env);
      expect((await fetch(`${await listeningUrl(server)}/health/ready`)).status).toBe(200);
      server.child.kill('SIGKILL');
      await server.finished;
    } finally {
      await created.drop();
    }
  });
}
