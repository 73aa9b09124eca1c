import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LOCAL_KEY, type StartedScript, startScript } from '../support/child-process';

/** More than one MiB of lines, which is what is held back. */
const MANY_REQUESTS = 6_000;
const SMALL_DISK_BYTES = 64 * 1024;
const SLOW = 120_000;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coursetrack-logs-'));
  mkdirSync(join(folder, 'disk'));
});
afterEach(() => {
  // Nothing is mounted there by most tests.
  spawnSync('umount', ['-l', join(folder, 'disk')]);
  rmSync(folder, { recursive: true });
});

/** A disk of 64 KiB, where this user may make one. */
function mountSmallDisk(at: string): boolean {
  const options = ['-t', 'tmpfs', '-o', `size=${SMALL_DISK_BYTES}`, 'tmpfs', at];
  return spawnSync('mount', options).status === 0;
}

function canMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'coursetrack-mount-'));
  const isMounted = mountSmallDisk(probe);
  if (isMounted) spawnSync('umount', [probe]);
  rmSync(probe, { recursive: true });
  if (!isMounted)
    process.stderr.write('\nNOT TESTED: a log on a full disk; this user may not mount a small one\n');
  return isMounted;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

interface Served {
  readonly server: StartedScript;
  readonly url: string;
  readonly metricsUrl: string;
  readonly key: string;
}

async function serve(stdout: number | 'unread' | 'closed'): Promise<Served> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const server = startScript('src/main.js', {
    cwd: folder,
    env: {
      DATABASE_URL: `sqlite:${join(folder, 'x.sqlite')}`,
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
    },
    stdout,
  });
  const [key = ''] = await server.prints(LOCAL_KEY, 'stderr');
  return {
    server,
    url: `http://127.0.0.1:${port}`,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    key,
  };
}

const STATUS_LINE = 'HTTP/1.1 404 ';

/** Requests that each leave a line in the log, all on one connection. */
async function askOften({ url }: Served, count: number): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answers = 0;
  let cutOff = '';
  const answered = new Promise<void>((resolve, reject) => {
    socket.setEncoding('utf8').on('data', (text: string) => {
      const told = (cutOff + text).split(STATUS_LINE);
      answers += told.length - 1;
      cutOff = told.at(-1)?.slice(-STATUS_LINE.length + 1) ?? '';
      if (answers >= count) resolve();
    });
    socket.once('close', () => reject(new Error(`${answers} of ${count} answers`)));
  });
  const request = 'GET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n';
  for (let sent = 0; sent < count; sent += 100) {
    if (!socket.write(request.repeat(Math.min(100, count - sent)))) await once(socket, 'drain');
  }
  await answered;
  socket.destroy();
}

async function stillServes({ url, key }: Served): Promise<void> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: '{"query":"{ consolidatedTracking { totalCount } }"}',
  });
  expect(await response.json()).toEqual({ data: { consolidatedTracking: { totalCount: 0 } } });
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
}

async function droppedLines({ metricsUrl }: Served): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  return Number(/^coursetrack_log_lines_dropped_total (\d+)$/m.exec(text)?.[1]);
}

async function untilSomeAreDropped(served: Served): Promise<void> {
  while (!((await droppedLines(served)) > 0)) await delay(20);
}

async function ends({ server }: Served): Promise<void> {
  server.child.kill('SIGTERM');
  expect((await server.finished).code).toBe(0);
}

describe('a log that cannot be written stops neither the service nor its end', () => {
  it(
    'on a device that is always full',
    async () => {
      const file = openSync('/dev/full', 'a');
      const served = await serve(file);
      await askOften(served, MANY_REQUESTS);
      await stillServes(served);
      await untilSomeAreDropped(served);
      await ends(served);
      closeSync(file);
    },
    SLOW,
  );

  it(
    'into a pipe that nobody reads',
    async () => {
      const served = await serve('unread');
      await askOften(served, MANY_REQUESTS);
      await stillServes(served);
      await untilSomeAreDropped(served);
      await ends(served);
    },
    SLOW,
  );

  it(
    'into a pipe whose reader is gone',
    async () => {
      const served = await serve('closed');
      await askOften(served, 100);
      await stillServes(served);
      await untilSomeAreDropped(served);
      await ends(served);
    },
    SLOW,
  );

  (canMount() ? it : it.skip)(
    'on a full disk; what is held back is written when there is room, in order, and what is lost is told',
    async () => {
      mountSmallDisk(join(folder, 'disk'));
      spawnSync('dd', ['if=/dev/zero', `of=${join(folder, 'disk', 'ballast')}`, 'bs=4096', 'count=12']);
      const path = join(folder, 'disk', 'log');
      const file = openSync(path, 'a');
      const served = await serve(file);
      await askOften(served, MANY_REQUESTS);
      await stillServes(served);
      await untilSomeAreDropped(served);
      const full = statSync(path).size;
      expect(full).toBeLessThanOrEqual(SMALL_DISK_BYTES);

      spawnSync('mount', ['-o', 'remount,size=8m', join(folder, 'disk')]);
      while (!readFileSync(path, 'utf8').includes('"msg":"log lines were dropped"')) await delay(20);
      await ends(served);
      closeSync(file);
      const lines = readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as LogLine);
      const times = lines.map(({ time }) => time);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      const lost = lines.filter(({ msg }) => msg === 'log lines were dropped');
      expect(lost).toHaveLength(1);
      const requests = lines.filter(({ msg, route }) => msg === 'request' && route === null);
      expect(requests.length + (lost[0]?.lines ?? 0)).toBeGreaterThanOrEqual(MANY_REQUESTS);
      expect(lines.at(-1)).toMatchObject({ msg: 'stopped' });
    },
    SLOW,
  );

  it('nor does standard error, where the key of a local start is told', async () => {
    const file = openSync('/dev/full', 'a');
    const server = startScript('src/main.js', {
      cwd: folder,
      env: { DATABASE_URL: `sqlite:${join(folder, 'x.sqlite')}`, PORT: '0' },
      stderr: file,
    });
    const [, url = ''] = await server.prints(/"url":"([^"]+)"/);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    server.child.kill('SIGTERM');
    expect((await server.finished).code).toBe(0);
    closeSync(file);
  });
});

interface LogLine {
  readonly msg: string;
  readonly time: number;
  readonly route?: string | null;
  readonly lines?: number;
}
