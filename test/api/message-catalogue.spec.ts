import { ERRORS, type ErrorCode } from '../../src/kernel/errors';
import { MESSAGES, type ProblemCode, type Severity } from '../../src/kernel/messages';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { present } from '../support/present';

interface CatalogueMessage {
  readonly code: ProblemCode | ErrorCode;
  readonly kind: 'PROBLEM' | 'ERROR';
  readonly severity: Severity;
  readonly text: string;
  readonly vendorText: string | null;
  readonly explanation: string;
  readonly hint: string;
  readonly retry: string;
  readonly httpStatuses: readonly number[];
  readonly operations: readonly string[];
}

/** The codes that docs/rules/import.md fixes. */
const FIXED: Partial<Record<ProblemCode, Severity>> = {
  VALUE_RESET: 'WARNING',
  VALUES_IGNORED: 'WARNING',
  ROW_SUPERSEDED: 'WARNING',
  NOT_APPLIED: 'ERROR',
  IDEMPOTENCY_KEY_REUSED: 'ERROR',
  LOV_REFERENCE_MISSING: 'ERROR',
  LEARNER_REFERENCE_MISSING: 'ERROR',
  CONTEXT_MISSING: 'ERROR',
  LOV_NOT_FOUND: 'ERROR',
  LOV_AMBIGUOUS: 'ERROR',
  LOV_NOT_IN_TRAINING: 'ERROR',
  LOV_PROVIDED_BY_CROSSKNOWLEDGE: 'ERROR',
  LOV_IS_EASYQUIZZ: 'ERROR',
  REGISTRATION_NOT_FOUND: 'ERROR',
  LEARNER_AMBIGUOUS: 'WARNING',
  SESSION_AMBIGUOUS: 'ERROR',
  COMPLETION_DATE_WITHOUT_COMPLETION: 'ERROR',
  COMPLETION_DATE_DEFAULTED: 'WARNING',
  STATUS_CONTRADICTS_PROGRESSION: 'WARNING',
  DATE_FORMAT_INVALID: 'ERROR',
};

/** The warnings and errors that the vendor's page of Update.Course.Element.CustomActivity lists, in its order. */
const VENDOR_SENTENCES = [
  'Unknown assessment (grade) ID.',
  'Max score should be a valid positive number in range between 0.01 and 99999.99.',
  "Your settings don't allow you to use score as assessment alternative. Please contact your administrator.",
  'The element has no learning objectives connected to it. LearningObjectivesAssessment is set to DoNotUse.',
  'Invalid format / parameters (different to specified schema).',
  'User with specified UserId/UserSyncKey is not valid.',
  'User with specified UserId/UserSyncKey is external.',
  'User with specified UserId/UserSyncKey is deleted.',
  'Course does not exist.',
  'Course is external.',
  'Course is be deleted.',
  'Course is archived.',
  'ParentSyncKey/ParentId is not an element within the course.',
  'ParentSyncKey/ParentId is not a folder.',
  'Folder related to ParentSyncKey/ParentId has been deleted or removed.',
  'Message must contain valid ParentId.',
  'ParentSyncKey cannot be found in the identifier map or is invalid.',
  'Title must not be blank or contain invalid characters.',
  'Rich content badly formatted or invalid in “Text”.',
  'Invalid deadline date or not in UTC format.',
  "Your security settings doesn't allow you to perform that operation. Please contact administration to grant you an access to {HieararchyName} organization",
  'Element does not exist',
  'Element is deleted',
  '"Assessment set-up for Assessment scale" cannot be changed when participants have already been assessed',
  '"Assessment set-up for Learning objectives" cannot be changed when participants have already been assessed',
  'Element is not within the course specified.',
  'Course has no Learning Objectives enabled.',
  'Learning objective is not a leaf. Only most granular learning objective can be assigned to elements.',
  "Learning objective with UniqueId='{LearningObjectiveId}' is not in the learning objective repository.",
  'Learning objectives cannot be changed if they have already been assessed.',
  'Could not create/update element Custom Activity.',
];

