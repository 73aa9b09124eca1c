import { StartupError } from '../../src/startup-error';
import { isSuccess, type LoadAnswer, loadOf, send } from './api';
import { type Cluster, NODES, type Node } from './cluster';
import { runProjectScript, ServerProcess } from './server-process';

/** A site with a course in it, and a key that may do everything there. */
export interface Site {
  readonly id: number;
  readonly key: string;
  /** Ids, and those of their grades. */
  readonly scales: readonly { readonly id: number; readonly gradeIds: readonly number[] }[];
}

export interface SiteSize {
  readonly learners: number;
  readonly lovs: number;
}

export const COURSE = { courseSyncKey: 'course', userSyncKey: 'editor' } as const;
export const OBJECTIVES = ['objective-1', 'objective-2', 'objective-3'] as const;
const SCALES = ['Scale 1', 'Scale 2'] as const;
const GRADES = ['Well', 'Fairly', 'Badly'] as const;

export const loginOf = (learner: number) => `learner-${learner}`;

/** The cells that name a row: a learner and a learning object version of the site, by their numbers from 1. */
export function rowKey(learner: number, lov: number) {
  return { candidateLogin: loginOf(learner), sessionGuid: 'session', lovCode: `L-${lov}` };
}

/** One server of the project for each node of the cluster, which it has first in its DATABASE_URL. */
export class Rig {
  readonly cluster: Cluster;
  readonly servers: Readonly<Record<Node, ServerProcess>>;
  readonly folder: string;
  readonly #others: ServerProcess[] = [];
  #sites = 0;

  private constructor(cluster: Cluster, folder: string, environment: Readonly<Record<string, string>>) {
    this.cluster = cluster;
    this.folder = folder;
    const serverOn = (node: Node) =>
      new ServerProcess(`server-${node}`, folder, { ...environment, DATABASE_URL: cluster.urlFrom(node) });
    this.servers = { 1: serverOn(1), 2: serverOn(2), 3: serverOn(3) };
  }

  static async start(
    cluster: Cluster,
    folder: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<Rig> {
    const rig = new Rig(cluster, folder, environment);
    await runProjectScript('src/migrate.js', [], { DATABASE_URL: cluster.urlFrom(1) });
    await rig.#makeKey(1);
    for (const server of rig.allServers()) await server.start();
    return rig;
  }

  allServers(): ServerProcess[] {
    return NODES.map((node) => this.servers[node]);
  }

  /** In peace, all at once. */
  async restartServers(): Promise<void> {
    await Promise.all(
      this.allServers().map(async (server) => {
        await server.stop();
        await server.start();
      }),
    );
  }

  /** One more, with settings of its own. */
  async serverOn(
    node: Node,
    name: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<ServerProcess> {
    const server = new ServerProcess(name, this.folder, {
      ...environment,
      DATABASE_URL: this.cluster.urlFrom(node),
    });
    this.#others.push(server);
    await server.start();
    return server;
  }

  /** A key alone: the site is there when something is loaded into it. */
  async makeEmptySite(): Promise<Site> {
    this.#sites += 1;
    return { id: this.#sites, key: await this.#makeKey(this.#sites), scales: [] };
  }

  /** Every scenario has a site of its own, and finds nothing there but what it has written. */
  async makeSite({ learners, lovs }: SiteSize): Promise<Site> {
    const { id, key } = await this.makeEmptySite();
    const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
    const reply = await send<LoadAnswer>(
      this.servers[1],
      key,
      loadOf({
        organisations: [{ syncKey: 'organisation', name: 'Organisation' }],
        learners: numbers(learners).map((learner) => ({ login: loginOf(learner) })),
        trainings: [
          {
            guid: 'training',
            title: 'Training',
            syncKey: COURSE.courseSyncKey,
            organisationSyncKey: 'organisation',
          },
        ],
        sessions: [{ guid: 'session', trainingGuid: 'training', title: 'Session' }],
        lovs: numbers(lovs).map((lov) => ({
          guid: `lov-${lov}`,
          code: `L-${lov}`,
          trainingGuids: ['training'],
        })),
        registrations: numbers(learners).map((learner) => ({
          learnerLogin: loginOf(learner),
          sessionGuid: 'session',
        })),
      }),
    );
    if (reply.kind !== 'data' || !isSuccess(reply.data)) {
      throw new StartupError(`The site cannot be filled: ${JSON.stringify(reply)}`);
    }
    return { id, key, scales: await this.#addCourseData(id) };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.allServers(), ...this.#others].map((server) => server.kill()));
  }

  async #makeKey(siteId: number): Promise<string> {
    const scopes = 'tracking:import,tracking:read,activity:update,activity:read,reference:write';
    const words = ['create', '--name', 'cluster', '--scopes', scopes, '--any-user', '--site', String(siteId)];
    return runProjectScript('src/keys.js', words, { DATABASE_URL: this.cluster.urlFrom(1) });
  }

  /** What the API does not load: who may edit the course, scales, learning objectives. */
  async #addCourseData(siteId: number): Promise<Site['scales']> {
    const insert = async (table: string, rows: readonly Readonly<Record<string, string | number>>[]) => {
      for (const row of rows) {
        const columns = ['site_id', ...Object.keys(row)];
        await this.cluster.query(
          1,
          `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
          [siteId, ...Object.values(row)],
        );
      }
    };
    const idsOf = async (table: string) => {
      const sql = `SELECT id FROM ${table} WHERE site_id = ? ORDER BY id`;
      return (await this.cluster.query<{ id: number }>(1, sql, [siteId])).map(({ id }) => id);
    };
    await insert('user', [{ sync_key: COURSE.userSyncKey, is_external: 0, is_deleted: 0 }]);
    const [[userId = 0], [organisationId = 0]] = [await idsOf('user'), await idsOf('organisation')];
    await insert('organisation_grant', [{ user_id: userId, organisation_id: organisationId }]);
    await this.cluster.query(1, 'UPDATE training SET objectives_enabled = 1 WHERE site_id = ?', [siteId]);
    await insert(
      'learning_objective',
      OBJECTIVES.map((name) => ({
        unique_id: name,
        unique_id_folded: name,
        title: name,
        title_folded: name,
        is_published: 1,
        is_leaf: 1,
      })),
    );
    await insert(
      'assessment_scale',
      SCALES.map((title) => ({ title })),
    );
    const scales: { readonly id: number; readonly gradeIds: readonly number[] }[] = [];
    for (const id of await idsOf('assessment_scale')) {
      await insert(
        'assessment_grade',
        GRADES.map((title, position) => ({ scale_id: id, title, position })),
      );
      const sql = 'SELECT id FROM assessment_grade WHERE site_id = ? AND scale_id = ? ORDER BY position';
      const grades = await this.cluster.query<{ id: number }>(1, sql, [siteId, id]);
      scales.push({ id, gradeIds: grades.map((grade) => grade.id) });
    }
    await this.cluster.settle();
    return scales;
  }
}
