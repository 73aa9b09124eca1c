import type { Database, DatabaseLoad, DatabaseSettings, Tx, WorkOptions } from './database';
import { CommitUnanswered, DatabaseError, type Fault, faultOf } from './database-errors';
import type { ServerTarget } from './database-url';
import { type Deadline, deadlineIn, tryUntil } from './deadline';
import type { Dialect } from './dialect';
import { type MigrateSettings, migrate, type SchemaState, schemaState } from './migrate';
import { ServerHosts } from './server-hosts';
import type { ServerSession } from './server-session';
import type { Limits } from './time-limits';
import { type Owner, TurnsAtConnections } from './turns-at-connections';
import { BROKEN_FOR_MS, CHECK_LIMIT_MS, checkWriting } from './write-check';

/** Connects to the first host that serves. */
export async function serverDatabase(target: ServerTarget, settings: DatabaseSettings): Promise<Database> {
  const hosts = new ServerHosts(target, settings);
  const { dialect } = await hosts.begin();
  return new ServerDatabase(target, dialect, hosts, settings.limits);
}

/** What is read and written for more rows takes tens of MiB. */
const MANY_ROWS = 2_000;
const LARGE_AT_ONCE = 2;

class ServerDatabase implements Database {
  readonly #large = new TurnsAtConnections(LARGE_AT_ONCE);
  #brokenAt: number | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;

  constructor(
    readonly target: ServerTarget,
    readonly dialect: Dialect,
    readonly hosts: ServerHosts,
    readonly limits: Limits,
  ) {}

  read<Result>(work: (tx: Tx) => Promise<Result>, options: WorkOptions = {}): Promise<Result> {
    const { deadline = deadlineIn(this.limits.readMs), owner } = options;
    const readOnce = async (session: ServerSession) => {
      try {
        return await work(session.tx);
      } finally {
        session.endRead();
      }
    };
    return tryUntil(() => this.#onSession({ deadline, owner }, readOnce), {
      deadline,
      isRepeatable: true,
      writesNothing: true,
      hasOtherHosts: this.hosts.hasOthers,
    });
  }

  async transaction<Result>(work: (tx: Tx) => Promise<Result>, options: WorkOptions = {}): Promise<Result> {
    const {
      deadline = deadlineIn(this.limits.writeMs),
      isRepeatable = false,
      writesNothing = false,
      rows = 1,
      owner,
    } = options;
    const { hasOthers: hasOtherHosts } = this.hosts;
    const attempt = async () => {
      const giveBack = rows > MANY_ROWS ? await this.#large.take(deadline, owner) : undefined;
      try {
        return await this.#onSession({ deadline, owner }, (session) => session.transact(work, writesNothing));
      } finally {
        giveBack?.();
      }
    };
    const result = await tryUntil(attempt, { deadline, isRepeatable, writesNothing, hasOtherHosts });
    this.#writtenAt = performance.now();
    this.#brokenAt = undefined;
    return result;
  }

  async ping(): Promise<void> {
    const now = performance.now();
    if (this.#brokenAt !== undefined && now - this.#brokenAt < BROKEN_FOR_MS) {
      throw new DatabaseError('DATABASE_UNAVAILABLE', undefined);
    }
    // While all connections are at work, what they have just written tells the same.
    const { connectionsIdle, waiting } = this.load();
    if (waiting > 0 && connectionsIdle === 0 && now - this.#writtenAt < BROKEN_FOR_MS) return;
    try {
      await this.#onSession({ deadline: deadlineIn(CHECK_LIMIT_MS) }, (session) =>
        session.transact(checkWriting),
      );
    } catch (error) {
      // Somebody else was just writing there.
      if (faultOf(error) !== 'conflict') throw error;
    }
  }

  migrate(settings?: MigrateSettings): Promise<readonly string[]> {
    return migrate(this.target, settings);
  }

  schemaState(): Promise<SchemaState> {
    return schemaState(this.target);
  }

  load(): DatabaseLoad {
    return this.hosts.load();
  }

  close(): Promise<void> {
    return this.hosts.close();
  }

  async #onSession<Result>(
    { deadline, owner }: { readonly deadline: Deadline; readonly owner?: Owner | undefined },
    work: (session: ServerSession) => Promise<Result>,
  ): Promise<Result> {
    const { place, host } = await this.hosts.current();
    try {
      const session = await host.begin(deadline, owner);
      try {
        return await work(session);
      } finally {
        await host.end(session);
      }
    } catch (error) {
      const fault = faultOf(error instanceof CommitUnanswered ? error.cause : error);
      if (fault === 'broken') this.#brokenAt = performance.now();
      if (isOfHost(fault)) this.hosts.leave(place);
      throw error;
    }
  }
}

/** Another host may be better off. */
function isOfHost(fault: Fault | undefined): boolean {
  return fault === 'down' || fault === 'not-ready' || fault === 'read-only' || fault === 'broken';
}
