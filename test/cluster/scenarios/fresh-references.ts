import { type ImportAnswer, importOf, type LoadAnswer, loadOf, send, wordOf } from '../api';
import { sameOnEveryNode } from '../every-node';
import { loginOf } from '../rig';
import { rounds, type Scenario, Tally } from '../scenario';

const LEARNERS = 2_000;
const MOST_ROUNDS = 10;

/**
 * Learners are loaded, then a learning object version, and at once rows of both are imported: other nodes, still busy
 * with the learners, must not apply the rows before what they refer to. Through another node it may not be there yet,
 * which is counted and is no fault.
 */
export const freshReferences: Scenario = {
  name: 'fresh-references',
  promise: 'what refers to what has just been loaded reaches every node after it',
  async run(rig, { rounds: count }) {
    const tally = new Tally();
    const site = await rig.makeSite({ learners: 1, lovs: 1 });
    for (const round of rounds(Math.min(count, MOST_ROUNDS))) {
      const logins = Array.from({ length: LEARNERS }, (_, index) => `new-${round}-${index}`);
      const code = `new-${round}`;
      const row = (login: string | undefined, lovCode: string) => ({
        candidateLogin: login ?? '',
        sessionGuid: 'session',
        lovCode,
        timeSpent: round,
      });
      const learners = {
        learners: logins.map((login) => ({ login })),
        registrations: logins.map((learnerLogin) => ({ learnerLogin, sessionGuid: 'session' })),
      };
      const lov = { lovs: [{ guid: code, code, trainingGuids: ['training'] }] };
      const { 1: here, 2: elsewhere } = rig.servers;
      const words = [
        wordOf(await send<LoadAnswer>(here, site.key, loadOf(learners))),
        wordOf(await send<LoadAnswer>(here, site.key, loadOf(lov))),
        wordOf(await send<ImportAnswer>(here, site.key, importOf([row(loginOf(1), code)], 'REPLACE'))),
        wordOf(await send<ImportAnswer>(here, site.key, importOf([row(logins[0], 'L-1')], 'REPLACE'))),
      ];
      const last = await send<ImportAnswer>(
        elsewhere,
        site.key,
        importOf([row(logins[1], 'L-1')], 'REPLACE'),
      );
      tally.count('rounds');
      tally.count(`through another node: ${wordOf(last)}`);
      for (const word of words) if (word !== 'Success') tally.fault(`answers ${word}`, `round ${round}`);
    }
    if (!(await rig.cluster.isWholeInTime())) {
      tally.fault('nodes that have left the cluster');
      return tally.outcome();
    }
    const sql = 'SELECT * FROM consolidated_tracking WHERE site_id = ?';
    if ((await sameOnEveryNode(rig.cluster, sql, [site.id])) === undefined) tally.fault('nodes differ');
    return tally.outcome();
  },
};
