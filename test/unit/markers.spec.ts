import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKey } from '../../src/access/api-key';
import { findMarkers } from '../support/markers';

describe('the search for markers', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'coursetrack-markers-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function found(...lines: string[]): string[] {
    writeFileSync(join(folder, '1.log'), lines.join('\n'));
    return findMarkers(folder);
  }

  it.each([
    ['an e-mail address', 'x: {"msg":"to learner@school.example.org"}'],
    ['a login', 'x: {"msg":"learner-17"}'],
    ['a name', "x: Duplicate entry 'Ada' for key"],
    ['a login of the academy', 'x: {"caller":"tomás.novák"}'],
    ['a title', 'x: {"title":"Element 11939"}'],
    ['a title of the academy', 'x: {"title":"Resuscitation"}'],
    ['a description', 'x: {"before":"<p>Read</p>"}'],
    ['a statement', 'x: SELECT id FROM learner'],
    ['a key', `x: {"authorization":"Bearer ${makeKey().text}"}`],
    ['a token', 'x: eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln'],
  ])('finds %s, and tells where', (_what, line) => {
    expect(found('x: {"msg":"request"}', line)).toEqual([expect.stringMatching(/1\.log:2: .*: x: /)]);
  });

  it('finds nothing in what is logged about requests and faults', () => {
    const frame = 'at Object.write (/app/node_modules/@apollo/server/dist/learner.entity.js:1:1)';
    const line = { requestId: 'a-1', route: '/graphql', caller: 'key:acme-lms', err: { frames: [frame] } };
    expect(found(`test/api/x.spec.ts: ${JSON.stringify(line)}`)).toEqual([]);
  });
});

describe('no test', () => {
  it('has a logger of its own, whose lines would not be searched', () => {
    const root = join(__dirname, '..');
    const own = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && file !== join('support', 'logs.ts'))
      .filter((file) => /^import .* from 'pino'/m.test(readFileSync(join(root, file), 'utf8')));
    expect(own).toEqual([]);
  });
});
