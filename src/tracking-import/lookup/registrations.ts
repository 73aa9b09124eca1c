import {
  findTracking,
  type RegisteredTracking,
  type TrackingSubject,
} from '../../data/consolidated-tracking.repository';
import type { Tx } from '../../data/database';
import {
  findLearnerAges,
  findRegistrationsOf,
  type LearnerRecord,
  type LovRecord,
  type SessionRecord,
} from '../../data/reference.repository';
import { inTurns } from '../../event-loop/turns';
import type { ReadRow } from '../read-row';
import type { Candidates, Registered } from './candidates';
import { Pairs } from './pairs';

interface Wanted {
  readonly subject: TrackingSubject;
  /** Those that can be about nothing else. */
  readonly rows: ReadRow[];
}

/** Which learners are registered in which sessions, and what is stored of them, as far as rows need to know. */
export class Registrations {
  readonly #tx: Tx;
  readonly #siteId: number;
  readonly #wanted = new Map<string, Wanted>();
  /** By session, where a row may mean several learners or sessions. */
  readonly #learnersIn = new Map<number, Set<number>>();
  readonly #byId = new Map<readonly LearnerRecord[], ReadonlyMap<number, LearnerRecord>>();
  /** By learner and session, then by LOV. */
  readonly #found = new Pairs<number, Map<number, RegisteredTracking>>();
  readonly #ages = new Map<number, number>();

  constructor(tx: Tx, siteId: number) {
    this.#tx = tx;
    this.#siteId = siteId;
  }

  /**
   * For candidates of which any has several records: those who are registered are found among them first. Thousands of
   * learners may share an e-mail, and sessions a title: most of their pairs are no registrations.
   */
  async narrow(several: Iterable<Candidates>): Promise<void> {
    const learners = new Set<readonly LearnerRecord[]>();
    const sessions = new Set<readonly SessionRecord[]>();
    for (const candidates of several) {
      const isSole = candidates.learners.length <= 1 && candidates.sessions.length <= 1;
      if (isSole && candidates.others.length === 0) continue;
      learners.add(candidates.learners);
      learners.add(candidates.others);
      sessions.add(candidates.sessions);
    }
    for (const id of idsIn(sessions)) this.#learnersIn.set(id, new Set());
    if (this.#learnersIn.size === 0) return;
    const found = await findRegistrationsOf(this.#tx, this.#siteId, idsIn(learners));
    await inTurns(found, ({ learnerId, sessionId }) => this.#learnersIn.get(sessionId)?.add(learnerId));
  }

  /** What `load` is to look for; `rows` can be about nothing else. */
  want(candidates: Candidates, lovId: number, rows: readonly ReadRow[]): void {
    for (const { learner, session } of this.#among(candidates)) {
      const subject = { learnerId: learner.id, sessionId: session.id, lovId };
      const key = subjectKey(subject);
      const wanted = this.#wanted.get(key);
      if (wanted === undefined) this.#wanted.set(key, { subject, rows: [...rows] });
      else wanted.rows.push(...rows);
    }
  }

  /**
   * Loads what is wanted; `lock` is that of `findTracking`. While the database looks for what other rows are about,
   * `onReady` is given those that can be about nothing else, once `others` is there as well.
   */
  async load(
    options: { readonly lock: boolean },
    others: Promise<void>,
    onReady: (row: ReadRow) => void,
  ): Promise<void> {
    const subjects = [...this.#wanted.values()].map(({ subject }) => subject);
    await findTracking(this.#tx, this.#siteId, subjects, options, async (part) => {
      await others;
      await inTurns(part, (found) => {
        this.#found.getOrSet(found.learnerId, found.sessionId, () => new Map()).set(found.lovId, found);
        for (const row of this.#wanted.get(subjectKey(found))?.rows ?? []) onReady(row);
      });
    });
  }

  /** How old the accounts of learners are who are named together with others: few are. */
  async loadAges(several: Iterable<Candidates>): Promise<void> {
    const wanted = new Set<number>();
    await inTurns(several, (candidates) => {
      if (candidates.learners.length < 2) return;
      for (const { learner } of this.#among(candidates)) wanted.add(learner.id);
    });
    for (const { id, createdAt } of await findLearnerAges(this.#tx, this.#siteId, [...wanted])) {
      this.#ages.set(id, createdAt);
    }
  }

  isRegistered(learner: LearnerRecord, session: SessionRecord): boolean {
    return this.#found.get(learner.id, session.id) !== undefined;
  }

  /** What is stored of a registered learner; undefined where the LOV is none that was wanted. */
  trackingOf(learner: LearnerRecord, session: SessionRecord, lov: LovRecord): RegisteredTracking | undefined {
    return this.#found.get(learner.id, session.id)?.get(lov.id);
  }

  /** The candidates who are registered. */
  registeredAmong(candidates: Candidates): Registered[] {
    return this.#among(candidates).filter(({ learner, session }) => this.isRegistered(learner, session));
  }

  /** Whether one of those is registered who are written otherwise. */
  isAnotherRegistered({ others, sessions }: Candidates): boolean {
    return sessions.some(({ id }) => {
      const ids = this.#learnersIn.get(id) ?? NOBODY;
      return others.some((other) => ids.has(other.id));
    });
  }

  /** The oldest account; of two made at once, the one with the lower id. */
  oldest(registered: readonly Registered[]): LearnerRecord | undefined {
    let oldest: LearnerRecord | undefined;
    for (const { learner } of registered) {
      if (oldest === undefined || this.#isOlder(learner, oldest)) oldest = learner;
    }
    return oldest;
  }

  /** Of several, those who are registered; a sole learner in a sole session may not be. */
  #among({ learners, sessions }: Candidates): Registered[] {
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

  #isOlder(learner: LearnerRecord, other: LearnerRecord): boolean {
    if (learner.id === other.id) return false;
    const [age, otherAge] = [this.#ages.get(learner.id), this.#ages.get(other.id)];
    if (age === undefined || otherAge === undefined) throw new Error('The age of a learner was not loaded');
    return age === otherAge ? learner.id < other.id : age < otherAge;
  }
}

const NOBODY: ReadonlySet<number> = new Set();

function subjectKey({ learnerId, sessionId, lovId }: TrackingSubject): string {
  return `${learnerId} ${sessionId} ${lovId}`;
}

/** Once each. */
export function idsIn(lists: ReadonlySet<readonly { readonly id: number }[]>): number[] {
  return [...new Set([...lists].flatMap((list) => list.map(({ id }) => id)))];
}
