import DataLoader from 'dataloader';
import type { RequestContext } from '../../access/request-context';
import { badUserInput } from '../../contract/bad-user-input';
import { perAnswer, perRequest } from '../../contract/per-request';
import { findGrades } from '../../data/assessment-scale.repository';
import type { Tx } from '../../data/database';
import { findElementObjectives } from '../../data/linked-objective.repository';
import { countParticipants, findMarks, findParticipantPage } from '../../data/participant.repository';
import { groupBy } from '../../kernel/group-by';
import type { CustomActivity } from '../editing/custom-activity.type';
import { marksOf, NOTHING_STORED } from '../editing/participant-marks';
import type { ParticipantMarks } from '../editing/participant-marks.type';

export type ActivityKey = Pick<CustomActivity, 'elementId' | 'courseId' | 'assessmentId'>;

/** The participants of the activity's course behind one of them. */
export interface AskedPage {
  readonly activity: ActivityKey;
  readonly limit: number;
  readonly after: number;
}

export interface ParticipantRow {
  readonly learnerId: number;
  readonly marks: ParticipantMarks;
}

/** What the pages of one answer may hold together: an activity in a list has pages of its own. */
const MAX_PARTICIPANTS = 10_000;

/** Of one answer: what pages of many activities need is read with one statement for all of them. */
export class ParticipantPages {
  readonly #rows: DataLoader<AskedPage, readonly ParticipantRow[]>;
  #asked = 0;

  constructor({ database, siteId }: RequestContext) {
    this.#rows = new DataLoader((asked) => database.read((tx) => findRows(tx, siteId, asked)), {
      cache: false,
    });
  }

  async read(asked: AskedPage): Promise<readonly ParticipantRow[]> {
    this.#asked += asked.limit;
    if (this.#asked > MAX_PARTICIPANTS) {
      throw badUserInput(
        `The pages of participants in one answer may hold ${MAX_PARTICIPANTS} of them together; ask for shorter pages, or for fewer activities.`,
      );
    }
    return this.#rows.load(asked);
  }
}

export const participantPagesOf = perRequest((context) => new ParticipantPages(context));

/** How many participants courses have. */
export const participantCountsOf = perAnswer(
  ({ database, siteId }) =>
    new DataLoader<number, number>(async (courseIds) => {
      const counts = await database.read((tx) => countParticipants(tx, siteId, courseIds));
      return courseIds.map((id) => counts.get(id) ?? 0);
    }),
);

/** Activities of one course mostly ask for the same page of its participants. */
async function findRows(
  tx: Tx,
  siteId: number,
  asked: readonly AskedPage[],
): Promise<(readonly ParticipantRow[])[]> {
  const learnersOf = await findLearners(tx, siteId, asked);
  const elementIds = new Set(asked.map(({ activity }) => activity.elementId));
  const scaleIds = new Set(asked.map(({ activity }) => activity.assessmentId).filter((id) => id !== null));
  const objectives = await findElementObjectives(tx, siteId, [...elementIds]);
  const grades = groupBy(await findGrades(tx, siteId, [...scaleIds]), ({ scaleId }) => scaleId);
  const objectivesOf = ({ activity: { elementId } }: AskedPage) => objectives.get(elementId) ?? [];
  const gradesOf = ({ activity: { assessmentId } }: AskedPage) =>
    assessmentId === null ? [] : (grades.get(assessmentId) ?? []);
  const stored = await findMarks(
    tx,
    siteId,
    asked.map((page) => ({
      elementId: page.activity.elementId,
      objectiveIds: objectivesOf(page).map(({ id }) => id),
      learnerIds: learnersOf(page),
    })),
  );
  return asked.map((page) =>
    learnersOf(page).map((learnerId) => {
      const { result, outcomes } = stored(page.activity.elementId, learnerId);
      const state = { ...(result ?? NOTHING_STORED), outcomes };
      return { learnerId, marks: marksOf(state, objectivesOf(page), gradesOf(page)) };
    }),
  );
}

async function findLearners(
  tx: Tx,
  siteId: number,
  asked: readonly AskedPage[],
): Promise<(page: AskedPage) => readonly number[]> {
  const nameOf = ({ activity: { courseId }, limit, after }: AskedPage) => `${courseId}:${limit}:${after}`;
  const found = new Map<string, readonly number[]>();
  for (const page of asked) {
    const name = nameOf(page);
    if (found.has(name)) continue;
    const { activity, limit, after } = page;
    found.set(name, await findParticipantPage(tx, siteId, activity.courseId, limit, after));
  }
  return (page) => found.get(nameOf(page)) ?? [];
}
