import { RICH_TEXT_MAX_BYTES } from '../../../../src/kernel/rich-text/rich-text';
import { readRichText } from '../../../support/read-rich-text';
import { clean, faultsOf } from '../../../support/rich-text-judge';

const INVALID = { kind: 'invalid', reason: expect.stringMatching(/^[a-z](?!.*\.$)/) };

const LEGITIMATE: readonly string[] = [
  'Plain text',
  'Two\nlines\r\nand a third',
  '  spaces around  ',
  'Questions & answers, R&D, AT&T, a && b, x &y',
  'Tom &amp; Jerry &lt;3 &quot;quoted&quot; &#39;x&#39; &#x27;y&#x27; &apos;z&apos;',
  'a&nbsp;b &mdash; c&hellip; &eacute; &ouml; &euro;',
  'é à ü ñ ç ß æ ø å — „quoted“ «q» 1 € ½',
  'Emoji 😀 👩‍👩‍👧 🇫🇷, 中文, العربية, עברית, ไทย, 𝒳',
  '5 > 3, and "quotes" and it\'s fine',
  '<p>One paragraph.</p>',
  '<p>First</p>\n<p>Second</p>\n',
  '<P>Upper <STRONG>case</STRONG></P>',
  '<p>Line<br>break<br/>and<br />another</p>',
  '<p><strong>bold</strong> <b>b</b> <em>em</em> <i>i</i> <u>u</u> <s>s</s> H<sub>2</sub>O x<sup>2</sup></p>',
  '<p><b><i><u>deep</u></i></b></p>',
  '<h1>1</h1><h2>2</h2><h3>3</h3><h4>4</h4><h5>5</h5><h6>6</h6>',
  '<div><span>x</span></div>',
  '<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>',
  '<ol start="3"><li><p>a</p></li><li>b</li></ol>',
  '<dl><dt>Term</dt><dd>Meaning</dd><dd>Another</dd></dl>',
  '<blockquote><p>Said</p></blockquote>',
  '<pre><code>if (a &lt; b) {\n  return a &amp;&amp; b;\n}</code></pre>',
  '<pre>\n\nleading newlines\n\n</pre>',
  '<p>a</p><hr><p>b</p><hr/>',
  '<hr>',
  '<table><tr><td>a</td><td>b</td></tr></table>',
  '<table>\n  <caption>C</caption>\n  <colgroup><col><col></colgroup>\n  <thead><tr><th scope="col">H</th></tr></thead>\n  <tbody><tr><td colspan="2" rowspan=\'3\'>x</td></tr></tbody>\n  <tfoot><tr><td>f</td></tr></tfoot>\n</table>',
  '<table><tbody><tr><th scope="row">x</th><td><ul><li>y</li></ul></td></tr></tbody></table>',
  '<table><tr><td><table><tr><td>nested</td></tr></table></td></tr></table>',
  '<a href="https://example.org">x</a>',
  '<a href="http://example.org/path/?a=1&b=2&copy=3&amp;d=4#frag" title="A &amp; B">x</a>',
  "<a href='https://example.org/it%27s'>x</a>",
  '<a href=https://example.org/plain>x</a>',
  '<a href="HTTPS://EXAMPLE.ORG">x</a>',
  '<a href="https://user@example.org:8443/a?b=c%20d#e">x</a>',
  '<a href="https://münchen.example/straße">x</a>',
  '<a href="https://[2001:db8::1]/">x</a>',
  '<a href="mailto:teacher@example.org?subject=Hello%20you&body=x">x</a>',
  '<a href="tel:+33123456789">x</a>',
  '<a href="https://example.org" target="_blank" rel="noopener noreferrer">x</a>',
  '<a href="https://example.org"><img src="https://example.org/a.png" alt="A"></a>',
  '<a>an anchor without target</a>',
  '<a title="a &semi; b &AMP; &amp;foo; &lt;b&gt; & c &notit &eacute;&#8364;">entities in attributes</a>',
  '<img src="https://example.org/a.png" alt="" width="100" height="50%">',
  '<img src="https://example.org/a.png?x=1&amp;y=2" alt="a &lt; b &quot;c&quot;"/>',
  '<img src="https://example.org/a.png">',
  '<p lang="ar" dir="rtl">مرحبا <span lang="en" dir="ltr">hello</span></p>',
  '<p lang="">unknown language</p>',
  '<p dir=auto>x</p>',
  '<span><p>a block inside an inline element</p></span>',
  '<p>&#8364; &#x20AC; &#128512; &#x1F600;</p>',
  '<p>An arrow -> and another &lt;-, a heart &lt;3</p>',
  '<p>javascript:alert(1) as text, and onclick="x"</p>',
  '<p>&lt;script&gt;alert(1)&lt;/script&gt; as text</p>',
  '<p>&amp;lt;b&amp;gt; escaped twice</p>',
  '<p>soft&shy;hyphen, zero&#8203;width, a\u00a0b</p>',
  '\ufeff<p>with a byte order mark</p>',
  '<figure><img src="https://example.org/a.png"><figcaption>A</figcaption></figure>',
  '<p><mark>m</mark> <del>d</del><ins>i</ins> <kbd>k</kbd><samp>s</samp><var>v</var> <small>s</small></p>',
  '<p><abbr>a</abbr> <cite>c</cite> <q>q</q></p><details><summary>More</summary>x</details>',
  '<table><col><tr><td>HTML adds colgroup and tbody</td></tr></table>',
  '<li>an item on its own</li>',
  '<p></p><p>empty paragraph before</p><p> </p>',
  '<b></b>x',
];

