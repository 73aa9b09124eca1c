/**
 * Fragments of rich content of which it is known, by the way they are put together, what becomes of them. Nothing
 * here reads HTML.
 */
import fc from 'fast-check';
import { type Content, MOST_BYTES } from './rich-content';

/** A text and what it is. */
export interface KnownContent {
  readonly sent: string;
  readonly content: Content;
}

/**
 * A part of a text, complete in itself. A text that needs no change is stored byte for byte; one that does is stored
 * as its parts are rewritten.
 *
 * Open: how what needs no change itself is written beside what does; here it is as the sanitiser writes it.
 */
interface Part {
  readonly sent: string;
  readonly rewritten: string;
  readonly needsChange: boolean;
  readonly isStripped: boolean;
}

const asSent = (html: string): Part => same(html, html);

const same = (sent: string, rewritten: string): Part => ({
  ...{ sent, rewritten },
  needsChange: false,
  isStripped: false,
});

const changed = (sent: string, rewritten: string): Part => ({ ...same(sent, rewritten), needsChange: true });

const stripped = (sent: string, rewritten: string): Part => ({
  ...changed(sent, rewritten),
  isStripped: true,
});

function joined(parts: readonly Part[]): Part {
  return {
    sent: parts.map((each) => each.sent).join(''),
    rewritten: parts.map((each) => each.rewritten).join(''),
    needsChange: parts.some((each) => each.needsChange),
    isStripped: parts.some((each) => each.isStripped),
  };
}

/** Between a start and an end that hold nothing to change. */
function between(before: string, inner: Part, after: string): Part {
  return joined([written(before), inner, written(after)]);
}

/** Elements without an end are closed by the sanitiser. */
function written(html: string): Part {
  return same(html, html.replace(/<(br|hr|col|img)\b([^<>]*)>/g, '<$1$2 />'));
}

// ---------- text ----------

/** Each shows something. A bare `&`, and `<` before a blank or digit, are text. */
const TEXT: readonly Part[] = [
  asSent('Read chapter one'),
  asSent('Zo\u00eb \u4f60\u597d \u{1f600}'),
  asSent('a &lt; b &amp; c'),
  same('fish & chips', 'fish &amp; chips'),
  changed('x < 5', 'x &lt; 5'),
  changed('x <5', 'x &lt;5'),
  same('1 > 0', '1 &gt; 0'),
  same('caf&eacute;', 'caf\u00e9'),
  same('&#65;&#x42;', 'AB'),
];

// ---------- inline ----------

const FORMATS: readonly string[] = [
  ...['span', 'strong', 'b', 'em', 'i', 'u', 's', 'sub', 'sup', 'code'],
  ...['mark', 'del', 'ins', 'kbd', 'samp', 'var', 'small', 'abbr', 'cite', 'q'],
];

const NEW_WINDOW = '<a href="https://example.org/" target="_blank"';

/** Without a link, so that they may stand in one. */
const PLAIN_INLINE: readonly Part[] = [
  ...FORMATS.map((tag) => asSent(`<${tag}>word</${tag}>`)),
  same('<B>word</B>', '<b>word</b>'),
  written('one<br>two'),
  same('one<br/>two', 'one<br />two'),
  written('<img src="https://example.org/a.png" alt="A" width="10" height="20">'),
  asSent('<span lang="fr" dir="ltr">mot</span>'),
];

const LINKS: readonly Part[] = [
  asSent('<a href="https://example.org/a?b=1&amp;c=2" title="More">more</a>'),
  asSent('<a href="http://example.org/">more</a>'),
  asSent('<a href="mailto:ada@example.org">write</a>'),
  asSent('<a href="tel:+4712345678">call</a>'),
  changed(`${NEW_WINDOW}>more</a>`, `${NEW_WINDOW} rel="noopener noreferrer">more</a>`),
  changed(
    '<a href="https://example.org/" title="1 < 2 > 0">more</a>',
    '<a href="https://example.org/" title="1 &lt; 2 &gt; 0">more</a>',
  ),
  same(
    "<a href='https://example.org/' title='a \"b\"'>m</a>",
    '<a href="https://example.org/" title="a &quot;b&quot;">m</a>',
  ),
];

