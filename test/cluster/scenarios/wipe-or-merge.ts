import { type ImportAnswer, importOf, type Reply, send, sendAfter, wordOf } from '../api';
import { sameOnEveryNode } from '../every-node';
import { rowKey } from '../rig';
import { rounds, type Scenario, Tally } from '../scenario';

const LEARNERS = 10;

const STORED = `SELECT t.score, t.time_spent_seconds AS seconds FROM consolidated_tracking t
    JOIN learning_object_version v ON v.site_id = t.site_id AND v.id = t.lov_id
  WHERE t.site_id = ? AND v.code = ?`;

/** One wipes stored rows through one node while another merges a cell into them through a second one. */
export const wipeOrMerge: Scenario = {
  name: 'wipe-or-merge',
  promise: 'a wipe and a merge of the same rows come one after the other',
  async run(rig, { rounds: count, random }) {
    const tally = new Tally();
    const { cluster } = rig;
    const site = await rig.makeSite({ learners: LEARNERS, lovs: count });
    const learners = Array.from({ length: LEARNERS }, (_, index) => index + 1);
    for (const round of rounds(count)) {
      const rows = (cells: object) => learners.map((learner) => ({ ...rowKey(learner, round), ...cells }));
      await send(rig.servers[3], site.key, importOf(rows({ score: 1, scoreMax: 10 }), 'REPLACE'));
      await cluster.settle();
      const replies = await Promise.all([
        sendAfter<ImportAnswer>(
          random.whole(0, 8),
          rig.servers[1],
          site.key,
          importOf(rows({ trackingStatus: 'notAttempted' }), 'REPLACE'),
        ),
        sendAfter<ImportAnswer>(
          random.whole(0, 8),
          rig.servers[2],
          site.key,
          importOf(rows({ timeSpent: round }), 'MERGE'),
        ),
      ]);
      const [wiped, merged] = replies.map(outcomeOf);
      const stored = await sameOnEveryNode(cluster, STORED, [site.id, `L-${round}`]);
      const isWipedFirst = merged === 'CREATED';
      tally.count(
        isWipedFirst ? 'rounds in which the wipe was first' : 'rounds in which the merge was first',
      );
      const isRight =
        wiped === 'DELETED' &&
        (isWipedFirst || merged === 'REPLACED') &&
        stored?.length === (isWipedFirst ? LEARNERS : 0) &&
        stored.every(({ score, seconds }) => score === null && seconds === round);
      if (!isRight) {
        tally.fault(
          'rounds that contradict themselves',
          `${round}: ${wiped}, ${merged}, ${JSON.stringify(stored)}`,
        );
      }
    }
    return tally.outcome();
  },
};

/** The outcome that all rows have in common. */
function outcomeOf(reply: Reply<ImportAnswer>): string {
  if (reply.kind !== 'data' || wordOf(reply) !== 'Success') return wordOf(reply);
  return [...new Set(reply.data.rows.map(({ outcome }) => outcome))].join('+');
}
