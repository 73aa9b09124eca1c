import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { seedTables } from './academy';
import { Caller, type Told } from './caller';
import { DatabaseServer } from './engines/database-server';
import type { Engine, EngineName } from './engines/engine';
import { SqliteEngine } from './engines/sqlite';
import { type Entry, Journal } from './journal';
import { Judge } from './judge';
import type { Random } from './random';
import { fullCells, type SentRequest } from './requests';
import { runProgram, ServerProcess, type ServerSettings } from './server-process';
import { readRunSerials, readStored } from './stored';
import { Traffic, Untouched } from './traffic';

/** How long callers go on asking once nothing is in their way. */
const SETTLE_LIMIT_MS = 60_000;
/** The promise: by itself, within this time after the trouble is over. */
const PROMISED_RECOVERY_MS = 10_000;
const COMMIT_LIMIT_MS = 3_000;
const TRY_EVERY_MS = 250;

/** Those whose requests scenarios make one by one; the others are the traffic's. */
const SINGLE_CALLERS: readonly string[] = ['single', 'probing'];
const CALLER_SCOPES = 'tracking:import,tracking:read,activity:update,activity:read';

/** Since they were taken before. */
export interface Counts {
  requests: number;
  /** Requests whose callers could not know what they came to. */
  openAndStored: number;
  openAndNotStored: number;
  /** Requests that were cut off by a kill, and those of them that were stored by then. */
  cut: number;
  cutAndStored: number;
  /** How often callers were told what. */
  readonly told: Told;
  /** How long it took until a request succeeded and all was ready, each time that trouble was over. */
  readonly recoveriesMs: number[];
  /** What must not be, with how often it was seen. */
  readonly findings: Map<string, number>;
}

function noCounts(): Counts {
  return {
    requests: 0,
    openAndStored: 0,
    openAndNotStored: 0,
    cut: 0,
    cutAndStored: 0,
    told: new Map(),
    recoveriesMs: [],
    findings: new Map(),
  };
}

interface UnavailableWanted {
  /** Of an import. */
  readonly rows?: number;
  /** What may succeed all the same. */
  readonly mayPass?: readonly SentRequest['kind'][];
}

interface ImportWanted {
  readonly withKey?: boolean;
  /** Over how many LOVs the rows are spread, one after the other. */
  readonly lovs?: number;
  readonly caller?: 'single' | 'probing';
}

export interface ServersWanted {
  readonly count?: number;
  /** The database's port, where it is not reached directly. */
  readonly databasePort?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A database with the server under test in front of it, and all that was ever asked of the two. */
export class World {
  /** More than is promised where other work on the machine must not decide. */
  recoveryLimitMs = PROMISED_RECOVERY_MS;
  readonly engine: Engine;
  /** Logs of the server under test. */
  readonly folder = mkdtempSync(join(tmpdir(), 'coursetrack-faults-'));
  servers: readonly ServerProcess[] = [];
  #counts = noCounts();
  #countedEntries = 0;
  caller!: Caller;
  journal!: Journal;
  untouched!: Untouched;
  #judge: Judge | undefined;
  #apiKey = '';
  #databases = 0;
  #isSpoilt = true;
  #wanted: ServersWanted | undefined;

  private constructor(engine: Engine) {
    this.engine = engine;
  }

  static async open(name: EngineName): Promise<World> {
    return new World(name === 'sqlite' ? new SqliteEngine() : await DatabaseServer.start(name));
  }

  /** Everything that servers under test have logged. */
  logs(): string {
    return readdirSync(this.folder)
      .map((file) => readFileSync(join(this.folder, file), 'utf8'))
      .join('');
  }

  /** Where the engine is one that can be killed and told things. */
  get databaseServer(): DatabaseServer {
    if (this.engine instanceof DatabaseServer) return this.engine;
    throw new TypeError('The embedded database has no server');
  }

  get sqlite(): SqliteEngine {
    if (this.engine instanceof SqliteEngine) return this.engine;
    throw new TypeError('A database server is not a file');
  }

  find(text: string): void {
    const { findings } = this.#counts;
    findings.set(text, (findings.get(text) ?? 0) + 1);
  }