/**
 * What is not allowed is removed. Here are only cases in which the rules say what stays: attributes go from their
 * element, scripts and styles go with their content, elements without content just go, MathML leaves its words.
 *
 * Open: a link whose address is refused stays, without the address.
 */
const STRIPPED_INLINE: readonly Part[] = [
  stripped('<b class="x">word</b>', '<b>word</b>'),
  stripped('<span id="x" style="color:red">word</span>', '<span>word</span>'),
  stripped('<em onclick="go()">word</em>', '<em>word</em>'),
  stripped('word<!-- note -->', 'word'),
  stripped('word<script>alert(1)</script>', 'word'),
  stripped('word<style>b { color: red }</style>', 'word'),
  stripped('word<iframe src="https://example.org/"></iframe>', 'word'),
  stripped('word<input type="text">', 'word'),
  stripped('word<object></object>', 'word'),
  stripped('word<embed src="https://example.org/">', 'word'),
  stripped('word<svg></svg>', 'word'),
  stripped('<math><mi>x</mi><mo>=</mo><mn>1</mn></math>', 'x=1'),
];

const STRIPPED_LINKS: readonly Part[] = [
  stripped('<a href="javascript:alert(1)">more</a>', '<a>more</a>'),
  stripped('<a href="data:text/html,x">more</a>', '<a>more</a>'),
  stripped('<a href="/inside">more</a>', '<a>more</a>'),
  stripped('<a href="https://example.org/" name="x">more</a>', '<a href="https://example.org/">more</a>'),
];

const ATTRIBUTES: readonly Part[] = [asSent(''), asSent(''), asSent(' lang="fr"'), asSent(' dir="rtl"')];
const STRIPPED_ATTRIBUTES: readonly Part[] = [
  stripped(' class="x"', ''),
  stripped(' style="color:red"', ''),
  stripped(' lang="fr" id="x" onclick="go()"', ' lang="fr"'),
];

/** An element around others, with attributes out of those given. */
function element(
  tag: fc.Arbitrary<string>,
  attributes: fc.Arbitrary<Part>,
  inner: fc.Arbitrary<Part>,
): fc.Arbitrary<Part> {
  return fc
    .tuple(tag, attributes, inner)
    .map(([name, given, within]) =>
      joined([asSent(`<${name}`), given, asSent('>'), within, asSent(`</${name}>`)]),
    );
}

const aFormat = fc.constantFrom(...FORMATS);
const aLink = fc.constant(asSent(' href="https://example.org/"'));

/** Formats in formats, and a link around what holds no link. */
function nested(
  attributes: fc.Arbitrary<Part>,
  flat: readonly Part[],
  links: readonly Part[],
): fc.Arbitrary<Part> {
  const unlinked = fc.oneof(
    fc.constantFrom(...flat),
    element(aFormat, attributes, element(aFormat, attributes, fc.constantFrom(...flat))),
  );
  return fc.oneof(
    { weight: 4, arbitrary: unlinked },
    { weight: 1, arbitrary: fc.constantFrom(...links) },
    { weight: 1, arbitrary: element(aFormat, attributes, fc.constantFrom(...links)) },
    { weight: 1, arbitrary: element(fc.constant('a'), aLink, unlinked) },
  );
}

const fineAttributes = fc.constantFrom(...ATTRIBUTES);
const anyAttributes = fc.constantFrom(...ATTRIBUTES, ...STRIPPED_ATTRIBUTES);

const fineInline = nested(fineAttributes, [...TEXT, ...PLAIN_INLINE], LINKS);
const anyInline = nested(
  anyAttributes,
  [...TEXT, ...PLAIN_INLINE, ...STRIPPED_INLINE],
  [...LINKS, ...STRIPPED_LINKS],
);

