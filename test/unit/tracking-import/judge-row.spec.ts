import 'reflect-metadata';
import { judgeRow } from '../../../src/tracking-import/judge-row';
import { type Cells, NO_VALUES, readRow, settingsOf, type Values } from '../../support/tracking-rows';

/** What is stored, and which warnings there are, is compared with the model by `decide.model.spec.ts`. */

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
const EARLY = Date.UTC(2024, 0, 1);
const LATE = Date.UTC(2025, 0, 1);

type Given = Parameters<typeof settingsOf>[0] & {
  readonly stored?: Partial<Values>;
  readonly unreadable?: readonly string[];
  readonly index?: number;
};

function judge(cells: Partial<Cells>, { stored, unreadable = [], index = 6, ...given }: Given = {}) {
  const row = readRow(cells, { index, unreadable: new Set(unreadable) });
  const values = stored === undefined ? null : { ...NO_VALUES, ...stored };
  const { scoreProblems, errors, warnings, ...judged } = judgeRow(row, values, settingsOf(given), NOW);
  return { ...judged, scoreProblems, errors, warnings };
}

type Problems = ReturnType<typeof judge>['warnings'];

const told = (problems: Problems) =>
  problems.map(({ code, path, row }) => `${row}: ${[code, ...path].join(' ')}`);

describe('the score against the maximum', () => {
  it.each<[Partial<Cells>, Given]>([
    [{ score: 100 }, {}],
    [{ score: 0, scoreMax: 0 }, {}],
    [{ score: 50.5, scoreMax: 50.5 }, {}],
    [{ score: 1_000, scoreMax: null }, {}],
    [{ score: 1_000 }, { writeMode: 'MERGE', stored: { scoreMax: 1_000 } }],
    [{ score: null, scoreMax: 0 }, {}],
  ])('takes %j, %j', (cells, given) => {
    expect(judge(cells, given).scoreProblems).toEqual([]);
  });

  it('takes a score that misses the maximum by a billionth of it for the maximum, and no other', () => {
    expect(judge({ score: 1e9 + 1, scoreMax: 1e9 })).toMatchObject({
      values: { score: 1e9 },
      scoreProblems: [],
    });
    expect(told(judge({ score: 1e9 + 2, scoreMax: 1e9 }).scoreProblems)).toEqual([
      '7: SCORE_EXCEEDS_MAX rows 6 score',
    ]);
  });

  it('refuses a higher score, and says both', () => {
    const { scoreProblems } = judge({ score: 50.5, scoreMax: 50 });
    expect(told(scoreProblems)).toEqual(['7: SCORE_EXCEEDS_MAX rows 6 score']);
    expect(scoreProblems[0]?.message).toBe('The score 50.5 is higher than the maximum score 50.');
    expect(scoreProblems[0]?.hint).not.toContain('assumed');
  });

  it('says where the maximum was assumed, and nowhere else', () => {
    const hintOf = (cells: Partial<Cells>, given: Given = {}) => {
      const [problem] = judge(cells, given).scoreProblems;
      return { message: problem?.message, isAssumed: problem?.hint?.includes('assumed') };
    };
    const message = 'The score 101 is higher than the maximum score 100.';
    expect(hintOf({ score: 101 })).toEqual({ message, isAssumed: true });
    expect(judge({ score: 101 }).scoreProblems[0]?.hint).toBe(
      'No maximum score was given, so 100 was assumed: send scoreMax, or options.defaultScoreMax.',
    );
    expect(hintOf({ score: 101 }, { writeMode: 'MERGE', stored: {} })).toEqual({ message, isAssumed: true });
    expect(hintOf({ score: 101, scoreMax: 100 })).toEqual({ message, isAssumed: false });
    expect(hintOf({ score: 101 }, { defaultScoreMax: 100 })).toEqual({ message, isAssumed: false });
    const merge = { writeMode: 'MERGE' } as const;
    expect(hintOf({ score: 101 }, { ...merge, stored: { scoreMax: 100 } })).toEqual({
      message,
      isAssumed: false,
    });
    expect(hintOf({ scoreMax: 100 }, { ...merge, stored: { score: 101 } })).toEqual({
      message,
      isAssumed: false,
    });
  });

  it.each(['score', 'scoreMax'])('is not judged where %s cannot be read', (cell) => {
    expect(judge({ score: 101 }, { unreadable: [cell] }).scoreProblems).toEqual([]);
    expect(judge({ score: 101 }, { unreadable: ['progression', 'timeSpent'] }).scoreProblems).toHaveLength(1);
  });
});

