import { type ActivityAnswer, creationOf, sendAfter, wordOf } from '../api';
import { sameOnEveryNode } from '../every-node';
import { COURSE } from '../rig';
import { rounds, type Scenario, Tally } from '../scenario';

const STORED = `SELECT e.sync_key, e.title, COUNT(a.element_id) AS activities FROM course_element e
  LEFT JOIN custom_activity a ON a.site_id = e.site_id AND a.element_id = e.id
  WHERE e.site_id = ? GROUP BY e.id ORDER BY e.id`;

/** Two create an activity with the same sync key. */
export const syncKey: Scenario = {
  name: 'sync-key',
  promise: 'of two activities with one sync key through two nodes one is made',
  async run(rig, { rounds: count, random }) {
    const tally = new Tally();
    const site = await rig.makeSite({ learners: 1, lovs: 1 });
    for (const round of rounds(count)) {
      const named = (title: string) => creationOf({ ...COURSE, syncKey: `activity-${round}`, title });
      const replies = await Promise.all([
        sendAfter<ActivityAnswer>(random.whole(0, 8), rig.servers[1], site.key, named('One')),
        sendAfter<ActivityAnswer>(random.whole(0, 8), rig.servers[2], site.key, named('Other')),
      ]);
      tally.count('rounds');
      const words = replies.map(wordOf);
      if (words.toSorted().join() !== 'Error SYNC_KEY_TAKEN,Success') {
        tally.fault('rounds with other answers', `round ${round}: ${words.join()}`);
      }
    }
    const stored = await sameOnEveryNode(rig.cluster, STORED, [site.id]);
    const areRight = stored?.length === count && stored.every(({ activities }) => activities === 1);
    if (!areRight) tally.fault('elements that are not one for each key', String(stored?.length));
    return tally.outcome();
  },
};
