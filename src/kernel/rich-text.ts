import {
  type DefaultTreeAdapterMap,
  type DefaultTreeAdapterTypes,
  defaultTreeAdapter,
  html as htmlNames,
  Parser,
  type ParserError,
  parseFragment,
  type Token,
  type TokenHandler,
  Tokenizer,
} from 'parse5';
import sanitizeHtml from 'sanitize-html';

export type RichText =
  /** `html` is safe to store and to show; `stripped` names what was removed, empty when nothing was. */
  | { readonly kind: 'clean'; readonly html: string; readonly stripped: readonly string[] }
  /** The text was blank, which clears the stored one. */
  | { readonly kind: 'empty' }
  /** `reason` is a short English phrase, with line and column where there is a place. */
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'tooLong' };

/** Bytes of UTF-8, of the text as sent and as stored. */
export const RICH_TEXT_MAX_BYTES = 65_535;

/** Open elements at a time. Editors stay below 30; parsers and browsers grow slow or stop at some hundreds. */
const MAX_DEPTH = 100;
const MAX_STRIPPED_NAMES = 20;
const MAX_NAME_LENGTH = 40;

const SAFE_REL = 'noopener noreferrer';
const LINK_SCHEMES = ['http', 'https', 'mailto', 'tel'];
const IMAGE_SCHEMES = ['https'];

const ALLOWED_TAGS = new Set(
  (
    'p br div span h1 h2 h3 h4 h5 h6 strong b em i u s sub sup ul ol li dl dt dd blockquote pre code hr ' +
    'table caption colgroup col thead tbody tfoot tr th td a img'
  ).split(' '),
);
const ALLOWED_EVERYWHERE = ['lang', 'dir'];
const ALLOWED_ATTRIBUTES = new Map([
  ['a', ['href', 'title', 'target']],
  ['img', ['src', 'alt', 'width', 'height']],
  ['ol', ['start']],
  ['td', ['colspan', 'rowspan', 'scope']],
  ['th', ['colspan', 'rowspan', 'scope']],
]);

/** Removed together with what is inside: it is code, other languages, fallbacks or choices, not text of the author. */
const DROPPED_WITH_CONTENT = new Set(
  (
    'script style iframe object embed applet svg math template noscript noembed noframes frameset xmp plaintext ' +
    'title textarea select option optgroup datalist audio video canvas'
  ).split(' '),
);
const DOCUMENT_TAGS = new Set(['html', 'head', 'body']);
const VOID_TAGS = new Set(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr'.split(
    ' ',
  ),
);

const POLICY: sanitizeHtml.IOptions & { allowedEmptyAttributes: string[] } = {
  allowedTags: [...ALLOWED_TAGS],
  allowedAttributes: {
    ...Object.fromEntries(ALLOWED_ATTRIBUTES),
    a: [...(ALLOWED_ATTRIBUTES.get('a') ?? []), 'rel'],
    '*': ALLOWED_EVERYWHERE,
  },
  allowedEmptyAttributes: [...new Set([...ALLOWED_EVERYWHERE, ...[...ALLOWED_ATTRIBUTES.values()].flat()])],
  allowedSchemes: [],
  allowedSchemesByTag: { a: LINK_SCHEMES, img: IMAGE_SCHEMES },
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  selfClosing: [...VOID_TAGS],
  nonTextTags: [...DROPPED_WITH_CONTENT],
  // The sanitiser lets relative URLs through: only the attributes that stay reach it.
  transformTags: {
    a: (tagName, attribs) => ({ tagName, attribs: keptLinkAttributes(attribs) }),
    img: (tagName, attribs) => ({ tagName, attribs: keptAttributes(tagName, attribs) }),
  },
};

/**
 * Judges and cleans a rich text: an HTML fragment, sent by anyone.
 *
 * Three parts, each by the library made for it. parse5 reads the text as the HTML standard does and says whether
 * it is well-formed. sanitize-html takes out what the lists above do not allow. Then parse5 reads the result,
 * which has to hold exactly the allowed part of what was sent: a text that the two libraries understand
 * differently, as prepared attacks are, is invalid.
 *
 * Well-formed means that every start tag has its own end tag, properly nested, also where HTML could do without
 * (`li`, `p`, `td`). An allowed element that HTML closes on its own before its end tag, as `<p><ul></ul></p>`,
 * counts as crossed. Every parse error of the HTML standard is one here: unknown entities, entities without their
 * semicolon where HTML would replace them, attributes given twice, control characters, CDATA.
 *
 * A text that needs no change comes back byte-equal. One that does comes back as the sanitiser writes it: entities
 * other than `&amp;` `&lt;` `&gt;` `&quot;` as characters, tags in lower case, attributes in double quotes,
 * `<br />`; a link with a target has `rel="noopener noreferrer"`, which alone is not named in `stripped`. Reading
 * that again changes nothing and strips nothing.
 *
 * `stripped` holds tag names (`script`), attributes (`p@onclick`, `a@href`) and `comment`, each once, in order of
 * appearance, at most 20, each at most 40 characters long. What is inside a removed `script`, `svg` and the like
 * is not named.
 */
