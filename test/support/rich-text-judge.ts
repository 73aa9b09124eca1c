import {
  type DefaultTreeAdapterTypes,
  defaultTreeAdapter,
  html as htmlNames,
  parseFragment,
  serialize,
} from 'parse5';
import type { RichText } from '../../src/kernel/rich-text/rich-text';
import { readRichText } from './read-rich-text';

/** An independent judge of what comes out of a rich text. */

const URL_ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  'a href': /^(https?|mailto|tel):$/,
  'img src': /^https:$/,
};
const ATTRIBUTES_BY_TAG: Readonly<Record<string, string>> = {
  p: '',
  br: '',
  div: '',
  span: '',
  h1: '',
  h2: '',
  h3: '',
  h4: '',
  h5: '',
  h6: '',
  strong: '',
  b: '',
  em: '',
  i: '',
  u: '',
  s: '',
  sub: '',
  sup: '',
  ul: '',
  ol: 'start',
  li: '',
  dl: '',
  dt: '',
  dd: '',
  blockquote: '',
  pre: '',
  code: '',
  hr: '',
  table: '',
  caption: '',
  colgroup: '',
  col: '',
  thead: '',
  tbody: '',
  tfoot: '',
  tr: '',
  td: 'colspan rowspan scope',
  th: 'colspan rowspan scope',
  figure: '',
  figcaption: '',
  mark: '',
  del: '',
  ins: '',
  kbd: '',
  samp: '',
  var: '',
  small: '',
  abbr: '',
  cite: '',
  q: '',
  details: '',
  summary: '',
  a: 'href title target rel',
  img: 'src alt width height',
};

/**
 * What is wrong with a markup, as a browser with or without scripts would build it from `innerHTML`; and where it
 * builds another tree of what it wrote of the first.
 */
export function faultsOf(markup: string): string[] {
  const first = parseFragment(markup);
  const again = serialize(parseFragment(serialize(first)));
  // A line break at the beginning of a `pre` is lost by every writing.
  const isStable = serialize(first).includes('<pre>\n') || again === serialize(first);
  const moved = isStable ? [] : [`built as ${again}`];
  return [
    ...moved,
    ...unescapedIn(markup, parseFragment(markup, { sourceCodeLocationInfo: true })),
    ...faultsOfTree(markup),
  ];
}

/** Attributes that are written with `<` or `>`. */
function unescapedIn(markup: string, parent: DefaultTreeAdapterTypes.ParentNode): string[] {
  return parent.childNodes.flatMap((node) => {
    if (!('tagName' in node)) return [];
    const places = Object.values(node.sourceCodeLocation?.attrs ?? {});
    const written = places.map(({ startOffset, endOffset }) => markup.slice(startOffset, endOffset));
    const raw = written.filter((text) => /[<>]/.test(text)).map((text) => `unescaped ${text}`);
    return [...raw, ...unescapedIn(markup, node)];
  });
}

function faultsOfTree(markup: string): string[] {
  return [true, false].flatMap((scriptingEnabled) => {
    const context = defaultTreeAdapter.createElement('div', htmlNames.NS.HTML, []);
    return faultsBelow(parseFragment(context, markup, { scriptingEnabled }));
  });
}

function faultsBelow(parent: DefaultTreeAdapterTypes.ParentNode): string[] {
  return parent.childNodes.flatMap((node) => {
    if (node.nodeName === '#text') return [];
    if (!('tagName' in node)) return [`node ${node.nodeName}`];
    if (node.namespaceURI !== htmlNames.NS.HTML) return [`namespace of ${node.tagName}`];
    return [...faultsOfElement(node), ...faultsBelow(node)];
  });
}

function faultsOfElement({ tagName, attrs }: DefaultTreeAdapterTypes.Element): string[] {
  const own = Object.hasOwn(ATTRIBUTES_BY_TAG, tagName) ? ATTRIBUTES_BY_TAG[tagName] : undefined;
  if (own === undefined) return [`tag ${tagName}`];
  const faults = attrs
    .filter(({ name }) => !['lang', 'dir', ...own.split(' ')].includes(name))
    .map(({ name }) => `attribute ${tagName} ${name}`);
  for (const { name, value } of attrs) {
    const schemes = URL_ATTRIBUTES[`${tagName} ${name}`];
    if (schemes !== undefined && !(URL.canParse(value) && schemes.test(new URL(value).protocol))) {
      faults.push(`URL ${value}`);
    }
  }
  const rel = attrs.find(({ name }) => name === 'rel')?.value;
  const hasTarget = attrs.some(({ name }) => name === 'target');
  if (hasTarget !== (rel === 'noopener noreferrer')) faults.push(`rel ${rel}`);
  return faults;
}

export function textOf(markup: string): string {
  const below = (parent: DefaultTreeAdapterTypes.ParentNode): string =>
    parent.childNodes
      .map((node) => ('value' in node ? node.value : 'childNodes' in node ? below(node) : ''))
      .join('');
  return below(parseFragment(markup));
}

/** What a text comes to that has to be clean. */
export function clean(markup: string): RichText & { kind: 'clean' } {
  const result = readRichText(markup);
  if (result.kind !== 'clean') throw new Error(`${JSON.stringify(result)} for ${markup.slice(0, 200)}`);
  return result;
}