// ---------- blocks ----------

const PARAGRAPHS = ['p', 'div', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'] as const;

/** Blocks that hold what stands in a line. */
function blockOf(inline: Part): fc.Arbitrary<Part> {
  const around = (before: string, after: string) => between(before, inline, after);
  return fc.constantFrom(
    ...PARAGRAPHS.map((tag) => around(`<${tag}>`, `</${tag}>`)),
    around('<ul><li>', '</li><li>two</li></ul>'),
    around('<ol start="3"><li>', '</li></ol>'),
    around('<dl><dt>term</dt><dd>', '</dd></dl>'),
    around('<blockquote><p>', '</p></blockquote>'),
    around('<pre>', '</pre>'),
    around('<figure><img src="https://example.org/a.png" alt=""><figcaption>', '</figcaption></figure>'),
    around('<details><summary>More</summary>', '</details>'),
    around('<p>one</p><hr><p lang="nb">', '</p>'),
    around(
      '<table><caption>Table</caption><colgroup><col><col></colgroup><thead><tr><th scope="col">Head</th></tr></thead><tbody><tr><td>',
      '</td></tr></tbody><tfoot><tr><td>sum</td></tr></tfoot></table>',
    ),
    // Blanks between the parts of a table stay where they are.
    around('<table>\n<tbody>\n<tr><td>', '</td> <td>b</td></tr>\n</tbody>\n</table>'),
    // A browser adds the body, at the same place.
    around('<table><tr><th scope="row">Head</th><td colspan="2" rowspan="1">', '</td></tr></table>'),
  );
}

const aBox = fc.constantFrom('div', 'blockquote', 'details');

const blocks = (inline: fc.Arbitrary<Part>, attributes = fineAttributes): fc.Arbitrary<Part> =>
  fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: block(inline) },
        { weight: 1, arbitrary: element(aBox, attributes, block(inline)) },
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map(joined);

function block(inline: fc.Arbitrary<Part>): fc.Arbitrary<Part> {
  return fc.array(inline, { minLength: 1, maxLength: 3 }).chain((parts) => blockOf(joined(parts)));
}

/** Without a block around it as well. */
const content = (inline: fc.Arbitrary<Part>, attributes?: fc.Arbitrary<Part>): fc.Arbitrary<KnownContent> =>
  fc
    .oneof(
      { weight: 8, arbitrary: blocks(inline, attributes) },
      { weight: 1, arbitrary: fc.array(inline, { minLength: 1, maxLength: 2 }).map(joined) },
    )
    .map(known);

/** Well formed: all allowed, or with parts that are removed. */
export const fineContent: fc.Arbitrary<KnownContent> = content(fineInline);
export const mixedContent: fc.Arbitrary<KnownContent> = content(anyInline, anyAttributes);

function known({ sent, rewritten, needsChange, isStripped }: Part): KnownContent {
  return { sent, content: { is: 'CONTENT', stored: needsChange ? rewritten : sent, isStripped } };
}

// ---------- emptied ----------

const EMPTIED: readonly KnownContent[] = [
  ...[
    '',
    ' ',
    ' \n ',
    '<p></p>',
    '<p><br></p>',
    '<p>&nbsp;</p>',
    '<p> </p>',
    '<div><p><b></b></p></div>',
  ].map((sent) => empty(sent, false)),
  ...[
    '<p class="x"><br></p>',
    '<p>&nbsp;</p><!-- note -->',
    '<p style="color:red" id="y"></p>',
    '<!-- note -->',
  ].map((sent) => empty(sent, true)),
];

function empty(sent: string, isStripped: boolean): KnownContent {
  return { sent, content: { is: 'EMPTY', isStripped } };
}

export const emptiedContent: fc.Arbitrary<KnownContent> = fc.constantFrom(...EMPTIED);

// ---------- refused ----------