export function readRichText(html: string): RichText {
  if (isTooLong(html)) return { kind: 'tooLong' };
  if (html.trim() === '') return { kind: 'empty' };

  const sent = readMarkup(html);
  if (sent.kind === 'malformed') return { kind: 'invalid', reason: sent.reason };
  const stripped = namesOfRemoved(sent.pieces);

  const sanitised = sanitizeHtml(html, POLICY);
  // Most texts need no change: then there is nothing new to read.
  const result = sanitised === html ? sent : readMarkup(sanitised);
  if (result.kind === 'malformed' || !isAllowedPartOf(sent.pieces, stripped, result.pieces)) {
    return { kind: 'invalid', reason: 'markup that cannot be read in one way only' };
  }
  if (!hasVisibleContent(result.pieces)) {
    return { kind: 'invalid', reason: 'nothing visible is left of the text' };
  }
  const clean = isSame(result.pieces, sent.pieces) ? html : sanitised;
  return isTooLong(clean) ? { kind: 'tooLong' } : { kind: 'clean', html: clean, stripped };
}

function isAllowedPartOf(
  sent: readonly Piece[],
  stripped: readonly string[],
  result: readonly Piece[],
): boolean {
  if (result === sent) return stripped.length === 0;
  return (
    namesOfRemoved(result).length === 0 &&
    keptContent(result) === keptContent(sent) &&
    (stripped.length > 0 || isSame(result.map(withoutRel), sent.map(withoutRel)))
  );
}

function isTooLong(text: string): boolean {
  return text.length > RICH_TEXT_MAX_BYTES || Buffer.byteLength(text, 'utf8') > RICH_TEXT_MAX_BYTES;
}

// ---------- the policy, as names and values ----------

function isKeptAttribute(tag: string, name: string, value: string): boolean {
  if (ALLOWED_EVERYWHERE.includes(name)) return true;
  if (ALLOWED_ATTRIBUTES.get(tag)?.includes(name) !== true) return false;
  if (name === 'href') return isAbsoluteUrl(value, LINK_SCHEMES);
  if (name === 'src') return isAbsoluteUrl(value, IMAGE_SCHEMES);
  return true;
}

/**
 * The text has to begin with the scheme as people write it, since browsers forgive much (`https:x`, line breaks in
 * the scheme), and be one for the URL standard, too. The refused characters have no place in a URL.
 */
function isAbsoluteUrl(value: string, schemes: readonly string[]): boolean {
  const written = /^ *(?:(https?):\/\/[^/?#]|(mailto|tel):[^/?#])/i.exec(value);
  const scheme = (written?.[1] ?? written?.[2])?.toLowerCase();
  return (
    scheme !== undefined && schemes.includes(scheme) && !/[\p{Cc}<>"`\\]/u.test(value) && URL.canParse(value)
  );
}

function keptAttributes(tag: string, attributes: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(([name, value]) => isKeptAttribute(tag, name, value)),
  );
}

function keptLinkAttributes(attributes: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  if (attributes.target === undefined) return keptAttributes('a', attributes);
  const { rel: _, ...others } = attributes;
  return { ...keptAttributes('a', others), rel: SAFE_REL };
}

// ---------- what a text holds, as the HTML standard reads it ----------

/** A part of a text that stands outside every element removed with its content. */
type Piece =
  | { readonly kind: 'text'; text: string }
  | {
      readonly kind: 'start';
      readonly name: string;
      readonly attributes: readonly (readonly [string, string])[];
    }
  | { readonly kind: 'end'; readonly name: string }
  | { readonly kind: 'comment' };

type Markup =
  | { readonly kind: 'wellFormed'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'malformed'; readonly reason: string };

function namesOfRemoved(pieces: readonly Piece[]): readonly string[] {
  const names = new Set<string>();
  for (const piece of pieces) {
    for (const name of removedOf(piece)) {
      names.add(cut(name));
      if (names.size === MAX_STRIPPED_NAMES) return [...names];
    }
  }
  return [...names];
}

function removedOf(piece: Piece): readonly string[] {
  if (piece.kind === 'comment') return ['comment'];
  if (piece.kind !== 'start') return [];
  const { name: tag, attributes } = piece;
  if (!ALLOWED_TAGS.has(tag)) return [tag];
  const relIsReplaced = tag === 'a' && attributes.some(([name]) => name === 'target');
  return attributes
    .filter(([name, value]) => !isKeptAttribute(tag, name, value) && !(relIsReplaced && name === 'rel'))
    .map(([name]) => `${tag}@${name}`);
}

/**
 * All allowed content as one string to compare: text, elements, attributes, in order. Left out is what the
 * sanitiser may rightly change: `rel`, and `p`, of which it adds an empty one where a removed block stood in a `p`.
 */
function keptContent(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (piece.kind === 'text') return piece.text;
      if (piece.kind !== 'start' || piece.name === 'p' || !ALLOWED_TAGS.has(piece.name)) return '';
      const kept = piece.attributes.filter(([name, value]) => isKeptAttribute(piece.name, name, value));
      // U+0000 cannot be in the text, so text never looks like an element.
      return `\u0000${JSON.stringify([piece.name, kept])}\u0000`;
    })
    .join('');
}

