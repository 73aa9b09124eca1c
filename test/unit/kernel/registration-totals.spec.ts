/** Source: docs/rules/registration-totals.md. */
import fc from 'fast-check';
import {
  type CountedLov,
  type RegistrationTotals,
  type TrackedLov,
  totalsIn,
} from '../../../src/kernel/registration-totals';
import { modelTotals } from '../../models/totals/registration-totals';
import { memberships, tracking } from '../../support/totals-arbitraries';

const [FIRE, WATER, EARTH] = [1, 2, 3];

function lov(lovId: number, given: Partial<CountedLov> = {}): CountedLov {
  return { lovId, mandatory: true, points: null, ...given };
}

const optional = (lovId: number, points: number | null = null) => lov(lovId, { mandatory: false, points });

function stored(lovId: number, given: Partial<TrackedLov> = {}): TrackedLov {
  return {
    lovId,
    status: 'INCOMPLETE',
    progression: null,
    timeSpentSeconds: null,
    firstAccessDate: null,
    lastAccessDate: null,
    ...given,
  };
}

const passed = (lovId: number) => stored(lovId, { status: 'PASSED', progression: 100 });

const NOTHING: RegistrationTotals = {
  status: 'NOT_STARTED',
  progression: null,
  progressionMandatory: null,
  timeSpentSeconds: 0,
  lovs: 0,
  lovsStarted: 0,
  lovsFinished: 0,
  firstAccessDate: null,
  lastAccessDate: null,
};

interface Case {
  readonly name: string;
  readonly lovs: readonly CountedLov[];
  readonly tracking: readonly TrackedLov[];
  readonly totals: Partial<RegistrationTotals>;
}

const CASES: readonly Case[] = [
  { name: 'a training without LOVs, and nothing stored', lovs: [], tracking: [], totals: NOTHING },
  {
    name: 'a training without LOVs: what is stored counts in time and dates',
    lovs: [],
    tracking: [
      stored(FIRE, { status: 'COMPLETED', progression: 100, timeSpentSeconds: 7, lastAccessDate: 5 }),
    ],
    totals: { ...NOTHING, timeSpentSeconds: 7, lastAccessDate: 5 },
  },
  {
    name: 'nothing stored',
    lovs: [lov(FIRE), optional(WATER)],
    tracking: [],
    totals: { ...NOTHING, lovs: 2, progression: 0, progressionMandatory: 0 },
  },
  {
    name: 'the example of the page on progression',
    lovs: [lov(FIRE), optional(WATER), optional(EARTH)],
    tracking: [passed(FIRE), stored(WATER, { progression: 50 })],
    totals: { progression: 50, progressionMandatory: 100, lovsStarted: 2, lovsFinished: 1 },
  },
  {
    name: 'the example of the page on points',
    lovs: [lov(FIRE, { points: 30 }), lov(WATER, { points: 10 }), lov(EARTH)],
    tracking: [stored(FIRE, { progression: 50 }), stored(EARTH, { progression: 100 })],
    totals: { progression: 37.5, progressionMandatory: 37.5 },
  },
  {
    name: 'the example of the page on what counts',
    lovs: [lov(FIRE), lov(WATER)],
    tracking: [stored(FIRE, { timeSpentSeconds: 60 }), stored(EARTH, { timeSpentSeconds: 30 })],
    totals: { timeSpentSeconds: 90, lovs: 2, lovsStarted: 1 },
  },
  {
    name: 'the example of the page on the status',
    lovs: [lov(FIRE), optional(WATER)],
    tracking: [passed(FIRE)],
    totals: { status: 'COMPLETED', progression: 50, progressionMandatory: 100 },
  },
  {
    name: 'a stored progression of null counts 0',
    lovs: [lov(FIRE), lov(WATER)],
    tracking: [stored(FIRE), stored(WATER, { progression: 80 })],
    totals: { progression: 40, lovsStarted: 2, lovsFinished: 0, status: 'IN_PROGRESS' },
  },
  {
    name: 'the stored progression counts, whatever the status says',
    lovs: [lov(FIRE), lov(WATER)],
    tracking: [
      stored(FIRE, { status: 'COMPLETED', progression: 40 }),
      stored(WATER, { status: 'INCOMPLETE', progression: 100 }),
    ],
    totals: { progression: 70, lovsFinished: 1, status: 'IN_PROGRESS' },
  },
  {
    name: 'no LOV is mandatory: all decide',
    lovs: [optional(FIRE), optional(WATER)],
    tracking: [passed(FIRE), stored(WATER, { status: 'COMPLETED', progression: 100 })],
    totals: { status: 'COMPLETED', progression: 100, progressionMandatory: null, lovsFinished: 2 },
  },
  {
    name: 'no LOV is mandatory, and one is not complete',
    lovs: [optional(FIRE), optional(WATER)],
    tracking: [passed(FIRE), stored(WATER, { status: 'FAILED', progression: 100 })],
    totals: { status: 'IN_PROGRESS', progression: 100, progressionMandatory: null, lovsFinished: 1 },
  },
  {
    name: 'neither FAILED nor BROWSED is complete',
    lovs: [lov(FIRE), lov(WATER)],
    tracking: [stored(FIRE, { status: 'FAILED' }), stored(WATER, { status: 'BROWSED' })],
    totals: { status: 'IN_PROGRESS', lovsStarted: 2, lovsFinished: 0 },
  },
  {
    name: 'only an optional LOV is started',
    lovs: [lov(FIRE), optional(WATER)],
    tracking: [passed(WATER)],
    totals: { status: 'IN_PROGRESS', progression: 50, progressionMandatory: 0, lovsStarted: 1 },
  },
  {
    name: 'tracking of another LOV starts nothing',
    lovs: [lov(FIRE)],
    tracking: [{ ...passed(EARTH), firstAccessDate: 3, lastAccessDate: 4 }],
    totals: { status: 'NOT_STARTED', progression: 0, lovsStarted: 0, firstAccessDate: 3, lastAccessDate: 4 },
  },
  {
    name: 'one membership with points: the others have 0',
    lovs: [lov(FIRE), lov(WATER, { points: 5 })],
    tracking: [passed(FIRE), stored(WATER, { progression: 20 })],
    totals: { progression: 20, progressionMandatory: 20 },
  },
  {
    name: 'points of optional LOVs only: nothing to measure the mandatory ones by',
    lovs: [lov(FIRE), optional(WATER, 5)],
    tracking: [passed(FIRE)],
    totals: { progression: 0, progressionMandatory: null, status: 'COMPLETED' },
  },
  {
    name: 'points that come to 0',
    lovs: [lov(FIRE, { points: 0 }), lov(WATER)],
    tracking: [passed(FIRE), passed(WATER)],
    totals: { progression: null, progressionMandatory: null, status: 'COMPLETED' },
  },
  {
    name: 'times and dates of all that is stored',
    lovs: [lov(FIRE), lov(WATER)],
    tracking: [
      stored(FIRE, { timeSpentSeconds: 2 ** 31 - 1, firstAccessDate: 20, lastAccessDate: 30 }),
      stored(WATER, { timeSpentSeconds: 2 ** 31 - 1, firstAccessDate: 10, lastAccessDate: 25 }),
      stored(EARTH),
    ],
    totals: { timeSpentSeconds: 2 ** 32 - 2, firstAccessDate: 10, lastAccessDate: 30 },
  },
  {
    name: 'dates before 1970',
    lovs: [lov(FIRE)],
    tracking: [
      stored(FIRE, { firstAccessDate: 0, lastAccessDate: -5 }),
      stored(WATER, { lastAccessDate: -9 }),
    ],
    totals: { firstAccessDate: 0, lastAccessDate: -5 },
  },
];

