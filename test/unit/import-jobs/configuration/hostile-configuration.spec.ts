import { readConfiguration } from '../../../../src/import-jobs/configuration/read-configuration';
import type { Problem } from '../../../../src/kernel/problem';

const ACTIONS = '<actions><createOrUpdateConsolidatedTrackingAction/></actions>';
const MEBIBYTE = 1_048_576;

function problemsOf(text: string): readonly Problem[] {
  const read = readConfiguration(text);
  return 'problems' in read ? read.problems : [];
}

/** The one problem of a text that is no configuration. */
function refused(text: string): Problem {
  const [found, ...others] = problemsOf(text);
  expect(others).toEqual([]);
  if (found === undefined) throw new Error('It was taken.');
  expect(found).toMatchObject({ code: 'CONFIG_INVALID', path: [] });
  expect(found.message.length).toBeLessThan(300);
  return found;
}

const padded = (bytes: number) => `${ACTIONS}${' '.repeat(bytes - ACTIONS.length)}`;

describe('hostile XML', () => {
  it.each([
    ['a DOCTYPE', `<!DOCTYPE actions>${ACTIONS}`, 'line 1, column 1'],
    [
      'a DOCTYPE behind a comment',
      `<!-- x -->\n <!DOCTYPE actions [<!ELEMENT actions ANY>]>${ACTIONS}`,
      'line 2, column 2',
    ],
    [
      'an external entity',
      `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><actions>&x;</actions>`,
      'line 1, column 1',
    ],
    [
      'nested entities',
      `<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><actions>&z;</actions>`,
      'line 1, column 1',
    ],
    ['an entity that nobody declared', '<actions>\n  &x;</actions>', 'line 2, column'],
    ['depth 10,000', '<a>'.repeat(10_000), 'line 1, column'],
    [
      '100,000 attributes',
      `<actions ${Array.from({ length: 100_000 }, (_, index) => `a${index}=""`).join(' ')}/>`,
      'line 1, column',
    ],
    ['100,000 elements', `<actions>${'<a/>'.repeat(100_000)}</actions>`, 'line 1, column'],
    ['NUL', '<actions>\n\0</actions>', 'line 2, column 1'],
    ['NUL at the beginning', '\0<actions/>', 'line 1, column 1'],
    ['cut off within a tag', '<actions>\n<createOrUp', 'line 2, column'],
    ['cut off within an element', '<actions>', 'line 1, column'],
    ['cut off within a DOCTYPE', '<!DOCTYPE a [', 'line 1, column'],
    ['two roots', `${ACTIONS}\n${ACTIONS}`, 'line 2, column'],
    ['text behind the root', `${ACTIONS}\nmore`, 'line 2, column'],
    ['an end without a beginning', '<actions></action></actions>', 'line 1, column'],
    ['an attribute twice', '<actions a="" a=""/>', 'line 1, column'],
    ['half of a surrogate pair', '<actions>\ud800</actions>', 'line 1, column'],
    ['1 MiB and one byte', padded(MEBIBYTE + 1), 'line 1, column 1'],
    ['1 MiB of one tag', `<${'a'.repeat(MEBIBYTE - 1)}`, 'line 1, column'],
    ['a page of HTML', '<!doctype html><html></html>', 'line 1, column'],
    ['nothing', '', 'line 1, column 1'],
    ['blanks', ' \n\t', 'line 1, column 1'],
    ['UTF-16 read as another encoding', [...ACTIONS].join('\0'), 'line 1, column'],
  ])('%s', (_, text, place) => {
    expect(refused(text).message).toContain(place);
  });

  it('is not told apart by what it would have fetched', () => {
    expect(refused(`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a/>`).message).not.toContain(
      'passwd',
    );
  });

  it.each([
    ['XML', `${'<a>'.repeat(40)}${'</a>'.repeat(40)}`],
    ['JSON', `${'{"a":'.repeat(40)}{}${'}'.repeat(40)}`],
  ])('nests no deeper than anybody writes: %s', (_, text) => {
    expect(refused(text).message).toContain('nests deeper');
  });

  it('is told with the places of many problems in little time', () => {
    const text = `${'\n'.repeat(MEBIBYTE - 2_000)}${ACTIONS.replace('</actions>', `${'<x/>'.repeat(400)}</actions>`)}`;
    const problems = problemsOf(text);
    expect(problems).toHaveLength(50);
    expect(problems[0]?.message).toContain(`line ${MEBIBYTE - 2_000 + 1}, column 53)`);
  });

  it('repeats little of what it holds', () => {
    const [found] = problemsOf(`<actions><${'a'.repeat(100_000)}/></actions>`);
    expect(JSON.stringify(found).length).toBeLessThan(1_000);
  });

  it('counts no byte order mark among the columns', () => {
    const [found] = problemsOf('\ufeff<actions><x/></actions>');
    expect(found?.message).toContain('line 1, column 10)');
  });

  it('is taken at 1 MiB', () => {
    expect(problemsOf(padded(MEBIBYTE))).toEqual([]);
  });

  it('counts bytes, not characters', () => {
    const text = `<!--${'€'.repeat(MEBIBYTE / 3)}-->${ACTIONS}`;
    expect(text.length).toBeLessThan(MEBIBYTE / 2);
    refused(text);
  });

  it('counts columns in characters', () => {
    expect(refused('<actions>😀😀\0</actions>').message).toContain('line 1, column 12)');
  });

  it('takes up to 100 attributes on each of many elements', () => {
    const attributes = Array.from({ length: 100 }, (_, index) => `a${index}=""`).join(' ');
    const text = `<actions ${attributes}><createOrUpdateConsolidatedTrackingAction ${attributes}/></actions>`;
    expect(problemsOf(text)).toEqual([]);
  });
});

