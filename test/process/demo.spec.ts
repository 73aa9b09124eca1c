import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/data/open-database';
import { loadReferenceData } from '../../src/reference-data/load-reference-data';
import { runScript, startScript } from '../support/child-process';

const DEMO = 'examples/demo.js';
const SLOW = 120_000;

describe('npm run demo', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'coursetrack-demo-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const demo = (env: Record<string, string>, ...args: string[]) =>
    runScript(DEMO, { args, env: { PORT: '0', ...env }, cwd });

  it(
    'with --once shows the outcomes of imports and updates, the same every time, and ends with 0',
    async () => {
      const first = await demo({}, '--once');
      expect(first).toMatchObject({ code: 0, stderr: '' });

      const answers = first.stdout.split('\n').filter((line) => line.startsWith('Answered'));
      expect(answers).toEqual([
        'Answered ImportConsolidatedTrackingSuccess: 5 received, 5 created',
        'Answered ImportConsolidatedTrackingWarning: 4 received, 3 created, 1 rejected, 2 with warnings',
        'Answered ImportConsolidatedTrackingError: 4 received, 4 rejected',
        'Answered ImportConsolidatedTrackingWarning: 1 received, 1 replaced, 1 with warnings (dry run)',
        'Answered ImportConsolidatedTrackingSuccess: 1 received, 1 replaced',
        'Answered ImportConsolidatedTrackingSuccess: 1 received, 1 replaced',
        'Answered FINISHED_WITH_PROBLEMS: 3 received, 2 created, 1 rejected, 1 with warnings',
        'Answered UpdateCustomActivitySuccess: 8 fields changed',
        'Answered UpdateCustomActivityWarning: 2 fields changed, 1 problem',
        'Answered UpdateCustomActivityError: nothing changed, 4 problems',
      ]);
      expect(first.stdout).toMatch(/VALUE_RESET/);
      expect(first.stdout).toMatch(/firstAccessDate: 2025-03-03T08:05:00\.000Z -> null/);
      expect(first.stdout).toMatch(/│ mandatory +│ false +│ true +│/);
      expect(first.stdout).toMatch(/│ WARNING +│ SCORE_NOT_ALLOWED +│/);
      expect(first.stdout).toMatch(/│ ERROR +│ ASSESSMENT_SCALE_LOCKED +│/);

      // What a partner gets back of a file.
      expect(first.stdout).toMatch(/│ 4 +│ omar\.hadad 4713 .+│ REGISTRATION_NOT_FOUND: /);

      // Whom a row meant, on a rejected one as well, and of how many.
      expect(first.stdout).toMatch(
        /│ 2 +│ CREATED +│ meant email front\.desk@example\.org, title Spring 2025, code/,
      );
      expect(first.stdout).toMatch(/│ learnersFound 2 +│/);
      expect(first.stdout).toMatch(/│ 4 +│ REJECTED +│ meant login priya\.raman/);
      const totals = (name: string) =>
        new RegExp(`│ ${name} +│ (\\S+) +│ (\\S+) +│ (\\S+) +│`).exec(first.stdout)?.slice(1);
      expect(totals('timeSpentSeconds')).toEqual(['7800', '8100', '7800']);
      expect(totals('lastAccessDate')).toEqual([
        '2025-03-06T08:45:00Z',
        '2025-03-20T07:15:00Z',
        '2025-03-06T08:45:00Z',
      ]);

      const second = await demo({}, '--once');
      const withoutPort = (text: string) => text.replace(/127\.0\.0\.1:\d+/, 'HOST');
      expect(withoutPort(second.stdout)).toBe(withoutPort(first.stdout));
    },
    SLOW,
  );

  it(
    'prints plain lines of at most 100 columns',
    async () => {
      const { stdout } = await demo({ NO_COLOR: '1' }, '--once');
      expect(stdout).not.toContain('\u001b');
      const long = stdout.split('\n').filter((line) => [...line].length > 100);
      expect(long).toEqual([]);
    },
    SLOW,
  );

  it(
    'stays up with the playground until it is interrupted; a second one on its port leaves it alone',
    async () => {
      const port = await freePort();
      const running = startScript(DEMO, { env: { PORT: port }, cwd });
      const [, playground = ''] = await running.prints(/playground is at (\S+)/);
      expect(playground).toMatch(/\/playground\/\?code=/);
      expect((await fetch(playground)).status).toBe(200);
      const [, key] = await running.prints(/^export COURSETRACK_KEY=(\S+)$/m);

      const databaseFile = () => statSync(join(cwd, `data/demo-${port}.sqlite`)).ino;
      const before = databaseFile();
      const other = await demo({ PORT: port }, '--once');
      expect(other).toMatchObject({ code: 1, stdout: '' });
      expect(databaseFile()).toBe(before);
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ query: '{ consolidatedTracking { totalCount } }' }),
      });
      expect(await response.json()).toEqual({ data: { consolidatedTracking: { totalCount: 10 } } });

      running.child.kill('SIGINT');
      expect(await running.finished).toMatchObject({ code: 0, stderr: '' });
    },
    SLOW,
  );

  it(
    "leaves a database alone that holds other data than the demo's",
    async () => {
      const target = { kind: 'sqlite', path: join(cwd, 'taken.sqlite') } as const;
      const database = await openDatabase(target);
      await database.migrate();
      await database.transaction((tx) => loadReferenceData(tx, 1, { site: { name: 'Somebody else' } }));
      await database.close();
      const refused = await demo({ DATABASE_URL: `sqlite:${target.path}`, PORT: '0' }, '--once');
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr.trim().split('\n')).toEqual([expect.stringContaining('holds other data')]);
    },
    SLOW,
  );

  describe('says in one line what stands in its way:', () => {
    let taken: Server;
    let takenPort: string;

    beforeAll(async () => {
      taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
      takenPort = String((taken.address() as AddressInfo).port);
    });
    afterAll(() => new Promise((resolve) => taken.close(resolve)));

    const cases: [string, () => Record<string, string>, string[], RegExp][] = [
      [
        'a taken port',
        () => ({ PORT: takenPort }),
        [],
        /^Cannot listen on 127\.0\.0\.1:\d+ \(the port is taken/,
      ],
      [
        'a database that cannot be reached',
        () => ({ DATABASE_URL: 'mysql://x:y@127.0.0.1:1/z' }),
        [],
        /^Cannot open the database mysql:\/\/127\.0\.0\.1:1\/z \(/,
      ],
      ['a bad variable', () => ({ PORT: 'many' }), [], /^PORT: /],
      ['an unknown option', () => ({}), ['--twice'], /^Usage: /],
    ];
    it.each(cases)(
      '%s',
      async (_name, env, args, line) => {
        const { code, stdout, stderr } = await demo(env(), ...args);
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(stderr).toMatch(line);
        expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      },
      SLOW,
    );
  });

  it(
    'uses the database of DATABASE_URL and removes nothing there',
    async () => {
      const env = { DATABASE_URL: `sqlite:${join(cwd, 'mine.sqlite')}` };
      expect((await demo(env, '--once')).stdout).toContain('5 received, 5 created');
      const second = await demo(env, '--once');
      expect(second).toMatchObject({ code: 0 });
      expect(second.stdout).toContain('5 received, 5 unchanged');
      for (const member of ['Success', 'Warning', 'Error']) {
        expect(second.stdout).toContain(`Answered UpdateCustomActivity${member}: `);
      }
    },
    SLOW,
  );
});

async function freePort(): Promise<string> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return String(port);
}