describe('legitimate texts', () => {
  test('there are enough of them', () => expect(LEGITIMATE.length).toBeGreaterThan(50));

  test.each(LEGITIMATE)('%j comes back byte-equal', (text) => {
    expect(readRichText(text)).toEqual({ kind: 'clean', html: text, stripped: [] });
    expect(faultsOf(text)).toEqual([]);
  });

  test.each(['', ' ', '\n\t ', '\u00a0'])('the blank text %j clears', (text) => {
    expect(readRichText(text)).toEqual({ kind: 'empty', stripped: [] });
  });

  test.each([
    ['<p></p>', []],
    ['<p><br></p>', []],
    ['<p>&nbsp;</p>', []],
    ['<p> <br> &nbsp;&#8203;</p>', []],
    ['&shy;&zwnj;', []],
    ['<p>\u3164</p>', []],
    ['<table><tr><td></td></tr></table>', []],
    ['<p class="x"><br></p>', ['p@class']],
    ['<!-- only a comment -->', ['comment']],
    ['<p><o:p>&nbsp;</o:p></p>', ['o:p']],
    ['<script></script>', ['script']],
    ['<img src="data:image/png;base64,AA" alt=" ">', ['img@src']],
  ])('what editors leave behind clears: %j', (text, stripped) => {
    expect(readRichText(text)).toEqual({ kind: 'empty', stripped });
  });

  test.each([
    ['x < 5', 'x &lt; 5'],
    ['I <3 you', 'I &lt;3 you'],
    ['<p title="a">1 <\n2</p>', '<p>1 &lt;\n2</p>', 'p@title'],
    ['<a title="</noscript><img src=x>">x</a>', '<a title="&lt;/noscript&gt;&lt;img src=x&gt;">x</a>'],
    ['<img alt="a > b" src="https://x.org/a">', '<img alt="a &gt; b" src="https://x.org/a" />'],
  ])('"<" as text, "<" and ">" in attributes are stored escaped: %j', (text, html, ...stripped) => {
    expect(readRichText(text)).toEqual({ kind: 'clean', html, stripped });
    expect(readRichText(html)).toEqual({ kind: 'clean', html, stripped: [] });
  });

  test('the words of MathML stay where its markup goes', () => {
    const text = '<p>If <math><mi>x</mi><mo>=</mo><mn>1</mn><mspace/></math>, go.</p>';
    expect(readRichText(text)).toEqual({
      kind: 'clean',
      html: '<p>If x=1, go.</p>',
      stripped: ['math', 'mi', 'mo', 'mn', 'mspace'],
    });
  });

  test.each([
    [
      '<a href="https://x.org" target="_blank">x</a>',
      '<a href="https://x.org" target="_blank" rel="noopener noreferrer">x</a>',
    ],
    [
      '<a rel="opener" target=w href="https://x.org">x</a>',
      '<a target="w" href="https://x.org" rel="noopener noreferrer">x</a>',
    ],
    ['<a target="_self">x</a>', '<a target="_self" rel="noopener noreferrer">x</a>'],
  ])('%j gets its rel, which is not named', (text, html) => {
    expect(readRichText(text)).toEqual({ kind: 'clean', html, stripped: [] });
  });

  test('a changed text comes back in the spelling of the sanitiser', () => {
    const text =
      "<P CLASS=x>&eacute;&nbsp;&amp;&lt;&gt;&quot;😀<BR><img alt='a\"b' src=https://x.org/a width=''></P>";
    expect(readRichText(text)).toEqual({
      kind: 'clean',
      html: '<p>é\u00a0&amp;&lt;&gt;"😀<br /><img alt="a&quot;b" src="https://x.org/a" width="" /></p>',
      stripped: ['p@class'],
    });
  });

  test('a removed block ends the paragraph around it, as in a browser', () => {
    expect(readRichText('<p>Hi <form>name: <input name="a"></form> <b>now</b></p>')).toEqual({
      kind: 'clean',
      html: '<p>Hi </p>name:  <b>now</b><p></p>',
      stripped: ['form', 'input'],
    });
  });
});

