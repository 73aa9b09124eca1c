/** Sends what the model of the import is asked to a server, and says in what they differ. */
import type { Scenario } from '../models/import/arbitrary-requests';
import { trim } from '../models/import/cells';
import { modelRequest, type SiteState } from '../models/import/model-request';
import {
  type ImportInput,
  type ImportRow,
  keyOf,
  type Match,
  type ModelAnswer,
  type RowAnswer,
  type Stored,
  type Tracking,
  type World,
} from '../models/import/types';
import { type Api, apiOn } from './api';
import { letPass, type TestDatabase } from './databases';
import { TRACKING_SELECTION } from './import-cases';
import { asProblem, type ProblemAnswer, withNames } from './import-problems';
import type * as site from './import-types';
import { present } from './present';
import { storedTracking, storeWorld } from './world';

/**
 * Sends the requests of a scenario to an empty site, beside which another has the same names; throws at the first that is
 * answered or stored otherwise.
 */
export async function replay(test: TestDatabase, { world, requests }: Scenario): Promise<ModelAnswer[]> {
  await test.clear();
  await storeWorld(test, siteOf(world));
  await storeWorld(test, twinOf(world));
  const known: Known = { trackingIds: new Map(), importIds: new Map() };
  const answers: ModelAnswer[] = [];
  let state: SiteState = { stored: new Map(), keys: new Map() };
  let before: number | null = null;
  for (const { input, clock } of requests) {
    if (before !== null) await letPass(test, 'idempotency_entry', clock - before);
    before = clock;
    const modelled = modelRequest(world, state, input, clock);
    const answer = await send(apiOn(test), input, clock);
    const shown = () => JSON.stringify({ clock, input, stored: [...state.stored.values()] }, null, 1);
    compare(
      comparable(world, answer),
      asAnswered(world, input, modelled.answer),
      `what is answered to ${shown()}`,
    );
    compare(
      await storedTracking(test),
      asStored(world, modelled.state.stored),
      `what is stored after ${shown()}`,
    );
    checkIds(answer, modelled.answer, input, known);
    state = modelled.state;
    answers.push(modelled.answer);
  }
  compare(await storedTracking(test, TWIN), [], 'what is stored on the other site');
  return answers;
}

function compare(found: unknown, expected: unknown, what: string): void {
  try {
    expect(found).toEqual(expected);
  } catch (difference) {
    throw new Error(
      `Server (received) and model (expected) differ in ${what}\n\n${(difference as Error).message}`,
    );
  }
}

// ---------- the site ----------

const FIRST_REGISTRATION = 1001;
const FIRST_ACCOUNT = Date.UTC(2019, 0, 1);

export function siteOf(world: World): site.World {
  return {
    siteId: 1,
    learners: world.learners.map((learner) => ({
      ...learner,
      // Accounts are opened by twos: of two that are as old, the one with the lower id is the older.
      createdAt: FIRST_ACCOUNT + Math.floor(learner.id / 2),
    })),
    trainings: world.trainings.map(({ id, guid, code }) => ({ id, guid, pathCode: code, title: code })),
    sessions: world.sessions,
    lovs: world.lovs.map(({ guards, ...lov }) => ({
      ...lov,
      provider: guards.includes('PROVIDED_BY_CROSSKNOWLEDGE') ? 'CROSSKNOWLEDGE' : 'PARTNER',
      kind: guards.includes('EASYQUIZZ') ? 'EASYQUIZZ' : 'OTHER',
    })),
    registrations: world.registrations.map((registration, index) => ({
      id: FIRST_REGISTRATION + index,
      ...registration,
    })),
    stored: [],
  };
}

const TWIN = 2;

