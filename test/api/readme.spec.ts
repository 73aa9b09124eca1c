import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAcademy } from '../../examples/reference-data/load-academy';
import { apiOn } from '../support/api';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';

const ROOT = join(__dirname, '..', '..');
const PAGES = ['README.md', join('docs', 'partners.md')].map((page) =>
  readFileSync(join(ROOT, page), 'utf8'),
);

/** A call to paste, and the answer below it. */
const EXAMPLE =
  /<!-- example: (.+) -->\n```sh\n.*<<'JSON'\n([\s\S]*?)\nJSON\n```\n\n```json\n([\s\S]*?)\n```/g;

const examples = [...PAGES.join('\n').matchAll(EXAMPLE)].map(([, name, request, answer]) => ({
  name,
  request: JSON.parse(request ?? ''),
  answer: JSON.parse(answer ?? ''),
}));

describe.each(DATABASE_KINDS)('the pages for partners on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await test.database.transaction((tx) => loadAcademy(tx, 1));
  });
  afterAll(() => test.drop());

  it('shows of each mutation a call that works and one that fails', () => {
    expect(examples.map((example) => example.name)).toEqual([
      'first call',
      'failing call',
      'first update',
      'failing update',
    ]);
  });

  it.each(examples)('tells the truth about the $name', async ({ request, answer }) => {
    const data = await apiOn(test).run(request.query, request.variables);
    expect({ data }).toEqual(answer);
  });
});
