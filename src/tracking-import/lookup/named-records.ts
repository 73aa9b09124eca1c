import type { Tx } from '../../data/database';
import {
  findLearnerNames,
  findLearnersBy,
  findLovsBy,
  findSessionsBy,
  findSessionsByTitle,
  findTrainingsBy,
  type LearnerKey,
  type LearnerNames,
  type LearnerRecord,
  type LovKey,
  type LovRecord,
  type SessionKey,
  type SessionRecord,
  type TrainingKey,
  type TrainingRecord,
} from '../../data/reference.repository';
import { inTurns } from '../../event-loop/turns';
import { fold } from '../../kernel/fold';
import type { ConsolidatedTrackingRowInput } from '../import-consolidated-tracking.input';
import type { ContextReference, LearnerReference, LovReference, RowReferences } from '../read-row';
import { ByLists } from './by-lists';
import { type Candidates, isUnambiguous } from './candidates';
import { Pairs } from './pairs';
import { Records } from './records';

/** The records that the cells of rows name: what matches each row is told once `ask` and `loadTitles` are done with it. */
export class NamedRecords {
  readonly #tx: Tx;
  readonly #siteId: number;
  readonly #lovs: Records<LovReference, LovRecord, LovKey>;
  readonly #learners: Records<LearnerReference, LearnerRecord, LearnerKey>;
  readonly #trainings: Records<ContextReference, TrainingRecord, TrainingKey>;
  readonly #sessions: Records<ContextReference, SessionRecord, SessionKey>;
  /** Of rows that name several records of a kind, by their lists. */
  readonly #shared = new ByLists<Candidates>();
  readonly #ofTrainings = new ByLists<readonly SessionRecord[]>();
  /** Of learners who are named together. */
  readonly #spellings = new Map<number, LearnerNames>();
  /** By who is named together, then by what was sent. */
  readonly #spelt = new Map<readonly LearnerRecord[], Map<string, Spelt>>();

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
    const isSent = (cell: keyof LearnerReference) => sent.some((row) => (row[cell] ?? null) !== null);
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
        // Looked up within its training, by `loadTitles`.
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

  /** Looks up the sessions that rows name by a title within a training, once the trainings are there. */
  async loadTitles(rows: readonly RowReferences[]): Promise<void> {
    const titles = new Pairs<string, true>();
    await inTurns(rows, ({ context }) => {
      const title = context === null ? null : soleTitle(context);
      if (context === null || title === null) return;
      for (const { id } of this.#trainings.matching(context)) titles.set(id, title, true);
    });
    this.#sessions.add(await findSessionsByTitle(this.#tx, this.#siteId, titles.keys()));
  }

  /** Looks up how the logins and e-mails of learners are written whom rows name together with others: few do. */
  async loadSpellings(rows: readonly RowReferences[]): Promise<void> {
    const ids = new Set<number>();
    await inTurns(rows, ({ learner }) => {
      const found = learner === null ? NOTHING : this.#learners.matching(learner);
      if (found.length <= 1 || this.#spelt.has(found)) return;
      this.#spelt.set(found, new Map());
      for (const { id } of found) if (!this.#spellings.has(id)) ids.add(id);
    });
    for (const spelling of await findLearnerNames(this.#tx, this.#siteId, [...ids])) {
      this.#spellings.set(spelling.id, spelling);
    }
  }

  /** What matches a row; the same object for all rows that name the same several. */
  matching({ lov, learner, context }: RowReferences): Candidates {
    const lovs = lov === null ? NOTHING : this.#lovs.matching(lov);
    const found = learner === null ? NOTHING : this.#learners.matching(learner);
    const sessions = context === null ? NOTHING : this.#sessionsMatching(context);
    const { learners, others } =
      learner === null || found.length <= 1
        ? { learners: found, others: NOTHING }
        : this.#bySpelling(learner, found);
    const candidates = { lovs, learners, others, sessions };
    return isUnambiguous(candidates)
      ? candidates
      : this.#shared.getOrMake([lovs, learners, others, sessions], () => candidates);
  }

  /** Accounts whose login is written as sent, code point by code point, go first; then those whose e-mail is. */
  #bySpelling(sent: LearnerReference, found: readonly LearnerRecord[]): Spelt {
    const { candidateLogin: login, candidateEmail: email } = sent;
    const known = this.#spelt.get(found);
    // No cell holds NUL.
    const key = `${login ?? '\0'}\0${email ?? '\0'}`;
    const before = known?.get(key);
    if (before !== undefined) return before;
    const byLogin = preferred(found, ({ id }) => login !== null && this.#spellings.get(id)?.login === login);
    const learners = preferred(
      byLogin,
      ({ id }) => email !== null && this.#spellings.get(id)?.email === email,
    );
    const chosen = new Set(learners);
    const spelt = { learners, others: found.filter((each) => !chosen.has(each)) };
    known?.set(key, spelt);
    return spelt;
  }

  /** Which of the given references match nothing by themselves; empty when each matches something. */
  unmatched({ learner, context }: RowReferences): readonly string[] {
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
}

const NOTHING: readonly never[] = [];

type Spelt = Pick<Candidates, 'learners' | 'others'>;

/** Those, or all where there is none of those. */
function preferred<Each>(all: readonly Each[], isPreferred: (each: Each) => boolean): readonly Each[] {
  const some = all.filter(isPreferred);
  return some.length === 0 ? all : some;
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

function namesTraining({ trainingGuid, trainingId, trainingPathCode }: ContextReference): boolean {
  return trainingGuid !== null || trainingId !== null || trainingPathCode !== null;
}

/** The title where nothing else names the session. */
function soleTitle({ sessionGuid, sessionId, sessionTitle }: ContextReference): string | null {
  return sessionGuid === null && sessionId === null ? sessionTitle : null;
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
