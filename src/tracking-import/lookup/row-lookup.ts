import { NO_LOV, type RegisteredTracking } from '../../data/consolidated-tracking.repository';
import type { Tx } from '../../data/database';
import type { LearnerRecord, LovRecord, SessionRecord } from '../../data/reference.repository';
import { inTurns } from '../../event-loop/turns';
import type { ConsolidatedTrackingRowInput } from '../import-consolidated-tracking.input';
import type { ReadRow, RowReferences } from '../read-row';
import { type Candidates, isUnambiguous, NO_CANDIDATES, type Resolution } from './candidates';
import { Memberships } from './memberships';
import { NamedRecords } from './named-records';
import { idsIn, Registrations } from './registrations';

/**
 * The records that the rows of a request refer to, loaded for all of them: one statement per kind of reference and
 * chunk, never per row. First `ask`, then `match`, for one part of the rows after the other, then `load`; what was
 * found is there afterwards. `resolveAll` keeps this order.
 */
export class RowLookup {
  readonly #named: NamedRecords;
  readonly #memberships: Memberships;
  readonly #registrations: Registrations;
  readonly #candidates = new Map<ReadRow, Candidates>();
  /** Of rows that name several records of a kind. */
  readonly #ambiguous = new Set<Candidates>();
  readonly #resolutions = new Map<Candidates, Resolution>();

  /** The rows as they were sent. */
  constructor(tx: Tx, siteId: number, sent: readonly ConsolidatedTrackingRowInput[]) {
    this.#named = new NamedRecords(tx, siteId, sent);
    this.#memberships = new Memberships(tx, siteId);
    this.#registrations = new Registrations(tx, siteId);
  }

  /** Hands the look-ups of what these rows name to the database; resolves when all so far are answered. */
  ask(rows: readonly RowReferences[]): Promise<void> {
    return this.#named.ask(rows);
  }

  /** Finds what rows name that were asked for, while the database looks up what others do. */
  async match(rows: readonly ReadRow[]): Promise<void> {
    await this.#named.loadTitles(rows);
    await this.#named.loadSpellings(rows);
    await inTurns(rows, (row) => {
      const candidates = this.#named.matching(row);
      this.#candidates.set(row, candidates);
      if (!isUnambiguous(candidates)) {
        this.#ambiguous.add(candidates);
        return;
      }
      this.#memberships.want(candidates);
      // Whether the LOV is part of the training is found out meanwhile.
      this.#registrations.want(candidates, candidates.lovs[0]?.id ?? NO_LOV, [row]);
    });
    this.#memberships.askWanted();
  }

  /**
   * Loads what depends on two records. `lock` is that of `findTracking`. `onReady` is given rows that can be resolved
   * already while the database looks for what others are about; the others can be when this has ended.
   */
  async load(options: { readonly lock: boolean }, onReady: (row: ReadRow) => void): Promise<void> {
    if (this.#ambiguous.size > 0) await this.#matchAmbiguous();
    const memberships = this.#memberships.arrived();
    memberships.catch(() => {});
    await this.#registrations.load(options, memberships, onReady);
    await memberships;
    await this.#registrations.loadAges(this.#ambiguous);
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
    return this.#registrations.trackingOf(learner, session, lov);
  }

  /** Which of the given references match nothing by themselves; empty when each matches something. */
  unmatched(row: ReadRow): readonly string[] {
    return this.#named.unmatched(row);
  }

  /** What `#resolve` makes of nearly every row. */
  #resolveSole(candidates: Candidates): Resolution {
    const [[learner], [session]] = [candidates.learners, candidates.sessions];
    const isRegistered =
      learner !== undefined && session !== undefined && this.#registrations.isRegistered(learner, session);
    return {
      lovs: this.#lovsOf(candidates),
      registered: isRegistered ? { learner, session } : null,
      isAnyRegistered: isRegistered,
      isLearnerAmbiguous: false,
      isAnotherRegistered: false,
    };
  }

  #resolve(candidates: Candidates): Resolution {
    const registered = this.#registrations.registeredAmong(candidates);
    const oldest = this.#registrations.oldest(registered);
    const ofOldest = registered.filter(({ learner }) => learner.id === oldest?.id);
    return {
      lovs: this.#lovsOf(candidates),
      registered: ofOldest.length === 1 ? (ofOldest[0] ?? null) : null,
      isAnyRegistered: registered.length > 0,
      isLearnerAmbiguous: ofOldest.length < registered.length,
      isAnotherRegistered: this.#registrations.isAnotherRegistered(candidates),
    };
  }

  #lovsOf(candidates: Candidates): readonly LovRecord[] {
    return candidates.sessions.length === 0 ? candidates.lovs : this.#memberships.lovsInTraining(candidates);
  }

  async #matchAmbiguous(): Promise<void> {
    this.#askMembershipsOfAmbiguous();
    await this.#registrations.narrow(this.#ambiguous);
    await this.#memberships.arrived();
    await inTurns(this.#ambiguous, (candidates) => {
      const [lov, another] = this.#memberships.lovsInTraining(candidates);
      // A row that may mean several is refused.
      const lovId = lov !== undefined && another === undefined ? lov.id : NO_LOV;
      this.#registrations.want(candidates, lovId, []);
    });
  }

  /** LOVs that share a code, and the trainings of the rows, may be thousands each: then not every pair is asked for. */
  #askMembershipsOfAmbiguous(): void {
    const shared = new Set<readonly LovRecord[]>();
    for (const candidates of this.#ambiguous) {
      if (candidates.lovs.length > 1) shared.add(candidates.lovs);
      else this.#memberships.want(candidates);
    }
    this.#memberships.askWanted();
    this.#memberships.askAllOf(idsIn(shared));
  }
}
