/** What files of jobs hold, and what is told of their rows: problems.csv, problems.jsonl and rejected.csv. */
import { encode } from '../../src/import-jobs/csv/encodings';
import {
  forgetOldFiles,
  forgetOldJobs,
  forgetOldResults,
  forgetOldUploads,
} from '../../src/import-jobs/forget-jobs';
import { type Api, apiOn } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import {
  csvOf,
  importFile,
  jobOf,
  order,
  problemsOf,
  resultFile,
  runAll,
  runSome,
  steer,
} from '../support/import-jobs';
import { storedTracking, storeWorld } from '../support/world';

const HEADER = 'candidateRefNumber,sessionGuid,lovGuid,progression,score';
const good = (learner: number, progression = 50) => `R-${learner},session-1,lov-1,${progression},`;

describe.each(DATABASE_KINDS)('files of import jobs on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(async () => {
    await test.clear();
    await storeWorld(test, classWorld({ learners: 20 }));
  });
  afterAll(() => test.drop());

  const textOf = async (id: string, name: Parameters<typeof resultFile>[2]) =>
    (await resultFile(test, id, name)).toString('utf8');
  const problemCodes = async (id: string) => (await problemsOf(api, id)).map(({ code, row }) => [code, row]);

  describe('that cannot be read', () => {
    it.each([
      ['an empty file', '', 'CSV_EMPTY', null],
      ['empty lines', '\r\n\r\n', 'CSV_EMPTY', null],
      ['a header alone', `${HEADER}\n`, 'FILE_EMPTY', null],
      ['an unknown column', `${HEADER},scoer\n${good(1)},1\n`, 'CSV_COLUMN_UNKNOWN', 1],
      ['a column twice', `${HEADER},Score\n${good(1)},1\n`, 'CSV_COLUMN_REPEATED', 1],
      ['bytes that are no text', `\n\nca\u00fc,sessionGuid\n`, 'CSV_ENCODING_INVALID', 3],
    ])('%s: the job fails with one clear problem', async (_, text, code, row) => {
      const id = await importFile(test, Buffer.from(text, 'latin1'));
      expect(await jobOf(api, id)).toMatchObject({
        state: 'FAILED',
        failure: { code, row, severity: 'ERROR' },
        summary: { received: 0 },
      });
      expect(await storedTracking(test)).toEqual([]);
      const undo = await steer(api, 'undoImportJob', id);
      expect(undo.problems).toMatchObject([{ code: 'JOB_WROTE_NOTHING' }]);
    });

    it.each([
      ['a quote that is never closed', `"R-6,session-1,lov-1,50,\n${good(7)}\n`, 'CSV_QUOTE_OPEN', 7],
      ['bytes that are no text', `R-6,\xff,lov-1,50,\n${good(7)}\n`, 'CSV_ENCODING_INVALID', 7],
      [
        'a line that is too long',
        `R-6,${'x'.repeat(1_048_577)},lov-1,50,\n${good(7)}\n`,
        'CSV_LINE_TOO_LONG',
        7,
      ],
      ['too many cells', `R-6${','.repeat(200)}\n${good(7)}\n`, 'CSV_COLUMNS_TOO_MANY', 7],
    ])(
      'on in the middle, for %s: rows before it stay, and the failure names the line',
      async (_, bad, code, row) => {
        const lines = [HEADER, ...[1, 2, 3, 4, 5].map((learner) => good(learner)), bad].join('\n');
        const bytes = Buffer.from(lines, 'latin1');
        const id = await importFile(test, bytes, { windowRows: 2 });
        expect(await jobOf(api, id)).toMatchObject({
          state: 'FAILED',
          failure: { code, row },
          summary: { received: 5, created: 5 },
        });
        expect(await storedTracking(test)).toHaveLength(5);
        // Going on finds the same.
        await steer(api, 'retryImportJob', id);
        await runAll(test);
        expect(await jobOf(api, id)).toMatchObject({
          state: 'FAILED',
          failure: { code, row },
          summary: { received: 5 },
        });
        const checked = await importFile(test, bytes, {
          windowRows: 2,
          options: { errorPolicy: 'REJECT_EVERYTHING' },
        });
        expect(await jobOf(api, checked)).toMatchObject({ state: 'FAILED', failure: { code, row } });
        const undo = await steer(api, 'undoImportJob', id);
        await runAll(test);
        expect(undo.problems).toEqual([]);
        expect(await storedTracking(test)).toEqual([]);
      },
    );
  });

  describe('problems', () => {
    const text = [
      HEADER,
      good(1),
      'nobody,session-1,lov-1,50,',
      'R-2,session-1,lov-1,101,"1;2"',
      good(1),
      'R-3,x',
    ].join('\n');

    it('are told as CSV: line, severity, code and cell', async () => {
      const id = await importFile(test, text, { windowRows: 100 });
      const [header, ...lines] = (await textOf(id, 'problems.csv')).trimEnd().split('\r\n');
      expect(header).toBe('line,severity,code,cell,message,hint');
      const told = lines.map((line) => line.split(',').slice(0, 4));
      expect(told).toEqual([
        ['2', 'WARNING', 'ROW_SUPERSEDED', ''],
        ['3', 'ERROR', 'REGISTRATION_NOT_FOUND', expect.any(String)],
        ['4', 'ERROR', 'PROGRESSION_OUT_OF_RANGE', 'progression'],
        ['4', 'ERROR', expect.any(String), 'score'],
        ['6', 'ERROR', 'COLUMNS_MISMATCH', ''],
      ]);
    });

    it('are told as JSON lines, as GraphQL tells them', async () => {
      const id = await importFile(test, text, { windowRows: 2 });
      const lines = (await textOf(id, 'problems.jsonl')).trimEnd().split('\n');
      const problems = await problemsOf(api, id);
      expect(lines.map((line) => JSON.parse(line))).toEqual(
        problems.map(({ row, ...rest }) => ({ line: row, ...rest })),
      );
      expect(problems.length).toBeGreaterThan(3);
    });

    it('are all told, however many they are', async () => {
      const count = 2_500;
      const rows = Array.from({ length: count }, () => 'nobody,session-1,lov-1,50,');
      const id = await importFile(test, [HEADER, ...rows].join('\n'), { windowRows: 1_300 });
      const lines = (await textOf(id, 'problems.csv')).trimEnd().split('\r\n').slice(1);
      expect(lines.map((line) => Number(line.split(',')[0]))).toEqual(rows.map((_, place) => place + 2));
      const rejected = (await textOf(id, 'rejected.csv')).trimEnd().split('\n').slice(1);
      expect(rejected.map((line) => Number(line.split(',')[5]))).toEqual(rows.map((_, place) => place + 2));
    });

    it('are empty of a job without any, and of an undo', async () => {
      const id = await importFile(test, [HEADER, good(1)].join('\n'));
      const { job } = await steer(api, 'undoImportJob', id);
      await runAll(test);
      expect(await textOf(id, 'problems.jsonl')).toBe('');
      expect(await textOf(id, 'rejected.csv')).toBe(`${HEADER},line,code,message\n`);
      expect(await textOf(job?.jobId ?? '', 'rejected.csv')).toBe('');
    });
  });

  describe('rejected.csv', () => {
    const provider = (more: object) =>
      JSON.stringify({
        'import-config': {
          import: {
            providers: { fileSystemSourceProvider: more },
            actions: { createOrUpdateConsolidatedTrackingAction: {} },
          },
        },
      });
    const COLUMNS = HEADER.split(',');
    const ENCODINGS = ['UTF-8', 'ISO-8859-1', 'WINDOWS-1252', 'UTF-16LE'] as const;
    const DELIMITERS = { semicolon: ';', comma: ',', pipe: '|', tabulation: '\t' };

    /** Of each row that is rejected: what is wrong, without where it stands. */
    const kinds = async (id: string) =>
      (await problemsOf(api, id))
        .filter(({ severity }) => severity === 'ERROR')
        .map(({ code, path, message }) => [code, path.at(-1) === undefined ? null : path.slice(2), message]);

    describe.each(ENCODINGS)('in %s', (fileEncoding) => {
      it.each([
        ['with a header', true, 'semicolon', '\r\n'],
        ['without one', false, 'pipe', '\n'],
        ['with tabulations', true, 'tabulation', '\r'],
        ['without a header, with commas', false, 'comma', '\r\n'],
      ] as const)('can be sent again as it is: %s', async (_, skipFirstLine, delimiter, lineEnd) => {
        const rows = [
          ['R-1', 'session-1', 'lov-1', '50', ''],
          ['Zoë Müller', 'session-1', 'lov-1', '50', '1'],
          ['R-2', 'session-1', 'lov-1', '101', 'a;b,c|d\te"f\ng'],
          [' R-3 ', 'session-1', 'lov-1', '"', '-5'],
          ['R-4', 'session-1', 'lov-1'],
          ['R-5', 'session-1', 'lov-1', '50', '1', 'more'],
          ['nobody', '', '', '', ''],
        ];
        const quoted = (cell: string) =>
          /[",;|\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
        const lines = [...(skipFirstLine ? [COLUMNS] : []), ...rows].map((cells) =>
          cells.map(quoted).join(DELIMITERS[delimiter]),
        );
        const configuration = provider({ columnsMapping: COLUMNS, skipFirstLine, fileEncoding, delimiter });
        const file = encode(lines.join(lineEnd) + lineEnd, fileEncoding);
        let id = await importFile(test, file, { configuration, windowRows: 2 });
        const { summary } = await jobOf(api, id);
        expect(summary).toMatchObject({ received: 7, created: 1, rejected: 6 });
        const expected = await kinds(id);
        let rejected = await resultFile(test, id, 'rejected.csv');
        const own = encode(quoted('a;b,c|d\te"f\ng'), fileEncoding);
        expect(rejected.includes(own)).toBe(true);
        // The second time it is a file of rejected rows itself.
        for (const _round of [1, 2]) {
          id = await importFile(test, rejected, { configuration, windowRows: 3 });
          expect(await jobOf(api, id)).toMatchObject({ summary: { received: 6, rejected: 6 } });
          expect(await kinds(id)).toEqual(expected.map((kind) => kind.map(asAny)));
          const before = rejected.length;
          rejected = await resultFile(test, id, 'rejected.csv');
          expect(Math.abs(rejected.length - before)).toBeLessThan(60);
        }
      });
    });

    /** Of the number of cells the three more are told as well. */
    const asAny = (value: unknown) =>
      typeof value === 'string' && /cells/.test(value) ? expect.stringMatching(/cells/) : value;

    it('keeps a byte order mark, and the words of the partner', async () => {
      const text =
        '\ufeffCandidateRefNumber;SESSIONGUID;lovGuid;TrackingStatus\r\nnobody;session-1;lov-1;abgeschlossen\r\n';
      const id = await importFile(test, text);
      const rejected = await textOf(id, 'rejected.csv');
      expect(rejected).toMatch(
        /^\ufeffCandidateRefNumber;SESSIONGUID;lovGuid;TrackingStatus;line;code;message\r\n/,
      );
      expect(rejected).toContain('\r\nnobody;session-1;lov-1;abgeschlossen;2;');
    });

    it('escapes what a spreadsheet would take for a formula', async () => {
      const formula = '=HYPERLINK("http://example.org")';
      const text = csvOf([{ ...classRow(99), sessionTitle: formula, candidateLogin: '@nobody' }]);
      const id = await importFile(test, text);
      const rejected = await textOf(id, 'rejected.csv');
      expect(rejected).toContain(`"'=HYPERLINK(""http://example.org"")"`);
      expect(rejected).toContain("'@nobody");
      for (const name of ['rejected.csv', 'problems.csv'] as const) {
        expect(await textOf(id, name)).not.toMatch(/(?:^|[,\n"])[=@]/);
      }
    });

    it('holds the rows of a window that was imported once, after a kill as well', async () => {
      const rows = ['nobody,session-1,lov-1,50,', good(1), good(2), 'none,session-1,lov-1,50,'];
      const id = await order(test, [HEADER, ...rows].join('\n'));
      await runSome(test, 1, { windowRows: 2 });
      await runAll(test, { windowRows: 2 });
      const lines = (await textOf(id, 'rejected.csv')).trimEnd().split('\n').slice(1);
      expect(lines.map((line) => line.split(',')[0])).toEqual(['nobody', 'none']);
      expect(await problemCodes(id)).toEqual([
        ['REGISTRATION_NOT_FOUND', 2],
        ['REGISTRATION_NOT_FOUND', 5],
      ]);
    });
  });

  describe('are forgotten', () => {
    const forget = async (step: () => Promise<boolean>) => {
      while (await step());
    };

    it('files first, then results, then jobs; and nothing of a job that has not ended', async () => {
      const text = [HEADER, good(1), 'nobody,session-1,lov-1,50,'].join('\n');
      const waiting = await order(test, text, { caller: { id: 'waiting' } });
      await test.query(`UPDATE import_job SET lease_until = '2099-01-01 00:00:00.000'`);
      const id = await importFile(test, text);
      await test.query(`UPDATE import_job SET finished_at = '2025-01-01 00:00:00.000' WHERE id = '${id}'`);
      await forget(() => forgetOldFiles(test.database, 100_000));
      expect(await jobOf(api, id)).toMatchObject({ fileKept: true, resultsKept: true });
      await forget(() => forgetOldFiles(test.database, 7));
      expect(await jobOf(api, id)).toMatchObject({ fileKept: false, resultsKept: true });
      expect(await problemsOf(api, id)).toHaveLength(1);
      await forget(() => forgetOldResults(test.database, 30));
      expect(await jobOf(api, id)).toMatchObject({ fileKept: false, resultsKept: false });
      // What it changed is gone as well.
      expect((await steer(api, 'undoImportJob', id)).problems).toMatchObject([{ code: 'IMPORT_TOO_OLD' }]);
      await forget(() => forgetOldJobs(test.database, 400));
      expect(await test.query('SELECT id FROM import_job')).toEqual([{ id: waiting }]);
      expect(await test.query('SELECT DISTINCT job_id, kind FROM import_job_file')).toEqual([
        { job_id: waiting, kind: 'UPLOAD' },
      ]);
    });

    it('uploads that broke off with their server', async () => {
      const id = await order(test, [HEADER, good(1)].join('\n'));
      await test.query(`UPDATE import_job SET state = 'UPLOADING'`);
      await forget(() => forgetOldUploads(test.database));
      expect(await test.query('SELECT id FROM import_job')).toEqual([{ id }]);
      await test.query(`UPDATE import_job SET created_at = '2020-01-01 00:00:00.000'`);
      await forget(() => forgetOldUploads(test.database));
      expect(await test.query('SELECT id FROM import_job')).toEqual([]);
      expect(await test.query('SELECT job_id FROM import_job_file')).toEqual([]);
    });
  });

  it('that break off while they arrive leave nothing', async () => {
    async function* broken() {
      yield Buffer.alloc(3_000_000, 'a');
      throw new Error('gone');
    }
    await expect(order(test, broken())).rejects.toThrow('gone');
    expect(await test.query('SELECT id FROM import_job')).toEqual([]);
    expect(await test.query('SELECT job_id FROM import_job_file')).toEqual([]);
  });
});
