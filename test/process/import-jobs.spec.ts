/** Import jobs of a server that is killed, or stopped, while it runs them. */
import { setTimeout as delay } from 'node:timers/promises';
import { runScript } from '../support/child-process';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { csvOf } from '../support/import-jobs';
import { ask, ended, type ImportsServer, startImports, upload } from '../support/imports-server';
import { present } from '../support/present';
import { storedTracking, storeWorld } from '../support/world';

const LEARNERS = 3_000;
const LOVS = 10;
const ROWS = LEARNERS * LOVS;
/** "Within 10 s of a start"; the machine may have other work. */
const GOES_ON_WITHIN_MS = 10_000;

/** Some keys come again within a window or across, some rows are rejected, and none is stored as another one. */
function file(): string {
  const rows = Array.from({ length: ROWS }, (_, place) => {
    const learner = place % 17 === 0 ? (place % 40) + 1 : (place % LEARNERS) + 1;
    const row = classRow(learner, Math.floor(place / LEARNERS) + 1);
    return { ...row, progression: place % 101, score: place % 997 === 0 ? 500 : place % 11, scoreMax: 10 };
  });
  return csvOf(rows);
}

describe.each(DATABASE_KINDS)('import jobs of a server on $kind', (kind) => {
  let test: TestDatabase;
  let key: string;
  let undisturbed: { readonly rows: unknown; readonly job: unknown };

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await storeWorld(test, classWorld({ learners: LEARNERS, lovs: LOVS }));
    const { target } = test;
    const DATABASE_URL = target.kind === 'sqlite' ? `sqlite:${target.path}` : target.url;
    // One that outlives its server.
    const args = ['create', '--name', 'partner', '--scopes', 'tracking:import,jobs:read'];
    const made = await runScript('src/keys.js', { args, env: { DATABASE_URL }, cwd: __dirname });
    key = made.stdout.trim();
  });
  beforeEach(async () => {
    for (const table of [
      'import_job_file',
      'import_job',
      'import_run',
      'import_run_detail',
      'consolidated_tracking',
    ]) {
      await test.query(`DELETE FROM ${table}`);
    }
  });
  afterAll(() => test.drop());

  const start = async (): Promise<ImportsServer> => ({ ...(await startImports(test)), key });

  /** Without what the clock of the job is in. */
  async function outcome(server: ImportsServer, id: string) {
    const { state, fileBytes, bytesRead, summary, failure, startedAt } = await ended(server, id);
    const rows = (await storedTracking(test)).map(({ updatedAt: _, firstCompletionDate, ...row }) => {
      const isDefaulted = firstCompletionDate === Date.parse(startedAt);
      return { ...row, firstCompletionDate: isDefaulted ? 'the clock' : firstCompletionDate };
    });
    const problems = (await ask(server, `/imports/${id}/problems.csv`)).text.replaceAll(
      startedAt,
      'the clock',
    );
    const rejected = (await ask(server, `/imports/${id}/rejected.csv`)).text;
    return { rows, job: { state, fileBytes, bytesRead, summary, failure, problems, rejected } };
  }

  async function read(id: string): Promise<{ readonly windows: number; readonly state: string }> {
    const [row] = await test.query<{ progress: string | { windows: number }; state: string }>(
      `SELECT progress, state FROM import_job WHERE id = '${id}'`,
    );
    const { progress, state } = present(row);
    return { windows: (typeof progress === 'string' ? JSON.parse(progress) : progress).windows, state };
  }

  /** Sends the file, and waits until so many windows of it are committed. */
  async function begun(server: ImportsServer, windows: number): Promise<string> {
    const { status, body } = await upload(server, file());
    expect(status).toBe(202);
    while ((await read(body.id)).windows < windows) await delay(5);
    return body.id;
  }

  it('come to what the tests below compare with', async () => {
    const server = await start();
    undisturbed = await outcome(server, await begun(server, 0));
    expect(undisturbed.job).toMatchObject({
      state: 'FINISHED_WITH_PROBLEMS',
      failure: null,
      summary: { received: ROWS, rejected: expect.any(Number), superseded: expect.any(Number) },
    });
    expect((undisturbed.rows as unknown[]).length).toBeGreaterThan(ROWS / 2);
    const { rejected, superseded, replaced } = (undisturbed.job as { summary: Record<string, number> })
      .summary;
    for (const count of [rejected, superseded, replaced]) expect(count).toBeGreaterThan(0);
  }, 240_000);

  it.each([
    ['SIGKILL', 0],
    ['SIGKILL', 1],
    ['SIGKILL', 3],
    ['SIGTERM', 1],
  ] as const)(
    'go on by themselves after %s behind %i windows, and lose and double nothing',
    async (signal, windows) => {
      const first = await start();
      const id = await begun(first, windows);
      await delay(Math.random() * 150);
      first.child.kill(signal);
      const { code } = await first.finished;
      if (signal === 'SIGTERM') expect(code).toBe(0);
      const left = await read(id);
      // Fast machines may be done, which proves nothing, and is no fault.
      if (left.state !== 'RUNNING' && left.state !== 'QUEUED') return;
      const second = await start();
      const startedAt = Date.now();
      while ((await read(id)).windows === left.windows && (await read(id)).state === 'RUNNING') {
        expect(Date.now() - startedAt).toBeLessThan(6 * GOES_ON_WITHIN_MS);
        await delay(20);
      }
      expect(await outcome(second, id)).toEqual(undisturbed);
    },
    240_000,
  );

  it('survive one kill after the other', async () => {
    let server = await start();
    const id = await begun(server, 0);
    for (let kills = 0; kills < 4; kills++) {
      await delay(300 + Math.random() * 500);
      server.child.kill('SIGKILL');
      await server.finished;
      server = await start();
    }
    expect(await outcome(server, id)).toEqual(undisturbed);
  }, 240_000);
});
