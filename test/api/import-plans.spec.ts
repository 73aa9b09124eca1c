/**
 * How databases find the rows that an import names: each by an index, however large the tables are. A statement that
 * reads a whole table is fast as long as tables are small, and so no other test shows it.
 */
import { UNREAD } from '../../src/data/cells';
import { apiOn } from '../support/api';
import { classRow, classWorld } from '../support/class-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { importRows } from '../support/import-cases';
import { storeWorld } from '../support/world';

describe.each(DATABASE_KINDS)('the statements of an import on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await storeWorld(test, classWorld({ learners: 500, lovs: 200 }));
    await importRows(
      apiOn(test),
      Array.from({ length: 500 }, (_, index) => classRow(index + 1)),
    );
  });
  afterAll(() => test.drop());

  it('find every row by an index', async () => {
    const watched = test.watch();
    await importRows(apiOn(test), [
      {
        ...classRow(1, 2),
        candidateLogin: 'learner-1',
        candidateEmail: 'learner-1@example.org',
        lovCode: 'L-2',
      },
      { ...classRow(2), sessionId: 1, trainingGuid: 'training-1', trainingId: 1, trainingPathCode: 'T-1' },
      { ...classRow(3), sessionGuid: null, sessionTitle: 'Session', trainingPathCode: 'T-1' },
      { ...classRow(4), trackingStatus: 'notAttempted' },
    ]);
    const lookUps = watched.filter((sql) => /^\s*(SELECT|DELETE)\b/.test(sql));
    const found: Record<string, string> = {};
    for (const sql of lookUps) {
      for (const { table, by } of await plan(sql)) found[`${table} by ${by}`] = sql;
    }
    const names = Object.keys(found).sort();
    expect(names.filter((name) => name.endsWith(' by nothing'))).toEqual([]);
    // Else the plans were not understood.
    expect(new Set(names.map((name) => name.split(' ')[0]))).toEqual(
      new Set([
        'learner',
        'learning_object_version',
        'session',
        'training',
        'training_lov',
        'registration',
        'consolidated_tracking',
        'write_mark',
      ]),
    );
  });

  /** The tables of a statement, and the index that rows of each are found by. */
  async function plan(sql: string): Promise<{ readonly table: string; readonly by: string }[]> {
    const named = new Map(
      [...sql.matchAll(/(?:JOIN|FROM) (\w+) (\w)\b/g)].map(([, table = '', alias = '']) => [alias, table]),
    );
    const values =
      sql.match(/\?/g)?.map((_, place) => {
        if (place === 0 && /json/i.test(sql)) return '[[1,1,1]]';
        // Ids of marks are texts, which no index finds by a number.
        return /FROM write_mark/.test(sql) ? 'clock' : 1;
      }) ?? [];
    // By itself MySQL draws a tree.
    const explain = { sqlite: 'EXPLAIN QUERY PLAN', mariadb: 'EXPLAIN', mysql: 'EXPLAIN FORMAT=TRADITIONAL' }[
      kind.kind
    ];
    type Step = { readonly detail: string; readonly table: string | null; readonly key: string | null };
    const steps = (await test.database.transaction(({ query }) =>
      query(`${explain} ${sql}`, values, UNREAD),
    )) as Step[];
    return steps.flatMap(({ detail, table, key }) => {
      const alias =
        kind.kind === 'sqlite' ? (/^(?:SEARCH|SCAN) (\w+)/.exec(detail)?.[1] ?? '') : (table ?? '');
      const name = named.get(alias) ?? alias;
      if (['', 'k', 'json_each', 'CONSTANT'].includes(name)) return [];
      const index =
        kind.kind === 'sqlite'
          ? /^SEARCH .* USING (.*INDEX \w+|INTEGER PRIMARY KEY|PRIMARY KEY)/.exec(detail)?.[1]
          : key;
      return [{ table: name, by: index ?? 'nothing' }];
    });
  }
});
