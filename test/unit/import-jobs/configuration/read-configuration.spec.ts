import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImportConfiguration } from '../../../../src/import-jobs/configuration/import-configuration';
import { missingColumns } from '../../../../src/import-jobs/configuration/missing-columns';
import { readConfiguration } from '../../../../src/import-jobs/configuration/read-configuration';
import { COLUMN_NAMES } from '../../../../src/import-jobs/file-format';
import type { Problem } from '../../../../src/kernel/problem';
import type {
  ConsolidatedTrackingRowInput,
  ImportConsolidatedTrackingInput,
  ImportOptionsInput,
  ImportParametersInput,
} from '../../../../src/tracking-import/import-consolidated-tracking.input';
import { readSettings } from '../../../../src/tracking-import/settings';

const ACTION = 'createOrUpdateConsolidatedTrackingAction';
const VENDOR_ACTIONS = readFileSync(
  join(__dirname, '../../../fixtures/import-jobs/vendor-actions.xml'),
  'utf8',
);

const actions = (inside: string) => `<actions><${ACTION}>${inside}</${ACTION}></actions>`;
const whole = (provider: string, rest = actions('')) =>
  `<import-config><import><providers><fileSystemSourceProvider>${provider}</fileSystemSourceProvider></providers>${rest}</import></import-config>`;

function configured(text: string, options?: { ignoreUnsupported: boolean }): ImportConfiguration {
  const read = readConfiguration(text, options);
  if ('problems' in read) throw new Error(`refused: ${JSON.stringify(read.problems)}`);
  return read.configuration;
}

function problemsOf(text: string, options?: { ignoreUnsupported: boolean }): readonly Problem[] {
  const read = readConfiguration(text, options);
  return 'problems' in read ? read.problems : [];
}

function told(text: string, options?: { ignoreUnsupported: boolean }) {
  return problemsOf(text, options).map(({ code, path }) => [code, path.join('/')]);
}

