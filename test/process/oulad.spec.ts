import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseTarget } from '../../src/data/database-url';
import { type Finished, LOCAL_KEY, runScript, startScript } from '../support/child-process';
import { DATABASE_KINDS } from '../support/databases';

const EXAMPLE = 'examples/oulad.js';
/** The dataset is no part of this project: whoever has it says where. */
const OULAD_DIR = process.env.OULAD_DIR ?? '';
const SUBMISSIONS = 25_194;
const SLOW = 300_000;

const describeWhereDataIs = OULAD_DIR === '' ? describe.skip : describe;

describeWhereDataIs.each(DATABASE_KINDS)('npm run example:oulad on $kind', (kind) => {
  it(
    'creates every submission first, and finds them unchanged when they come again through a running server',
    async () => {
      const { target, drop } = await kind.create();
      const env = { DATABASE_URL: urlOf(target) };
      const cwd = tmpdir();
      try {
        const first = await runScript(EXAMPLE, { args: [OULAD_DIR], env, cwd });
        expect(first).toMatchObject({ code: 0, stderr: '' });
        expect(counts(first)).toEqual(nothingBut({ created: SUBMISSIONS }));
        expect(first.stdout).toContain('32593 registrations (32593 new)');
        expect(first.stdout).toContain('Kuzilek, Hlosta, Zdrahal');
        expect(first.stdout).toContain('CC BY 4.0');

        const server = startScript('src/main.js', { env: { ...env, PORT: '0' }, cwd });
        const [, url = ''] = await server.prints(/"url":"([^"]+)"/);
        const [key] = await server.prints(LOCAL_KEY, 'stderr');
        const second = await runScript(EXAMPLE, {
          args: [OULAD_DIR, '--url', url],
          env: { ...env, COURSETRACK_KEY: key },
          cwd,
        });
        server.child.kill('SIGTERM');
        expect(await server.finished).toMatchObject({ code: 0 });
        expect(second).toMatchObject({ code: 0, stderr: '' });
        expect(counts(second)).toEqual(nothingBut({ unchanged: SUBMISSIONS }));
        expect(second.stdout).toContain('32593 registrations (0 new)');
      } finally {
        await drop();
      }
    },
    SLOW,
  );
});