  /**
   * Running servers, as wanted; where what is stored is not known any more, on another database, which is empty.
   */
  async prepare(wanted: ServersWanted = {}): Promise<void> {
    const isAsWanted = JSON.stringify(wanted) === JSON.stringify(this.#wanted);
    if (isAsWanted && !this.#isSpoilt && this.servers.every(({ isRunning }) => isRunning)) return;
    if (this.#isSpoilt) await this.#killServers();
    else await this.stopServers();
    this.#wanted = wanted;
    if (this.#isSpoilt) await this.#makeDatabase();
    const { count = this.engine.name === 'sqlite' ? 1 : 2, databasePort, env = {} } = wanted;
    const databaseUrl =
      databasePort === undefined ? this.engine.url : this.databaseServer.urlBy(databasePort);
    const settings: ServerSettings = { databaseUrl, folder: this.folder, env };
    this.servers = await Promise.all(Array.from({ length: count }, () => ServerProcess.create(settings)));
    await Promise.all(this.servers.map((server) => server.start()));
    this.caller = new Caller({ ports: this.servers.map(({ port }) => port), apiKey: this.#apiKey });
  }

  /** What is stored is not to be believed: the next time that servers are prepared they get another database. */
  spoil(): void {
    this.#isSpoilt = true;
  }

  /** Goes on with a new database and new processes where what was found would only be found again. */
  async renewIfSpoilt(): Promise<void> {
    if (this.#isSpoilt) await this.prepare(this.#wanted);
  }

  traffic(random: Random): Traffic {
    return new Traffic(this.caller, this.journal, this.untouched, random);
  }

  /** Whoever had a request under way learns what it came to, and what is stored is compared with the replay. */
  async settleAndJudge(traffic?: Traffic): Promise<void> {
    const giveUpAt = Date.now() + SETTLE_LIMIT_MS;
    const singles = this.journal.entries.filter(
      ({ state, request }) => state === 'waiting' && SINGLE_CALLERS.includes(request.caller),
    );
    await Promise.all([
      traffic?.finish(SETTLE_LIMIT_MS),
      ...singles.map((entry) => this.caller.settle(entry, () => Date.now() > giveUpAt)),
    ]);
    await this.judge();
  }

  /** Resolves when another import is committed, or none is for a while. */
  async nextCommit(): Promise<void> {
    const before = (await readRunSerials(this.engine)).length;
    const giveUpAt = performance.now() + COMMIT_LIMIT_MS;
    while (performance.now() < giveUpAt) {
      if ((await readRunSerials(this.engine)).length > before) return;
      // Callers go on meanwhile.
      await nextTurn();
    }
  }

  /** After a kill: which of the requests that it cut off are stored already. */
  async countCut(): Promise<void> {
    const cut = this.journal.entries.filter(
      ({ wasCut, state, request }) =>
        wasCut && (state === 'waiting' || state === 'open') && request.kind === 'import',
    );
    const stored = new Set((await readRunSerials(this.engine)).map(({ serial }) => serial));
    for (const entry of cut) entry.wasCut = false;
    this.#counts.cut += cut.length;
    this.#counts.cutAndStored += cut.filter(({ request }) => stored.has(request.serial)).length;
  }

  /** Compares what is stored with the replay, while no request is under way. */
  async judge(): Promise<void> {
    for (const { request, state } of this.journal.entries) {
      if (state !== 'waiting') continue;
      this.find(`${request.kind}: no answer to the end, though sent again and again`);
      this.#isSpoilt = true;
    }
    const findings = this.#judge?.judge(await readStored(this.engine)) ?? [];
    for (const finding of findings) this.find(finding);
    if (findings.length > 0) this.#isSpoilt = true;
    this.collect();
  }

  /** What callers were told so far. */
  collect(): void {
    const { told } = this.#counts;
    for (const [label, count] of this.caller.told) told.set(label, (told.get(label) ?? 0) + count);
    this.caller.told.clear();
    for (const finding of this.caller.findings.splice(0)) this.find(finding);
  }

  /** An import of new rows, entered and not sent yet. */
  enterImport(rows: number, { withKey = true, lovs = 1, caller = 'single' }: ImportWanted = {}): Entry {
    const serial = this.journal.nextSerial;
    const some = Array.from({ length: lovs }, () => this.untouched.lov());
    const lovOf = (index: number) => some[Math.floor((index * lovs) / rows)] ?? 0;
    const sent = Array.from({ length: rows }, (_, index) => ({
      learner: index + 1,
      lov: lovOf(index),
      cells: fullCells(serial, index),
    }));
    return this.journal.enter({ kind: 'import', caller, writeMode: 'REPLACE', rows: sent }, { withKey });
  }

  enterUpdate({ withKey = true } = {}): Entry {
    const activity = this.untouched.activity();
    return this.journal.enter({ kind: 'update', caller: 'single', activity, notify: true }, { withKey });
  }

  /** While the database cannot write: callers are told so, and so is whoever asks whether the server is ready. */
  async expectUnavailable(what: string, { rows = 10, mayPass = [] }: UnavailableWanted = {}): Promise<void> {
    const entries = [
      this.enterImport(rows),
      this.enterImport(rows, { withKey: false }),
      this.enterUpdate(),
      this.enterUpdate({ withKey: false }),
    ];
    await Promise.all(
      entries.map(async (entry) => {
        const told = await this.caller.sendOnce(entry);
        const { kind } = entry.request;
        if (told === 'DATABASE_UNAVAILABLE' || (told === 'done' && mayPass.includes(kind))) return;
        this.find(`${what}: ${kind} is answered ${told}, not DATABASE_UNAVAILABLE`);
      }),
    );
    const [server] = this.servers;
    let ready = 200;
    for (let tries = 0; ready !== 503 && tries < 20; tries++) {
      await pause(TRY_EVERY_MS);
      ready = (await server?.statusOf('/health/ready', 5_000)) ?? 0;
    }
    if (ready !== 503) this.find(`${what}: /health/ready is ${ready}, not 503`);
    const live = await server?.statusOf('/health/live');
    if (live !== 200) this.find(`${what}: /health/live is ${live}, not 200`);
  }

  /** What is stored can be read. */
  async expectReads(what: string, limitMs = this.recoveryLimitMs): Promise<void> {
    if (!(await this.caller.reads(limitMs))) {
      this.find(`${what}: a query is not answered within ${limitMs / 1_000} s, or with an error`);
    }
  }

  /** The trouble is over: a request must succeed soon, and every process must be ready; null: no matter when. */
  async recovers(what: string, readyLimitMs: number | null = this.recoveryLimitMs): Promise<void> {
    const startedAt = performance.now();
    const elapsed = () => performance.now() - startedAt;
    if (!(await this.#serves())) {
      this.find(`${what}: no request succeeded within ${this.recoveryLimitMs / 1_000} s after it`);
      return;
    }
    while (readyLimitMs !== null && !(await this.#areReady())) {
      if (elapsed() > readyLimitMs) {
        this.find(`${what}: not ready within ${readyLimitMs / 1_000} s after it`);
        return;
      }
      await pause(TRY_EVERY_MS);
    }
    this.#counts.recoveriesMs.push(elapsed());
  }

  /** Whether an import succeeds within the limit. */
  async #serves(): Promise<boolean> {
    const giveUpAt = performance.now() + this.recoveryLimitMs;
    const entry = this.enterImport(1, { caller: 'probing' });
    const tries: Promise<void>[] = [];
    while (entry.state === 'waiting' && performance.now() < giveUpAt) {
      // Side by side: one that hangs must not hide that the next would not.
      const sent = this.caller
        .send(entry.request, Math.max(1, giveUpAt - performance.now()))
        .then((answer) => {
          if (answer.kind !== 'done') return;
          entry.state = 'acknowledged';
          entry.importId = answer.importId;
        });
      tries.push(sent);
      await Promise.race([sent, pause(TRY_EVERY_MS)]);
      if (entry.state === 'waiting') await pause(TRY_EVERY_MS);
    }
    await Promise.all(tries);
    return entry.state === 'acknowledged';
  }

  async #areReady(): Promise<boolean> {
    const ready = await Promise.all(this.servers.map((server) => server.answers('/health/ready')));
    return ready.every(Boolean);
  }

  async stopServers(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    this.#forgetServers();
  }

  #forgetServers(): void {
    this.servers = [];
    this.#wanted = undefined;
  }

  async #killServers(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    this.#forgetServers();
  }

  async close(): Promise<void> {
    await this.#killServers();
    await this.engine.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What was counted and found since this was called before; what is stored stays. */
  takeCounts(): Counts {
    this.#countEntries();
    const counts = this.#counts;
    this.#counts = noCounts();
    return counts;
  }

  #countEntries(): void {
    const entries = this.journal?.entries.slice(this.#countedEntries) ?? [];
    this.#countedEntries += entries.length;
    this.#counts.requests += entries.length;
    for (const entry of entries) {
      if (entry.state !== 'open') continue;
      if (this.#judge?.isStored(entry)) this.#counts.openAndStored += 1;
      else this.#counts.openAndNotStored += 1;
    }
  }

  async #makeDatabase(): Promise<void> {
    this.#countEntries();
    this.#countedEntries = 0;
    await this.engine.createDatabase();
    const settings: ServerSettings = { databaseUrl: this.engine.url, folder: this.folder };
    await runProgram('migrate', [], settings);
    await this.engine.insert(seedTables());
    this.#apiKey = await runProgram(
      'keys',
      ['create', '--name', 'partner', '--scopes', CALLER_SCOPES, '--any-user'],
      settings,
    );
    this.journal = new Journal(`faults-${++this.#databases}`);
    this.#judge = new Judge(this.journal);
    this.untouched = new Untouched();
    this.#isSpoilt = false;
  }
}