describe('the actions of the vendor’s page', () => {
  it('are read as they are', () => {
    const names = COLUMN_NAMES.filter((name) => name !== 'ignoredColumn' && name !== 'trainingGuid');
    const { fields, ...rest } = configured(VENDOR_ACTIONS);
    expect(rest).toEqual({
      provider: null,
      options: { defaultScoreMax: 100 },
      parameters: {
        dateTimeFormat: 'YYYY-MM-DD HH:II:SS',
        timeZone: 'America/Sao_Paulo',
        defaultTime: '00:00:00',
      },
    });
    expect(fields?.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    expect(fields?.some(({ mandatory }) => mandatory)).toBe(false);
  });

  it('are options and parameters that the rules of the import take', () => {
    const { options, parameters } = configured(VENDOR_ACTIONS);
    const read = readSettings({ rows: [{}], options, parameters } satisfies ImportConsolidatedTrackingInput);
    expect(read).toMatchObject({
      settings: { defaultScoreMax: 100, timeZone: 'America/Sao_Paulo', defaultTime: '00:00:00' },
    });
  });
});

describe('a whole import-config', () => {
  it('tells how the file is written', () => {
    const text = whole(`
      <fileName>tracking_*.csv</fileName><path>imports/</path>
      <skipFirstLine>no</skipFirstLine>
      <autoDetectLineEndings>yes</autoDetectLineEndings>
      <columnsMapping><candidateLogin/><ignoredColumn/><lovCode></lovCode><ignoredColumn/><progression/></columnsMapping>
      <fileEncoding>WINDOWS-1252</fileEncoding><delimiter>pipe</delimiter><dateFormat>DD/MM/YYYY</dateFormat>`);
    expect(configured(text).provider).toEqual({
      columnsMapping: ['candidateLogin', 'ignoredColumn', 'lovCode', 'ignoredColumn', 'progression'],
      skipFirstLine: false,
      encoding: 'WINDOWS-1252',
      delimiter: '|',
    });
  });

  it('has the defaults of the vendor', () => {
    expect(configured(whole('')).provider).toEqual({
      columnsMapping: null,
      skipFirstLine: true,
      encoding: 'UTF-8',
      delimiter: ';',
    });
    expect(configured(whole('<delimiter/><fileEncoding> </fileEncoding><skipFirstLine/>')).provider).toEqual(
      configured(whole('')).provider,
    );
  });

  it.each([
    ['semicolon', ';'],
    ['comma', ','],
    ['pipe', '|'],
    ['tabulation', '\t'],
    ['Comma', ','],
  ])('delimiter %s', (word, delimiter) => {
    expect(configured(whole(`<delimiter>${word}</delimiter>`)).provider?.delimiter).toBe(delimiter);
  });

  it.each(['UTF-8', 'ISO-8859-1', 'WINDOWS-1252', 'UTF-16LE'])('encoding %s, in any case', (encoding) => {
    const text = whole(`<fileEncoding> ${encoding.toLowerCase()} </fileEncoding>`);
    expect(configured(text).provider?.encoding).toBe(encoding);
  });
});

describe('the action', () => {
  it('says which columns are used, and which must not be empty', () => {
    const text = actions(
      '<fields><lovCode><mandatory>yes</mandatory></lovCode><score/><ignoredColumn/><ignoredColumn/><progression><mandatory>NO</mandatory></progression></fields>',
    );
    expect(configured(text).fields).toEqual([
      { name: 'lovCode', mandatory: true },
      { name: 'score', mandatory: false },
      { name: 'progression', mandatory: false },
    ]);
  });

  it('uses every column where it lists none', () => {
    expect(configured(actions('')).fields).toBeNull();
    expect(told(actions('<fields/>'))).toEqual([['CONFIG_INCOMPLETE', `actions/${ACTION}/fields`]]);
  });

  it('has the words of the statuses', () => {
    const text = actions(`<parameters><trackingStatus>
      <notAttempted>n</notAttempted><incomplete/><completed>c</completed><completed>done</completed><passed/>
      <failed/><browsed/></trackingStatus></parameters>`);
    const expected = [
      { status: 'NOT_ATTEMPTED', alias: 'n' },
      { status: 'INCOMPLETE', alias: '' },
      { status: 'COMPLETED', alias: 'c' },
      { status: 'COMPLETED', alias: 'done' },
      { status: 'PASSED', alias: '' },
      { status: 'FAILED', alias: '' },
      { status: 'BROWSED', alias: '' },
    ];
    expect(configured(text).parameters).toEqual({ trackingStatus: expected });
  });

  it('with one word for two statuses is refused by the rules before any row is read', () => {
    const text = actions(
      '<parameters><trackingStatus><passed>ok</passed><completed>OK</completed></trackingStatus></parameters>',
    );
    const { parameters } = configured(text);
    expect(readSettings({ rows: [{}], parameters })).toMatchObject({
      problems: [{ code: 'STATUS_ALIAS_AMBIGUOUS' }],
    });
  });

  it.each([
    ['rawSeconds', 'RAW_SECONDS'],
    ['rawMinutes', 'RAW_MINUTES'],
    ['iso-8601', 'ISO_8601'],
    ['padded', 'PADDED'],
    ['paddedhh', 'PADDED_HH'],
    ['PADDED_HH', 'PADDED_HH'],
  ])('timeSpentFormat %s', (word, timeSpentFormat) => {
    const text = actions(`<parameters><timeSpentFormat>${word}</timeSpentFormat></parameters>`);
    expect(configured(text).parameters).toEqual({ timeSpentFormat });
  });

  it('has no parameter that was not written, nor a blank one', () => {
    const text = actions(
      '<options><defaultScoreMax/></options><parameters><timeZone> </timeZone></parameters>',
    );
    expect(configured(text)).toMatchObject({ options: {}, parameters: {} });
    expect(Object.keys(configured(text).parameters)).toEqual([]);
    expect(Object.keys(configured(text).options)).toEqual([]);
  });

  it('fits the input of the mutation', () => {
    const { options, parameters } = configured(actions('<options><olderRows>skip</olderRows></options>'));
    const sent: { options: ImportOptionsInput; parameters: ImportParametersInput } = { options, parameters };
    expect(sent.options).toEqual({ olderRows: 'SKIP' });
    expect(sent.parameters).toEqual({});
  });
});

it('the columns are the cells of a row of the mutation', () => {
  const sdl = readFileSync(join(__dirname, '../../../../schema/schema.graphql'), 'utf8');
  const input = /input ConsolidatedTrackingRowInput \{([^}]*)\}/.exec(sdl)?.[1] ?? '';
  const cells = [...input.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name);
  expect(COLUMN_NAMES.toSorted()).toEqual(cells.toSorted());
  const name: (typeof COLUMN_NAMES)[number] = 'lovCode' satisfies keyof ConsolidatedTrackingRowInput;
  expect(name).toBe('lovCode');
});

