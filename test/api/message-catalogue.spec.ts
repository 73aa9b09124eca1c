import { MESSAGES, type ProblemCode, type Severity } from '../../src/kernel/messages';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';

interface CatalogueMessage {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly text: string;
  readonly explanation: string;
  readonly operations: readonly string[];
}

/** The codes that the page of importConsolidatedTracking fixes. */
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
      '{ messageCatalogue { code severity text explanation operations } }',
    );
    catalogue = data.messageCatalogue;
  });
  afterAll(() => test.drop());

  it('Every code the API can answer with, once', async () => {
    const data = await api.run<{ __type: { enumValues: { name: string }[] } }>(
      '{ __type(name: "ProblemCode") { enumValues { name } } }',
    );
    const codes = catalogue.map((message) => message.code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(codes)).toEqual(new Set(data.__type.enumValues.map((value) => value.name)));
  });

  it('answers what the one catalogue holds', () => {
    for (const { code, ...message } of catalogue) expect(MESSAGES[code]).toMatchObject(message);
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
