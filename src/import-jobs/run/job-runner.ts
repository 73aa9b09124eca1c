import { setTimeout as pause } from 'node:timers/promises';
import { databaseErrorOf } from '../../data/database-errors';
import {
  findDueJob,
  giveUpLease,
  type JobLease,
  renewLease,
  takeUpJob,
} from '../../data/job-lease.repository';
import type { JobDeps } from './job-deps';
import { giveUpJob, LEASE_SECONDS } from './job-step';
import { runJob } from './run-job';

/** Told what goes wrong beside the jobs: the database may be away for a while. */
export interface JobObserver {
  onError(error: unknown): void;
}

export interface RunningJobs {
  /** Takes up no further job, and leaves the running one behind its next window to whoever takes it up. */
  stop(): Promise<void>;
  /** Looks for a job at once: one was ordered here. */
  wake(): void;
}

const RENEW_MS = 1_500;
const LOOK_EVERY_MS = 1_000;
const REST_AFTER_ERROR_MS = 1_000;

/** What fails so often by a fault of this program, and not of the database, would fail for ever. */
const MAX_FAULTS = 3;

/** So many share what the database gives to large transactions, window by window: a short job does not wait for long ones. */
const JOBS_AT_ONCE = 4;

/** Runs jobs in this process until it is stopped. */
export function runJobs(deps: JobDeps, observer: JobObserver): RunningJobs {
  const { database } = deps;
  const stopping = new AbortController();
  let wake = () => {};

  const running = new Set<Promise<void>>();
  const faults = new Map<string, number>();

  const isStopping = () => stopping.signal.aborted;

  async function runOne(lease: JobLease): Promise<void> {
    let renewing: Promise<unknown> | undefined;
    const beat = setInterval(() => {
      // While a window is written the job is locked. One connection waits for that, and not one more each time.
      renewing ??= database
        .transaction((tx) => renewLease(tx, lease, LEASE_SECONDS), { isRepeatable: true })
        .catch((error: unknown) => observer.onError(error))
        .finally(() => {
          renewing = undefined;
        });
    }, RENEW_MS);
    try {
      await runJob(deps, lease, isStopping);
      faults.delete(lease.id);
    } catch (error) {
      if (databaseErrorOf(error) === undefined) await noteFault(lease);
      throw error;
    } finally {
      clearInterval(beat);
      // It would take the lease once more, and whoever goes on would wait for its end.
      await renewing;
      await database
        .transaction((tx) => giveUpLease(tx, lease), { isRepeatable: true })
        .catch((error: unknown) => observer.onError(error));
    }
  }

  async function noteFault(lease: JobLease): Promise<void> {
    const count = (faults.get(lease.id) ?? 0) + 1;
    faults.set(lease.id, count);
    if (count < MAX_FAULTS) return;
    faults.delete(lease.id);
    await giveUpJob(deps, lease).catch((error: unknown) => observer.onError(error));
  }

  async function loop(): Promise<void> {
    while (!isStopping()) {
      try {
        const lease = running.size < JOBS_AT_ONCE ? await takeUp() : undefined;
        if (lease === undefined) await rung();
        else begin(lease);
      } catch (error) {
        observer.onError(error);
        await rest();
      }
    }
    await Promise.all(running);
  }

  /** To look is no transaction: one that is committed would tell that the database can be written. */
  async function takeUp(): Promise<JobLease | undefined> {
    const due = await database.read(findDueJob);
    return due && database.transaction((tx) => takeUpJob(tx, LEASE_SECONDS));
  }

  function begin(lease: JobLease): void {
    const run = runOne(lease)
      .catch(async (error: unknown) => {
        observer.onError(error);
        await rest();
      })
      .finally(() => {
        running.delete(run);
        wake();
      });
    running.add(run);
  }

  /** What fails at once is not to keep the database busy. */
  async function rest(): Promise<void> {
    await pause(REST_AFTER_ERROR_MS, undefined, { signal: stopping.signal }).catch(() => {});
  }

  /** Until a job was ordered here, or it is time to look. */
  async function rung(): Promise<void> {
    const ring = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const late = pause(LOOK_EVERY_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
    await Promise.race([ring, late]);
  }

  const ended = loop();
  return {
    stop: () => {
      stopping.abort();
      return ended;
    },
    wake: () => wake(),
  };
}
