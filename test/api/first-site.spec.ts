import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Api, apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { present } from '../support/present';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'first-site.md'), 'utf8');

/** The calls to paste, in the order of the page. */
const CALLS = [...PAGE.matchAll(/<!-- call: (.+) -->\n```sh\n.*<<'JSON'\n([\s\S]*?)\nJSON\n```/g)].map(
  ([, name, request]) => ({ name: present(name), ...JSON.parse(present(request)) }),
);
const [, READ] = present(/<!-- query: read -->\n```graphql\n([\s\S]*?)```/.exec(PAGE));

interface Answered {
  readonly __typename: string;
  readonly problems: readonly unknown[];
}

describe.each(DATABASE_KINDS)('the page for the first site on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  afterAll(() => test.drop());

  it('leads from nothing to the first import and the first update, however often it is followed', async () => {
    expect(CALLS.map(({ name }) => name)).toEqual(['load', 'import', 'create', 'update']);
    for (const times of [1, 2]) {
      for (const { name, query, variables } of CALLS) {
        const [answered] = Object.values(await api.run<Record<string, Answered>>(query, variables));
        expect({ times, name, ...answered }).toMatchObject({
          __typename: expect.stringMatching(/Success$/),
          problems: [],
        });
      }
    }
    const read = await api.run<Record<string, unknown>>(present(READ));
    const theory = { lov: { code: 'theory' } };
    expect(read).toEqual({
      registrations: {
        nodes: [
          {
            learner: { login: 'ada' },
            totals: { status: 'COMPLETED', progression: 100 },
            tracking: { nodes: [{ ...theory, status: 'COMPLETED', progression: 100, score: 80 }] },
          },
          {
            learner: { login: 'bob' },
            totals: { status: 'IN_PROGRESS', progression: 40 },
            tracking: { nodes: [{ ...theory, status: 'INCOMPLETE', progression: 40, score: null }] },
          },
        ],
      },
      customActivity: {
        title: 'Use the extinguisher safely',
        maxScore: 10,
        participants: {
          nodes: [
            { learner: { login: 'ada' }, status: 'NOT_STARTED' },
            { learner: { login: 'bob' }, status: 'NOT_STARTED' },
          ],
        },
      },
    });
  });
});
