import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { faultOf } from './database-errors';

/** The right to change the schema, for as long as it is renewed. */
export interface Lease {
  /** Whether somebody else has taken it, who had not seen it renewed. */
  isLost(): boolean;
  release(): Promise<void>;
}

const BEAT_MS = 1_000;
/** A holder that has not renewed it this often, while others could write, is dead. */
const MISSED_BEATS = 10;

/** The row that is the lease, and one that is written by those who wait. */
const [LEASE, WAITING] = [1, 2];

interface Seen {
  readonly holder: string;
  readonly beat: number;
}

/**
 * A lock that all nodes of a cluster see, where the locks of each are its own: a row that its holder writes again and
 * again. Nobody's clock is compared with another's: whoever waits counts how often the row has not changed.
 */
export class MigrationLease {
  readonly #me = randomUUID();
  readonly #dataSource: DataSource;
  readonly #runner: QueryRunner;
  #seen: Seen = { holder: '', beat: -1 };
  #missed = 0;

  private constructor(dataSource: DataSource, runner: QueryRunner) {
    this.#dataSource = dataSource;
    this.#runner = runner;
  }

  /** Statements of the one who waits run on the runner's connection; the lease is renewed on one of its own. */
  static async on(dataSource: DataSource, runner: QueryRunner): Promise<MigrationLease> {
    await throughConflicts(async () => {
      await runner.query(
        `CREATE TABLE IF NOT EXISTS migration_lease
         (id INT NOT NULL PRIMARY KEY, holder VARCHAR(36) CHARACTER SET ascii NOT NULL, beat INT NOT NULL)`,
      );
      await runner.query(
        `INSERT IGNORE INTO migration_lease (id, holder, beat) VALUES (${LEASE}, '', 0), (${WAITING}, '', 0)`,
      );
    });
    return new MigrationLease(dataSource, runner);
  }

  /** Tries once to take it, after a moment where it was in vain before. */
  async take(isFirst: boolean): Promise<boolean> {
    if (!isFirst) {
      await pause(BEAT_MS);
      // While a node alters a table nobody can write, neither the holder nor this: that is not a beat that was missed.
      await throughConflicts(() => this.#write(NEXT_BEAT, `id = ${WAITING}`));
    }
    const now = await this.#read();
    this.#missed = now.beat === this.#seen.beat && now.holder === this.#seen.holder ? this.#missed + 1 : 0;
    this.#seen = now;
    if (now.holder !== '' && this.#missed < MISSED_BEATS) return false;
    try {
      await this.#write(
        `holder = '${this.#me}', ${NEXT_BEAT}`,
        `id = ${LEASE} AND holder = '${now.holder}' AND beat = ${now.beat}`,
      );
    } catch (error) {
      // Another node was first.
      if (isConflict(error)) return false;
      throw error;
    }
    return (await this.#read()).holder === this.#me;
  }

  /** Renews it until it is released. */
  keep(): Lease {
    const beats = this.#dataSource.createQueryRunner();
    const stopping = new AbortController();
    let isLost = false;
    const beating = (async () => {
      while (!stopping.signal.aborted && !isLost) {
        await throughConflicts(() =>
          this.#write(NEXT_BEAT, `id = ${LEASE} AND holder = '${this.#me}'`, beats),
        );
        isLost = (await this.#read(beats)).holder !== this.#me;
        await pause(BEAT_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    })().catch(() => {
      // Without a connection nobody sees that it is still held.
      isLost = true;
    });
    return {
      isLost: () => isLost,
      release: async () => {
        stopping.abort();
        await beating;
        // What is not released is taken when its beats are missed.
        await this.#write("holder = ''", `id = ${LEASE} AND holder = '${this.#me}'`).catch(() => undefined);
        await beats.release();
      },
    };
  }

  async #read(runner = this.#runner): Promise<Seen> {
    const [row] = await runner.query(`SELECT holder, beat FROM migration_lease WHERE id = ${LEASE}`);
    return { holder: String(row.holder), beat: Number(row.beat) };
  }

  async #write(assignments: string, where: string, runner = this.#runner): Promise<void> {
    await runner.query(`UPDATE migration_lease SET ${assignments} WHERE ${where}`);
  }
}

const NEXT_BEAT = 'beat = (beat + 1) % 1000000';
const CONFLICT_PAUSE_MS = 200;
const MAX_CONFLICTS = 50;

/** Two nodes that write a row at once: one of them is told so, and tries again. */
async function throughConflicts(work: () => Promise<void>): Promise<void> {
  for (let conflicts = 1; ; conflicts++) {
    try {
      return await work();
    } catch (error) {
      if (!isConflict(error) || conflicts === MAX_CONFLICTS) throw error;
      await pause(CONFLICT_PAUSE_MS * (0.5 + Math.random()));
    }
  }
}

function isConflict(error: unknown): boolean {
  return ['conflict', 'not-ready'].includes(faultOf(error) ?? '');
}
