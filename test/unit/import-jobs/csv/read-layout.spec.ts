import { readConfiguration } from '../../../../src/import-jobs/configuration/read-configuration';
import { FileUnreadable } from '../../../../src/import-jobs/csv/file-unreadable';
import { readCsv } from '../../../../src/import-jobs/csv/read-csv';
import { readLayout } from '../../../../src/import-jobs/csv/read-layout';
import { COLUMN_NAMES } from '../../../../src/import-jobs/file-format';
import { chunksOf, rowsOf } from './files';

function configured(members: { provider?: object; fields?: object }) {
  const providers =
    members.provider === undefined ? {} : { providers: { fileSystemSourceProvider: members.provider } };
  const fields = members.fields === undefined ? {} : { fields: members.fields };
  const actions = { createOrUpdateConsolidatedTrackingAction: fields };
  const read = readConfiguration(JSON.stringify({ 'import-config': { import: { ...providers, actions } } }));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.configuration;
}

const read = (file: string | Buffer, configuration: ReturnType<typeof configured> | null = null, chunk = 4) =>
  readLayout(chunksOf(Buffer.from(file as string), chunk), configuration);

async function layoutOf(...args: Parameters<typeof read>) {
  const told = await read(...args);
  if ('problems' in told) throw new Error(`refused: ${JSON.stringify(told.problems)}`);
  return told.layout;
}

async function problemsOf(...args: Parameters<typeof read>) {
  const told = await read(...args);
  return 'problems' in told ? told.problems : [];
}

const namesOf = async (...args: Parameters<typeof read>) =>
  (await layoutOf(...args)).columns.map(({ name }) => name);

describe('a header line', () => {
  it.each([
    ['semicolon', 'lovCode;score;progression\n', ';'],
    ['comma', 'lovCode,score,progression\n', ','],
    ['tabulation', 'lovCode\tscore\tprogression\n', '\t'],
    ['quoted names', '"lovCode","score","progression"\r\n', ','],
    ['names between other delimiters', 'lovCode;score;"ignoredColumn"\n', ';'],
    ['a single name', 'lovCode\n', ';'],
  ])('tells the delimiter: %s', async (_, file, delimiter) => {
    expect((await layoutOf(file)).delimiter).toBe(delimiter);
  });

  it('tells the delimiter by which most columns are known, else the one that makes most cells', async () => {
    expect(await problemsOf('lovCode;score;a,b,c,d,e\n')).toHaveLength(1);
    expect(await problemsOf('a,b,c;d\n')).toHaveLength(3);
  });

  it('does not tell a pipe, which only a configuration does', async () => {
    expect((await problemsOf('lovCode|score\n')).map(({ code }) => code)).toEqual(['CSV_COLUMN_UNKNOWN']);
    const configuration = configured({ provider: { delimiter: 'pipe' } });
    expect(await namesOf('lovCode|score\n', configuration)).toEqual(['lovCode', 'score']);
  });

  it('names the columns of the vendor, in any case, blanks aside; ignoredColumn may repeat', async () => {
    const file = ' LOVCODE ;ignoredColumn;\tsessionguid;IgnoredColumn;candidateEMAIL\nx';
    expect(await namesOf(file)).toEqual(['lovCode', null, 'sessionGuid', null, 'candidateEmail']);
    const every = COLUMN_NAMES.map((name) => (name === 'ignoredColumn' ? null : name));
    expect(await namesOf(`${COLUMN_NAMES.join(';')}\n`)).toEqual(every);
  });

  it('may have the columns that a file of rejected rows has behind them', async () => {
    expect(await namesOf('lovCode;score;line;code;message\n')).toEqual([
      'lovCode',
      'score',
      null,
      null,
      null,
    ]);
  });

  it('is kept as it stands in the file, and the rows begin behind it', async () => {
    const layout = await layoutOf('\n" lovCode\n";Score\r\nx;y\r\n');
    expect(layout).toMatchObject({
      header: [' lovCode\n', 'Score'],
      lineEnd: '\r\n',
      hasByteOrderMark: false,
    });
    expect(layout.start).toEqual({ byte: 20, line: 4 });
  });

  it.each(['\n', '\r\n', '\r'])('tells the line end %j', async (lineEnd) => {
    expect((await layoutOf(`lovCode;score${lineEnd}x;1`)).lineEnd).toBe(lineEnd);
  });

  it('with unknown names is refused, each with the nearest and all that are known', async () => {
    const problems = await problemsOf('lovCod;score;colour;;candidateEmial\n');
    expect(problems.map(({ code, row }) => [code, row])).toEqual(
      new Array(4).fill(['CSV_COLUMN_UNKNOWN', 1]),
    );
    const [lovCod, colour, unnamed, email] = problems;
    expect(lovCod?.hint).toContain('Did you mean lovCode?');
    expect(email?.hint).toContain('Did you mean candidateEmail?');
    expect(colour?.message).toContain('colour');
    expect(unnamed?.hint).not.toContain('Did you mean');
    for (const { hint } of problems) for (const name of COLUMN_NAMES) expect(hint).toContain(name);
  });

  it('with a name twice is refused', async () => {
    expect(await problemsOf('\nlovCode;score;LovCode\n')).toMatchObject([
      { code: 'CSV_COLUMN_REPEATED', row: 2, message: expect.stringContaining('lovCode') },
    ]);
  });

  it('is answered with 20 problems at most', async () => {
    expect(await problemsOf(new Array(200).fill('x').join(';'))).toHaveLength(20);
  });

  it('that cannot be read is told as any line is', async () => {
    const code = async (file: string | Buffer) => {
      const error = await read(file).catch((thrown: unknown) => thrown);
      return error instanceof FileUnreadable ? error.problem.code : error;
    };
    expect(await code('"lovCode')).toBe('CSV_QUOTE_OPEN');
    expect(await code('lov"Code;score\n')).toBe('CSV_QUOTE_OPEN');
    expect(await code(Buffer.from([0x6c, 0xe9, 0x0a]))).toBe('CSV_ENCODING_INVALID');
    expect(await code(';'.repeat(300))).toBe('CSV_COLUMNS_TOO_MANY');
    expect(await code('x'.repeat(2_000_000))).toBe('CSV_LINE_TOO_LONG');
  });
});

