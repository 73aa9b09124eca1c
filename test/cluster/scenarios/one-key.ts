import {
  type ActivityAnswer,
  creationOf,
  type ImportAnswer,
  importOf,
  send,
  sendAfter,
  wordOf,
} from '../api';
import { NODES } from '../cluster';
import { countOf, sameOnEveryNode } from '../every-node';
import { COURSE, rowKey } from '../rig';
import { rounds, type Scenario, Tally } from '../scenario';

const ROWS = 5;
const COPIES_FOR_EACH_SERVER = 2;

/** The same request under the same key through every node at once, and once more when it is answered. */
export const oneKey: Scenario = {
  name: 'one-key',
  promise: 'one key through all nodes at once has one effect, and equal answers',
  async run(rig, { rounds: count, random }) {
    const tally = new Tally();
    const { cluster } = rig;
    const site = await rig.makeSite({ learners: ROWS, lovs: count });
    for (const round of rounds(count)) {
      const learners = Array.from({ length: ROWS }, (_, index) => index + 1);
      const rows = learners.map((learner) => ({ ...rowKey(learner, round), timeSpent: round }));
      const key = `key ${round}`;
      const creation = { ...COURSE, title: `Activity ${round}`, idempotencyKey: key };
      const operation = round % 2 === 1 ? importOf(rows, 'REPLACE', key) : creationOf(creation);
      const replies = await Promise.all(
        NODES.flatMap((node) =>
          Array.from({ length: COPIES_FOR_EACH_SERVER }, () =>
            sendAfter<ImportAnswer | ActivityAnswer>(
              random.whole(0, 10),
              rig.servers[node],
              site.key,
              operation,
            ),
          ),
        ),
      );
      // At once, through a node that may not have it yet.
      replies.push(await send(random.one(rig.allServers()), site.key, operation));
      tally.count('rounds');
      tally.count('copies', replies.length);
      const answers = new Set(replies.map((reply) => JSON.stringify(reply)));
      if (answers.size > 1 || replies.some((reply) => wordOf(reply) !== 'Success')) {
        tally.fault('rounds with other than equal answers', `round ${round}: ${replies.map(wordOf).join()}`);
      }
    }
    const imports = Math.ceil(count / 2);
    const expected = {
      import_run: imports,
      consolidated_tracking: imports * ROWS,
      course_element: count - imports,
      idempotency_entry: count,
      audit_entry: count,
    };
    for (const [table, total] of Object.entries(expected)) {
      // Of the audit log, what this scenario does, and not what made the site.
      const which =
        table === 'audit_entry' ? "operation IN ('importConsolidatedTracking', 'createCustomActivity')" : '';
      for (const node of NODES) {
        const found = await countOf(cluster, node, table, site.id, which);
        if (found !== total) {
          tally.fault('effects that are not one', `${table} on node ${node}: ${found} instead of ${total}`);
        }
      }
    }
    const sql = 'SELECT * FROM consolidated_tracking WHERE site_id = ? ORDER BY registration_id, lov_id';
    if ((await sameOnEveryNode(cluster, sql, [site.id])) === undefined) tally.fault('nodes differ');
    return tally.outcome();
  },
};
