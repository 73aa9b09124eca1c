import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { post, type Rig, rig, UUID } from '../support/http-rig';
import { SECRET } from '../support/stub-schema';

describe('health', () => {
  it('is live', async () => {
    const { url } = await rig();
    const response = await fetch(`${url}/health/live`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('is ready when the database answers', async () => {
    const { url } = await rig();
    const response = await fetch(`${url}/health/ready`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error(SECRET))],
    ['never answers', () => new Promise<void>(() => {})],
  ])('is not ready when the database %s, and says no more', async (_name, ping) => {
    const rigged = await rig({ ping });
    const response = await fetch(`${rigged.url}/health/ready`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'unavailable', reason: 'database' },
    ]);
    expect(response.headers.get('x-request-id')).toMatch(UUID);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(rigged.logText()).not.toContain('zoe');
  });

  const ready = async ({ url }: Rig) => {
    const response = await fetch(`${url}/health/ready`);
    return [response.status, ((await response.json()) as { reason?: string }).reason];
  };

  it('asks a database that does not answer no second time until it does', async () => {
    let asked = 0;
    let answer = (): void => {};
    const rigged = await rig({
      ping: () => {
        asked += 1;
        return asked === 1 ? new Promise((resolve) => (answer = resolve)) : Promise.resolve();
      },
    });
    expect(await Promise.all([ready(rigged), ready(rigged), ready(rigged)])).toEqual(
      Array(3).fill([503, 'database']),
    );
    expect(await ready(rigged)).toEqual([503, 'database']);
    expect(asked).toBe(1);
    answer();
    expect(await ready(rigged)).toEqual([200, undefined]);
    expect(asked).toBe(2);
  });

  it('logs once that the database is away, and once that it is back, however many ask', async () => {
    let isAway = true;
    const rigged = await rig({
      ping: () => (isAway ? Promise.reject(new Error(SECRET)) : Promise.resolve()),
    });
    for (let time = 0; time < 3; time++) expect(await ready(rigged)).toEqual([503, 'database']);
    isAway = false;
    for (let time = 0; time < 3; time++) expect(await ready(rigged)).toEqual([200, undefined]);
    expect(rigged.log().filter(({ msg }) => msg.startsWith('the database'))).toMatchObject([
      { level: 40, err: { type: 'Error' } },
      { level: 30 },
    ]);
    expect(rigged.logText()).not.toContain('zoe');
  });

  it('is not ready while the program starts, and as soon as it is to stop', async () => {
    let hasStarted = false;
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const rigged = await rig({ gate, hasStarted: () => hasStarted });
    expect(await ready(rigged)).toEqual([503, 'starting']);
    hasStarted = true;
    expect(await ready(rigged)).toEqual([200, undefined]);

    // On a connection that is open: there are no new ones any more.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (path: string) =>
      new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
        httpRequest({ port: rigged.port, agent, path }, async (response) => {
          let text = '';
          for await (const part of response) text += part;
          resolve({ status: response.statusCode, text });
        })
          .on('error', reject)
          .end();
      });
    await ask('/health/live');
    const held = post(rigged.url, { query: '{ slow }' });
    await once(rigged.server.app.server, 'request');
    void rigged.server.stop();
    const { status, text } = await ask('/health/ready');
    expect([status, JSON.parse(text)]).toEqual([503, { status: 'unavailable', reason: 'stopping' }]);
    open();
    await held;
    agent.destroy();
  });
});
