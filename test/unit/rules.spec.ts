import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { MESSAGES, PROBLEM_CODES } from '../../src/kernel/messages';

const ROOT = join(__dirname, '..', '..');
const RULES = 'docs/rules';
const IMPORT = `${RULES}/import.md`;
const FILES = `${RULES}/files.md`;
const CUSTOM_ACTIVITY = `${RULES}/custom-activity.md`;

interface Page {
  readonly text: string;
  readonly headings: readonly string[];
  /** The numbers of its checks, in the order of the page. */
  readonly checks: readonly number[];
}

const pages = new Map(
  readdirSync(join(ROOT, RULES)).map((name) => [
    `${RULES}/${name}`,
    pageOf(readFileSync(join(ROOT, RULES, name), 'utf8')),
  ]),
);

function pageOf(text: string): Page {
  const headings = [...text.matchAll(/^##+ (.+)$/gm)].map(([, heading]) => heading ?? '');
  const checks = headings.flatMap((heading) => /^Check (\d+): /.exec(heading)?.[1] ?? []).map(Number);
  return { text, headings, checks };
}

/** What a text cites of the rules, and nobody finds there: empty when all is well. */
function wrongCitations(file: string, text: string): string[] {
  const wrong: string[] = [];
  const say = (place: number, what: string) => wrong.push(`${file}:${lineOf(text, place)} ${what}`);

  for (const { index, 0: source } of text.matchAll(SOURCE)) {
    if (!source.includes(`${RULES}/`)) say(index, 'a source that is no page of the rules');
  }
  for (const { index, 0: cited, 1: name, 2: quoted = '' } of text.matchAll(NAMED)) {
    const page = pages.get(name ?? '');
    if (page === undefined) say(index, `no page ${name}`);
    else if (cited.endsWith(',')) say(index, 'a page without a heading or a check after its comma');
    for (const [, heading = ''] of quoted.matchAll(/"(.+?)"/g)) {
      if (page?.headings.includes(heading) === false) say(index, `no heading "${heading}" in ${name}`);
    }
  }
  for (const { index, 1: numbers = '' } of text.matchAll(NUMBERED)) {
    const name = pageNamedBefore(text, index) ?? pageOfFile(file);
    if (name === undefined) say(index, `check ${numbers} of which page?`);
    for (const number of listed(numbers)) {
      if (pages.get(name ?? '')?.checks.includes(number) === false)
        say(index, `no check ${number} in ${name}`);
    }
  }
  return wrong;
}

/** Between two words of a comment, which may stand in two lines. */
const GAP = String.raw`\s+(?:(?:\*|//)\s+)?`;
/** A sentence of a comment that says where a rule comes from. */
const SOURCE = new RegExp(String.raw`\bSource:${GAP}.*`, 'g');
/** A page of the rules, and headings of it. */
const NAMED = new RegExp(String.raw`(${RULES}/[\w-]+\.md)((?:,${GAP}"[^"]+")*),?(?!${GAP}checks? \d)`, 'g');
/** `check 7`, `checks 1–3, 5–7`, `Checks 8 to 10`, `checks 8, 10 and 11`, `rule 10`. */
const NUMBERED = new RegExp(
  String.raw`\b(?:check|rule)s?${GAP}(\d+(?:(?:,|–|-|${GAP}to|${GAP}and)(?:${GAP})?\d+)*)`,
  'gi',
);

function lineOf(text: string, place: number): number {
  return text.slice(0, place).split('\n').length;
}

/** The page that the same line names before the place. */
function pageNamedBefore(text: string, place: number): string | undefined {
  const before = text.slice(text.lastIndexOf('\n', place) + 1, place);
  return [...before.matchAll(NAMED)].at(-1)?.[1];
}

/** Where the operation is plain from the path, numbers do without the name of its page. */
function pageOfFile(file: string): string | undefined {
  if (/\bimport\b/.test(file)) return IMPORT;
  return /\bcustom-activity\b/.test(file) ? CUSTOM_ACTIVITY : undefined;
}

/** Every number of `1–3, 5 to 7 and 9`. */
function listed(numbers: string): number[] {
  return [...numbers.matchAll(/(\d+)(?:[\s*/]*(?:–|-|\bto\b)[\s*/]*(\d+))?/g)].flatMap(
    ([, first, last = first]) => {
      const from = Number(first);
      return Array.from({ length: Number(last) - from + 1 }, (_, more) => from + more);
    },
  );
}

describe('the rules that code and tests cite', () => {
  // This file cites what there is not.
  const files = ['src', 'test']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    )
    .filter((file) => file !== __filename);

  it('stand on their pages', () => {
    const wrong = files.flatMap((file) => wrongCitations(relative(ROOT, file), readFileSync(file, 'utf8')));
    expect(wrong).toEqual([]);
  });

  it('are as many as there are checks: every check is cited', () => {
    const cited = (page: string) =>
      files.flatMap((file) => {
        const text = readFileSync(file, 'utf8');
        const path = relative(ROOT, file);
        return [...text.matchAll(NUMBERED)].flatMap(({ index, 1: numbers = '' }) =>
          (pageNamedBefore(text, index) ?? pageOfFile(path)) === page ? listed(numbers) : [],
        );
      });
    for (const [name, { checks }] of pages) {
      expect([...new Set(cited(name))].sort((a, b) => a - b)).toEqual(checks);
    }
  });

  it.each([
    ['src/tracking-import/a.ts', '/** Check 12 */'],
    ['src/tracking-import/a.ts', '// rule 0'],
    ['test/api/import-a.spec.ts', "it('checks 1–3, 5–12')"],
    ['test/api/import-a.spec.ts', '// checks 8, 10 and 13'],
    ['test/api/import-a.spec.ts', ' * Of all the checks\n * 5 to 12.'],
    ['test/api/import-a.spec.ts', '// Of checks 1, 5 to\n// 12.'],
    ['src/custom-activity/a.ts', '/** Checks 2 to 8. */'],
    ['src/kernel/a.ts', '// check 1'],
    ['src/kernel/a.ts', '// docs/rules/import.md, check 12'],
    ['src/kernel/a.ts', '// docs/rules/custom-activity.md, check 8'],
    ['src/custom-activity/a.ts', '// docs/rules/import.md, "Rich content"'],
    ['src/kernel/a.ts', '// docs/rules/import.md, "Dates", "Zones"'],
    ['src/kernel/a.ts', '// docs/rules/import.md, Dates'],
    ['src/kernel/a.ts', '// docs/rules/exports.md'],
    ['src/tracking-import/a.ts', ' * Source: consolidated-tracking.md, "Formats".'],
    ['src/tracking-import/a.ts', ' * All of it. Source: the\n * page.'],
  ])('are found missing where they are: %s %j', (file, text) => {
    expect(wrongCitations(file, text)).toHaveLength(1);
  });

  it.each([
    ['src/tracking-import/a.ts', '/** Check 11, rule 8 and checks 5 to 7 */'],
    ['src/custom-activity/a.ts', '// as docs/rules/import.md, check 11'],
    ['src/kernel/a.ts', '// docs/rules/import.md, "Write modes", checks 8 to 11'],
    ['src/kernel/a.ts', ' * Source: docs/rules/import.md,\n * "Dates".'],
    ['src/data/a.ts', 'const dataSource: DataSource = resource;'],
  ])('are found where they are: %s %j', (file, text) => {
    expect(wrongCitations(file, text)).toEqual([]);
  });
});

describe.each([...pages])('%s', (_name, { text, headings, checks }) => {
  it('numbers its checks from 1, and has no heading twice', () => {
    expect(checks).toEqual(checks.map((_, index) => index + 1));
    expect(new Set(headings).size).toBe(headings.length);
  });

  it('names no code that there is not', () => {
    const places = ['schema/schema.graphql', 'src/config.ts', 'src/kernel/errors.ts'];
    const known = new Set(places.flatMap((file) => codesIn(readFileSync(join(ROOT, file), 'utf8'))));
    expect(codesIn(text).filter((code) => !known.has(code))).toEqual([]);
  });
});

/** Codes, values of enums, variables of the environment. */
function codesIn(text: string): string[] {
  return text.match(/\b[A-Z]+(?:_[A-Z\d]+)+\b/g) ?? [];
}

it('README links to them where it says what the server is', () => {
  const [, , introduction = ''] = readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n');
  for (const name of pages.keys()) expect(introduction).toContain(`](${name})`);
});

it('docs/rules/files.md names every code of import jobs that is not one of rows', () => {
  const operations = ['importJob', 'cancelImportJob', 'retryImportJob', 'undoImportJob'];
  const isOf = (code: (typeof PROBLEM_CODES)[number], ...wanted: readonly string[]) =>
    MESSAGES[code].operations.some((operation) => wanted.includes(operation));
  const codes = PROBLEM_CODES.filter(
    (code) => isOf(code, ...operations) && !isOf(code, 'importConsolidatedTracking'),
  );
  expect(codes.length).toBeGreaterThan(30);
  const told = `${pages.get(FILES)?.text}${pages.get(IMPORT)?.text}`;
  expect(codes.filter((code) => !told.includes(`\`${code}\``))).toEqual([]);
});

describe.each([
  [IMPORT, 'importConsolidatedTracking'],
  [CUSTOM_ACTIVITY, 'updateCustomActivity'],
])('%s', (name, operation) => {
  it('has checks', () => {
    expect(pages.get(name)?.checks.length).toBeGreaterThan(0);
  });

  it(`names every code of ${operation}`, () => {
    // Those of every operation with a key are told on one page.
    const shared = name === IMPORT ? '' : (pages.get(IMPORT)?.text ?? '');
    const told = `${pages.get(name)?.text}${shared}`;
    const codes = PROBLEM_CODES.filter((code) =>
      (MESSAGES[code].operations as readonly string[]).includes(operation),
    );
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => !told.includes(`\`${code}\``))).toEqual([]);
  });
});