describe('what does not matter', () => {
  const plain = actions('<fields><lovCode><mandatory>yes</mandatory></lovCode></fields><options/>');

  it.each([
    ['comments', plain.replace('<lovCode>', '<lovCode><!-- use Code or Guid -->')],
    ['attributes', plain.replace('<lovCode>', '<lovCode note="x" xmlns="urn:a">')],
    [
      'the order of elements',
      actions('<options/><fields><lovCode><mandatory>yes</mandatory></lovCode></fields>'),
    ],
    ['the case of yes', plain.replace('yes', ' Yes\n')],
    [
      'a declaration, a byte order mark, blanks around',
      `\ufeff<?xml version="1.0" encoding="UTF-8"?>\n ${plain}\n`,
    ],
    ['CDATA', plain.replace('yes', '<![CDATA[yes]]>')],
    ['references to characters', plain.replace('yes', '&#121;es')],
    ['processing instructions', plain.replace('<fields>', '<?keep this?><fields>')],
  ])('%s', (_, text) => {
    expect(configured(text)).toEqual(configured(plain));
  });
});

describe('an unknown element', () => {
  it('is told with its place, and the name that was meant', () => {
    const text = VENDOR_ACTIONS.replace('<lovCode/>', '<lovCod/>');
    expect(problemsOf(text)).toEqual([
      expect.objectContaining({
        code: 'CONFIG_ELEMENT_UNKNOWN',
        path: ['actions', ACTION, 'fields', 'lovCod'],
        message: expect.stringContaining('(line 13, column 4)'),
        hint: 'Did you mean lovCode?',
      }),
    ]);
  });

  it('is told with what is known where nothing is near', () => {
    const [found] = problemsOf(actions('<options><colour/></options>'));
    expect(found?.hint).toBe('Known there: defaultScoreMax, olderRows.');
  });

  it.each([
    ['<import/>', 'import'],
    ['<Actions/>', 'Actions'],
    [
      '<actions><createOrUpdateConsolidatedTrakingAction/></actions>',
      'actions/createOrUpdateConsolidatedTrakingAction',
    ],
    [actions('<fields><lovCode><optional/></lovCode></fields>'), `actions/${ACTION}/fields/lovCode/optional`],
    [
      actions('<parameters><timeZone><x/>UTC</timeZone></parameters>'),
      `actions/${ACTION}/parameters/timeZone/x`,
    ],
    [
      actions('<parameters><trackingStatus><done>x</done></trackingStatus></parameters>'),
      `actions/${ACTION}/parameters/trackingStatus/done`,
    ],
    [actions('<fields><constructor/></fields>'), `actions/${ACTION}/fields/constructor`],
    [actions('<fields><ns:lovCode/></fields>'), `actions/${ACTION}/fields/ns:lovCode`],
    [whole('<encoding>UTF-8</encoding>'), 'import-config/import/providers/fileSystemSourceProvider/encoding'],
    [
      whole('<columnsMapping><lovcode/></columnsMapping>'),
      'import-config/import/providers/fileSystemSourceProvider/columnsMapping/lovcode',
    ],
  ])('%s', (text, path) => {
    expect(told(text)).toContainEqual(['CONFIG_ELEMENT_UNKNOWN', path]);
  });

  it('all are told, up to fifty', () => {
    const names = Array.from({ length: 500 }, (_, index) => `<x${index}/>`).join('');
    expect(problemsOf(actions(`<fields>${names}</fields>`))).toHaveLength(50);
  });
});

