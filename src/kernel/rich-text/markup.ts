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
import { showsSomething } from '../text';
import { ALLOWED_TAGS, DROPPED_WITH_CONTENT, EMBEDDED, VOID_TAGS } from './allow-list';

/** What a text holds, as the HTML standard reads it. */

/** Open elements at a time. Editors stay below 30; parsers and browsers grow slow or stop at some hundreds. */
const MAX_DEPTH = 100;
const MAX_NAME_LENGTH = 40;
const DOCUMENT_TAGS = new Set(['html', 'head', 'body']);

/** A part of a text that stands outside every element removed with its content. */
export type Piece =
  | { readonly kind: 'text'; text: string }
  | {
      readonly kind: 'start';
      readonly name: string;
      readonly attributes: readonly (readonly [string, string])[];
    }
  | { readonly kind: 'end'; readonly name: string }
  | { readonly kind: 'comment' };

export type Markup =
  | {
      readonly kind: 'wellFormed';
      readonly pieces: readonly Piece[];
      /** An element was removed that had content, or was content itself. */
      readonly dropsContent: boolean;
      /** `<` as text, or `<` and `>` in an attribute, stand as they are. */
      readonly isUnescaped: boolean;
      /** Browsers build every element and every text where it is written. */
      readonly isBuiltAsWritten: () => boolean;
    }
  | { readonly kind: 'malformed'; readonly reason: string };

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

function onParseError({ code, ...place }: ParserError): void {
  throw malformed(PARSE_ERRORS.get(code) ?? code.replaceAll('-', ' '), place);
}

export function readMarkup(html: string): Markup {
  const witness = new MarkupWitness(html);
  try {
    witness.tokenizer.write(html, true);
  } catch (error) {
    if (error instanceof MalformedMarkup) return { kind: 'malformed', reason: error.message };
    throw error;
  }
  const { pieces, dropsContent, isUnescaped } = witness;
  const isBuiltAsWritten = () => writtenStructure(pieces) === builtStructure(witness.tree());
  return { kind: 'wellFormed', pieces, dropsContent, isUnescaped, isBuiltAsWritten };
}

/** Elements and texts in their order; no text holds U+0000. */
function writtenStructure(pieces: readonly Piece[]): string {
  let structure = '';
  for (const piece of pieces) {
    if (piece.kind === 'start') structure += `\0<${piece.name}>`;
    else if (piece.kind === 'end') structure += `\0</${piece.name}>`;
    // HTML takes the first line break in a `pre` for a part of the tag.
    else if (piece.kind === 'text') {
      structure += structure.endsWith('\0<pre>') ? piece.text.replace(/^\n/, '') : piece.text;
    }
  }
  return structure;
}

/** The tags that HTML lets people leave out, and adds. */
const ADDED_BY_HTML = new Set(['tbody', 'colgroup']);

/** The same of a tree. Only allowed elements stand in what is compared, so that it is not deep. */
function builtStructure(parent: DefaultTreeAdapterTypes.ParentNode): string {
  let structure = '';
  for (const node of parent.childNodes) {
    if ('value' in node) structure += node.value;
    if (!('tagName' in node)) continue;
    const { tagName } = node;
    const isWritten = node.sourceCodeLocation?.startTag !== undefined || !ADDED_BY_HTML.has(tagName);
    const inner = builtStructure(node);
    if (!isWritten) structure += inner;
    else structure += `\0<${tagName}>${inner}${VOID_TAGS.has(tagName) ? '' : `\0</${tagName}>`}`;
  }
  return structure;
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
  dropsContent = false;
  isUnescaped = false;
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

  tree(): DefaultTreeAdapterTypes.DocumentFragment {
    return this.parser.getFragment();
  }

  /** Of the tokenizer's errors one is forgiven: `<` before a blank or a digit is text. */
  onParseError(error: ParserError): void {
    const { code, startOffset: place } = error;
    const isText =
      code === 'invalid-first-character-of-tag-name' &&
      /^<[\s\d]$/.test(this.html.slice(place - 1, place + 1));
    if (!isText) onParseError(error);
    this.isUnescaped = true;
  }

  onStartTag(token: Token.TagToken): void {
    // The parser renames some tags (`image`, SVG's), so the name is taken before.
    const { tagName: name, location } = token;
    if (DOCUMENT_TAGS.has(name)) throw malformed(`document tag <${name}>`, location);
    if (/[<"'`=&]/.test(name)) throw malformed('a tag name with characters that names cannot hold', location);

    this.checkAttributes(token);
    const isInside = this.isInsideDropped();
    if (isInside || EMBEDDED.has(name)) this.dropsContent = true;
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
    if (this.isInsideDropped()) {
      if (showsSomething(text)) this.dropsContent = true;
      return;
    }
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
  private checkAttributes(token: Token.TagToken): void {
    for (const place of Object.values(token.location?.attrs ?? {})) {
      const written = this.html.slice(place.startOffset, place.endOffset);
      if (/[<>]/.test(written)) this.isUnescaped = true;
      for (const [entity] of written.matchAll(ENTITY)) {
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

/** Names come from the sender, so their length is bounded wherever they are told. */
export function cut(name: string): string {
  return [...name.slice(0, 2 * MAX_NAME_LENGTH)].slice(0, MAX_NAME_LENGTH).join('');
}