/** Everything has the same name and another id, and everybody is registered everywhere. */
function twinOf(world: World): site.World {
  const { learners, trainings, sessions, lovs } = siteOf(world);
  const twin = (id: number) => id + 1000;
  return {
    siteId: TWIN,
    learners: learners.map((learner) => ({ ...learner, id: twin(learner.id) })),
    trainings: trainings.map((training) => ({ ...training, id: twin(training.id) })),
    sessions: sessions.map(({ id, trainingId, ...session }) => ({
      ...session,
      id: twin(id),
      trainingId: twin(trainingId),
    })),
    lovs: lovs.map(({ id, trainingIds, ...lov }) => ({
      ...lov,
      id: twin(id),
      trainingIds: trainingIds.map(twin),
    })),
    registrations: learners.flatMap((learner, row) =>
      sessions.map((session, column) => ({
        id: twin(FIRST_REGISTRATION + row * sessions.length + column),
        learnerId: twin(learner.id),
        sessionId: twin(session.id),
      })),
    ),
    stored: [],
  };
}

export function registrationIdOf(
  world: World,
  { learnerId, sessionId }: Pick<Tracking, 'learnerId' | 'sessionId'>,
): number {
  const index = world.registrations.findIndex(
    (each) => each.learnerId === learnerId && each.sessionId === sessionId,
  );
  if (index < 0) throw new Error(`The model stored something of learner ${learnerId}, who is not registered`);
  return FIRST_REGISTRATION + index;
}

function asStored(world: World, stored: Stored): site.StoredRow[] {
  const rows = [...stored.values()].map((tracking) => {
    const { learnerId: _, sessionId: __, ...values } = tracking;
    return { registrationId: registrationIdOf(world, tracking), ...values };
  });
  return rows.sort((a, b) => a.registrationId - b.registrationId || a.lovId - b.lovId);
}

// ---------- the answer ----------

type TrackingAnswer = Readonly<Record<string, unknown>> & { readonly id: string };

interface Answer {
  readonly __typename: string;
  readonly importId: string | null;
  readonly dryRun: boolean;
  readonly replayed: boolean;
  readonly summary: unknown;
  readonly rows: readonly {
    readonly row: number;
    readonly outcome: string;
    readonly tracking: TrackingAnswer | null;
    readonly match: unknown;
    readonly changes: readonly unknown[];
    readonly problems: readonly ProblemAnswer[];
  }[];
  readonly problems: readonly ProblemAnswer[];
}

const IMPORT = `
  mutation ImportConsolidatedTracking($input: ImportConsolidatedTrackingInput!) {
    importConsolidatedTracking(input: $input) {
      __typename
      ... on ImportConsolidatedTrackingOutcome {
        importId
        dryRun
        replayed
        summary {
          received created replaced unchanged deleted superseded rejected withWarnings
          problemCounts { code rows }
        }
        rows {
          row
          outcome
          tracking { ${TRACKING_SELECTION} }
          match {
            learner { learnerId login refNumber email }
            session { sessionId guid title training { trainingId } }
            lov { lovId code guid }
            learnersFound
            sessionsFound
            lovsFound
          }
          changes { field before after }
          problems { ...problem }
        }
        problems { ...problem }
      }
    }
  }
  fragment problem on Problem { code severity path row message hint }`;

/** The clock ticks at every look. The first is for when the request was taken up, the second is the import's. */
async function send(api: Api, input: ImportInput, clock: number): Promise<Answer> {
  let next = clock - 1;
  const at = api.as({ clock: () => new Date(next++) });
  const data = await at.run<{ importConsolidatedTracking: Answer }>(IMPORT, { input });
  return data.importConsolidatedTracking;
}

/** Without ids that nobody can foresee. */
function comparable(world: World, { importId: _, ...answer }: Answer) {
  const named = (problem: ProblemAnswer) => withNames(world, problem);
  const rows = answer.rows.map(({ tracking, problems, ...row }) => {
    const told = { ...row, problems: problems.map(named) };
    if (tracking === null) return { ...told, tracking };
    const { id: __, ...shown } = tracking;
    return { ...told, tracking: shown };
  });
  return { ...answer, rows, problems: answer.problems.map(named) };
}

