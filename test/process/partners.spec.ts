/** Runs the commands of docs/partners.md as they stand there, against the demo's server. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startScript } from '../support/child-process';
import { present } from '../support/present';

const ROOT = join(__dirname, '..', '..');
const SLOW = 120_000;
const PAGE = readFileSync(join(ROOT, 'docs', 'partners.md'), 'utf8');

const BLOCKS = new Map(
  [...PAGE.matchAll(/^( *)<!-- (?:run|file): (.+) -->\n *```(?:sh|csv)\n([\s\S]*?)\n *```$/gm)].map(
    ([, indent = '', name = '', text = '']) => [name, text.replaceAll(`\n${indent}`, '\n').trim()],
  ),
);
const blockOf = (name: string) => present(BLOCKS.get(name));

interface Job {
  readonly address: string;
  readonly state: string;
  readonly fileName: string | null;
  readonly finishedAt: string | null;
  readonly summary: Readonly<Record<string, unknown>>;
}

describe('the commands for files', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'coursetrack-partners-'));
    cpSync(join(ROOT, 'examples', 'files'), join(folder, 'examples', 'files'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are those that are run here', () => {
    expect([...BLOCKS.keys()]).toEqual(['a file', 'rejected.csv', 'the mended file', 'a file by itself']);
    // The five lines that the page promises.
    expect(blockOf('a file').split('\n')).toHaveLength(5);
  });

  it(
    'lead from the file to a finished job, and from its rejected rows to none',
    async () => {
      const demo = startScript('examples/demo.js', { env: { PORT: '0' }, cwd: folder });
      const [, url = ''] = await demo.prints(/server (http:\S+)/);
      const [, key = ''] = await demo.prints(/^export COURSETRACK_KEY=(\S+)$/m);

      const [, address = ''] = present(/^URL=(\S+)/.exec(blockOf('a file')));
      const settings = present(blockOf('a file').split('\n')[0]).replace(address, url);
      const run = async (block: string): Promise<Job> => {
        const commands = `${settings}\n${block.replace(address, url)}`;
        const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], {
          cwd: folder,
          env: { PATH: process.env.PATH, COURSETRACK_KEY: key },
        });
        return JSON.parse(stdout) as Job;
      };
      const ended = async (job: Job): Promise<Job> => {
        if (job.finishedAt !== null) return job;
        await pause(50);
        const response = await fetch(`${url}${job.address}`, { headers: { authorization: `Bearer ${key}` } });
        return ended((await response.json()) as Job);
      };

      expect(await run(blockOf('a file'))).toMatchObject({
        state: 'FINISHED_WITH_PROBLEMS',
        fileName: 'partner.csv',
        summary: { received: 3, rejected: 1 },
      });
      const rejected = readFileSync(join(folder, 'rejected.csv'), 'utf8');
      expect(rejected.trimEnd()).toBe(blockOf('rejected.csv'));

      expect(await ended(await run(blockOf('the mended file')))).toMatchObject({
        state: 'FINISHED',
        summary: { received: 1, created: 1 },
      });
      expect(await ended(await run(blockOf('a file by itself')))).toMatchObject({
        state: 'FINISHED',
        fileName: 'tracking.csv',
        summary: { received: 1, created: 1 },
      });

      demo.child.kill('SIGINT');
      expect(await demo.finished).toMatchObject({ code: 0, stderr: '' });
    },
    SLOW,
  );
});