describe('check 11', () => {
  it('in MERGE leaves a row without a maximum as it is, unless a score is sent', () => {
    const given = { writeMode: 'MERGE', defaultScoreMax: 50, stored: {} } as const;
    expect(judge({ progression: 1 }, given).values.scoreMax).toBeNull();
    expect(judge({ score: null }, given).values.scoreMax).toBeNull();
    expect(judge({ score: 1 }, given).values.scoreMax).toBe(50);
  });

  it('says which maximum was assumed', () => {
    const { warnings } = judge({ score: 8 });
    expect(told(warnings)).toEqual(['7: SCORE_MAX_ASSUMED rows 6 scoreMax']);
    expect(warnings[0]?.message).toBe('The row has a score and no maximum score; 100 was assumed.');
  });
});

describe('check 10, in MERGE', () => {
  it.each([
    { status: 'COMPLETED', progression: 40 },
    { status: 'INCOMPLETE', progression: 100 },
  ] as const)('leaves %j as it is where neither is sent', (odd) => {
    const stored = { ...odd, firstCompletionDate: odd.status === 'COMPLETED' ? EARLY : null };
    expect(judge({ timeSpent: 60 }, { writeMode: 'MERGE', stored }).values).toMatchObject(odd);
  });
});

describe('check 8', () => {
  it('tells the clock that a complete row gets for its date', () => {
    const { values, errors, warnings } = judge({ trackingStatus: 'PASSED' });
    expect(values.firstCompletionDate).toBe(NOW);
    expect(errors).toEqual([]);
    expect(told(warnings)).toEqual(['7: COMPLETION_DATE_DEFAULTED rows 6 firstCompletionDate']);
    expect(warnings[0]?.message).toContain('2026-01-02T03:04:05.006Z');
  });

  it.each(['REPLACE', 'MERGE'] as const)(
    'in %s so does one that was complete without a date',
    (writeMode) => {
      const stored = { status: 'COMPLETED', progression: 100 } as const;
      const { values, warnings } = judge({ trackingStatus: 'COMPLETED' }, { writeMode, stored });
      expect(values.firstCompletionDate).toBe(NOW);
      expect(told(warnings)).toEqual(['7: COMPLETION_DATE_DEFAULTED rows 6 firstCompletionDate']);
    },
  );

  it('refuses a date on a row that is not complete', () => {
    const { errors } = judge({ firstCompletionDate: EARLY }, { index: 0 });
    expect(told(errors)).toEqual(['1: COMPLETION_DATE_WITHOUT_COMPLETION rows 0 firstCompletionDate']);
  });

  it.each(['firstCompletionDate', 'progression', 'trackingStatus'])(
    'is not judged where %s cannot be read',
    (cell) => {
      expect(judge({ firstCompletionDate: EARLY }, { unreadable: ['score', cell] }).errors).toEqual([]);
      const stored = { firstCompletionDate: EARLY, status: 'COMPLETED', progression: 100 } as const;
      const merged = { writeMode: 'MERGE', stored, unreadable: ['score', cell] } as const;
      expect(judge({ progression: 40 }, merged).errors).toEqual([]);
    },
  );

  it('in MERGE is judged without the progression where the stored status says more', () => {
    const given = { writeMode: 'MERGE', stored: { status: 'FAILED' }, unreadable: ['progression'] } as const;
    expect(judge({ firstCompletionDate: EARLY }, given).errors).toHaveLength(1);
    expect(judge({ firstCompletionDate: EARLY, trackingStatus: null }, given).errors).toEqual([]);
  });

  it('in MERGE tells of the date that goes with the completion', () => {
    const stored = { status: 'COMPLETED', progression: 100, firstCompletionDate: EARLY } as const;
    const { values, warnings } = judge({ trackingStatus: 'FAILED' }, { writeMode: 'MERGE', stored });
    expect(values.firstCompletionDate).toBeNull();
    expect(told(warnings)).toEqual(['7: VALUE_RESET rows 6']);
    expect(warnings[0]?.message).toBe(
      'Stored values were reset because the row does not send them: firstCompletionDate.',
    );
  });

  it('in MERGE tells that null does not take its date from a row that stays complete', () => {
    const stored = { status: 'COMPLETED', progression: 100, firstCompletionDate: EARLY } as const;
    const { values, warnings } = judge(
      { firstCompletionDate: null, progression: 100 },
      { writeMode: 'MERGE', stored },
    );
    expect(values.firstCompletionDate).toBe(EARLY);
    expect(told(warnings)).toEqual(['7: VALUES_IGNORED rows 6 firstCompletionDate']);
    expect(warnings[0]?.message).toBe('These cells have no effect: firstCompletionDate.');
    expect(judge({ progression: 100 }, { writeMode: 'MERGE', stored }).warnings).toEqual([]);
  });

  it('is judged where other cells cannot be read', () => {
    const unreadable = ['firstAccessDate', 'lastAccessDate', 'score', 'scoreMax', 'timeSpent'];
    expect(judge({ firstCompletionDate: EARLY }, { unreadable }).errors).toHaveLength(1);
  });
});