describe('messageCatalogue', () => {
  let test: TestDatabase;
  let api: Api;
  let catalogue: CatalogueMessage[];

  beforeAll(async () => {
    const [embedded] = DATABASE_KINDS;
    if (embedded === undefined) throw new Error('There is always the embedded database.');
    test = await openTestDatabase(embedded);
    api = apiOn(test);
    const data = await api.run<{ messageCatalogue: CatalogueMessage[] }>(
      '{ messageCatalogue { code kind severity text vendorText explanation hint retry httpStatuses operations } }',
    );
    catalogue = data.messageCatalogue;
  });
  afterAll(() => test.drop());

  it("has the vendor's sentences letter for letter, and no other", () => {
    const told = catalogue.flatMap(({ vendorText }) => (vendorText === null ? [] : [vendorText]));
    expect(new Set(told)).toEqual(new Set(VENDOR_SENTENCES));
    const of = (code: string) => catalogue.find((message) => message.code === code);
    expect(of('COURSE_DELETED')).toMatchObject({
      text: 'Course is deleted.',
      vendorText: 'Course is be deleted.',
    });
    expect(of('TITLE_INVALID')?.vendorText).toBe(of('TITLE_INVALID')?.text);
    expect(of('PARTICIPANT_NOT_FOUND')?.vendorText).toBeNull();
  });

  it('Every code the API can answer with, once', async () => {
    const data = await api.run<{ __type: { enumValues: { name: string }[] } }>(
      '{ __type(name: "ProblemCode") { enumValues { name } } }',
    );
    const codes = catalogue.map((message) => message.code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(codes)).toEqual(new Set(data.__type.enumValues.map((value) => value.name)));
  });

  it('answers what the one catalogue holds', () => {
    const problems = catalogue.filter(({ kind }) => kind === 'PROBLEM');
    expect(problems.map(({ code }) => code)).toEqual(Object.keys(MESSAGES));
    for (const { code, kind: _, retry, httpStatuses, ...message } of problems) {
      expect({ vendorText: null, ...MESSAGES[code as ProblemCode] }).toMatchObject(message);
      expect([retry, httpStatuses]).toEqual(['NO', [200]]);
    }
  });

  it('answers every code of errors too, with what to do', () => {
    const errors = catalogue.filter(({ kind }) => kind === 'ERROR');
    expect(errors.map(({ code }) => code)).toEqual(Object.keys(ERRORS));
    for (const { code, kind: _, severity, operations: _operations, httpStatuses, ...message } of errors) {
      expect({ vendorText: null, ...ERRORS[code as ErrorCode] }).toMatchObject({
        ...message,
        statuses: httpStatuses,
      });
      expect(severity).toBe('ERROR');
    }
  });

  it('tells which operations can answer with an error', async () => {
    const { __schema } = await api.run<{ __schema: Record<string, { fields: { name: string }[] }> }>(
      '{ __schema { queryType { fields { name } } mutationType { fields { name } } } }',
    );
    const names = (type: string) => present(__schema[type]).fields.map(({ name }) => name);
    const operationsOf = (wanted: ErrorCode) => catalogue.find(({ code }) => code === wanted)?.operations;
    expect(operationsOf('SERVICE_BUSY')).toEqual([...names('queryType'), ...names('mutationType')].sort());
    expect(operationsOf('OUTCOME_UNKNOWN')).toEqual(names('mutationType').sort());
    for (const { operations } of catalogue) {
      for (const operation of operations) {
        expect([...names('queryType'), ...names('mutationType')]).toContain(operation);
      }
    }
  });

  it('Every message has a text, an explanation and an operation', () => {
    for (const { text, explanation, operations } of catalogue) {
      expect([text.trim(), explanation.trim()]).not.toContain('');
      expect(operations.length).toBeGreaterThan(0);
    }
  });

  it.each(Object.entries(FIXED))('Codes on the page are fixed: %s, %s', (code, severity) => {
    expect(catalogue.find((message) => message.code === code)).toMatchObject({
      severity,
      operations: expect.arrayContaining(['importConsolidatedTracking']),
    });
  });
});
