import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { readConfiguration } from '../../../../src/import-jobs/configuration/read-configuration';
import { COLUMN_NAMES, DELIMITERS, ENCODINGS } from '../../../../src/import-jobs/file-format';

const schema = JSON.parse(
  readFileSync(join(__dirname, '../../../../schema/import-config.schema.json'), 'utf8'),
) as object;
// Strict: a keyword that nobody knows, or that can never hold, is a mistake in the schema.
const fits = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(schema);

const ACTION = 'createOrUpdateConsolidatedTrackingAction';
const action = (inside: unknown) => ({ actions: { [ACTION]: inside } });
const provider = (inside: unknown) => ({
  'import-config': { import: { providers: { fileSystemSourceProvider: inside }, ...action({}) } },
});

/** The reader takes exactly what the schema describes. */
function verdicts(configuration: unknown) {
  const read = readConfiguration(JSON.stringify(configuration, null, 2));
  return { schema: fits(configuration), reader: 'configuration' in read };
}

const VALID: readonly unknown[] = [
  action({}),
  action(null),
  action({ options: null, parameters: null }),
  action({ options: { defaultScoreMax: 100 } }),
  action({ options: { defaultScoreMax: '100', olderRows: 'skip' } }),
  action({ options: { defaultScoreMax: null, olderRows: '' } }),
  action({ options: { defaultScoreMax: -5 } }),
  action({ fields: ['lovCode', 'ignoredColumn', 'ignoredColumn', 'score'] }),
  action({
    fields: { lovCode: { mandatory: 'YES' }, score: null, progression: {}, scoreMax: { mandatory: false } },
  }),
  action({
    parameters: {
      dateTimeFormat: 'DD/MM/YYYY',
      timeZone: 'Mars',
      defaultTime: '',
      timeSpentFormat: 'ISO-8601',
    },
  }),
  action({
    parameters: { trackingStatus: { completed: 'c', passed: ['p', 'ok', null], failed: null, browsed: [] } },
  }),
  action({ parameters: { trackingStatus: {} } }),
  { 'import-config': { import: [action({})], preProcess: {}, postProcess: null } },
  { 'import-config': { import: { ...action({}), providers: null, consolidators: {} } } },
  { 'import-config': { import: { ...action({}), providers: {} } } },
  provider(null),
  provider({ columnsMapping: ['score', 'ignoredColumn', 'ignoredColumn'], skipFirstLine: false }),
  provider({ columnsMapping: { score: null, lovCode: {} }, skipFirstLine: 'no' }),
  provider({ columnsMapping: [], skipFirstLine: ' Yes ', fileEncoding: 'utf-8', delimiter: 'Pipe' }),
  provider({ fileName: 'a.csv', path: 'b', dateFormat: 'YYYY', autoDetectLineEndings: true }),
  provider({ columnsMapping: null, fileEncoding: null, delimiter: '' }),
  ...ENCODINGS.map((fileEncoding) => provider({ fileEncoding })),
  ...Object.keys(DELIMITERS).map((delimiter) => provider({ delimiter })),
  ...COLUMN_NAMES.map((name) => provider({ columnsMapping: [name], skipFirstLine: 'no' })),
  ...COLUMN_NAMES.map((name) => action({ fields: { [name]: {} } })),
];