describe('what stands there twice', () => {
  it.each([
    [actions('<options/><options/>'), `actions/${ACTION}/options`],
    [actions('<fields><score/><score/></fields>'), `actions/${ACTION}/fields/score`],
    [whole('<delimiter/><delimiter/>'), 'import-config/import/providers/fileSystemSourceProvider/delimiter'],
    [
      whole('<columnsMapping><score/><score/></columnsMapping>'),
      'import-config/import/providers/fileSystemSourceProvider/columnsMapping/score',
    ],
    [`<actions><${ACTION}/><${ACTION}/></actions>`, `actions/${ACTION}`],
  ])('%s', (text, path) => {
    expect(told(text)).toEqual([['CONFIG_ELEMENT_REPEATED', path]]);
  });
});

describe('a value that cannot be', () => {
  it.each([
    actions('<options><defaultScoreMax>many</defaultScoreMax></options>'),
    actions('<options><defaultScoreMax>99.5</defaultScoreMax></options>'),
    actions('<options><defaultScoreMax>2147483648</defaultScoreMax></options>'),
    actions('<options>100</options>'),
    actions('<fields><lovCode>yes</lovCode></fields>'),
    actions('<fields><lovCode><mandatory>true</mandatory></lovCode></fields>'),
    actions('<parameters><timeSpentFormat>hours</timeSpentFormat></parameters>'),
    whole('<delimiter>;</delimiter>'),
    whole('<fileEncoding>UTF-16BE</fileEncoding>'),
    whole('<skipFirstLine>1</skipFirstLine>'),
    whole('<autoDetectLineEndings>maybe</autoDetectLineEndings>'),
    whole('<columnsMapping><score>1</score></columnsMapping>'),
    whole(`<columnsMapping>${'<ignoredColumn/>'.repeat(201)}</columnsMapping>`),
  ])('%s', (text) => {
    expect(problemsOf(text).map(({ code }) => code)).toEqual(['CONFIG_VALUE_INVALID']);
  });

  it('is for the rules of the import where they know better', () => {
    const text = actions(
      '<options><defaultScoreMax>-1</defaultScoreMax></options><parameters><dateTimeFormat>DD.MM</dateTimeFormat><timeZone>Mars</timeZone></parameters>',
    );
    const { options, parameters } = configured(text);
    const read = readSettings({ rows: [{}], options, parameters });
    expect('problems' in read && read.problems.map(({ code }) => code)).toEqual([
      'TIME_ZONE_UNKNOWN',
      'DATE_FORMAT_INVALID',
      'DEFAULT_SCORE_MAX_NEGATIVE',
    ]);
  });

  it('is shortened in the problem', () => {
    const [found] = problemsOf(whole(`<delimiter>${'x'.repeat(10_000)}</delimiter>`));
    expect(found?.message.length).toBeLessThan(300);
  });
});

