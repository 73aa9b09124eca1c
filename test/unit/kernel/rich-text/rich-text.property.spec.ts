import fc from 'fast-check';
import { readRichText } from '../../../support/read-rich-text';
import { faultsOf, textOf } from '../../../support/rich-text-judge';

const TEXTS = fc.oneof(
  fc.constantFrom(
    'a',
    ' ',
    '\n',
    'é',
    '😀',
    '& ',
    '&amp;',
    '&lt;',
    '&nbsp;',
    '&eacute;',
    '"',
    "'",
    '>',
    'javascript:',
    'a&b ',
  ),
  fc.string({ maxLength: 5 }).map((text) => text.replace(/[<&]/g, '').replace(/\p{Cc}/gu, '')),
);
const VALUES = fc.oneof(
  TEXTS,
  fc.constantFrom(
    'https://x.org/?a=1&b=2',
    'http://x.org',
    'mailto:a@x.org',
    'tel:1',
    '/x',
    '//x.org',
    'javascript:alert(1)',
    'java&#10;script:x',
    'data:image/png;base64,AA',
    '_blank',
    'x<b>y',
    '2',
    '',
  ),
);
const ATTRIBUTES = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom(
        'href',
        'src',
        'title',
        'alt',
        'target',
        'rel',
        'lang',
        'dir',
        'class',
        'style',
        'onclick',
        'start',
        'colspan',
        'scope',
        'xlink:href',
        'id',
      ),
      VALUES,
      fc.constantFrom('"', "'"),
    ),
    { selector: ([name]) => name, maxLength: 4 },
  )
  .map((all) =>
    all.map(([name, value, quote]) => ` ${name}=${quote}${value.replaceAll(quote, '')}${quote}`).join(''),
  );
const VOID = fc.tuple(
  fc.constantFrom('br', 'hr', 'img', 'col', 'input', 'link'),
  ATTRIBUTES,
  fc.constantFrom('>', '/>', ' />'),
);
const { FRAGMENT } = fc.letrec<{ FRAGMENT: string; ELEMENT: string }>((tie) => ({
  FRAGMENT: fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: TEXTS },
        { weight: 1, arbitrary: VOID.map((parts) => `<${parts[0]}${parts[1]}${parts[2]}`) },
        { weight: 1, arbitrary: fc.constantFrom('<!-- c -->', '<script>a < b</script>', '<svg><g/></svg>') },
        { weight: 4, arbitrary: tie('ELEMENT') },
      ),
      { maxLength: 4, depthIdentifier: 'fragment' },
    )
    .map((parts) => parts.join('')),
  ELEMENT: fc.oneof(
    { depthIdentifier: 'fragment', maxDepth: 4 },
    fc.constant('x'),
    fc
      .tuple(
        fc.constantFrom(
          ...[
            'div',
            'span',
            'p',
            'b',
            'i',
            'ul',
            'ol',
            'li',
            'a',
            'table',
            'tr',
            'td',
            'pre',
            'h1',
            'dl',
            'dd',
            'P',
          ],
          ...[
            'font',
            'section',
            'form',
            'button',
            'svg',
            'math',
            'style',
            'template',
            'noscript',
            'select',
            'title',
          ],
        ),
        ATTRIBUTES,
        tie('FRAGMENT'),
      )
      .map(([tag, attributes, content]) => `<${tag}${attributes}>${content}</${tag}>`),
  ),
}));
const SOUP = fc
  .array(
    fc.oneof(
      TEXTS,
      fc.constantFrom(
        ...['<p>', '</p>', '<b>', '</b>', '<svg>', '</svg>', '<math>', '</math>', '<style>', '</style>'],
      ),
      fc.constantFrom(
        ...['<mtext>', '</mtext>', '<noscript>', '</noscript>', '<template>', '</template>', '<!--', '-->'],
      ),
      fc.constantFrom(
        ...[
          '<img src=x onerror=alert(1)>',
          '<a title="',
          '">',
          "<a title='",
          "'>",
          '</a>',
          '<title>',
          '</title>',
        ],
      ),
      fc.constantFrom(
        ...[
          '<textarea>',
          '</textarea>',
          '<select>',
          '</select>',
          '<table>',
          '</table>',
          '<',
          '</',
          '<!',
          '/>',
          '&',
          '&foo;',
        ],
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** A target, `<` or `>` in the value of an attribute, `<` as text. */
const REASON = /target=|=\s*(?:"[^"]*[<>]|'[^']*[<>])|<(?![a-z/!?])/i;

describe('properties', () => {
  test('whatever is sent: safe, stable, and nothing named means nothing lost', () => {
    const seen = { clean: 0, unchanged: 0, stripped: 0, invalid: 0, empty: 0, tooLong: 0 };
    fc.assert(
      fc.property(fc.oneof(FRAGMENT, FRAGMENT, SOUP), (text) => {
        const result = readRichText(text);
        seen[result.kind] += 1;
        if (result.kind !== 'clean') return;
        expect(faultsOf(result.html)).toEqual([]);
        expect(readRichText(result.html)).toEqual({ kind: 'clean', html: result.html, stripped: [] });
        if (result.html === text) seen.unchanged += 1;
        if (result.stripped.length > 0) seen.stripped += 1;
        else expect(textOf(result.html)).toBe(textOf(text));
        // What is changed has a reason: something removed, the rel of a target, or what is escaped.
        if (result.html !== text && result.stripped.length === 0) expect(text).toMatch(REASON);
      }),
      { numRuns: 3000 },
    );
    // The generator reaches every road often enough to say something.
    expect(Math.min(seen.unchanged, seen.stripped, seen.invalid)).toBeGreaterThan(100);
  });

  test('a text of allowed, well-nested elements comes back byte-equal', () => {
    const allowed = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 6, withCrossShrink: true },
        TEXTS,
        fc
          .tuple(
            fc.constantFrom('div', 'span', 'b', 'em', 'blockquote', 'sub', 'code'),
            fc.array(tie('node'), { maxLength: 3 }),
          )
          .map(([tag, content]) => `<${tag} lang='en'>${content.join('')}</${tag}>`),
      ),
    })).node;
    fc.assert(
      fc.property(allowed, (text) => {
        const sent = `x${text}`;
        expect(readRichText(sent)).toEqual({ kind: 'clean', html: sent, stripped: [] });
      }),
      { numRuns: 1000 },
    );
  });
});
