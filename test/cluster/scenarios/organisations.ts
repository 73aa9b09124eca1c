import { StartupError } from '../../../src/startup-error';
import { type LoadAnswer, loadOf, send, sendAfter, wordOf } from '../api';
import { sameOnEveryNode } from '../every-node';
import { rounds, type Scenario, Tally } from '../scenario';

/** Of two organisations, one load puts the first below the second, the other one the second below the first. */
export const organisations: Scenario = {
  name: 'organisations',
  promise: 'two loads never put two organisations below each other',
  async run(rig, { rounds: count, random }) {
    const tally = new Tally();
    const site = await rig.makeSite({ learners: 1, lovs: 1 });
    const keysOf = (round: number) => [`first-${round}`, `second-${round}`] as const;
    const made = loadOf({
      organisations: rounds(count).flatMap((round) =>
        keysOf(round).map((key) => ({ syncKey: key, name: key })),
      ),
    });
    const reply = await send<LoadAnswer>(rig.servers[1], site.key, made);
    if (wordOf(reply) !== 'Success') throw new StartupError(`Organisations cannot be made: ${wordOf(reply)}`);
    await rig.cluster.settle();
    for (const round of rounds(count)) {
      const [first, second] = keysOf(round);
      const below = (syncKey: string, parentSyncKey: string) =>
        loadOf({ organisations: [{ syncKey, parentSyncKey }] });
      const replies = await Promise.all([
        sendAfter<LoadAnswer>(random.whole(0, 5), rig.servers[1], site.key, below(first, second)),
        sendAfter<LoadAnswer>(random.whole(0, 5), rig.servers[2], site.key, below(second, first)),
      ]);
      tally.count('rounds');
      const words = replies.map(wordOf);
      if (words.toSorted().join() === 'Success,Success') {
        tally.fault('rounds in which both succeeded', `round ${round}`);
      } else if (words.toSorted().join() !== 'Error ORGANISATION_CYCLE,Success') {
        tally.fault('rounds with other answers', `round ${round}: ${words.join()}`);
      }
    }
    const circles = await sameOnEveryNode(
      rig.cluster,
      `SELECT o.sync_key FROM organisation o
         JOIN organisation p ON p.site_id = o.site_id AND p.id = o.parent_id AND p.parent_id = o.id
       WHERE o.site_id = ? ORDER BY o.id`,
      [site.id],
    );
    if (circles === undefined) tally.fault('nodes differ');
    tally.count('organisations in a circle', circles?.length);
    return tally.outcome();
  },
};
