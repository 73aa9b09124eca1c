import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { MIGRATIONS } from '../../../src/data/migrations/all';
import { storedSchema } from '../../support/stored';
import { type Cluster, NODES, type Node } from '../cluster';
import { rounds, type Scenario, Tally } from '../scenario';
import { projectScript } from '../server-process';

/** Each makes a schema three times over, which takes its time. */
const MAX_ROUNDS = 10;
/** Longer than a migration takes that has nobody to wait for. */
const LATEST_KILL_MS = 2_500;

/** Three migrate at once; in every other round one of them is killed. */
export const migrations: Scenario = {
  name: 'migrations',
  promise: 'of three migrations through three nodes one is run, or what is left of it when it is killed',
  async run({ cluster }, { rounds: count, random }) {
    const tally = new Tally();
    let expected: Record<string, string> | undefined;
    for (const round of rounds(Math.min(count, MAX_ROUNDS))) {
      const database = `migrations_${round}`;
      await cluster.query(1, `CREATE DATABASE ${database}`);
      await cluster.settle();
      const killed = round % 2 === 0 ? random.one(NODES) : undefined;
      const ends = await Promise.all(
        NODES.map((node) =>
          migrate(
            rootUrl(cluster, node, database),
            node === killed ? random.whole(0, LATEST_KILL_MS) : undefined,
          ),
        ),
      );
      tally.count('rounds');
      for (const end of ends) {
        if (end === 0) tally.count('ended well');
        else if (end === null) tally.count('killed');
        else tally.fault('ended badly', `round ${round}`);
      }
      // Whose migration was killed did not wait for what the others wrote.
      await cluster.settle();
      for (const node of NODES) {
        const schema = await storedSchema({ kind: 'mysql', url: rootUrl(cluster, node, database) });
        if (schema['migrations run'] !== MIGRATIONS.map(({ name }) => name).join()) {
          tally.fault('migrations that were not run once', `round ${round}, node ${node}`);
        }
        expected ??= schema;
        if (JSON.stringify(schema) !== JSON.stringify(expected)) {
          tally.fault('schemas that differ', `round ${round}, node ${node}`);
        }
      }
      await cluster.query(1, `DROP DATABASE ${database}`);
    }
    return tally.outcome();
  },
};

function rootUrl(cluster: Cluster, node: Node, database: string): string {
  const [host = ''] = new URL(cluster.urlFrom(node).replace(/,[^/]*/, '')).host.split(',');
  return `mysql://root@${host}/${database}`;
}

/** Answers the exit code, or null where it was killed. */
async function migrate(url: string, killAfterMs: number | undefined): Promise<number | null> {
  const child = spawn(process.execPath, [projectScript('src/migrate.js')], {
    env: { PATH: process.env.PATH, DATABASE_URL: url },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  if (killAfterMs !== undefined) {
    await Promise.race([ended, pause(killAfterMs)]);
    child.kill('SIGKILL');
  }
  const [code] = await ended;
  return code as number | null;
}