describe('what this server does not do', () => {
  const config = (inside: string, outside = '') =>
    `<import-config>${outside}<import>${inside}</import></import-config>`;

  it.each([
    [`<actions><createOrUpdateLearnerAction/><${ACTION}/></actions>`, 'createOrUpdateLearnerAction'],
    [
      config(
        `${actions('')}<consolidators><emailReport><targetEmail>a@b.c</targetEmail></emailReport></consolidators>`,
      ),
      'emailReport',
    ],
    [config(`${actions('')}<consolidators><moveToBackup/></consolidators>`), 'moveToBackup'],
    [config(`<preProcess><pgpDecryption/></preProcess>${actions('')}`), 'pgpDecryption'],
    [config(actions(''), '<preProcess><unpackager/></preProcess>'), 'unpackager'],
    [config(actions(''), '<postProcess><moveToBackup/></postProcess>'), 'moveToBackup'],
    [config(`${actions('')}<postProcess><moveToBackup/></postProcess>`), 'moveToBackup'],
    [whole('<sftpHost>sftp.example.org</sftpHost>'), 'sftpHost'],
    [whole('<sftpPassword>hidden</sftpPassword>'), 'sftpPassword'],
    [config(`<providers><httpSourceProvider/></providers>${actions('')}`), 'httpSourceProvider'],
    [
      `<import-config><import>${actions('')}</import><import>${actions('')}</import></import-config>`,
      '2 imports',
    ],
  ])('%s', (text, name) => {
    const [found, ...others] = problemsOf(text);
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      code: 'CONFIG_UNSUPPORTED',
      message: expect.stringContaining(` ${name},`),
    });
    expect(problemsOf(text, { ignoreUnsupported: true })).toEqual([]);
  });

  it('is told once for each thing', () => {
    const text = config(
      `${actions('')}<consolidators><timeLogger/><emailReport/><cleanFolder/></consolidators>`,
    );
    expect(told(text).map(([, path]) => path?.split('/').at(-1))).toEqual([
      'timeLogger',
      'emailReport',
      'cleanFolder',
    ]);
  });

  it('asks for nothing where a block is empty', () => {
    expect(told(config(`<preProcess/>${actions('')}<consolidators/><postProcess> </postProcess>`))).toEqual(
      [],
    );
  });

  it('of several imports takes the one that imports tracking, where they are ignored', () => {
    const text = `<import-config><import><actions><createOrUpdateLearnerAction/></actions></import><import>${actions('<options><defaultScoreMax>20</defaultScoreMax></options>')}</import></import-config>`;
    expect(configured(text, { ignoreUnsupported: true }).options).toEqual({ defaultScoreMax: 20 });
  });

  it('does not excuse what is unknown or missing', () => {
    const ignoring = { ignoreUnsupported: true };
    expect(told(actions('<feilds/>'), ignoring)).toEqual([
      ['CONFIG_ELEMENT_UNKNOWN', `actions/${ACTION}/feilds`],
    ]);
    expect(told('<actions><createOrUpdateLearnerAction/></actions>', ignoring)).toEqual([
      ['CONFIG_INCOMPLETE', 'actions'],
    ]);
  });
});

describe('what is missing', () => {
  it.each([
    ['<actions/>', 'actions'],
    ['<import-config/>', 'import-config'],
    ['<import-config><import/></import-config>', 'import-config/import'],
  ])('%s', (text, path) => {
    expect(told(text)).toEqual([['CONFIG_INCOMPLETE', path]]);
  });

  it('are the columns of a file without a header line', () => {
    expect(told(whole('<skipFirstLine>no</skipFirstLine>'))).toEqual([
      ['CONFIG_INCOMPLETE', 'columnsMapping'],
    ]);
    const mapped = '<skipFirstLine>no</skipFirstLine><columnsMapping><score/></columnsMapping>';
    expect(missingColumns(configured(whole(mapped)), false)).toBeUndefined();
    expect(missingColumns(configured(whole('')))).toBeUndefined();
    expect(missingColumns(configured(whole('')), false)?.code).toBe('CONFIG_INCOMPLETE');
    expect(missingColumns(configured(VENDOR_ACTIONS), true)).toBeUndefined();
    expect(missingColumns(configured(VENDOR_ACTIONS), false)?.code).toBe('CONFIG_INCOMPLETE');
  });
});
