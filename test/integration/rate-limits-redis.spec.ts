import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { Redis } from 'ioredis';
import { createRateLimits } from '../../src/access/rate-limits';
import { testCaller } from '../support/caller';

const WIDE = {
  requestsPerCaller: 1e6,
  requestsPerSite: 1e6,
  rowsPerCaller: 1e6,
  rowsPerSite: 1e6,
  badSignInsPerAddress: 1e6,
};

/** One of the test's own: it is stopped and killed. */
const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) process.stderr.write('\nNOT TESTED: a Redis that stalls; there is no redis-server here\n');
const describeWithRedis = hasRedis ? describe : describe.skip;

describeWithRedis('rate limits on a Redis that goes away', () => {
  let server: ChildProcess;
  let client: Redis;
  let observer: Redis;

  beforeEach(async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    server = spawn('redis-server', [
      ...['--port', String(port), '--bind', '127.0.0.1'],
      ...['--save', '', '--appendonly', 'no', '--dir', tmpdir()],
    ]);
    observer = new Redis(port, '127.0.0.1');
    observer.on('error', () => {});
    await observer.ping();
    client = new Redis(port, '127.0.0.1', {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      commandTimeout: 100,
    });
    await new Promise<void>((resolve) => client.once('ready', () => resolve()));
  });
  afterEach(async () => {
    client.disconnect();
    observer.disconnect();
    server.kill('SIGKILL');
    await once(server, 'close');
  });

  /** How often it has counted since the last time, once it has counted so often: what was sent may take a while. */
  async function asked(expected: number): Promise<number> {
    let sum = 0;
    do {
      const info = await observer.info('commandstats');
      await observer.config('RESETSTAT');
      for (const [, calls] of info.matchAll(/^cmdstat_incrby:calls=(\d+)/gm)) sum += Number(calls);
    } while (sum < expected);
    return sum;
  }

  it('leave it alone for ten seconds when it stalls; then one request asks again', async () => {
    let now = 1_000;
    const told: string[] = [];
    const limits = createRateLimits(WIDE, {
      redis: client,
      onAway: () => told.push('away'),
      onBack: () => told.push('back'),
      now: () => now,
    });
    const take = (count: number) =>
      Promise.all(Array.from({ length: count }, () => limits.takeRequest(testCaller())));
    await take(3);
    // Of the caller and of the site.
    expect(await asked(6)).toBe(6);

    server.kill('SIGSTOP');
    await take(1);
    expect(told).toEqual(['away']);
    now += 9_999;
    await take(20);
    server.kill('SIGCONT');
    // What was asked before anybody knew arrives late.
    expect(await asked(1)).toBe(1);

    server.kill('SIGSTOP');
    now += 1;
    await take(20);
    now += 9_999;
    await take(20);
    server.kill('SIGCONT');
    expect(await asked(1)).toBe(1);

    now += 1;
    const counted = (await limits.takeRequest(testCaller())).remaining;
    expect(told).toEqual(['away', 'back']);
    expect(await asked(2)).toBe(2);
    // What all processes have counted together holds again.
    expect((await limits.takeRequest(testCaller())).remaining).toBe(counted - 1);
    expect(await asked(2)).toBe(2);
  });

  it('count together again when it was killed and is back', async () => {
    let now = 1_000;
    const limits = createRateLimits(WIDE, { redis: client, now: () => now });
    await limits.takeRequest(testCaller());
    client.on('error', () => {});
    const { spawnargs } = server;
    server.kill('SIGKILL');
    await once(server, 'close');
    await limits.takeRequest(testCaller());
    server = spawn('redis-server', spawnargs.slice(1));
    await new Promise<void>((resolve) => client.once('ready', () => resolve()));
    await asked(0);
    now += 10_000;
    await limits.takeRequest(testCaller());
    expect(await asked(2)).toBeGreaterThanOrEqual(2);
  });
});
