import { type LoadAnswer, loadOf, type Reply, sendAfter, wordOf } from '../api';
import { sameOnEveryNode } from '../every-node';
import { loginOf, type Site } from '../rig';
import { rounds, type Scenario, Tally } from '../scenario';

const LEARNERS = 10;
const NEW_SITES = 10;

const STORED = `SELECT l.login, l.email, l.ref_number AS refNumber, COUNT(r.id) AS registrations
  FROM learner l LEFT JOIN registration r ON r.site_id = l.site_id AND r.learner_id = l.id
  WHERE l.site_id = ? GROUP BY l.id ORDER BY l.login`;

/** Two load the same new learners, each with a cell of its own; in some rounds the site itself is new, too. */
export const referenceData: Scenario = {
  name: 'reference-data',
  promise: 'loads of one site through two nodes come one after the other',
  async run(rig, { rounds: count, random }) {
    const tally = new Tally();
    const site = await rig.makeSite({ learners: 1, lovs: 1 });
    for (const round of rounds(count)) {
      const isNewSite = round <= Math.min(NEW_SITES, count / 2);
      const { id, key }: Site = isNewSite ? await rig.makeEmptySite() : site;
      if (isNewSite) await rig.cluster.settle();
      const logins = Array.from({ length: LEARNERS }, (_, index) => `${loginOf(index)}-of-${round}`);
      const common = {
        trainings: [{ guid: `training-${round}`, title: 'Training' }],
        sessions: [{ guid: `session-${round}`, trainingGuid: `training-${round}`, title: 'Session' }],
        registrations: logins.map((learnerLogin) => ({ learnerLogin, sessionGuid: `session-${round}` })),
      };
      const withEmail = {
        ...common,
        learners: logins.map((login) => ({ login, email: `${login}@example.org` })),
      };
      const withNumber = {
        ...common,
        learners: logins.map((login) => ({ login, refNumber: login })).reverse(),
      };
      const replies = await Promise.all([
        sendAfter<LoadAnswer>(random.whole(0, 10), rig.servers[1], key, loadOf(withEmail)),
        sendAfter<LoadAnswer>(random.whole(0, 10), rig.servers[2], key, loadOf(withNumber)),
      ]);
      tally.count(isNewSite ? 'rounds with a new site' : 'rounds with a stored site');
      if (replies.some((reply) => wordOf(reply) !== 'Success')) {
        tally.fault('answers other than Success', `round ${round}: ${replies.map(wordOf).join()}`);
        continue;
      }
      const created = { learners: LEARNERS, trainings: 1, sessions: 1, registrations: LEARNERS };
      for (const [kind, expected] of Object.entries(created)) {
        const found = replies.reduce((sum, reply) => sum + createdOf(reply, kind), 0);
        if (found !== expected) {
          tally.fault(
            'rounds with wrong counts',
            `round ${round}: ${found} ${kind} created instead of ${expected}`,
          );
        }
      }
      const stored = await sameOnEveryNode(rig.cluster, STORED, [id]);
      const rows = stored?.filter(({ login }) => logins.includes(String(login)));
      const isRight = ({ login, email, refNumber, registrations }: Readonly<Record<string, unknown>>) =>
        email === `${login}@example.org` && refNumber === login && registrations === 1;
      if (rows?.length !== LEARNERS || !rows.every(isRight)) {
        const wrong = rows?.find((row) => !isRight(row));
        tally.fault('rounds that lost a cell', `round ${round}: ${JSON.stringify(wrong ?? rows?.length)}`);
      }
    }
    return tally.outcome();
  },
};

function createdOf(reply: Reply<LoadAnswer>, kind: string): number {
  if (reply.kind !== 'data') return 0;
  return reply.data.counts.find((each) => each.kind === kind)?.created ?? 0;
}
