import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_KEY, runScript, startScript } from '../support/child-process';
import { lastingFolder } from '../support/lasting-folder';
import { present } from '../support/present';

const SCOPES =
  'tracking:import,tracking:read,activity:update,activity:read,reference:write,reference:read,learners:erase';

describe('the world of a site, made through the API alone', () => {
  let folder: string;

  beforeEach(() => {
    folder = lastingFolder(join(__dirname, '..', '..'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is loaded, worked in, read back, undone and erased with one key against a production start', async () => {
    const env = { NODE_ENV: 'production', DATABASE_URL: `sqlite:${join(folder, 'x.sqlite')}`, PORT: '0' };
    const made = await runScript('src/keys.js', {
      args: [
        'create',
        '--site',
        '7',
        '--site-name',
        'New',
        '--name',
        'admin',
        '--any-user',
        '--scopes',
        SCOPES,
      ],
      env,
      cwd: folder,
    });
    const key = present(LOCAL_KEY.exec(made.stdout)?.[0]);
    const server = startScript('src/main.js', { env, cwd: folder });
    const [, url = ''] = await server.prints(/"url":"([^"]+)"/);
    const world = await runScript('examples/whole-world.js', {
      args: ['--url', url],
      env: { COURSETRACK_KEY: key },
      cwd: folder,
    });
    expect(world.stderr).toBe('');
    expect(world.code).toBe(0);
    const told = Object.fromEntries(
      world.stdout
        .trim()
        .split('\n')
        .map((line) => {
          const at = line.indexOf(': ');
          return [line.slice(0, at), JSON.parse(line.slice(at + 2))];
        }),
    );
    expect(told.Import.summary).toEqual({ received: 3, created: 3, rejected: 0 });
    expect(told['Totals before']).toEqual(told['Totals after the undo']);
    expect(told['Totals after'][0]).toEqual({
      learner: { login: 'ada' },
      totals: {
        status: 'COMPLETED',
        progression: 65,
        progressionMandatory: 100,
        lovs: 2,
        lovsStarted: 2,
        lovsFinished: 1,
      },
    });
    expect(told['Read back']).toHaveLength(3);
    expect(told.Participants[0]).toMatchObject({
      learner: { login: 'ada' },
      score: 9,
      comment: 'Quick and calm',
    });
    expect(told.Undo.summary).toEqual({ received: 3, deleted: 3, rejected: 0 });
    expect(told.Erase.removed).toMatchObject({ registrations: 1, activityAssessments: 1 });
    server.child.kill('SIGTERM');
    expect((await server.finished).code).toBe(0);
  });
});
