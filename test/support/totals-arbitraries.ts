import fc from 'fast-check';
import type { ModelMembership, ModelTracking } from '../models/totals/registration-totals';

/** Few LOVs, so that memberships and tracking meet. */
const lovId = fc.integer({ min: 1, max: 12 });

const percent = fc.oneof(
  fc.constantFrom(0, 100),
  fc.integer({ min: 0, max: 100 }),
  fc.double({ min: 0, max: 100, noNaN: true }).map((number) => number + 0),
);
const points = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 100 }),
  fc.double({ min: 0.001, max: 1_000, noNaN: true }),
);
const instant = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });

const membership: fc.Arbitrary<ModelMembership> = fc.record({
  lovId,
  mandatory: fc.boolean(),
  points: fc.option(points, { freq: 2 }),
});

/** Those of one training, which carry points or do not. */
export const memberships: fc.Arbitrary<ModelMembership[]> = fc.oneof(
  fc.uniqueArray(membership, { selector: (each) => each.lovId, maxLength: 8 }),
  fc
    .uniqueArray(membership, { selector: (each) => each.lovId, maxLength: 8 })
    .map((all) => all.map((each) => ({ ...each, points: null }))),
);

/** What is stored of one registration. */
export const tracking: fc.Arbitrary<ModelTracking[]> = fc.uniqueArray(
  fc.record({
    lovId,
    status: fc.constantFrom('INCOMPLETE', 'COMPLETED', 'PASSED', 'FAILED', 'BROWSED'),
    progression: fc.option(percent, { freq: 4 }),
    timeSpentSeconds: fc.option(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { freq: 4 }),
    firstAccessDate: fc.option(instant, { freq: 2 }),
    lastAccessDate: fc.option(instant, { freq: 2 }),
  }),
  { selector: (each) => each.lovId, maxLength: 10 },
);