// ---------- well-formed or not ----------

describe('well-formedness', () => {
  test.each([
    ['<p>x', 'unclosed <p> (line 1, column 1)'],
    ['<p>a\n<b>x</p>', 'end tag </p> where </b> is due (line 2, column 5)'],
    ['<b><i>x</b></i>', 'end tag </b> where </i> is due (line 1, column 8)'],
    ['x</p>', 'end tag </p> without its start tag (line 1, column 2)'],
    ['x</br>', 'end tag </br> without its start tag (line 1, column 2)'],
    ['<p>x</hr></p>', 'end tag </hr> where </p> is due (line 1, column 5)'],
    ['<ul><li>a<li>b</ul>', 'element <li> inside <li>, which HTML ends before it (line 1, column 10)'],
    ['<p>x<ul><li>a</li></ul></p>', 'element <ul> inside <p>, which HTML ends before it (line 1, column 5)'],
    ['<p>x<hr></p>', 'element <hr> inside <p>, which HTML ends before it (line 1, column 5)'],
    ['<h1>a<h2>b</h2></h1>', 'element <h2> inside <h1>, which HTML ends before it (line 1, column 6)'],
    ['<div/>', 'a tag closed by "/>" that needs an end tag (line 1, column 1)'],
    ['a <= b', 'a stray "<" (line 1, column 4)'],
    ['x <', 'a stray "<" (line 1, column 4)'],
    ['a <b', 'a tag without its ">" (line 1, column 5)'],
    ['&foo; x', 'an unknown entity (line 1, column 5)'],
    ['<a href="https://x.org/?a&foo;">x</a>', 'an unknown entity (line 1, column 4)'],
    ['<p>x</p>\r\n<img src="https://x.org/a" alt=a&nbs;b>', 'an unknown entity (line 2, column 28)'],
    ['x &copy 2026', 'an entity without its semicolon (line 1, column 8)'],
    ['<!DOCTYPE html><p>x</p>', 'a doctype (line 1, column 1)'],
    ['<html><p>x</p></html>', 'document tag <html> (line 1, column 1)'],
    ['<p>x</p><body>', 'document tag <body> (line 1, column 9)'],
    ['<HEAD></HEAD>x', 'document tag <head> (line 1, column 1)'],
    ['x<![CDATA[y]]>', 'a CDATA section (line 1, column 10)'],
    ['<?xml version="1.0"?><p>x</p>', 'a processing instruction (line 1, column 2)'],
    ['<p dir="ltr" dir="rtl">x</p>', 'an attribute given twice (line 1, column 17)'],
    ['x <!-- y', 'a comment without its end (line 1, column 9)'],
  ])('%j: %s', (text, reason) => {
    expect(readRichText(text)).toEqual({ kind: 'invalid', reason });
  });

  test.each([
    '<td>x</td>',
    '<tr><td>x</td></tr>',
    '<tbody><tr><td>x</td></tr></tbody>',
    '<div><th>x</th></div>',
    '<caption>x</caption>y',
    'x<col>',
    '<table>text</table>',
    '<table><tbody>x<tr><td>y</td></tr></tbody></table>',
    '<table><tr>x<td>y</td></tr></table>',
    '<table><p>x</p><tr><td>y</td></tr></table>',
    '<table><td>x</td></table>',
    '<table><thead><td>x</td></thead></table>',
    '<a>x<a>y</a></a>',
    '<a>x<div><a>y</a></div></a>',
    '<a><b><i><ul><li><a>y</a></li></ul></i></b></a>',
    '<font><tr><td>x</td></tr></font>',
    '<table><font>x</font><tr><td>y</td></tr></table>',
  ])('a browser would move or drop parts of %j', (text) => {
    expect(readRichText(text)).toEqual(INVALID);
  });

  test.each([
    '<p>x</p',
    '<x<b>y</x<b>',
    '<p>x</>',
    '<p>x</p/>',
    '<p>x</p dir="ltr">',
    '<p/dir="ltr">x</p>',
    '<p dir=>x</p>',
    '<a href="https://x.org"title="y">x</a>',
    '<ul><li>a</ul>',
    '<table><tr><td>a</table>',
    '<table><tr><td>a<td>b</td></tr></table>',
    '<dl><dt>a<dd>b</dl>',
    '<p>a<p>b</p>',
    '<p>a<p>b</p></p>',
    '<div><p>x</div></p>',
    '<tr><td>x</tr></td>',
    '<script>x',
    'x<!-->y',
    'x<!-- a --!>',
    'x<!y>',
    '&#xZZ;',
    '&#0;',
    '&#xD800;',
    '&#x110000;',
    '&lt 3',
    '<a title="&notit;">x</a>',
    "<svg><g id='&foo;'/></svg>x",
    'vertical\u000btab',
    'nul\u0000',
    'delete\u007f',
    'next line\u0085',
    'half a pair \ud83d',
    'not a character \ufffe',
  ])('%j is badly formed', (text) => {
    expect(readRichText(text)).toEqual(INVALID);
  });

  test.each([
    ['<script>alert(1)</script>'],
    ['<p><style>p { color: red }</style></p>'],
    ['<iframe src="https://x.org">x</iframe>'],
    ['<iframe src="https://x.org"></iframe>'],
    ['<select><option></option></select>'],
  ])('%j leaves nothing visible of an element with content', (text) => {
    expect(readRichText(text)).toEqual({ kind: 'invalid', reason: 'nothing visible is left of the text' });
  });
});

