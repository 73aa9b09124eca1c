import {
  type ActivityAnswer,
  type AssessmentAnswer,
  assessmentOf,
  type Operation,
  sendAfter,
  updateOf,
  wordOf,
} from '../api';
import { sameOnEveryNode } from '../every-node';
import type { Rig } from '../rig';
import { COURSE, loginOf, OBJECTIVES, type Site } from '../rig';
import { rounds, type Scenario, type ScenarioSettings, Tally } from '../scenario';
import { makeActivities } from './activities';

/** One assesses an activity through one node while another changes through a second one what it is assessed by. */
interface Contest {
  readonly made: (site: Site) => Operation['input'];
  readonly assessed: (site: Site) => Operation['input'];
  readonly changed: (site: Site, round: number) => Operation['input'];
  /** What is wrong with what is stored, one row for each activity. */
  readonly wrong: string;
}

const LEARNERS = 3;

async function contend(
  rig: Rig,
  { rounds: count, random }: ScenarioSettings,
  contest: Contest,
  assessing = rig.servers[1],
) {
  const tally = new Tally();
  const site = await rig.makeSite({ learners: LEARNERS, lovs: 1 });
  await makeActivities(rig, site, count, contest.made(site));
  for (const round of rounds(count)) {
    const place = { ...COURSE, elementSyncKey: `activity-${round}` };
    const assessment = assessmentOf({ ...place, ...contest.assessed(site) });
    const change = updateOf({
      ...place,
      allowStudentsSetCompletion: false,
      ...contest.changed(site, round),
    });
    const [one, other] = [random.whole(0, 8), random.whole(0, 8)];
    const replies = await Promise.all([
      sendAfter<AssessmentAnswer>(one, assessing, site.key, assessment),
      sendAfter<ActivityAnswer>(other, rig.servers[2], site.key, change),
    ]);
    const [assessed, changed] = replies.map(wordOf);
    tally.count('rounds');
    tally.count(`assessment ${assessed}`);
    tally.count(`change ${changed}`);
    const successes = [assessed, changed].filter((word) => word === 'Success').length;
    if (successes === 2) tally.fault('rounds in which both succeeded', `round ${round}`);
    const isRefusal = (word: string | undefined) => word === 'Success' || word?.startsWith('Error ');
    if (successes === 0 || !isRefusal(assessed) || !isRefusal(changed)) {
      tally.fault('rounds with other answers', `round ${round}: ${assessed}, ${changed}`);
    }
  }
  const wrong = await sameOnEveryNode(rig.cluster, contest.wrong, [site.id]);
  if (wrong === undefined) tally.fault('nodes differ');
  for (const row of wrong ?? [])
    tally.fault('activities that contradict their assessments', JSON.stringify(row));
  return tally.outcome();
}

const GRADE_OR_SCALE: Contest = {
  made: ({ scales }) => ({ assessmentId: scales[0]?.id }),
  assessed: ({ scales }) => ({
    results: [{ learnerLogin: loginOf(1), status: 'COMPLETED', gradeId: scales[0]?.gradeIds[0] }],
  }),
  changed: ({ scales }, round) =>
    round % 2 === 0 ? { clearAssessment: true } : { assessmentId: scales[1]?.id },
  wrong: `SELECT e.sync_key FROM custom_activity a
          JOIN course_element e ON e.site_id = a.site_id AND e.id = a.element_id
          JOIN activity_assessment x ON x.site_id = a.site_id AND x.element_id = a.element_id
          JOIN assessment_grade g ON g.site_id = x.site_id AND g.id = x.grade_id
        WHERE a.site_id = ? AND (a.assessment_id IS NULL OR a.assessment_id <> g.scale_id) ORDER BY e.id`,
};

export const gradeOrScale: Scenario = {
  name: 'grade-or-scale',
  promise: 'a grade of a scale and a change of that scale never both succeed',
  run: (rig, settings) => contend(rig, settings, GRADE_OR_SCALE),
};

/** As an operator starts a cluster: the first node, a server on it, the other nodes. */
export const grownCluster: Scenario = {
  name: 'grown-cluster',
  promise: 'the same through a server that was started when its node was alone',
  run: async (rig, settings) => {
    for (const node of [2, 3] as const) await rig.cluster.stop(node);
    const early = await rig.serverOn(1, 'early', {});
    for (const node of [2, 3] as const) await rig.cluster.startAgain(node);
    await rig.restartServers();
    const outcome = await contend(rig, settings, GRADE_OR_SCALE, early);
    await early.stop();
    return outcome;
  },
};

export const outcomeOrObjectives: Scenario = {
  name: 'outcome-or-objectives',
  promise: 'an outcome on a learning objective and a change of the objectives never both succeed',
  run: (rig, settings) =>
    contend(rig, settings, {
      made: () => ({
        learningObjectives: [{ learningObjectiveId: OBJECTIVES[0] }],
        learningObjectiveAssessment: 'OUTCOME_STATUS',
      }),
      assessed: () => ({
        results: [
          {
            learnerLogin: loginOf(1),
            objectives: [{ learningObjectiveId: OBJECTIVES[0], outcome: 'MEETS' }],
          },
        ],
      }),
      changed: (_site, round) =>
        round % 2 === 0
          ? { learningObjectiveAssessment: 'DO_NOT_USE' }
          : { learningObjectives: [{ learningObjectiveId: OBJECTIVES[1] }] },
      wrong: `SELECT e.sync_key FROM objective_assessment x
          JOIN course_element e ON e.site_id = x.site_id AND e.id = x.element_id
          JOIN custom_activity a ON a.site_id = x.site_id AND a.element_id = x.element_id
          LEFT JOIN element_objective o
            ON o.site_id = x.site_id AND o.element_id = x.element_id AND o.objective_id = x.objective_id
        WHERE x.site_id = ? AND (o.element_id IS NULL OR a.learning_objective_assessment <> 'OUTCOME_STATUS')
        ORDER BY e.id`,
    }),
};
