import {
  findTracking,
  type RegisteredTracking,
  type TrackingSubject,
} from '../data/consolidated-tracking.repository';
import type { Tx } from '../data/database';
import { Pipeline } from '../data/pipeline';
import {
  findLearnerAges,
  findLearnersBy,
  findLovsBy,
  findRegistrationsOf,
  findSessionsBy,
  findSessionsByTitle,
  findTrainingLovs,
  findTrainingsBy,
  findTrainingsOf,
  type LearnerKey,
  type LearnerRecord,
  type LovKey,
  type LovRecord,
  type SessionKey,
  type SessionRecord,
  type TrainingKey,
  type TrainingRecord,
} from '../data/reference.repository';
import type { MembershipValues } from '../data/reference-data.repository';
import { fold } from '../kernel/fold';
import { inTurns } from '../kernel/turns';
import { ByLists } from './by-lists';
import type { ConsolidatedTrackingRowInput } from './import-consolidated-tracking.input';
import type { ContextReference, LearnerReference, LovReference, ReadRow, RowReferences } from './read-row';
import { Records } from './records';

/** What the references of a row name: everything that matches all that the row gives. */
export interface Candidates {
  readonly lovs: readonly LovRecord[];
  readonly learners: readonly LearnerRecord[];
  readonly sessions: readonly SessionRecord[];
}

export interface Registered {
  readonly learner: LearnerRecord;
  readonly session: SessionRecord;
}

/** Which of the candidates belong together. */
export interface Resolution {
  /** The LOVs that are part of the training; all of them where no session tells which that is. */
  readonly lovs: readonly LovRecord[];
  /** The oldest registered account in its session; null where there is none, or several sessions. */
  readonly registered: Registered | null;
  readonly isAnyRegistered: boolean;
  /** Other accounts are registered as well. */
  readonly isLearnerAmbiguous: boolean;
}

/**
 * The records that the rows of a request refer to, loaded for all of them: one statement per kind of reference and
 * chunk, never per row. First `ask`, then `match`, for one part of the rows after the other, then `load`; what was
 * found is there afterwards.
 */
export class References {
  readonly #tx: Tx;
  readonly #siteId: number;
  readonly #lovs: Records<LovReference, LovRecord, LovKey>;
  readonly #learners: Records<LearnerReference, LearnerRecord, LearnerKey>;
  readonly #trainings: Records<ContextReference, TrainingRecord, TrainingKey>;
  readonly #sessions: Records<ContextReference, SessionRecord, SessionKey>;
  readonly #candidates = new Map<ReadRow, Candidates>();
  /** Of rows that name several records of a kind. */
  readonly #ambiguous = new Set<Candidates>();
  /** The same, by their lists. */
  readonly #shared = new ByLists<Candidates>();
  readonly #ofTrainings = new ByLists<readonly SessionRecord[]>();
  readonly #resolutions = new Map<Candidates, Resolution>();
  /** By training and LOV; undefined where nobody has asked, false until it is known to be one. */
  readonly #memberships = new Pairs<number, boolean>();
  readonly #arrivingMemberships = new Pipeline<void>();
  readonly #wanted = new Map<string, Wanted>();
  /** By session, where a row may mean several learners or sessions. */
  readonly #learnersIn = new Map<number, Set<number>>();
  readonly #byId = new Map<readonly LearnerRecord[], ReadonlyMap<number, LearnerRecord>>();
  /** By learner and session, then by LOV. */
  readonly #registered = new Pairs<number, Map<number, RegisteredTracking>>();
  readonly #ages = new Map<number, string>();

