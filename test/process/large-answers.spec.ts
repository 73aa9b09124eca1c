import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCAL_KEY, type StartedScript, startScript } from '../support/child-process';

const SLOW = 120_000;
const GIB = 1_024 ** 3;

/** Every cell is wrong in a way of its own. */
const bad = (index: number) => ({
  candidateEmail: `not an address ${index}`,
  candidateLogin: `nobody-${index}`,
  sessionId: -index,
  sessionGuid: 'g'.repeat(41),
  trainingId: 0,
  lovGuid: 'g'.repeat(41),
  firstAccessDate: `2024-13-45 99:99:${index}`,
  firstCompletionDate: 'yesterday',
  lastAccessDate: '31/02/2024',
  progression: 1e9,
  score: -1,
  scoreMax: -1,
  timeSpent: 'a while',
  trackingStatus: 'perhaps',
});
const rows = Array.from({ length: 10_000 }, (_, index) => bad(index));

const aliases = (count: number) =>
  Array.from({ length: count }, (_, i) => `p${i}: problems { row code severity message hint path }`).join(
    ' ',
  );
const importing = (count: number) =>
  JSON.stringify({
    query: `mutation ($input: ImportConsolidatedTrackingInput!) { importConsolidatedTracking(input: $input) { ... on ImportConsolidatedTrackingOutcome { ${aliases(count)} } } }`,
    variables: { input: { rows, dryRun: true } },
  });

describe('a server with 1 GiB of memory', () => {
  let folder: string;
  let url: string;
  let key: string;
  let server: StartedScript;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'coursetrack-large-answers-'));
    server = startScript('src/main.js', {
      env: {
        DATABASE_URL: `sqlite:${join(folder, 'x.sqlite')}`,
        PORT: '0',
        NODE_OPTIONS: '--max-old-space-size=512',
      },
      cwd: folder,
    });
    [, url = ''] = await server.prints(/"url":"([^"]+)"/);
    [key] = await server.prints(LOCAL_KEY, 'stderr');
  });
  afterEach(async () => {
    server.child.kill('SIGTERM');
    await server.finished;
    rmSync(folder, { recursive: true });
  });

  async function send(body: string) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body,
    });
    return (await response.json()) as { errors: { extensions: Record<string, unknown> }[] };
  }

  /** Of all memory that the process ever had at once, by the kernel's account. */
  function peakBytes(): number {
    const [, kilobytes] =
      /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1_024;
  }

  it(
    'refuses to tell all problems of 10,000 bad rows again and again, and lives',
    async () => {
      const often = await send(importing(60));
      expect(often.errors.map(({ extensions }) => extensions)).toEqual([
        { code: 'BULK_LISTS_TOO_MANY', limit: 4, actual: 60 },
      ]);
      const atOnce = await Promise.all([4, 4, 4].map((count) => send(importing(count))));
      const [tooLarge] = atOnce.flatMap(({ errors }) => errors);
      expect(tooLarge?.extensions).toEqual({
        code: 'ANSWER_TOO_LARGE',
        limit: 64 * 1_024 * 1_024,
        committed: false,
      });
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      expect(peakBytes()).toBeLessThan(GIB);
    },
    SLOW,
  );
});