describe('npm run example:oulad', () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'coursetrack-oulad-'));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(cwd, name), text);
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const run = (...args: string[]) =>
    runScript(EXAMPLE, {
      args,
      env: { DATABASE_URL: `sqlite:${join(cwd, 'test.sqlite')}`, COURSETRACK_KEY: 'a key' },
      cwd,
    });

  it(
    'reads the files as their authors publish them, with quotes and question marks',
    async () => {
      const finished = await run(cwd);
      expect(finished).toMatchObject({ code: 0, stderr: '' });
      expect(counts(finished)).toEqual(nothingBut({ received: 3, created: 3 }));
    },
    SLOW,
  );

  it(
    'shows the first problems and fails when submissions are rejected',
    async () => {
      const strangers = Array.from({ length: 9 }, (_, index) => `1752,${index + 1},10,0,50\n`);
      writeFileSync(join(cwd, 'studentAssessment.csv'), FILES['studentAssessment.csv'] + strangers.join(''));
      const finished = await run(cwd);
      expect(finished.code).toBe(1);
      expect(counts(finished)).toEqual(nothingBut({ received: 12, created: 3, rejected: 9 }));
      const lines = finished.stderr.trimEnd().split('\n');
      expect(lines).toHaveLength(6);
      expect(lines[0]).toMatch(/^Problems: 9\./);
      expect(lines[1]).toMatch(/^submission 4: REGISTRATION_NOT_FOUND: /);
    },
    SLOW,
  );

  const faults: [string, () => void, string[] | undefined, RegExp][] = [
    ['no folder given', () => {}, [], /^Usage: npm run example:oulad/],
    ['an unknown option', () => {}, ['.', '--fast'], /^Usage: npm run example:oulad/],
    ['a url that is none', () => {}, ['.', '--url', 'localhost'], /^Usage: npm run example:oulad/],
    ['a folder that is missing', () => {}, ['nowhere'], /^There is no folder nowhere\.$/],
    [
      'a file that is missing',
      () => rmSync(join(cwd, 'vle.csv')),
      undefined,
      /^The file \S+vle\.csv is missing\.$/,
    ],
    [
      'a wrong header',
      () => writeFileSync(join(cwd, 'vle.csv'), 'id,module\n1,AAA\n'),
      undefined,
      /vle\.csv does not name the column id_site, code_module\.$/,
    ],
    ['an empty file', () => writeFileSync(join(cwd, 'vle.csv'), ''), undefined, /vle\.csv does not name/],
    [
      'a file that is no CSV',
      () => writeFileSync(join(cwd, 'courses.csv'), 'code_module,code_presentation\n"AAA,2013J\n'),
      undefined,
      /courses\.csv cannot be read as CSV: /,
    ],
    [
      'a day that is no number',
      () =>
        writeFileSync(join(cwd, 'studentAssessment.csv'), FILES['studentAssessment.csv'].replace('18', 'x')),
      undefined,
      /^studentAssessment\.csv: the date_submitted "x" is no whole number\.$/,
    ],
    [
      'reference data that is refused',
      () => writeFileSync(join(cwd, 'courses.csv'), `${FILES['courses.csv']}AAA,2013J,200\n`),
      undefined,
      /^The reference data was refused \(problems: 1\): sessions\.1\.guid: /,
    ],
    [
      'a server that cannot be reached',
      () => {},
      ['.', '--url', 'http://127.0.0.1:1'],
      /^Cannot reach http:\/\/127\.0\.0\.1:1\/graphql \(/,
    ],
  ];
  it.each(faults)(
    'says in one line what stands in its way: %s',
    async (_name, arrange, args, line) => {
      arrange();
      const { code, stderr } = await run(...(args ?? [cwd]));
      expect(code).toBe(1);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr.trimEnd()).toMatch(line);
    },
    SLOW,
  );

  it.each([
    [
      'a GraphQL error',
      '{"errors":[{"message":"Too busy","extensions":{"code":"BUSY"}}]}',
      /\(BUSY\): Too busy$/,
    ],
    ['no GraphQL at all', '<html></html>', /answered HTTP 200, but no GraphQL answer\.$/],
  ])(
    'says in one line what the server answered: %s',
    async (_name, body, line) => {
      const server = createServer((_request, response) => response.end(body));
      await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
      const { port } = server.address() as AddressInfo;
      const { code, stderr } = await run(cwd, '--url', `http://127.0.0.1:${port}`);
      server.closeAllConnections();
      server.close();
      expect(code).toBe(1);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      expect(stderr.trimEnd()).toMatch(line);
    },
    SLOW,
  );
});

const FILES = {
  'courses.csv': '"code_module","code_presentation","module_presentation_length"\n"AAA","2013J","268"\n',
  'assessments.csv':
    '"code_module","code_presentation","id_assessment","assessment_type","date","weight"\n"AAA","2013J","1752","TMA","19","10"\n',
  'vle.csv':
    '"id_site","code_module","code_presentation","activity_type","week_from","week_to"\n"546943","AAA","2013J","resource","?","?"\n',
  'studentRegistration.csv':
    '"code_module","code_presentation","id_student","date_registration","date_unregistration"\n"AAA","2013J","11391","-159","?"\n"AAA","2013J","28400","-53","?"\n"AAA","2013J","31604","-52","?"\n',
  'studentAssessment.csv':
    '"id_assessment","id_student","date_submitted","is_banked","score"\n"1752","11391","18","0","78"\n"1752","28400","-3","0","?"\n"1752","31604","17","0","39"\n',
};

function urlOf(target: DatabaseTarget): string {
  return target.kind === 'sqlite' ? `sqlite:${target.path}` : target.url;
}

/** The summary as it is printed. */
function counts({ stdout }: Finished): Record<string, number> {
  const rows = [...stdout.matchAll(/^│ (\w+) +│ +(\d+) │$/gm)];
  return Object.fromEntries(rows.map(([, name, count]) => [name, Number(count)]));
}

function nothingBut(given: Record<string, number>): Record<string, number> {
  const none = {
    created: 0,
    replaced: 0,
    unchanged: 0,
    deleted: 0,
    superseded: 0,
    rejected: 0,
    withWarnings: 0,
  };
  return { received: SUBMISSIONS, ...none, ...given };
}
