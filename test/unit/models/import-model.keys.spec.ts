import fc from 'fast-check';
import { type Scenario, scenariosWithKeys } from '../../models/import/arbitrary-requests';
import { CLOCK, codes, NONE, ROW, WORLD } from '../../models/import/example';
import { fingerprintOf, modelRequest, type SiteState } from '../../models/import/model-request';
import type { ImportInput, ImportRow, ModelAnswer } from '../../models/import/types';

const HOUR = 3_600_000;
const EMPTY: SiteState = { stored: NONE, keys: new Map() };
const GOOD: ImportInput = { rows: [{ ...ROW, progression: 40 }], idempotencyKey: 'key' };
const BAD: ImportInput = { rows: [{ ...ROW, progression: 400 }], idempotencyKey: 'key' };

/** The answers to requests that follow each other by an hour. */
function answersTo(...inputs: readonly ImportInput[]): ModelAnswer[] {
  let state = EMPTY;
  return inputs.map((input, index) => {
    const { answer, state: after } = modelRequest(WORLD, state, input, CLOCK + index * HOUR);
    state = after;
    return answer;
  });
}

describe('an idempotency key', () => {
  it('answers the first answer again', () => {
    const [first, again] = answersTo(GOOD, GOOD);
    expect(again).toEqual({ ...first, replayed: true });
    expect(first).toMatchObject({ replayed: false, rows: [{ outcome: 'CREATED' }] });
  });

  it('is refused with another input', () => {
    const [, other] = answersTo(GOOD, BAD);
    expect(other).toMatchObject({
      type: 'Error',
      refused: true,
      recorded: false,
      rows: [],
      problems: [{ code: 'IDEMPOTENCY_KEY_REUSED', path: ['idempotencyKey'] }],
    });
  });

  it('is used up by Success and Warning only', () => {
    const [error, good, warning] = answersTo(BAD, GOOD, GOOD);
    expect(error).toMatchObject({ type: 'Error', recorded: true });
    expect(good).toMatchObject({ type: 'Success', replayed: false });
    expect(warning).toMatchObject({ replayed: true });
  });

  it('is neither read nor stored by a dry run', () => {
    const [dry, real, dryAgain] = answersTo({ ...GOOD, dryRun: true }, GOOD, { ...BAD, dryRun: true });
    expect(dry).toMatchObject({ dryRun: true, replayed: false });
    expect(real).toMatchObject({ replayed: false, rows: [{ outcome: 'CREATED' }] });
    expect(codes(dryAgain?.problems ?? [])).toEqual(['PROGRESSION_OUT_OF_RANGE']);
  });

  it('is forgotten after 24 hours', () => {
    const { state } = modelRequest(WORLD, EMPTY, GOOD, CLOCK);
    const at = (hours: number) => modelRequest(WORLD, state, GOOD, CLOCK + hours * HOUR).answer.replayed;
    expect([at(23), at(25)]).toEqual([true, false]);
  });
});

describe('the fingerprint', () => {
  const of = (row: ImportRow, extra: Partial<ImportInput> = {}) => fingerprintOf({ rows: [row], ...extra });

  it('takes absent, null, {}, [] and a default written out alike outside the rows', () => {
    for (const extra of [
      { options: null },
      { options: {} },
      { options: { defaultScoreMax: null, olderRows: 'OVERWRITE' as const } },
      { parameters: { trackingStatus: [], timeZone: 'UTC', defaultTime: null } },
      { writeMode: 'REPLACE' as const, errorPolicy: null },
      { dryRun: true, idempotencyKey: 'other' },
    ]) {
      expect(of(ROW, extra)).toBe(of(ROW));
    }
    expect(of(ROW, { options: { defaultScoreMax: 0 } })).not.toBe(of(ROW));
  });

  it('takes rows as they were sent, but for the order of members and ignoredColumn', () => {
    expect(of({ score: 1, lovCode: 'a', ignoredColumn: 1 })).toBe(of({ lovCode: 'a', score: 1 }));
    expect(of({ score: 12.5 })).not.toBe(of({ score: '12.5' }));
    expect(of({ score: null })).not.toBe(of({}));
  });
});

it('a replay answers what was answered first, and stores nothing', () => {
  const check = ({ world, requests }: Scenario) => {
    let state = EMPTY;
    const answers: ModelAnswer[] = [];
    for (const { input, clock } of requests) {
      const { answer, state: after } = modelRequest(world, state, input, clock);
      if (answer.replayed) {
        expect(answers).toContainEqual({ ...answer, replayed: false });
        expect(after).toBe(state);
      }
      answers.push(answer);
      state = after;
    }
  };
  fc.assert(fc.property(scenariosWithKeys, check));
});