describe('a file without a row', () => {
  it.each(['', '\n\r\n', '\ufeff'])('%j', async (file) => {
    expect(await problemsOf(file)).toMatchObject([{ code: 'CSV_EMPTY' }]);
    const headerless = configured({ provider: { skipFirstLine: 'no', columnsMapping: ['lovCode'] } });
    expect(await problemsOf(file, headerless)).toMatchObject([{ code: 'CSV_EMPTY' }]);
  });
});

describe('the encoding', () => {
  const header = 'lovCode;score\n';

  it('is that of the configuration, else UTF-8, or UTF-16LE where a byte order mark says so', async () => {
    expect((await layoutOf(header)).encoding).toBe('UTF-8');
    const marked = await layoutOf(`\ufeff${header}`, null, 1);
    expect(marked).toMatchObject({ encoding: 'UTF-8', hasByteOrderMark: true, start: { byte: 17, line: 2 } });
    const wide = await layoutOf(Buffer.from(`\ufeff${header}`, 'utf16le'), null, 1);
    expect(wide).toMatchObject({
      encoding: 'UTF-16LE',
      hasByteOrderMark: true,
      start: { byte: 30, line: 2 },
    });
    const configuration = configured({ provider: { fileEncoding: 'WINDOWS-1252' } });
    expect((await layoutOf(header, configuration)).encoding).toBe('WINDOWS-1252');
    const bare = await layoutOf(
      Buffer.from(header, 'utf16le'),
      configured({ provider: { fileEncoding: 'UTF-16LE' } }),
    );
    expect(bare).toMatchObject({ encoding: 'UTF-16LE', hasByteOrderMark: false });
  });

  it('is not overruled by a byte order mark where it was configured', async () => {
    const configuration = configured({ provider: { fileEncoding: 'ISO-8859-1' } });
    await expect(read(`\ufeff${header}`, configuration)).rejects.toThrow('CSV_ENCODING_INVALID');
  });
});