const INVALID: readonly unknown[] = [
  [],
  5,
  null,
  'actions',
  {},
  { actions: {} },
  { actions: null },
  { actions: [] },
  { actions: { [ACTION]: 5 } },
  { actions: { [ACTION]: [] } },
  { actions: { createOrUpdateLearnerAction: {} } },
  { ...action({}), 'import-config': { import: action({}) } },
  { ...action({}), import: {} },
  { import: action({}) },
  { 'import-config': null },
  { 'import-config': {} },
  { 'import-config': { import: null } },
  { 'import-config': { import: [] } },
  { 'import-config': { import: ['actions'] } },
  { 'import-config': { import: [action({}), action({})] } },
  { 'import-config': { import: { ...action({}), consolidators: { emailReport: {} } } } },
  { 'import-config': { import: action({}), preProcess: { pgpDecryption: null } } },
  { 'import-config': { import: { ...action({}), providers: { sftpProvider: {} } } } },
  action({ options: { defaultScoreMax: 99.5 } }),
  action({ options: { defaultScoreMax: 'many' } }),
  action({ options: { defaultScoreMax: true } }),
  action({ options: { defaultScoreMax: 2_147_483_648 } }),
  action({ options: { defaultScoreMax: {} } }),
  action({ options: { olderRows: 'KEEP' } }),
  action({ options: 'none' }),
  action({ options: '' }),
  action({ options: { fullAccess: 'no' } }),
  action({ fields: [] }),
  action({ fields: {} }),
  action({ fields: null }),
  action({ fields: ['lovcode'] }),
  action({ fields: ['score', 'score'] }),
  action({ fields: [{ lovCode: {} }] }),
  action({ fields: { lovCode: 'yes' } }),
  action({ fields: { lovCode: { mandatory: 'true' } } }),
  action({ fields: { lovCode: { mandatory: 1 } } }),
  action({ fields: { lovCode: { optional: 'yes' } } }),
  action({ parameters: { timeZone: 5 } }),
  action({ parameters: { timeZone: ['UTC'] } }),
  action({ parameters: { timeSpentFormat: 'hours' } }),
  action({ parameters: { trackingStatus: { done: 'x' } } }),
  action({ parameters: { trackingStatus: { completed: 1 } } }),
  action({ parameters: { trackingStatus: { completed: [1] } } }),
  action({ parameters: { trackingStatus: ['completed'] } }),
  provider({ skipFirstLine: 'no' }),
  provider({ skipFirstLine: false, columnsMapping: [] }),
  provider({ skipFirstLine: false, columnsMapping: null }),
  provider({ skipFirstLine: 'true' }),
  provider({ skipFirstLine: 0 }),
  provider({ columnsMapping: ['score', 'lovCode', 'score'] }),
  provider({ columnsMapping: [null] }),
  provider({ columnsMapping: 'score' }),
  provider({ columnsMapping: { score: 'yes' } }),
  provider({ columnsMapping: new Array(201).fill('ignoredColumn') }),
  provider({ fileEncoding: 'UTF-16BE' }),
  provider({ delimiter: ';' }),
  provider({ fileName: {} }),
  provider({ sftpHost: 'sftp.example.org' }),
  provider('x'),
];

describe('the published schema of configurations', () => {
  it.each(VALID.map((configuration) => [JSON.stringify(configuration), configuration]))(
    'takes %s',
    (_, one) => {
      expect(verdicts(one)).toEqual({ schema: true, reader: true });
    },
  );

  it.each(INVALID.map((configuration) => [JSON.stringify(configuration), configuration]))(
    'refuses %s',
    (_, one) => {
      expect(verdicts(one)).toEqual({ schema: false, reader: false });
    },
  );
});

it('JSON says the same as the XML of the same shape', () => {
  const json = {
    'import-config': {
      import: {
        providers: {
          fileSystemSourceProvider: {
            skipFirstLine: 'no',
            columnsMapping: ['lovCode', 'ignoredColumn', 'score'],
            delimiter: 'comma',
          },
        },
        actions: {
          [ACTION]: {
            options: { defaultScoreMax: 20 },
            fields: { lovCode: { mandatory: 'yes' }, score: null },
            parameters: {
              timeZone: 'Europe/Paris',
              trackingStatus: { completed: ['c', 'done'], passed: '' },
            },
          },
        },
      },
    },
  };
  const xml = `<import-config><import><providers><fileSystemSourceProvider>
      <skipFirstLine>no</skipFirstLine><columnsMapping><lovCode/><ignoredColumn/><score/></columnsMapping>
      <delimiter>comma</delimiter></fileSystemSourceProvider></providers><actions><${ACTION}>
      <options><defaultScoreMax>20</defaultScoreMax></options>
      <fields><lovCode><mandatory>yes</mandatory></lovCode><score/></fields>
      <parameters><timeZone>Europe/Paris</timeZone><trackingStatus><completed>c</completed><completed>done</completed><passed/></trackingStatus></parameters>
    </${ACTION}></actions></import></import-config>`;
  const read = readConfiguration(JSON.stringify(json));
  expect(read).toHaveProperty('configuration');
  expect(read).toEqual(readConfiguration(xml));
});

it('an unknown member has a path, and its line', () => {
  const text =
    '{\n  "actions": {\n    "createOrUpdateConsolidatedTrackingAction": { "fields": ["score", "lovCod"] }\n  }\n}';
  expect(readConfiguration(text)).toEqual({
    problems: [
      expect.objectContaining({
        code: 'CONFIG_ELEMENT_UNKNOWN',
        path: ['actions', ACTION, 'fields', '1'],
        message: expect.stringContaining('lovCod is not known in fields (line 3, column 71)'),
        hint: 'Did you mean lovCode?',
      }),
    ],
  });
});
