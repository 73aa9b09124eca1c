/**
 * The instants of writes of tracking, and how far a reader of them has come. Why it holds what it promises stands in
 * docs/decisions.md, "`syncedThrough` is read from marks".
 */
export interface Stamps {
  /**
   * The instant of what this transaction writes, in epoch milliseconds: the database's clock, not before any
   * `syncedThrough` that was told. The same each time; to be asked for once all locks are there.
   */
  stamp(): Promise<number>;
  isStamped(): boolean;
  /**
   * An instant that is not after the stamp of any write that this read does not see. To be asked for before what it is
   * about is read. What is read then is not older than what the caller was told before, on whatever node.
   */
  syncedThrough(): Promise<number>;
}

/** The row of `write_mark` that is no mark: the latest instant that was marked. */
export const CLOCK = 'clock';

/** Whoever finds a mark that is older has the marks looked at. */
export const LOOK_AT_MARKS_AFTER_MS = 10_000;
/** Whoever finds that nobody has moved the clock for so long has it moved: deletions are not kept for ever. */
export const MOVE_CLOCK_AFTER_MS = 24 * 60 * 60 * 1_000;

/** Once for a transaction, by what is there to take it. */
export function stampedOnce(take: () => Promise<number>): Pick<Stamps, 'stamp' | 'isStamped'> {
  let taken: Promise<number> | undefined;
  return {
    stamp: () => {
      taken ??= take();
      return taken;
    },
    isStamped: () => taken !== undefined,
  };
}

/** For reads: nothing is written there. */
export async function refuseToStamp(): Promise<never> {
  throw new Error('Only a transaction has an instant of what it writes');
}

/** What is written or deleted without an instant of its own would be missed by whoever keeps a copy. */
export function expectStamped(tx: Pick<Stamps, 'isStamped'>): void {
  if (!tx.isStamped()) throw new Error('Tracking is written at the instant that tx.stamp() answers');
}
