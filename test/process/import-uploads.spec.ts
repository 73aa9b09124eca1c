/** Files that are sent to a server over HTTP, good and bad ones. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { runScript } from '../support/child-process';
import { classRow, classWorld } from '../support/class-world';
import { openTestDatabase, SQLITE, type TestDatabase } from '../support/databases';
import { csvOf } from '../support/import-jobs';
import {
  ask,
  curl,
  ended,
  type HttpAnswered,
  type ImportsServer,
  startImports,
  upload,
} from '../support/imports-server';
import { storedTracking, storeWorld } from '../support/world';

const LEARNERS = 5;
const FILE = csvOf(
  Array.from({ length: LEARNERS }, (_, place) => ({ ...classRow(place + 1), progression: 50 })),
);
const ID = /^[\da-f]{8}-[\da-f-]{27}$/;

describe('files that are sent to a server', () => {
  let test: TestDatabase;
  let server: ImportsServer;
  let folder: string;

  beforeAll(async () => {
    test = await openTestDatabase(SQLITE);
    await storeWorld(test, classWorld({ learners: LEARNERS }));
    server = await startImports(test, { lasts: true });
    folder = mkdtempSync(join(tmpdir(), 'coursetrack-uploads-'));
  });
  beforeEach(async () => {
    for (const table of ['import_job_file', 'import_job', 'consolidated_tracking']) {
      await test.query(`DELETE FROM ${table}`);
    }
  });
  afterEach(() => {
    // Whatever was sent, it is no fault of the server.
    expect(server.child.exitCode).toBeNull();
  });
  afterAll(async () => {
    server.child.kill('SIGTERM');
    const { stdout } = await server.finished;
    rmSync(folder, { recursive: true, force: true });
    await test.drop();
    expect(stdout.split('\n').filter((line) => /"level":(?:"error"|"fatal"|50|60)/.test(line))).toEqual([]);
  });

  const inFolder = (name: string, content: string | Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  /** A zip of these files, as the zip program makes it. */
  function zipOf(files: Readonly<Record<string, string>>, ...options: readonly string[]): Buffer {
    const path = join(folder, `${Math.random().toString(36).slice(2)}.zip`);
    const names = Object.entries(files).map(([name, content]) => inFolder(name, content));
    execFileSync('zip', ['-q', '-j', ...options, path, ...names]);
    return readFileSync(path);
  }

  async function expectTaken({ status, headers, body }: HttpAnswered): Promise<HttpAnswered['body']> {
    expect([status, body]).toEqual([202, expect.objectContaining({ id: expect.stringMatching(ID) })]);
    expect(body.address).toBe(`/imports/${body.id}`);
    expect(headers.get('location')).toBe(body.address);
    expect(['QUEUED', 'RUNNING', 'FINISHED']).toContain(body.state);
    return ended(server, body.id);
  }

  async function expectNothingLeft(): Promise<void> {
    const count = async (table: string) => (await test.query(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.n;
    // What broke off is noticed a little later.
    for (let tries = 0; tries < 200 && (await count('import_job')) !== 0; tries++) await delay(50);
    expect([await count('import_job'), await count('import_job_file')]).toEqual([0, 0]);
  }

  async function expectRefused(
    answer: HttpAnswered,
    status: number,
    ...codes: readonly string[]
  ): Promise<void> {
    const told = answer.body?.errors?.map(
      ({ extensions }: { extensions: { code: string } }) => extensions.code,
    );
    expect([answer.status, told, answer.text]).toEqual([status, codes, expect.any(String)]);
    await expectNothingLeft();
  }

  const reasonOf = ({ body }: HttpAnswered): string => body.errors[0].message;

  describe('are taken', () => {
    it.each([
      ['text/csv', () => Buffer.from(FILE)],
      ['text/csv; charset=utf-8', () => Buffer.from(FILE)],
      ['Text/CSV', () => Buffer.from(FILE)],
      ['application/gzip', () => gzipSync(FILE)],
      ['application/x-gzip', () => gzipSync(FILE)],
      ['application/zip', () => zipOf({ 'a.csv': FILE })],
      ['application/x-zip-compressed', () => zipOf({ 'a.csv': FILE }, '-0')],
    ])('as %s', async (type, bytes) => {
      const answer = await upload(server, bytes(), type, { path: '/imports?fileName=spring.csv' });
      expect(await expectTaken(answer)).toMatchObject({
        state: 'FINISHED',
        fileName: 'spring.csv',
        fileBytes: FILE.length,
        bytesRead: FILE.length,
        summary: { received: LEARNERS, created: LEARNERS },
      });
      expect(await storedTracking(test)).toHaveLength(LEARNERS);
    });

    it('with options as parameters of the address', async () => {
      const path = '/imports?dryRun=true&writeMode=merge&changeThreshold=12.5';
      expect(await expectTaken(await upload(server, FILE, 'text/csv', { path }))).toMatchObject({
        dryRun: true,
      });
      expect(await storedTracking(test)).toEqual([]);
    });

    it('in pieces, without a length', async () => {
      const answer = await new Promise<number | undefined>((resolve, reject) => {
        const sent = httpRequest(`${server.url}/imports`, {
          method: 'POST',
          headers: { authorization: `Bearer ${server.key}`, 'content-type': 'text/csv' },
        });
        sent.once('error', reject).once('response', (response) => resolve(response.resume().statusCode));
        for (const piece of FILE.match(/[\s\S]{1,40}/g) ?? []) sent.write(piece);
        sent.end();
      });
      expect(answer).toBe(202);
    });

    it('larger than any other body may be', async () => {
      const padded = csvOf(
        Array.from({ length: 400 }, (_, place) => ({
          ...classRow((place % LEARNERS) + 1),
          progression: place % 100,
          ignoredColumn: Math.random().toString(36).repeat(8_000).slice(0, 80_000),
        })),
      );
      const job = await expectTaken(await upload(server, padded));
      expect(job).toMatchObject({ fileBytes: Buffer.byteLength(padded), summary: { received: 400 } });
    });

    it.each(['', '\n\n', FILE.split('\n')[0] ?? ''])('even if there is no row in them: %j', async (text) => {
      const answer = await upload(server, text);
      expect(answer.status).toBe(202);
      const failure = { code: expect.stringMatching(/^(?:CSV|FILE)_EMPTY$/) };
      expect(await ended(server, answer.body.id)).toMatchObject({ state: 'FAILED', failure });
    });

    it('without a body as well', async () => {
      const answer = await new Promise<number | undefined>((resolve, reject) => {
        httpRequest(`${server.url}/imports`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${server.key}`,
            'content-type': 'text/csv',
            'transfer-encoding': 'chunked',
          },
        })
          .once('error', reject)
          .once('response', (response) => resolve(response.resume().statusCode))
          .end();
      });
      expect(answer).toBe(202);
    });

    it('once under an idempotency key', async () => {
      const headers = { 'idempotency-key': 'spring-1' };
      const first = await upload(server, FILE, 'text/csv', { headers });
      const second = await upload(server, gzipSync(FILE), 'application/gzip', { headers });
      expect([first.status, second.status, second.body.id]).toEqual([202, 202, first.body.id]);
      const other = await upload(server, `${FILE}\n`, 'text/csv', { headers });
      expect([other.status, other.body.errors[0].extensions.code]).toEqual([409, 'IDEMPOTENCY_KEY_REUSED']);
    });
  });

  describe('in forms', () => {
    const CONFIG = JSON.stringify({
      'import-config': {
        import: {
          providers: { fileSystemSourceProvider: { skipFirstLine: true, delimiter: 'pipe' } },
          actions: { createOrUpdateConsolidatedTrackingAction: {} },
        },
      },
    });
    const PIPED = FILE.replaceAll(',', '|');

    function form(
      parts: readonly (readonly [name: string, value: string | Blob, fileName?: string])[],
    ): FormData {
      const made = new FormData();
      for (const [name, value, fileName] of parts) {
        if (typeof value === 'string') made.append(name, value);
        else made.append(name, value, fileName);
      }
      return made;
    }

    const csv = (text = FILE) => new Blob([text], { type: 'text/csv' });

    it('are taken by curl, with the configuration in front as a file or as text', async () => {
      const common = ['--header', `Authorization: Bearer ${server.key}`, `${server.url}/imports`];
      const file = ['--form', `file=@${inFolder('piped.csv', PIPED)}`];
      const configurations = [
        `config=@${inFolder('config.json', CONFIG)}`,
        `config=<${inFolder('config.json', CONFIG)}`,
      ];
      for (const config of configurations) {
        const answer = JSON.parse(
          await curl(['--form', config, '--form', 'writeMode=MERGE', ...file, ...common]),
        );
        expect(answer).toMatchObject({ id: expect.stringMatching(ID), fileName: 'piped.csv' });
        expect(await ended(server, answer.id)).toMatchObject({
          state: 'FINISHED',
          summary: { received: LEARNERS },
        });
      }
    });

    it('are taken with a configuration that says to be JSON', async () => {
      const parts = [
        '--form',
        `config=${CONFIG};type=application/json`,
        '--form',
        `file=@${inFolder('piped.csv', PIPED)}`,
      ];
      const answer = JSON.parse(
        await curl([...parts, '--header', `Authorization: Bearer ${server.key}`, `${server.url}/imports`]),
      );
      expect(answer).toMatchObject({ id: expect.stringMatching(ID) });
      expect(await ended(server, answer.id)).toMatchObject({ state: 'FINISHED' });
    });

    it.each([
      ['spring.csv.gz', () => gzipSync(FILE)],
      ['spring.zip', () => zipOf({ 'b.csv': FILE })],
    ])('are unpacked by their name: %s', async (name, bytes) => {
      const packed = new Blob([new Uint8Array(bytes())], { type: 'application/octet-stream' });
      const job = await expectTaken(await upload(server, form([['file', packed, name]]), null));
      expect(job).toMatchObject({ fileName: name, fileBytes: FILE.length, state: 'FINISHED' });
    });

    it('are refused with anything behind the file: it would be ignored', async () => {
      for (const [name, value] of [
        ['config', CONFIG],
        ['dryRun', 'true'],
      ] as const) {
        const sent = form([
          ['file', csv(), 'a.csv'],
          [name, value],
        ]);
        await expectRefused(await upload(server, sent, null), 400, 'UPLOAD_UNREADABLE');
      }
    });

    it('are refused without a file, and with two', async () => {
      const none = await upload(server, form([['writeMode', 'MERGE']]), null);
      await expectRefused(none, 400, 'UPLOAD_UNREADABLE');
      const two = form([
        ['file', csv(), 'a.csv'],
        ['file', csv(), 'b.csv'],
      ]);
      await expectRefused(await upload(server, two, null), 400, 'UPLOAD_UNREADABLE');
    });

    it('are refused with an option that nobody knows, and with a configuration that is too large', async () => {
      const unknown = form([
        ['writeMod', 'MERGE'],
        ['file', csv(), 'a.csv'],
      ]);
      await expectRefused(await upload(server, unknown, null), 400, 'OPTION_UNKNOWN');
      const large = 'x'.repeat(3_000_000);
      for (const config of [large, new Blob([large])]) {
        const sent = form([
          ['config', config, 'config.json'],
          ['file', csv(), 'a.csv'],
        ]);
        await expectRefused(await upload(server, sent, null), 400, 'CONFIG_INVALID');
      }
    });

    it.each([
      [
        'cut off in the middle of the file',
        '--X\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\r\n1',
      ],
      [
        'without its last boundary',
        `--X\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${FILE}\r\n--X\r\n`,
      ],
      [
        'cut off in the middle of the configuration',
        '--X\r\nContent-Disposition: form-data; name="config"; filename="c.xml"\r\n\r\n<actions',
      ],
      ['that is none', 'a,b\n1,2\n'],
      ['that is empty', ''],
    ])('are refused: a form %s', async (_, body) => {
      const answer = await upload(server, body, 'multipart/form-data; boundary=X');
      await expectRefused(answer, 400, 'UPLOAD_UNREADABLE');
    });

    it('are refused without a boundary', async () => {
      const answer = await upload(server, 'x', 'multipart/form-data');
      await expectRefused(answer, 400, 'UPLOAD_UNREADABLE');
    });
  });

  describe('are refused', () => {
    it('by a type that is none of a table', async () => {
      for (const type of ['application/json', 'text/plain', 'application/octet-stream']) {
        await expectRefused(await upload(server, FILE, type), 415, 'UNSUPPORTED_MEDIA_TYPE');
      }
    });

    it('without a key, and with one that may not import', async () => {
      await expectRefused(await upload(server, FILE, 'text/csv', { key: null }), 401, 'UNAUTHENTICATED');
      const env = { DATABASE_URL: `sqlite:${test.target.kind === 'sqlite' ? test.target.path : ''}` };
      const args = ['create', '--name', 'reader', '--scopes', 'tracking:read'];
      const made = await runScript('src/keys.js', { args, env, cwd: folder });
      await expectRefused(
        await upload(server, FILE, 'text/csv', { key: made.stdout.trim() }),
        403,
        'FORBIDDEN',
      );
    });

    it('with bad options: all of them are told', async () => {
      const path =
        '/imports?dryRun=maybe&writeMod=MERGE&changeThreshold=101&timeZone=Mars&__proto__=1&constructor=2';
      const answer = await upload(server, FILE, 'text/csv', { path });
      expect(answer.status).toBe(400);
      const told = answer.body.errors.map(
        ({ extensions }: { extensions: { code: string; path: string[] } }) => [
          extensions.code,
          ...extensions.path,
        ],
      );
      expect(told).toEqual(
        expect.arrayContaining([
          ['OPTION_INVALID', 'dryRun'],
          ['OPTION_UNKNOWN', 'writeMod'],
          ['OPTION_INVALID', 'changeThreshold'],
          ['OPTION_UNKNOWN', 'constructor'],
        ]),
      );
      await expectNothingLeft();
    });

    it('with an idempotency key that is none', async () => {
      const headers = { 'idempotency-key': 'x'.repeat(256) };
      const answer = await upload(server, FILE, 'text/csv', { headers });
      await expectRefused(answer, 400, 'IDEMPOTENCY_KEY_INVALID');
    });

    it.each([
      ['is none', 'application/gzip', () => Buffer.from(FILE)],
      ['is cut off', 'application/gzip', () => gzipSync(FILE).subarray(0, -12)],
      ['is empty', 'application/gzip', () => Buffer.alloc(0)],
      ['has wrong sums', 'application/gzip', () => damaged(gzipSync(FILE), -6)],
      ['grows too much', 'application/gzip', () => gzipSync(Buffer.alloc(30_000_000, 'a'))],
      ['is none', 'application/zip', () => Buffer.from(FILE)],
      ['is cut off', 'application/zip', () => zipOf({ 'a.csv': FILE }).subarray(0, -30)],
      ['is damaged', 'application/zip', () => damaged(zipOf({ 'a.csv': FILE }, '-0'), 120)],
      ['holds nothing', 'application/zip', () => Buffer.from(`PK\x05\x06${'\0'.repeat(18)}`, 'latin1')],
      ['holds two files', 'application/zip', () => zipOf({ 'a.csv': FILE, 'b.csv': FILE })],
      ['is encrypted', 'application/zip', () => zipOf({ 'a.csv': FILE }, '-P', 'secret')],
      ['grows too much', 'application/zip', () => zipOf({ 'a.csv': 'a'.repeat(30_000_000) })],
    ])('where what they are packed in %s (%s)', async (_, type, bytes) => {
      const answer = await upload(server, bytes(), type);
      await expectRefused(answer, 400, 'UPLOAD_UNREADABLE');
      expect(reasonOf(answer).length).toBeLessThan(200);
    });

    it.each([
      ['application/gzip', () => Buffer.alloc(60_000_000, FILE)],
      ['application/gzip', () => gzipSync(Buffer.alloc(300_000_000, 'a'), { level: 1 })],
      ['multipart/form-data; boundary=X', () => Buffer.alloc(60_000_000, FILE)],
    ])('while they still arrive, and the caller is told: %s', async (type, bytes) => {
      const answer = await upload(server, bytes(), type);
      await expectRefused(answer, 400, 'UPLOAD_UNREADABLE');
      // Nor does curl lose the answer.
      const file = inFolder('large', bytes());
      const told = await curl([
        ...['--header', `Authorization: Bearer ${server.key}`, '--header', `Content-Type: ${type}`],
        ...['--data-binary', `@${file}`, `${server.url}/imports`],
      ]);
      expect(JSON.parse(told)).toMatchObject({ errors: [{ extensions: { code: 'UPLOAD_UNREADABLE' } }] });
    });

    function damaged(bytes: Buffer, at: number): Buffer {
      const copy = Buffer.from(bytes);
      const place = at < 0 ? copy.length + at : at;
      copy[place] = (copy[place] ?? 0) ^ 0xff;
      return copy;
    }
  });

  describe('that break off', () => {
    const HEAD = '--X\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n';

    it.each([
      ['text/csv', 'a length', FILE],
      ['text/csv', 'none', FILE],
      ['application/gzip', 'a length', gzipSync(FILE).subarray(0, 60)],
      ['application/zip', 'a length', 'PK\x03\x04'],
      ['multipart/form-data; boundary=X', 'a length', `${HEAD}${FILE}`],
      ['multipart/form-data; boundary=X', 'none', `${HEAD}${FILE}`],
    ])('leave nothing: %s with %s', async (type, length, start) => {
      const sent = httpRequest(`${server.url}/imports`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${server.key}`,
          'content-type': type,
          ...(length === 'none' ? {} : { 'content-length': 10_000_000 }),
        },
      });
      const broken = new Promise((resolve) => sent.once('error', resolve).once('close', resolve));
      sent.write(start);
      for (let tries = 0; tries < 200; tries++) {
        const [row] = await test.query('SELECT COUNT(*) AS n FROM import_job');
        if (row?.n === 1) break;
        await delay(20);
      }
      expect(await test.query('SELECT state FROM import_job')).toEqual([{ state: 'UPLOADING' }]);
      sent.destroy();
      await broken;
      await expectNothingLeft();
    });
  });

  describe('results', () => {
    const BAD =
      'candidateRefNumber;sessionGuid;lovGuid;progression\r\nR-1;session-1;lov-1;50\r\nnobody;session-1;lov-1;"5;0"\r\n';

    it('come as files, with a name and a type', async () => {
      const { body } = await upload(server, BAD);
      expect(await ended(server, body.id)).toMatchObject({ state: 'FINISHED_WITH_PROBLEMS' });
      const results = await Promise.all(
        ['rejected.csv', 'problems.csv', 'problems.jsonl'].map((name) =>
          ask(server, `/imports/${body.id}/${name}`),
        ),
      );
      expect(results.map(({ status, headers }) => [status, headers.get('content-disposition')])).toEqual([
        [200, `attachment; filename="${body.id}-rejected.csv"`],
        [200, `attachment; filename="${body.id}-problems.csv"`],
        [200, `attachment; filename="${body.id}-problems.jsonl"`],
      ]);
      expect(results.map(({ headers }) => headers.get('content-type'))).toEqual([
        expect.stringMatching(/^text\/csv/),
        'text/csv; charset=utf-8',
        'application/jsonl; charset=utf-8',
      ]);
      for (const { headers } of results) expect(headers.get('cache-control')).toContain('no-store');
      const [rejected, problems, lines] = results.map(({ text }) => text);
      expect(rejected?.split('\r\n').slice(0, 2)).toEqual([
        'candidateRefNumber;sessionGuid;lovGuid;progression;line;code;message',
        expect.stringMatching(/^nobody;session-1;lov-1;"5;0";3;/),
      ]);
      expect(problems).toContain('line,severity,code,cell,message,hint\r\n3,ERROR,');
      for (const line of lines?.trim().split('\n') ?? []) expect(JSON.parse(line)).toMatchObject({ line: 3 });
    });

    it('are not there of jobs that are not, or not any more', async () => {
      const { body } = await upload(server, BAD);
      await ended(server, body.id);
      await test.query('UPDATE import_job SET results_kept = 0');
      for (const path of [
        `/imports/${body.id}/rejected.csv`,
        '/imports/nobody',
        '/imports/%00/problems.csv',
      ]) {
        const answer = await ask(server, path);
        expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([404, 'NOT_FOUND']);
      }
    });
  });
});