describe('totals of a registration', () => {
  it.each(CASES)('$name', ({ lovs, tracking: all, totals }) => {
    expect(totalsIn(lovs)(all)).toMatchObject(totals);
  });

  it('are those of the model', () => {
    fc.assert(
      fc.property(memberships, tracking, (lovs, all) => {
        const found = totalsIn(lovs)(all as TrackedLov[]);
        const { progression, progressionMandatory, ...wanted } = modelTotals(lovs, all);
        expect(found).toMatchObject(wanted);
        expectNear(found.progression, progression);
        expectNear(found.progressionMandatory, progressionMandatory);
      }),
    );
  });

  it('are the same to the last digit, in whatever order LOVs and tracking come', () => {
    const shuffled = <Item>(items: fc.Arbitrary<Item[]>) =>
      items.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(shuffled(memberships), shuffled(tracking), ([lovs, otherLovs], [all, otherAll]) => {
        const totals = totalsIn(lovs)(all as TrackedLov[]);
        expect(totalsIn(otherLovs)(otherAll as TrackedLov[])).toEqual(totals);
      }),
    );
  });

  it('have a progression of 100 where all have 100, whatever the points', () => {
    fc.assert(
      fc.property(memberships, (lovs) => {
        const { progression, progressionMandatory } = totalsIn(lovs)(lovs.map(({ lovId }) => passed(lovId)));
        expect([null, 100]).toContain(progression);
        expect([null, 100]).toContain(progressionMandatory);
      }),
    );
  });
});

function expectNear(found: number | null, wanted: number | null): void {
  if (found === null || wanted === null) expect(found).toBe(wanted);
  else expect(found).toBeCloseTo(wanted, 9);
}