function asAnswered(world: World, input: ImportInput, answer: ModelAnswer) {
  const { type, dryRun, replayed, summary, rows, problems } = answer;
  return {
    __typename: `ImportConsolidatedTracking${type}`,
    dryRun,
    replayed,
    summary,
    rows: rows.map(({ row, outcome, tracking, match, changes, problems: ofRow }, index) => ({
      row,
      outcome,
      changes,
      match: asMatch(world, present(input.rows[index]), match),
      problems: ofRow.map(asProblem),
      tracking: tracking === null ? null : asTracking(world, tracking),
    })),
    problems: problems.map(asProblem),
  };
}

/** Of a learner it tells what the row itself sent, as it is stored. */
function asMatch(world: World, row: ImportRow, { learnerId, sessionId, lovId, ...found }: Match) {
  const learner = world.learners.find(({ id }) => id === learnerId);
  const session = world.sessions.find(({ id }) => id === sessionId);
  const lov = world.lovs.find(({ id }) => id === lovId);
  const isSent = (cell: unknown) => (cell ?? null) !== null && trim(String(cell)) !== '';
  return {
    learner:
      learner === undefined
        ? null
        : {
            learnerId: String(learner.id),
            login: isSent(row.candidateLogin) ? learner.login : null,
            refNumber: isSent(row.candidateRefNumber) ? learner.refNumber : null,
            email: isSent(row.candidateEmail) ? learner.email : null,
          },
    session:
      session === undefined
        ? null
        : {
            sessionId: session.id,
            guid: session.guid,
            title: session.title,
            training: { trainingId: session.trainingId },
          },
    lov: lov === undefined ? null : { lovId: String(lov.id), code: lov.code, guid: lov.guid },
    ...found,
  };
}

function asTracking(world: World, tracking: Tracking) {
  const lov = present(world.lovs.find(({ id }) => id === tracking.lovId));
  const session = present(world.sessions.find(({ id }) => id === tracking.sessionId));
  const instant = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    ...tracking,
    registrationId: String(registrationIdOf(world, tracking)),
    learnerId: String(tracking.learnerId),
    trainingId: session.trainingId,
    lovId: String(lov.id),
    lovCode: lov.code,
    lovGuid: lov.guid,
    firstAccessDate: instant(tracking.firstAccessDate),
    firstCompletionDate: instant(tracking.firstCompletionDate),
    lastAccessDate: instant(tracking.lastAccessDate),
    updatedAt: instant(tracking.updatedAt),
  };
}

// ---------- ids ----------

/** What the answers of a scenario have called rows and imports so far. */
interface Known {
  readonly trackingIds: Map<string, string>;
  /** By idempotency key; an id that was answered under none goes by itself. */
  readonly importIds: Map<string, string>;
}

/** A row keeps its id, dry run or not; an import that is recorded has an id, which a replay answers again. */
function checkIds(
  answer: Answer,
  modelled: ModelAnswer,
  { idempotencyKey }: ImportInput,
  known: Known,
): void {
  for (const [index, { tracking }] of answer.rows.entries()) {
    if (tracking === null) continue;
    const key = keyOfRow(present(modelled.rows[index]));
    const id = known.trackingIds.get(key) ?? tracking.id;
    compare(tracking.id, id, `the id of ${key}`);
    known.trackingIds.set(key, id);
  }
  const ids = [...known.trackingIds.values()];
  compare(new Set(ids).size, ids.length, 'an id of one row only');

  const { importId } = answer;
  compare(importId !== null, modelled.recorded, 'an import with an id');
  if (importId === null) return;
  const key = idempotencyKey ?? importId;
  compare(modelled.replayed, known.importIds.get(key) === importId, 'the id of an import');
  if (modelled.type !== 'Error') known.importIds.set(key, importId);
}

function keyOfRow({ tracking }: RowAnswer): string {
  const { learnerId, sessionId, lovId } = present(tracking);
  return keyOf(learnerId, sessionId, lovId);
}
