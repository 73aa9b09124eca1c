import { type DocumentNode, Kind, parse } from 'graphql';
import { ACADEMY } from '../../examples/reference-data/academy';
import { readOperations } from '../../src/operations';
import { loadReferenceData } from '../../src/reference-data/load-reference-data';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';

const OPERATIONS = new Map(readOperations().map((operation) => [operation.name, operation]));

describe('the documented operations', () => {
  it.each([...OPERATIONS.values()])(
    '$name is one operation of its own name, told about first',
    ({ name, query }) => {
      const [comment = ''] = /^(#.*\n)+/.exec(query) ?? [];
      expect(comment.trimEnd().split('\n').length).toBeGreaterThanOrEqual(1);
      expect(comment.trimEnd().split('\n').length).toBeLessThanOrEqual(3);
      const pascalCase = name.replace(/(^|-)(\w)/g, (_match, _dash, letter: string) => letter.toUpperCase());
      expect(operationNames(parse(query))).toEqual([pascalCase]);
    },
  );
});

function operationNames({ definitions }: DocumentNode): (string | undefined)[] {
  return definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? definition.name?.value : definition.kind,
  );
}

interface Answer {
  readonly importConsolidatedTracking: {
    readonly __typename: string;
    readonly importId: string | null;
    readonly rows: readonly {
      readonly outcome: string;
      readonly problems: readonly { readonly code: string }[];
      readonly changes?: readonly { readonly field: string }[];
    }[];
  };
}

describe.each(DATABASE_KINDS)('the documented operations on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(async () => {
    const { problems } = await test.database.transaction((tx) => loadReferenceData(tx, 1, ACADEMY));
    expect(problems).toEqual([]);
  });
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  function run<Data>(name: string, variables?: Record<string, unknown>): Promise<Data> {
    const operation = OPERATIONS.get(name);
    if (operation === undefined) throw new Error(`There is no operation ${name}`);
    return api.run<Data>(operation.query, variables ?? JSON.parse(operation.variables ?? '{}'));
  }

  async function runImport(name: string) {
    const { importConsolidatedTracking: answer } = await run<Answer>(name);
    return {
      importId: answer.importId,
      type: answer.__typename.replace('ImportConsolidatedTracking', ''),
      outcomes: answer.rows.map(({ outcome }) => outcome),
      codes: answer.rows.map(({ problems }) => problems.map(({ code }) => code)),
      changed: answer.rows.map(({ changes }) => changes?.map(({ field }) => field)),
    };
  }

  it('import-success is accepted without a problem, and unchanged the second time', async () => {
    expect(await runImport('import-success')).toMatchObject({
      type: 'Success',
      outcomes: Array(5).fill('CREATED'),
    });
    expect(await runImport('import-success')).toMatchObject({
      type: 'Success',
      outcomes: Array(5).fill('UNCHANGED'),
    });
  });

  it('import-warning has a clean row, two with warnings and a rejected one', async () => {
    expect(await runImport('import-warning')).toMatchObject({
      type: 'Warning',
      outcomes: ['CREATED', 'CREATED', 'CREATED', 'REJECTED'],
      codes: [
        [],
        ['LEARNER_AMBIGUOUS'],
        ['DATES_OUT_OF_ORDER', 'STATUS_CONTRADICTS_PROGRESSION'],
        ['REGISTRATION_NOT_FOUND'],
      ],
    });
  });

  it('import-error has no accepted row', async () => {
    expect(await runImport('import-error')).toMatchObject({
      type: 'Error',
      outcomes: Array(4).fill('REJECTED'),
      codes: [
        ['LOV_PROVIDED_BY_CROSSKNOWLEDGE'],
        ['LOV_IS_EASYQUIZZ'],
        ['COMPLETION_DATE_WITHOUT_COMPLETION'],
        ['LEARNER_REFERENCE_MISSING', 'DATE_INVALID', 'PROGRESSION_OUT_OF_RANGE', 'TRACKING_STATUS_UNKNOWN'],
      ],
    });
  });

  it('import-dry-run shows what would be reset, and import-merge keeps it', async () => {
    await runImport('import-success');
    expect(await runImport('import-dry-run')).toMatchObject({
      type: 'Warning',
      importId: null,
      outcomes: ['REPLACED'],
      codes: [['VALUE_RESET']],
      changed: [['firstAccessDate', 'lastAccessDate', 'timeSpentSeconds']],
    });
    expect(await runImport('import-merge')).toMatchObject({
      type: 'Success',
      outcomes: ['REPLACED'],
      changed: [['lastAccessDate', 'timeSpentSeconds']],
    });
  });

  it('consolidated-tracking finds what import-success wrote', async () => {
    await runImport('import-success');
    const { consolidatedTracking } = await run<{ consolidatedTracking: { nodes: { status: string }[] } }>(
      'consolidated-tracking',
    );
    expect(consolidatedTracking.nodes.map(({ status }) => status).sort()).toEqual([
      'COMPLETED',
      'COMPLETED',
      'PASSED',
    ]);
  });

  it('import-run answers null until it is given the id of an import', async () => {
    expect(await run('import-run')).toEqual({ importRun: null });
    const { importId } = await runImport('import-success');
    expect(await run('import-run', { importId })).toMatchObject({
      importRun: { importId, writeMode: 'REPLACE', summary: { created: 5 } },
    });
  });

  it('message-catalogue lists the codes', async () => {
    const { messageCatalogue } = await run<{ messageCatalogue: { code: string }[] }>('message-catalogue');
    expect(messageCatalogue.map(({ code }) => code)).toContain('VALUE_RESET');
  });
});