describe('a configuration', () => {
  const columnsMapping = ['lovCode', 'ignoredColumn', 'score'];

  it('without skipFirstLine takes the first line for data', async () => {
    const layout = await layoutOf(
      '\n"score";x;y\n',
      configured({ provider: { skipFirstLine: 'no', columnsMapping } }),
    );
    expect(layout).toMatchObject({ header: null, start: { byte: 0, line: 1 }, delimiter: ';' });
    expect(layout.columns.map(({ name }) => name)).toEqual(['lovCode', null, 'score']);
  });

  it('with skipFirstLine skips it: positions count, and not names', async () => {
    const file = 'score;what ever;lovCode\nLO-1;x;5\n';
    const layout = await layoutOf(file, configured({ provider: { columnsMapping } }));
    expect(layout.columns.map(({ name }) => name)).toEqual(['lovCode', null, 'score']);
    expect(layout.header).toEqual(['score', 'what ever', 'lovCode']);
    const rows = await rowsOf(
      readCsv(chunksOf(Buffer.from(file).subarray(layout.start.byte), 9), layout, layout.start),
    );
    expect(rows.map(({ line, cells }) => [line, cells])).toEqual([[2, ['LO-1', 'x', '5']]]);
  });

  it('takes a file of rejected rows, whose header line says so', async () => {
    const configuration = configured({ provider: { columnsMapping } });
    expect(await namesOf('a;b;c;line;code;message\n', configuration)).toEqual([
      'lovCode',
      null,
      'score',
      null,
      null,
      null,
    ]);
    expect(await namesOf('a;b;c;line;code\n', configuration)).toEqual(['lovCode', null, 'score']);
    expect(await namesOf('a;b;c;line;code;message;x\n', configuration)).toEqual(['lovCode', null, 'score']);
    expect(await namesOf('a;b;line;code;message\n', configuration)).toEqual(['lovCode', null, 'score']);
  });

  it('without columnsMapping leaves the names to the header line', async () => {
    const configuration = configured({ provider: { delimiter: 'comma' } });
    expect(await namesOf('score,lovCode\n', configuration)).toEqual(['score', 'lovCode']);
    expect((await problemsOf('score,colour\n', configuration)).map(({ code }) => code)).toEqual([
      'CSV_COLUMN_UNKNOWN',
    ]);
  });

  it('of actions alone leaves the delimiter to it, too', async () => {
    expect(await namesOf('score\tlovCode\n', configured({}))).toEqual(['score', 'lovCode']);
  });

  it('is incomplete where the columns of a file without a header line are nowhere', async () => {
    const problems = await problemsOf('LO-1;5;2026-05-04\n', configured({}));
    expect(problems).toMatchObject([{ code: 'CONFIG_INCOMPLETE', path: ['columnsMapping'] }]);
  });

  it('says by fields which columns are used', async () => {
    const configuration = configured({ fields: ['score', 'trackingStatus'] });
    expect(await namesOf('lovCode;score\n', configuration)).toEqual([null, 'score']);
  });

  it('says which columns are mandatory, and the file must have them', async () => {
    const configuration = configured({
      fields: { lovCode: { mandatory: 'yes' }, score: { mandatory: 'no' } },
    });
    expect((await layoutOf('score;lovCode\n', configuration)).columns).toEqual([
      { name: 'score', mandatory: false },
      { name: 'lovCode', mandatory: true },
    ]);
    expect(await problemsOf('score;progression\n', configuration)).toMatchObject([
      { code: 'CSV_COLUMN_MISSING', message: expect.stringContaining('lovCode') },
    ]);
  });
});

it('reads no more of a file than its first rows, and lets go of it', async () => {
  let [given, isClosed] = [0, false];
  async function* source() {
    try {
      for (;;) {
        given += 1;
        yield Buffer.from(`lovCode;score\n${'x;1\n'.repeat(10_000)}`);
      }
    } finally {
      isClosed = true;
    }
  }
  await readLayout(source(), null);
  expect(given).toBeLessThan(5);
  expect(isClosed).toBe(true);
});