function isSame(some: readonly Piece[], others: readonly Piece[]): boolean {
  return some === others || JSON.stringify(some) === JSON.stringify(others);
}

function withoutRel(piece: Piece): Piece {
  if (piece.kind !== 'start' || piece.name !== 'a') return piece;
  return { ...piece, attributes: piece.attributes.filter(([name]) => name !== 'rel') };
}

function hasVisibleContent(pieces: readonly Piece[]): boolean {
  return pieces.some((piece) => {
    if (piece.kind === 'text') return isVisible(piece.text);
    if (piece.kind !== 'start') return false;
    if (piece.name === 'hr') return true;
    return (
      piece.name === 'img' &&
      piece.attributes.some(([name, value]) => name === 'src' || (name === 'alt' && isVisible(value)))
    );
  });
}

function isVisible(text: string): boolean {
  return /[^\s\p{Cf}]/u.test(text);
}

/** Names come from the sender, so their length is bounded wherever they are told. */
function cut(name: string): string {
  return [...name.slice(0, 2 * MAX_NAME_LENGTH)].slice(0, MAX_NAME_LENGTH).join('');
}

// ---------- reading ----------

class MalformedMarkup extends Error {}

function malformed(what: string, place?: { startLine: number; startCol: number } | null): MalformedMarkup {
  return new MalformedMarkup(place ? `${what} (line ${place.startLine}, column ${place.startCol})` : what);
}

/** What people call the likelier ones of the HTML standard's parse errors; the others are named by their code. */
const PARSE_ERRORS: ReadonlyMap<string, string> = new Map([
  ['invalid-first-character-of-tag-name', 'a stray "<"'],
  ['eof-before-tag-name', 'a stray "<"'],
  ['eof-in-tag', 'a tag without its ">"'],
  ['eof-in-comment', 'a comment without its end'],
  ['unknown-named-character-reference', 'an unknown entity'],
  ['missing-semicolon-after-character-reference', 'an entity without its semicolon'],
  ['non-void-html-element-start-tag-with-trailing-solidus', 'a tag closed by "/>" that needs an end tag'],
  ['duplicate-attribute', 'an attribute given twice'],
  ['cdata-in-html-content', 'a CDATA section'],
  ['unexpected-question-mark-instead-of-tag-name', 'a processing instruction'],
]);

function onParseError({ code, ...place }: ParserError): never {
  throw malformed(PARSE_ERRORS.get(code) ?? code.replaceAll('-', ' '), place);
}

function readMarkup(html: string): Markup {
  const witness = new MarkupWitness(html);
  try {
    witness.tokenizer.write(html, true);
  } catch (error) {
    if (error instanceof MalformedMarkup) return { kind: 'malformed', reason: error.message };
    throw error;
  }
  return { kind: 'wellFormed', pieces: witness.pieces };
}

interface OpenTag {
  readonly name: string;
  readonly location: Token.Location | null;
  readonly isDropped: boolean;
  /** What HTML opened for the tag; null when it opened nothing, or closed it early on behalf of a removed tag. */
  element: DefaultTreeAdapterTypes.Element | null;
}

/**
 * Stands between parse5's tokenizer and parser and notes the tags. A tree alone does not tell an end tag that was
 * written from one that HTML made up, and a tokenizer alone does not know where scripts and SVG change its rules.
 */
class MarkupWitness implements TokenHandler {
  readonly pieces: Piece[] = [];
  readonly tokenizer: Tokenizer;
  readonly onParseError = onParseError;
  private readonly open: OpenTag[] = [];
  private readonly knownEntities = new Set<string>();
  private readonly parser: Parser<DefaultTreeAdapterMap>;

  constructor(private readonly html: string) {
    const context = defaultTreeAdapter.createElement('div', htmlNames.NS.HTML, []);
    this.parser = Parser.getFragmentParser<DefaultTreeAdapterMap>(context, { onParseError });
    // The parser steers the tokenizer that it finds here, so it has to be this one.
    this.parser.tokenizer = new Tokenizer(this.parser.options, this);
    this.tokenizer = this.parser.tokenizer;
  }