  /** The rows as they were sent: no more is read of learners than what any of them names its learner by. */
  constructor(tx: Tx, siteId: number, sent: readonly ConsolidatedTrackingRowInput[]) {
    this.#tx = tx;
    this.#siteId = siteId;
    this.#lovs = new Records(
      [
        { name: 'lovCode', of: (row) => row.lovCode, in: (lov) => lov.code, key: 'code' },
        { name: 'lovGuid', of: (row) => row.lovGuid, in: (lov) => lov.guid, key: 'guid' },
      ],
      (key, values) => findLovsBy(tx, siteId, key, values as string[]),
    );
    const learnerCells = learnerCellsOf();
    const isSent = (cell: keyof LearnerReference) => sent.some((row) => typeof row[cell] === 'string');
    const sentKeys = learnerCells.flatMap(({ name, key }) => (isSent(name) ? [key] : []));
    this.#learners = new Records(learnerCells, (key, values) =>
      findLearnersBy(tx, siteId, key, values as string[], sentKeys),
    );
    this.#trainings = new Records(
      [
        { name: 'trainingId', of: (row) => row.trainingId, in: (training) => training.id, key: 'id' },
        { name: 'trainingGuid', of: (row) => row.trainingGuid, in: (training) => training.guid, key: 'guid' },
        {
          name: 'trainingPathCode',
          of: (row) => row.trainingPathCode,
          in: (training) => training.pathCode,
          key: 'path_code',
        },
      ],
      (key, values) => findTrainingsBy(tx, siteId, key, values),
    );
    this.#sessions = new Records(
      [
        { name: 'sessionGuid', of: (row) => row.sessionGuid, in: (session) => session.guid, key: 'guid' },
        { name: 'sessionId', of: (row) => row.sessionId, in: (session) => session.id, key: 'id' },
        // Looked up within its training, by `#loadTitles`.
        { name: 'sessionTitle', of: (row) => row.sessionTitle, in: (session) => session.title, key: null },
      ],
      (key, values) => findSessionsBy(tx, siteId, key, values),
    );
  }

  /** Hands the look-ups of what these rows name to the database; resolves when all so far are answered. */
  ask(rows: readonly RowReferences[]): Promise<void> {
    const contexts = rows.map((row) => row.context);
    this.#sessions.ask(contexts);
    this.#trainings.ask(contexts);
    this.#lovs.ask(rows.map((row) => row.lov));
    // They are the most, and folded first: the database works on the others meanwhile.
    this.#learners.ask(rows.map((row) => row.learner));
    const all = [this.#sessions, this.#trainings, this.#lovs, this.#learners];
    const answered = Promise.all(all.map((records) => records.arrived())).then(() => {});
    // As in a pipeline: whoever waits for it is told of a failure.
    answered.catch(() => {});
    return answered;
  }

  /** Finds what rows name that were asked for, while the database looks up what others do. */
  async match(rows: readonly ReadRow[]): Promise<void> {
    await this.#loadTitles(rows);
    const memberships: Membership[] = [];
    await inTurns(rows, (row) => {
      const candidates = this.#matching(row);
      this.#candidates.set(row, candidates);
      if (!isUnambiguous(candidates)) {
        this.#ambiguous.add(candidates);
        return;
      }
      this.#addNewMembership(candidates, memberships);
      // Whether the LOV is part of the training is found out meanwhile.
      this.#want(candidates, candidates.lovs[0]?.id ?? NO_LOV, [row]);
    });
    this.#askMemberships(findTrainingLovs(this.#tx, this.#siteId, memberships));
  }

  /**
   * Loads what depends on two records. `lock` is that of `findTracking`. `onReady` is given rows that can be resolved
   * already while the database looks for what others are about; the others can be when this has ended.
   */
  async load(options: { readonly lock: boolean }, onReady: (row: ReadRow) => void): Promise<void> {
    if (this.#ambiguous.size > 0) await this.#matchAmbiguous();
    const memberships = this.#arrivingMemberships.answers();
    memberships.catch(() => {});
    const subjects = [...this.#wanted.values()].map(({ subject }) => subject);
    await findTracking(this.#tx, this.#siteId, subjects, options, async (part) => {
      await memberships;
      await inTurns(part, (found) => {
        this.#registered.getOrSet(found.learnerId, found.sessionId, () => new Map()).set(found.lovId, found);
        for (const row of this.#wanted.get(subjectKey(found))?.rows ?? []) onReady(row);
      });
    });
    await memberships;
    await this.#loadAges();
  }

  candidatesOf(row: ReadRow): Candidates {
    return this.#candidates.get(row) ?? NO_CANDIDATES;
  }

  /** The same for all rows that name the same several. */
  resolutionOf(row: ReadRow): Resolution {
    const candidates = this.candidatesOf(row);
    if (isUnambiguous(candidates)) return this.#resolveSole(candidates);
    const known = this.#resolutions.get(candidates);
    if (known !== undefined) return known;
    const resolution = this.#resolve(candidates);
    this.#resolutions.set(candidates, resolution);
    return resolution;
  }

  /** What is stored of a registered learner; undefined where the LOV is none of the row's. */
  trackingOf(learner: LearnerRecord, session: SessionRecord, lov: LovRecord): RegisteredTracking | undefined {
    return this.#registered.get(learner.id, session.id)?.get(lov.id);
  }

  /** Which of the given references match nothing by themselves; empty when each matches something. */
  unmatched({ learner, context }: ReadRow): readonly string[] {
    const ofLearner = learner === null ? [] : this.#learners.unmatched(learner);
    const ofTraining = context === null ? [] : this.#trainings.unmatched(context);
    // Titles are looked up within their training: without it there is nothing to say of them.
    const ofSession = context === null || ofTraining.length > 0 ? [] : this.#unmatchedSession(context);
    return [...ofLearner, ...ofTraining, ...ofSession];
  }

  #unmatchedSession(context: ContextReference): readonly string[] {
    // Titles are looked up within one training, and only where they alone name the session.
    if (soleTitle(context) === null) return this.#sessions.unmatched({ ...context, sessionTitle: null });
    const isUnknown =
      this.#trainings.matching(context).length > 0 && this.#sessionsMatching(context).length === 0;
    return isUnknown ? ['sessionTitle'] : [];
  }

  #matching({ lov, learner, context }: ReadRow): Candidates {
    const lovs = lov === null ? NOTHING : this.#lovs.matching(lov);
    const learners = learner === null ? NOTHING : this.#learners.matching(learner);
    const sessions = context === null ? NOTHING : this.#sessionsMatching(context);
    const candidates = { lovs, learners, sessions };
    return isUnambiguous(candidates)
      ? candidates
      : this.#shared.getOrMake([lovs, learners, sessions], () => candidates);
  }

  /** A session is named by its GUID, by its id, or by its title within a training. */
  #sessionsMatching(context: ContextReference): readonly SessionRecord[] {
    const sessions = this.#sessions.matching(context);
    if (!namesTraining(context)) return sessions;
    const trainings = this.#trainings.matching(context);
    return this.#ofTrainings.getOrMake([sessions, trainings], () => {
      const ids = new Set(trainings.map((training) => training.id));
      return sessions.filter((session) => ids.has(session.trainingId));
    });
  }

  /** What `#resolve` makes of nearly every row. */
  #resolveSole(candidates: Candidates): Resolution {
    const [[learner], [session]] = [candidates.learners, candidates.sessions];
    const isRegistered =
      learner !== undefined &&
      session !== undefined &&
      this.#registered.get(learner.id, session.id) !== undefined;
    return {
      lovs: session === undefined ? candidates.lovs : this.#lovsInTraining(candidates),
      registered: isRegistered ? { learner, session } : null,
      isAnyRegistered: isRegistered,
      isLearnerAmbiguous: false,
    };
  }

  #resolve(candidates: Candidates): Resolution {
    const { lovs, sessions } = candidates;
    const registered = this.#registeredOf(candidates).filter(
      ({ learner, session }) => this.#registered.get(learner.id, session.id) !== undefined,
    );
    const oldest = this.#oldest(registered);
    const ofOldest = registered.filter(({ learner }) => learner.id === oldest?.id);
    return {
      lovs: sessions.length === 0 ? lovs : this.#lovsInTraining(candidates),
      registered: ofOldest.length === 1 ? (ofOldest[0] ?? null) : null,
      isAnyRegistered: registered.length > 0,
      isLearnerAmbiguous: ofOldest.length < registered.length,
    };
  }

  /** Sessions that share a title are all of one training, so any of them tells which. */
  #lovsInTraining({ lovs, sessions: [session] }: Candidates): readonly LovRecord[] {
    if (session === undefined) return NOTHING;
    const isIn = (lov: LovRecord) => this.#memberships.get(session.trainingId, lov.id) === true;
    return lovs.every(isIn) ? lovs : lovs.filter(isIn);
  }

  /** Of several, those who are registered; a sole learner in a sole session may not be. */
  #registeredOf({ learners, sessions }: Candidates): Registered[] {
    const [[learner], [session]] = [learners, sessions];
    if (learner === undefined || session === undefined) return [];
    if (learners.length === 1 && sessions.length === 1) return [{ learner, session }];
    return sessions.flatMap((each) => {
      const ids = this.#learnersIn.get(each.id) ?? NOBODY;
      const byId = this.#byIdOf(learners);
      const registered =
        learners.length <= ids.size
          ? learners.filter(({ id }) => ids.has(id))
          : [...ids].flatMap((id) => byId.get(id) ?? []);
      return registered.map((found) => ({ learner: found, session: each }));
    });
  }

  #byIdOf(learners: readonly LearnerRecord[]): ReadonlyMap<number, LearnerRecord> {
    const known = this.#byId.get(learners);
    if (known !== undefined) return known;
    const byId = new Map(learners.map((learner) => [learner.id, learner]));
    this.#byId.set(learners, byId);
    return byId;
  }

  /** The oldest account; of two made at once, the one with the lower id. */
  #oldest(registered: readonly Registered[]): LearnerRecord | undefined {
    let oldest: LearnerRecord | undefined;
    for (const { learner } of registered) {
      if (oldest === undefined || this.#isOlder(learner, oldest)) oldest = learner;
    }
    return oldest;
  }

  #isOlder(learner: LearnerRecord, other: LearnerRecord): boolean {
    if (learner.id === other.id) return false;
    const [age, otherAge] = [this.#ages.get(learner.id), this.#ages.get(other.id)];
    if (age === undefined || otherAge === undefined) throw new Error('The age of a learner was not loaded');
    return age === otherAge ? learner.id < other.id : age < otherAge;
  }

  async #loadTitles(rows: readonly ReadRow[]): Promise<void> {
    const titles = new Pairs<string, true>();
    await inTurns(rows, ({ context }) => {
      const title = context === null ? null : soleTitle(context);
      if (context === null || title === null) return;
      for (const { id } of this.#trainings.matching(context)) titles.set(id, title, true);
    });
    this.#sessions.add(await findSessionsByTitle(this.#tx, this.#siteId, titles.keys()));
  }

  /** Adds what has to be asked for: whether the LOV is part of the training. */
  #addNewMembership({ lovs: [lov], sessions: [session] }: Candidates, memberships: Membership[]): void {
    if (lov === undefined || session === undefined) return;
    if (this.#memberships.get(session.trainingId, lov.id) !== undefined) return;
    this.#memberships.set(session.trainingId, lov.id, false);
    memberships.push([session.trainingId, lov.id]);
  }

  #askMemberships(asked: Promise<readonly MembershipValues[]>): void {
    this.#arrivingMemberships.add(
      asked.then((found) => {
        for (const { trainingId, lovId } of found) this.#memberships.set(trainingId, lovId, true);
      }),
    );
  }

  /** `rows` can be about nothing else. */
  #want(candidates: Candidates, lovId: number, rows: readonly ReadRow[]): void {
    for (const { learner, session } of this.#registeredOf(candidates)) {
      const subject = { learnerId: learner.id, sessionId: session.id, lovId };
      const key = subjectKey(subject);
      const wanted = this.#wanted.get(key);
      if (wanted === undefined) this.#wanted.set(key, { subject, rows: [...rows] });
      else wanted.rows.push(...rows);
    }
  }

  async #matchAmbiguous(): Promise<void> {
    this.#askMemberships(this.#findMembershipsOfAmbiguous());
    await this.#loadRegistrations();
    await this.#arrivingMemberships.answers();
    await inTurns(this.#ambiguous, (candidates) => {
      const [lov, another] = this.#lovsInTraining(candidates);
      // A row that may mean several is refused.
      this.#want(candidates, lov !== undefined && another === undefined ? lov.id : NO_LOV, []);
    });
  }

  /** LOVs that share a code, and the trainings of the rows, may be thousands each: then not every pair is asked for. */
  async #findMembershipsOfAmbiguous(): Promise<readonly MembershipValues[]> {
    const memberships: Membership[] = [];
    const shared = new Set<readonly LovRecord[]>();
    for (const candidates of this.#ambiguous) {
      if (candidates.lovs.length > 1) shared.add(candidates.lovs);
      else this.#addNewMembership(candidates, memberships);
    }
    const found = await Promise.all([
      findTrainingLovs(this.#tx, this.#siteId, memberships),
      findTrainingsOf(this.#tx, this.#siteId, idsIn(shared)),
    ]);
    return found.flat();
  }

  /** Thousands of learners may share an e-mail, and sessions a title: most of their pairs are no registrations. */
  async #loadRegistrations(): Promise<void> {
    const learners = new Set<readonly LearnerRecord[]>();
    const sessions = new Set<readonly SessionRecord[]>();
    for (const candidates of this.#ambiguous) {
      if (candidates.learners.length <= 1 && candidates.sessions.length <= 1) continue;
      learners.add(candidates.learners);
      sessions.add(candidates.sessions);
    }
    for (const id of idsIn(sessions)) this.#learnersIn.set(id, new Set());
    if (this.#learnersIn.size === 0) return;
    const found = await findRegistrationsOf(this.#tx, this.#siteId, idsIn(learners));
    await inTurns(found, ({ learnerId, sessionId }) => this.#learnersIn.get(sessionId)?.add(learnerId));
  }

  /** Few are named together with others. */
  async #loadAges(): Promise<void> {
    const wanted = new Set<number>();
    await inTurns(this.#ambiguous, (candidates) => {
      if (candidates.learners.length < 2) return;
      for (const { learner } of this.#registeredOf(candidates)) wanted.add(learner.id);
    });
    for (const { id, createdAt } of await findLearnerAges(this.#tx, this.#siteId, [...wanted])) {
      this.#ages.set(id, createdAt);
    }
  }
}

function learnerCellsOf() {
  const folded = memoised(fold);
  return [
    {
      name: 'candidateLogin',
      of: (row: LearnerReference) => folded(row.candidateLogin),
      in: (learner: LearnerRecord) => learner.loginFolded ?? null,
      key: 'login_folded',
    },
    {
      name: 'candidateEmail',
      of: (row: LearnerReference) => folded(row.candidateEmail),
      in: (learner: LearnerRecord) => learner.emailFolded ?? null,
      key: 'email_folded',
    },
    {
      name: 'candidateRefNumber',
      of: (row: LearnerReference) => row.candidateRefNumber,
      in: (learner: LearnerRecord) => learner.refNumber ?? null,
      key: 'ref_number',
    },
  ] as const;
}

const NOTHING: readonly never[] = [];
const NOBODY: ReadonlySet<number> = new Set();
const NO_LOV = 0;

const NO_CANDIDATES: Candidates = { lovs: [], learners: [], sessions: [] };

function namesTraining({ trainingGuid, trainingId, trainingPathCode }: ContextReference): boolean {
  return trainingGuid !== null || trainingId !== null || trainingPathCode !== null;
}

/** Of a training and a learning object version. */
type Membership = readonly [trainingId: number, lovId: number];

interface Wanted {
  readonly subject: TrackingSubject;
  /** Those that can be about nothing else. */
  readonly rows: ReadRow[];
}

function subjectKey({ learnerId, sessionId, lovId }: TrackingSubject): string {
  return `${learnerId} ${sessionId} ${lovId}`;
}

function isUnambiguous({ lovs, learners, sessions }: Candidates): boolean {
  return lovs.length <= 1 && learners.length <= 1 && sessions.length <= 1;
}

/** Once each. */
function idsIn(lists: ReadonlySet<readonly { readonly id: number }[]>): number[] {
  return [...new Set([...lists].flatMap((list) => list.map(({ id }) => id)))];
}

/** The title where nothing else names the session. */
function soleTitle({ sessionGuid, sessionId, sessionTitle }: ContextReference): string | null {
  return sessionGuid === null && sessionId === null ? sessionTitle : null;
}

/** Values under two keys. */
class Pairs<Second, Value> {
  readonly #values = new Map<number, Map<Second, Value>>();

  set(first: number, second: Second, value: Value): void {
    this.#of(first).set(second, value);
  }

  get(first: number, second: Second): Value | undefined {
    return this.#values.get(first)?.get(second);
  }

  getOrSet(first: number, second: Second, make: () => Value): Value {
    const values = this.#of(first);
    const known = values.get(second);
    if (known !== undefined) return known;
    const made = make();
    values.set(second, made);
    return made;
  }

  keys(): (readonly [number, Second])[] {
    const keys: (readonly [number, Second])[] = [];
    for (const [first, values] of this.#values) {
      for (const second of values.keys()) keys.push([first, second]);
    }
    return keys;
  }

  #of(first: number): Map<Second, Value> {
    const known = this.#values.get(first);
    if (known !== undefined) return known;
    const made = new Map<Second, Value>();
    this.#values.set(first, made);
    return made;
  }
}

function memoised(compute: (text: string) => string): (text: string | null) => string | null {
  const known = new Map<string, string>();
  return (text) => {
    if (text === null) return null;
    const value = known.get(text) ?? compute(text);
    known.set(text, value);
    return value;
  };
}