describe('check 9', () => {
  it('names the two dates that are out of order, at the earlier one', () => {
    const { warnings } = judge({
      trackingStatus: 'COMPLETED',
      firstAccessDate: LATE + 1,
      firstCompletionDate: LATE,
      lastAccessDate: EARLY,
    });
    expect(told(warnings)).toEqual([
      '7: DATES_OUT_OF_ORDER rows 6 firstAccessDate',
      '7: DATES_OUT_OF_ORDER rows 6 firstAccessDate',
      '7: DATES_OUT_OF_ORDER rows 6 firstCompletionDate',
    ]);
    expect(warnings.map(({ message }) => message)).toEqual([
      'firstAccessDate is after firstCompletionDate.',
      'firstAccessDate is after lastAccessDate.',
      'firstCompletionDate is after lastAccessDate.',
    ]);
  });

  it('names each date in the future', () => {
    const { warnings } = judge({
      trackingStatus: 'COMPLETED',
      firstAccessDate: NOW + 1,
      firstCompletionDate: NOW + 2,
      lastAccessDate: NOW + 3,
    });
    expect(told(warnings)).toEqual([
      '7: DATE_IN_FUTURE rows 6 firstAccessDate',
      '7: DATE_IN_FUTURE rows 6 firstCompletionDate',
      '7: DATE_IN_FUTURE rows 6 lastAccessDate',
    ]);
    expect(warnings.map(({ message }) => message)).toEqual([
      'firstAccessDate is in the future.',
      'firstCompletionDate is in the future.',
      'lastAccessDate is in the future.',
    ]);
    expect(judge({ firstAccessDate: NOW, lastAccessDate: NOW }).warnings).toEqual([]);
  });
});

describe('check 10', () => {
  it('says which status contradicts which progression', () => {
    const { warnings } = judge({ trackingStatus: 'INCOMPLETE', progression: 100 });
    expect(told(warnings)).toEqual(['7: STATUS_CONTRADICTS_PROGRESSION rows 6 trackingStatus']);
    expect(warnings[0]?.message).toBe('The status INCOMPLETE contradicts the progression 100.');
  });
});

describe('REPLACE', () => {
  it('names the cells whose values are lost, at the row', () => {
    const stored: Values = {
      firstAccessDate: EARLY,
      firstCompletionDate: EARLY,
      lastAccessDate: LATE,
      progression: 100,
      score: 40,
      scoreMax: 50,
      timeSpentSeconds: 60,
      status: 'PASSED',
    };
    const { warnings } = judge({}, { stored });
    expect(told(warnings)).toEqual(['7: VALUE_RESET rows 6', '7: NOTHING_SENT rows 6']);
    expect(warnings[0]?.message).toBe(
      'Stored values were reset because the row does not send them: firstAccessDate, firstCompletionDate, lastAccessDate, progression, score, scoreMax, timeSpent, trackingStatus.',
    );
    expect(told(judge({}, { stored, writeMode: 'MERGE' }).warnings)).toEqual(['7: NOTHING_SENT rows 6']);
  });
});