  onStartTag(token: Token.TagToken): void {
    // The parser renames some tags (`image`, SVG's), so the name is taken before.
    const { tagName: name, location } = token;
    if (DOCUMENT_TAGS.has(name)) throw malformed(`document tag <${name}>`, location);
    if (/[<"'`=&]/.test(name)) throw malformed('a tag name with characters that names cannot hold', location);

    this.checkEntities(token);
    const isInside = this.isInsideDropped();
    if (!isInside) this.pieces.push({ kind: 'start', name, attributes: attributesOf(token) });
    this.parser.onStartTag(token);
    if (!isInside) this.checkParents(name, location);

    // Only SVG and MathML know `/>`; elsewhere the parser reported it as an error.
    if (VOID_TAGS.has(name) || token.selfClosing) return;
    if (this.open.length === MAX_DEPTH) throw malformed(`more than ${MAX_DEPTH} nested elements`, location);
    const isDropped = isInside || DROPPED_WITH_CONTENT.has(name);
    this.open.push({ name, location, isDropped, element: this.elementOf(token) });
  }

  onEndTag(token: Token.TagToken): void {
    const { tagName: name, location } = token;
    const closed = this.open.pop();
    if (closed === undefined) throw malformed(`end tag </${cut(name)}> without its start tag`, location);
    if (closed.name !== name) {
      throw malformed(`end tag </${cut(name)}> where </${cut(closed.name)}> is due`, location);
    }
    this.parser.onEndTag(token);
    if (!closed.isDropped) this.pieces.push({ kind: 'end', name });
  }

  onCharacter(token: Token.CharacterToken): void {
    this.addText(token.chars);
    this.parser.onCharacter(token);
  }

  onWhitespaceCharacter(token: Token.CharacterToken): void {
    this.addText(token.chars);
    this.parser.onWhitespaceCharacter(token);
  }

  onNullCharacter(token: Token.CharacterToken): void {
    throw malformed('a null character', token.location);
  }

  onComment(token: Token.CommentToken): void {
    if (!this.isInsideDropped()) this.pieces.push({ kind: 'comment' });
    this.parser.onComment(token);
  }

  onDoctype(token: Token.DoctypeToken): void {
    throw malformed('a doctype', token.location);
  }

  onEof(token: Token.EOFToken): void {
    const unclosed = this.open.at(-1);
    if (unclosed !== undefined) throw malformed(`unclosed <${cut(unclosed.name)}>`, unclosed.location);
    this.parser.onEof(token);
  }

  private isInsideDropped(): boolean {
    return this.open.at(-1)?.isDropped === true;
  }

  private addText(text: string): void {
    if (this.isInsideDropped()) return;
    const last = this.pieces.at(-1);
    if (last?.kind === 'text') last.text += text;
    else this.pieces.push({ kind: 'text', text });
  }

  private elementOf(token: Token.TagToken): DefaultTreeAdapterTypes.Element | null {
    const current = this.parser.openElements.current;
    if (current === undefined || !defaultTreeAdapter.isElementNode(current)) return null;
    return current.sourceCodeLocation?.startOffset === token.location?.startOffset ? current : null;
  }

  /** parse5 reports unknown entities in text only. */
  private checkEntities(token: Token.TagToken): void {
    for (const place of Object.values(token.location?.attrs ?? {})) {
      for (const [entity] of this.html.slice(place.startOffset, place.endOffset).matchAll(ENTITY)) {
        if (!this.knownEntities.has(entity) && !isKnownEntity(entity))
          throw malformed('an unknown entity', place);
        this.knownEntities.add(entity);
      }
    }
  }

  /** Whether the elements around the start tag just read are still open for the parser. */
  private checkParents(name: string, location: Token.Location | null): void {
    for (const parent of this.open.toReversed()) {
      if (parent.element === null) continue;
      if (this.parser.openElements.contains(parent.element)) return;
      // A removed tag takes its effect along with it.
      if (ALLOWED_TAGS.has(name) && ALLOWED_TAGS.has(parent.name)) {
        throw malformed(`element <${name}> inside <${parent.name}>, which HTML ends before it`, location);
      }
      parent.element = null;
    }
  }
}

const ENTITY = /&[a-z0-9]+;/gi;

/** One that parse5 does not know, or knows the first letters of only, keeps its semicolon. */
function isKnownEntity(entity: string): boolean {
  const [node] = parseFragment(entity).childNodes;
  return node !== undefined && 'value' in node && (node.value === ';' || !node.value.endsWith(';'));
}

function attributesOf(token: Token.TagToken): readonly (readonly [string, string])[] {
  return token.attrs.map(({ name, value }) => [name, value] as const);
}