/** Broken by itself, so that nothing around it can mend it. */
export const BROKEN: readonly string[] = [
  // unclosed, crossed, closed only
  '<p>one',
  '<div><p>one</div>',
  '<b><i>one</b></i>',
  'one</p>',
  'one</b>',
  '<ul><li>one<li>two</ul>',
  '<p>one<b</p>',
  // where HTML does not let them stand
  '<p>one<div>two</div></p>',
  '<p>one<ul><li>two</li></ul></p>',
  '<td>one</td>',
  '<tr><td>one</td></tr>',
  '<tbody><tr><td>one</td></tr></tbody>',
  '<caption>one</caption>',
  '<div><th>one</th></div>',
  '<table>one<tbody><tr><td>two</td></tr></tbody></table>',
  '<table><tbody>one<tr><td>two</td></tr></tbody></table>',
  '<table><tbody><tr>one<td>two</td></tr></tbody></table>',
  '<table><p>one</p><tbody><tr><td>two</td></tr></tbody></table>',
  '<a href="https://example.org/">one<a href="https://example.org/">two</a></a>',
  '<a>one<div><a>two</a></div></a>',
  '<a href="https://example.org/"><b><i><a href="https://example.org/">one</a></i></b></a>',
  // stray `<`, unknown entity
  '<p>1 <= 2</p>',
  '<p>one <</p>',
  '<p>a <- b</p>',
  '<p>&nosuchentity;</p>',
  // document structure
  '<!DOCTYPE html><p>one</p>',
  '<html><body><p>one</p></body></html>',
  '<head></head><p>one</p>',
  '<body><p>one</p></body>',
];

/** Removed with its content, and nothing is left. */
const NOTHING_LEFT: readonly string[] = ['<script>alert(1)</script>', '<style>p { color: red }</style>'];

export const refusedContent: fc.Arbitrary<KnownContent> = fc
  .oneof(
    { weight: 1, arbitrary: fc.constantFrom(...NOTHING_LEFT) },
    { weight: 2, arbitrary: fc.constantFrom(...BROKEN) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          blocks(fineInline),
          fc.constantFrom(...BROKEN.filter((each) => !/<!DOCTYPE|<html|<head|<body/.test(each))),
        )
        .map(([before, broken]) => `${before.sent}${broken}`),
    },
  )
  .map((sent): KnownContent => ({ sent, content: { is: 'INVALID' } }));

// ---------- long ----------

const AROUND = '<p></p>'.length;

/** Around the limit: as sent, and as it would be stored. */
const LONG: readonly KnownContent[] = [
  known(asSent(`<p>${'x'.repeat(MOST_BYTES - AROUND)}</p>`)),
  tooLong(`<p>${'x'.repeat(MOST_BYTES - AROUND + 1)}</p>`),
  // Two bytes each as sent; five as stored, six beside another change, and two without one.
  known(changed(`<p>${'< '.repeat(13_000)}x</p>`, `<p>${'&lt; '.repeat(13_000)}x</p>`)),
  tooLong(`<p>${'< '.repeat(13_200)}x</p>`),
  known(changed(`<p>< ${'& '.repeat(10_000)}x</p>`, `<p>&lt; ${'&amp; '.repeat(10_000)}x</p>`)),
  tooLong(`<p>< ${'& '.repeat(11_000)}x</p>`),
  known(asSent(`<p>${'& '.repeat(32_000)}x</p>`)),
  // Two bytes each.
  tooLong(`<p>${'\u00eb'.repeat(32_800)}</p>`),
  // Short once its attribute is gone.
  tooLong(`<p class="${'x'.repeat(MOST_BYTES)}">one</p>`),
];

function tooLong(sent: string): KnownContent {
  return { sent, content: { is: 'TOO_LONG' } };
}

export const longContent: fc.Arbitrary<KnownContent> = fc.constantFrom(...LONG.filter(isStored));
export const tooLongContent: fc.Arbitrary<KnownContent> = fc.constantFrom(
  ...LONG.filter((each) => !isStored(each)),
);

function isStored({ content }: KnownContent): boolean {
  return content.is === 'CONTENT';
}
