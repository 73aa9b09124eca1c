import { type ImportAnswer, importOf, type Reply, send, sendAfter, wordOf } from '../api';
import { sameOnEveryNode } from '../every-node';
import { loginOf, rowKey } from '../rig';
import { rounds, type Scenario, Tally } from '../scenario';

const LEARNERS = 10;
/** New rows are what nodes do not see of each other by themselves. */
const KINDS = ['new', 'stored', 'new', 'new and stored'] as const;

const STORED = `SELECT l.login, t.score, t.time_spent_seconds AS seconds, t.last_access_date AS accessed
  FROM consolidated_tracking t
    JOIN registration r ON r.site_id = t.site_id AND r.id = t.registration_id
    JOIN learner l ON l.site_id = r.site_id AND l.id = r.learner_id
    JOIN learning_object_version v ON v.site_id = t.site_id AND v.id = t.lov_id
  WHERE t.site_id = ? AND v.code = ? ORDER BY l.login`;

/** Two callers each merge a cell of their own into the same rows, of which none, some or all are stored before. */
export const merge: Scenario = {
  name: 'merge',
  promise: 'no cell is lost where two merge into the same rows',
  async run(rig, { rounds: count, random }) {
    const tally = new Tally();
    const { cluster } = rig;
    const site = await rig.makeSite({ learners: LEARNERS, lovs: count });
    for (const round of rounds(count)) {
      const learners = random.some(
        Array.from({ length: LEARNERS }, (_, index) => index + 1),
        random.whole(1, LEARNERS),
      );
      const kind = KINDS[round % KINDS.length] ?? 'new';
      const stored = {
        new: [],
        stored: learners,
        'new and stored': learners.filter((each) => each % 2 === 0),
      }[kind];
      if (stored.length > 0) {
        const rows = stored.map((learner) => ({ ...rowKey(learner, round), lastAccessDate: '2024-01-01' }));
        await send(rig.servers[3], site.key, importOf(rows, 'MERGE'));
        await cluster.settle();
      }
      const scores = learners.map((learner) => ({
        ...rowKey(learner, round),
        score: round,
        scoreMax: 10_000,
      }));
      const times = learners.map((learner) => ({ ...rowKey(learner, round), timeSpent: round })).reverse();
      const [one, other] = [random.whole(0, 6), random.whole(0, 6)];
      const replies = await Promise.all([
        sendAfter<ImportAnswer>(one, rig.servers[1], site.key, importOf(scores, 'MERGE')),
        sendAfter<ImportAnswer>(other, rig.servers[2], site.key, importOf(times, 'MERGE')),
      ]);
      tally.count(`rounds with ${kind} rows`);
      for (const reply of replies) {
        if (wordOf(reply) !== 'Success')
          tally.fault('answers other than Success', `round ${round}: ${wordOf(reply)}`);
      }
      if (replies.some((reply) => wordOf(reply) !== 'Success')) continue;

      const created = replies.reduce((sum, reply) => sum + createdOf(reply), 0);
      const expected = learners.length - stored.length;
      if (created !== expected) {
        tally.fault('rounds with wrong counts', `round ${round}: ${created} created instead of ${expected}`);
      }
      const rows = await sameOnEveryNode(cluster, STORED, [site.id, `L-${round}`]);
      if (rows === undefined) {
        tally.fault('rounds after which nodes differ', `round ${round}`);
        continue;
      }
      const wasStored = new Set(stored.map(loginOf));
      const lost = rows.filter(
        ({ login, score, seconds, accessed }) =>
          score !== round || seconds !== round || (accessed !== null) !== wasStored.has(String(login)),
      );
      if (lost.length > 0 || rows.length !== learners.length) {
        tally.fault('rounds that lost a cell', `round ${round}: ${JSON.stringify(lost[0] ?? rows.length)}`);
      }
    }
    return tally.outcome();
  },
};

function createdOf(reply: Reply<ImportAnswer>): number {
  return reply.kind === 'data' ? reply.data.summary.created : 0;
}
