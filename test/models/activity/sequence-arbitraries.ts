/** Sequences of one to four updates on one world, with a clock that ticks, stands still or runs backwards. */
import fc from 'fast-check';
import { faultyRequest } from './fault-arbitraries';
import { fineRequest, type Request, subjects } from './input-arbitraries';
import { modelUpdate } from './model-update';
import type { Updated, UpdateInput } from './world';
import { type Start, starts, THE_CLOCK } from './world-arbitraries';

export interface Step extends Request {
  readonly clock: number;
}

export interface Sequence extends Start {
  readonly steps: readonly Step[];
}

/** About half of them are free of errors. */
export function requests(start: Start): fc.Arbitrary<Request> {
  return subjects(start).chain((subject) => {
    const fine = fineRequest(subject);
    return fc.oneof({ weight: 5, arbitrary: fine }, { weight: 4, arbitrary: faultyRequest(subject, fine) });
  });
}

/**
 * The input before it once more: as it was, with its members in another order, with a null more or less, or as a dry
 * run or not.
 */
type Follows = 'ANOTHER' | 'RETRY' | 'TURNED' | 'NULLED' | 'DRIED';

function again(input: UpdateInput, how: Exclude<Follows, 'ANOTHER'>): UpdateInput {
  const { siteId, ...others } = input;
  switch (how) {
    case 'RETRY':
      return input;
    case 'TURNED':
      return Object.fromEntries(Object.entries(input).reverse());
    case 'NULLED':
      return siteId === null ? others : { ...input, siteId: siteId === undefined ? null : siteId };
    case 'DRIED':
      return { ...input, dryRun: input.dryRun !== true };
  }
}

const ticks = fc.constantFrom(0, 0, 0, 1, 1, 3_600_000, -1);

/** A key that comes twice is that of a retry, or used again. */
const keys = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(undefined, undefined, undefined, undefined, null) },
  { weight: 3, arbitrary: fc.constantFrom('key-1', 'key-2', '\u{1f511}'.repeat(255)) },
);

function steps(start: Start): fc.Arbitrary<Step[]> {
  const follows = fc.oneof(
    { weight: 6, arbitrary: fc.constant<Follows>('ANOTHER') },
    { weight: 3, arbitrary: fc.constantFrom<Follows>('RETRY', 'RETRY', 'TURNED', 'NULLED', 'DRIED') },
  );
  const drawn = fc.record({ request: requests(start), follows, tick: ticks, idempotencyKey: keys });
  return fc.array(drawn, { minLength: 1, maxLength: 4 }).map((all) => {
    const made: Step[] = [];
    let clock = THE_CLOCK;
    for (const { request, follows: how, tick, idempotencyKey } of all) {
      clock += tick;
      const before = made.at(-1);
      if (how !== 'ANOTHER' && before !== undefined) {
        made.push({ ...before, input: again(before.input, how), clock });
      } else {
        const isKeyed = idempotencyKey !== undefined && request.input.idempotencyKey === undefined;
        const input = isKeyed ? { ...request.input, idempotencyKey } : request.input;
        made.push({ ...request, input, clock });
      }
    }
    return made;
  });
}

export const sequences: fc.Arbitrary<Sequence> = starts.chain((start) =>
  steps(start).map((those) => ({ ...start, steps: those })),
);

/** What the model says to each step, one after the other. */
export function modelSequence({ world, stored, steps: those }: Sequence): Updated[] {
  const results: Updated[] = [];
  let current = stored;
  for (const { input, clock, content } of those) {
    const result = modelUpdate(world, current, input, clock, content);
    results.push(result);
    current = result.stored;
  }
  return results;
}
