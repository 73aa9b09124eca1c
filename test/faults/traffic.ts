import { LEARNERS } from './academy';
import type { Caller } from './caller';
import type { Entry, Journal } from './journal';
import type { Random } from './random';
import { fullCells, type SentRow, WIPING_CELLS } from './requests';

/** Someone who sends one request after the other. */
interface Lane {
  /** Enters the next request. */
  next(): Entry;
}

/** The LOVs that lanes use; what needs rows of its own takes others. */
const REPLACED_LOVS = { first: 1, second: 2 } as const;
const MERGED_LOV = 3;
export const FIRST_FREE_LOV = 4;

/** Learners whom the lanes share: they wait for each other's registrations. */
const SHARED_LEARNERS = 900;
const MERGED_LEARNERS = 300;
const LARGEST_IMPORT = 500;
/** Now and then one of so many rows that several statements write them. */
const LARGE = { share: 0.1, rows: 2_500 };
const LARGEST_WITHOUT_KEY = 150;
const UPDATED_ACTIVITIES = 8;

/** Hands out what nobody has touched yet. */
export class Untouched {
  #lov = FIRST_FREE_LOV;
  #activity = UPDATED_ACTIVITIES + 1;

  lov(): number {
    return this.#lov++;
  }

  activity(): number {
    return this.#activity++;
  }
}

/**
 * Several callers at once: imports that overwrite and wipe rows, imports that merge different cells of the same rows,
 * updates of activities; most with idempotency keys, some without.
 */
export class Traffic {
  readonly #caller: Caller;
  readonly #lanes: readonly Lane[];
  #isOn = false;
  #giveUpAt = Number.POSITIVE_INFINITY;
  #running: Promise<unknown> = Promise.resolve();

  constructor(caller: Caller, journal: Journal, untouched: Untouched, random: Random) {
    this.#caller = caller;
    this.#lanes = [
      overwriting('overwriting', REPLACED_LOVS.first, 0, { journal, random }),
      overwriting('wiping', REPLACED_LOVS.second, 0.2, { journal, random }),
      withoutKey(untouched, { journal, random }),
      merging('merging scores', (serial) => ({ score: (serial % 200) / 2, scoreMax: 100 }), {
        journal,
        random,
      }),
      merging('merging times', (serial) => ({ timeSpent: serial, scoreMax: 100 }), { journal, random }),
      updating({ journal, random }),
      updatingWithoutKey(untouched, { journal, random }),
    ];
  }

  start(): void {
    this.#isOn = true;
    this.#giveUpAt = Number.POSITIVE_INFINITY;
    this.#running = Promise.all(this.#lanes.map((lane) => this.#run(lane)));
  }

  /** No new requests; resolves when every caller knows what its last one came to, or has waited for so long. */
  async finish(limitMs: number): Promise<void> {
    this.#isOn = false;
    this.#giveUpAt = Date.now() + limitMs;
    await this.#running;
  }

  async #run(lane: Lane): Promise<void> {
    while (this.#isOn) await this.#caller.settle(lane.next(), () => Date.now() > this.#giveUpAt);
  }
}

interface Entering {
  readonly journal: Journal;
  readonly random: Random;
}

function overwriting(caller: string, lov: number, wiped: number, { journal, random }: Entering): Lane {
  return {
    next: () => {
      const serial = journal.nextSerial;
      const learners =
        random.next() < LARGE.share
          ? someLearners(random, LEARNERS, LARGE.rows)
          : someLearners(random, SHARED_LEARNERS, LARGEST_IMPORT);
      const rows = learners.map((learner): SentRow => {
        const cells = random.next() < wiped ? WIPING_CELLS : fullCells(serial, learner);
        return { learner, lov, cells };
      });
      return journal.enter({ kind: 'import', caller, writeMode: 'REPLACE', rows }, { withKey: true });
    },
  };
}

/** What an open request may yet write, nobody else writes: from then on the caller uses other rows. */
function withoutKey(untouched: Untouched, { journal, random }: Entering): Lane {
  let lov = untouched.lov();
  let last: Entry | undefined;
  return {
    next: () => {
      if (last?.state === 'open') lov = untouched.lov();
      const serial = journal.nextSerial;
      const rows = someLearners(random, LEARNERS, LARGEST_WITHOUT_KEY).map((learner) => ({
        learner,
        lov,
        cells: fullCells(serial, learner),
      }));
      const request = { kind: 'import', caller: 'without key', writeMode: 'REPLACE', rows } as const;
      last = journal.enter(request, { withKey: false });
      return last;
    },
  };
}

function merging(
  caller: string,
  cellsOf: (serial: number) => SentRow['cells'],
  { journal, random }: Entering,
): Lane {
  return {
    next: () => {
      const cells = cellsOf(journal.nextSerial);
      const rows = someLearners(random, MERGED_LEARNERS, MERGED_LEARNERS).map((learner) => ({
        learner,
        lov: MERGED_LOV,
        cells,
      }));
      return journal.enter({ kind: 'import', caller, writeMode: 'MERGE', rows }, { withKey: true });
    },
  };
}

function updating({ journal, random }: Entering): Lane {
  return {
    next: () => {
      const activity = random.between(1, UPDATED_ACTIVITIES);
      const notify = random.next() < 0.3;
      return journal.enter({ kind: 'update', caller: 'updating', activity, notify }, { withKey: true });
    },
  };
}

function updatingWithoutKey(untouched: Untouched, { journal, random }: Entering): Lane {
  let activity = untouched.activity();
  let last: Entry | undefined;
  return {
    next: () => {
      if (last?.state === 'open') activity = untouched.activity();
      const notify = random.next() < 0.3;
      const request = { kind: 'update', caller: 'updating without key', activity, notify } as const;
      last = journal.enter(request, { withKey: false });
      return last;
    },
  };
}

/** Neighbours, from anywhere; in no order, so that the server has to find one. */
function someLearners(random: Random, all: number, most: number): number[] {
  const count = random.between(1, most);
  const first = random.between(1, all - count + 1);
  const learners = Array.from({ length: count }, (_, index) => first + index);
  return random.next() < 0.5 ? learners : learners.reverse();
}