describe('hostile JSON', () => {
  it.each([
    ['cut off', '{"actions":\n {', 'line 2, column'],
    ['a comma too many', '{"actions": {},\n}', 'line 2, column 1'],
    ['a comment', '{"actions": {} // note\n}', 'line 1, column 16'],
    ['a list', '[]', 'line 1, column 1'],
    ['a number', '5', 'line 1, column 1'],
    ['a text', '"actions"', 'line 1, column 1'],
    ['no JSON', 'actions', 'line 1, column 1'],
    ['two documents', '{"actions": {}}\n{}', 'line 2, column 1'],
    ['single quotes', "{'actions': {}}", 'line 1, column 2'],
    ['a control character', '{"actions": "\u0001"}', 'line 1, column'],
    ['depth 10,000', '{"a":'.repeat(10_000), 'line 1, column'],
    ['lists to depth 10,000', `{"import-config": {"import": ${'['.repeat(10_000)}`, 'line 1, column'],
    [
      '100,000 members',
      `{${Array.from({ length: 100_000 }, (_, index) => `"a${index}":1`).join(',')}}`,
      'line 1, column',
    ],
    ['a list where none belongs', '{"actions": []}', 'line 1, column 13'],
    ['a list in a list', '{"import-config": {"import": [[]]}}', 'line 1, column'],
    [
      'a list of other things than names',
      '{"actions": {"createOrUpdateConsolidatedTrackingAction": {"fields": [1]}}}',
      'line 1, column 70',
    ],
  ])('%s', (_, text, place) => {
    expect(refused(text).message).toContain(place);
  });

  it('with a member twice is told, as an element would be', () => {
    const text = '{"actions": {}, "actions": {"createOrUpdateConsolidatedTrackingAction": {}}}';
    expect(problemsOf(text).map(({ code }) => code)).toContain('CONFIG_ELEMENT_REPEATED');
  });

  it.each(['__proto__', 'constructor', 'toString'])('with a member %s is told', (name) => {
    expect(problemsOf(`{"${name}": {}}`).map(({ code }) => code)).toEqual(['CONFIG_ELEMENT_UNKNOWN']);
  });
});