// ---------- names of what was removed ----------

describe('names of what was removed', () => {
  test('in order of appearance, each once, not from inside removed elements', () => {
    const text =
      '<p onclick="a" class="b">1</p><!-- c --><script><b id=d></script><font><p class="e" id="f">2</p></font>' +
      '<svg><g onload="g"></g></svg><script></script><!-- h --><img src="i" alt="3">';
    expect(clean(text).stripped).toEqual([
      'p@onclick',
      'p@class',
      'comment',
      'script',
      'font',
      'p@id',
      'svg',
      'img@src',
    ]);
  });

  test('at most 20 of at most 40 characters', () => {
    const names = Array.from({ length: 30 }, (_, index) => `x-${index}`);
    expect(clean(`x${names.map((name) => `<${name}>y</${name}>`).join('')}`).stripped).toEqual(
      names.slice(0, 20),
    );

    const long = `x${'a'.repeat(5000)}`;
    expect(clean(`<${long}>y</${long}>`).stripped).toEqual([long.slice(0, 40)]);
    expect(clean(`<p ${'😀'.repeat(50)}>y</p>`).stripped).toEqual([`p@${'😀'.repeat(38)}`]);
    expect(readRichText(`<${long}>y`)).toEqual({
      kind: 'invalid',
      reason: `unclosed <${long.slice(0, 40)}> (line 1, column 1)`,
    });
  });
});

