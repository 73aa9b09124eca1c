import type { Tx } from '../../data/database';
import { Pipeline } from '../../data/pipeline';
import type { MembershipRecord } from '../../data/reference.repository';
import { findTrainingLovs, findTrainingsOf, type LovRecord } from '../../data/reference.repository';
import type { Candidates } from './candidates';
import { Pairs } from './pairs';

/** Which learning object versions are part of which trainings, as far as rows need to know. */
export class Memberships {
  readonly #tx: Tx;
  readonly #siteId: number;
  /** By training and LOV; undefined where nobody has asked, false until it is known to be one. */
  readonly #known = new Pairs<number, boolean>();
  #wanted: (readonly [trainingId: number, lovId: number])[] = [];
  readonly #arriving = new Pipeline<void>();

  constructor(tx: Tx, siteId: number) {
    this.#tx = tx;
    this.#siteId = siteId;
  }

  /** Whether the LOV is part of the training: it is asked for together with others, once. */
  want({ lovs: [lov], sessions: [session] }: Candidates): void {
    if (lov === undefined || session === undefined) return;
    if (this.#known.get(session.trainingId, lov.id) !== undefined) return;
    this.#known.set(session.trainingId, lov.id, false);
    this.#wanted.push([session.trainingId, lov.id]);
  }

  /** Hands the look-ups of what is wanted to the database. */
  askWanted(): void {
    const wanted = this.#wanted;
    this.#wanted = [];
    this.#ask(findTrainingLovs(this.#tx, this.#siteId, wanted));
  }

  /** As `askWanted`, for all trainings of the LOVs. */
  askAllOf(lovIds: readonly number[]): void {
    this.#ask(findTrainingsOf(this.#tx, this.#siteId, lovIds));
  }

  /** Resolves when everything that was asked for so far is there. */
  async arrived(): Promise<void> {
    await this.#arriving.answers();
  }

  /** The LOVs that are part of the training. Sessions that share a title are all of one, so any of them tells which. */
  lovsInTraining({ lovs, sessions: [session] }: Candidates): readonly LovRecord[] {
    if (session === undefined) return NOTHING;
    const isIn = (lov: LovRecord) => this.#known.get(session.trainingId, lov.id) === true;
    return lovs.every(isIn) ? lovs : lovs.filter(isIn);
  }

  #ask(asked: Promise<readonly MembershipRecord[]>): void {
    this.#arriving.add(
      asked.then((found) => {
        for (const { trainingId, lovId } of found) this.#known.set(trainingId, lovId, true);
      }),
    );
  }
}

const NOTHING: readonly never[] = [];
