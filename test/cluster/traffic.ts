import {
  type ActivityAnswer,
  type AssessmentAnswer,
  assessmentOf,
  type ImportAnswer,
  importOf,
  type Operation,
  type SentRow,
  updateOf,
} from './api';
import { NODES, type Node } from './cluster';
import type { Random } from './random';
import { COURSE, loginOf, rowKey } from './rig';

/** What one caller sends one after the other. No other caller writes the same cells, so that its order is the order. */
export interface Caller {
  readonly name: string;
  /** Sends to the server of this node only; undefined: to any. */
  readonly node: Node | undefined;
  next(): Sent;
}

export interface SentImport {
  readonly kind: 'import';
  readonly mode: 'MERGE' | 'REPLACE';
  readonly rows: readonly SentRow[];
}

export interface SentUpdate {
  readonly kind: 'update';
  readonly activity: string;
  readonly field: UpdatedField;
  readonly value: string;
}

export interface SentAssessment {
  readonly kind: 'assessment';
  readonly activity: string;
  /** By login. */
  readonly scores: ReadonlyMap<string, number>;
}

export type Sent = SentImport | SentUpdate | SentAssessment;

export type UpdatedField = 'title' | 'description';

export type Answer = ImportAnswer | ActivityAnswer | AssessmentAnswer;

/** A request and its first answer, however often it had to be sent. */
export interface Acknowledged {
  readonly caller: string;
  readonly key: string;
  readonly sent: Sent;
  /** That of the operation of what was sent. */
  readonly answer: Answer;
}

/** Of the rows that callers share; as many again for each caller with rows of its own. */
const SHARED_LEARNERS = 30;
export const LEARNERS = SHARED_LEARNERS * (1 + NODES.length);
export const ACTIVITIES = 3;
export const LOVS = 60;
/** Callers go on to the next together, more or less: so rows that they share are new again and again. */
const TURNS_FOR_EACH_LOV = 4;
const MAX_ROWS = 12;

/** The cells that merging callers own, and what they send in their nth request. */
const CELLS: Readonly<Record<string, (turn: number) => SentRow>> = {
  score: (turn) => ({ score: turn, scoreMax: 1_000_000 }),
  'time spent': (turn) => ({ timeSpent: turn }),
  'first access': (turn) => ({ firstAccessDate: dayText(Date.UTC(2020, 0, 1), turn) }),
  'last access': (turn) => ({ lastAccessDate: dayText(Date.UTC(2022, 0, 1), turn) }),
};

/** Callers that share rows and activities, each with cells of its own, and for each server one with rows of its own. */
export function callersOf(random: Random): Caller[] {
  const someLearners = (group = 0) =>
    random.some(
      Array.from({ length: SHARED_LEARNERS }, (_, index) => group * SHARED_LEARNERS + index + 1),
      random.whole(1, MAX_ROWS),
    );
  const anActivity = () => `activity-${random.whole(1, ACTIVITIES)}`;
  const merging = Object.entries(CELLS).map(([name, cells]): Caller => {
    let turn = 0;
    return {
      name,
      node: undefined,
      next: () => {
        turn += 1;
        const lov = 1 + (Math.floor(turn / TURNS_FOR_EACH_LOV) % LOVS);
        const rows = someLearners().map((learner) => ({ ...rowKey(learner, lov), ...cells(turn) }));
        return { kind: 'import', mode: 'MERGE', rows };
      },
    };
  });
  const replacing = NODES.map((node): Caller => {
    let turn = 0;
    return {
      name: `rows of ${node}`,
      node,
      next: () => {
        turn += 1;
        const isWiped = random.whole(1, 6) === 1;
        const values: SentRow = isWiped
          ? { trackingStatus: 'notAttempted' }
          : { progression: turn % 100, timeSpent: turn };
        const rows = someLearners(node).map((learner) => ({ ...rowKey(learner, 1), ...values }));
        return { kind: 'import', mode: 'REPLACE', rows };
      },
    };
  });
  const updating = (['title', 'description'] as const).map((field): Caller => {
    let turn = 0;
    return {
      name: field,
      node: undefined,
      next: () => {
        turn += 1;
        const value = field === 'title' ? `Title ${turn}` : `<p>Text ${turn}</p>`;
        return { kind: 'update', activity: anActivity(), field, value };
      },
    };
  });
  let turn = 0;
  const assessing: Caller = {
    name: 'scores',
    node: undefined,
    next: () => {
      turn += 1;
      const scores = new Map(someLearners().map((learner) => [loginOf(learner), turn]));
      return { kind: 'assessment', activity: anActivity(), scores };
    },
  };
  return [...merging, ...replacing, ...updating, assessing];
}

export function operationOf(sent: Sent, key: string): Operation {
  if (sent.kind === 'import') return importOf(sent.rows, sent.mode, key);
  const common = { ...COURSE, elementSyncKey: sent.activity, idempotencyKey: key };
  if (sent.kind === 'update') {
    return updateOf({ ...common, [sent.field]: sent.value, allowStudentsSetCompletion: false });
  }
  const results = [...sent.scores].map(([learnerLogin, score]) => ({
    learnerLogin,
    score,
    status: 'COMPLETED',
  }));
  return assessmentOf({ ...common, results });
}

function dayText(from: number, day: number): string {
  return new Date(from + (day % 700) * 86_400_000).toISOString().slice(0, 10);
}