// ---------- limits ----------

describe('limits', () => {
  test('bytes of the sent text', () => {
    expect(RICH_TEXT_MAX_BYTES).toBe(65_535);
    expect(readRichText('x'.repeat(65_535)).kind).toBe('clean');
    expect(readRichText('x'.repeat(65_536))).toEqual({ kind: 'tooLong' });
    expect(readRichText(`${'é'.repeat(32_767)}x`).kind).toBe('clean');
    expect(readRichText('é'.repeat(32_768))).toEqual({ kind: 'tooLong' });
    expect(readRichText(`<${'b'.repeat(70_000)}`)).toEqual({ kind: 'tooLong' });
  });

  test('bytes of the result, which escapes more', () => {
    expect(readRichText('>'.repeat(60_000)).kind).toBe('clean');
    expect(readRichText(`<p class="x">${'>'.repeat(60_000)}</p>`)).toEqual({ kind: 'tooLong' });
  });

  test('depth', () => {
    const nested = (depth: number) => `${'<b>'.repeat(depth)}x${'</b>'.repeat(depth)}`;
    expect(readRichText(nested(100)).kind).toBe('clean');
    expect(readRichText(nested(101))).toEqual({
      kind: 'invalid',
      reason: 'more than 100 nested elements (line 1, column 301)',
    });
    expect(readRichText(`<svg>${nested(100)}</svg>`)).toEqual(INVALID);
  });

  const filled = (unit: string, before = '', after = '') =>
    before +
    unit.repeat(Math.floor((65_535 - before.length - after.length) / Buffer.byteLength(unit))) +
    after;
  let distinct = '';
  for (let index = 0; distinct.length < 65_000; index += 1) distinct += ` a${index.toString(36)}`;

  test.each([
    ['100,000 open tags', '<b>'.repeat(100_000)],
    ['open tags', filled('<b>')],
    ['stray signs', filled('<')],
    ['ampersands', filled('&')],
    ['almost entities', filled('&a')],
    ['end tags', filled('</b>')],
    ['siblings', filled('<b>x</b>')],
    ['siblings at depth 100', filled('<i>x</i>', '<div>'.repeat(99), '</div>'.repeat(99))],
    ['removed siblings at depth 100', filled('<font>x</font>', '<div>'.repeat(99), '</div>'.repeat(99))],
    ['removed blocks in paragraphs', filled('<p>x<section>y</section></p>')],
    ['text put out of a table', filled('x<b></b>', '<table>', '</table>')],
    ['different attributes', `<p${distinct}>x</p>`],
    ['a long attribute', filled('a', '<p title="', '">x</p>')],
    ['a long style', filled('a:b;', '<p style="', '">x</p>')],
    ['comments in a link', filled('<!---->', '<a href="https://x.org/', '">x</a>')],
    ['blanks in a link', filled(' ', '<a href="https://x.org/', '">x</a>')],
    ['colons in a link', filled('a:', '<a href="', '">x</a>')],
    ['a long tag name', filled('a', '<', '>')],
    ['comments', filled('<!---->', 'x')],
    ['dashes', filled('-', 'x<!--a', '-->')],
    ['escaped script', filled('<!--<script>', 'x<script>', '</script>')],
    ['templates', filled('<template></template>', 'x')],
    ['SVG', filled('<g/>', 'x<svg>', '</svg>')],
  ])('%s do not hang it', (_, text) => {
    const start = performance.now();
    readRichText(text);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
