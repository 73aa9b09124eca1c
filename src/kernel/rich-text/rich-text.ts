import sanitizeHtml from 'sanitize-html';
import { showsSomething } from '../text';
import { ALLOWED_TAGS, isKeptAttribute, POLICY } from './allow-list';
import { cut, type Piece, readMarkup } from './markup';

export type RichText =
  /** `html` is safe to store and to show; `stripped` names what was removed, empty when nothing was. */
  | { readonly kind: 'clean'; readonly html: string; readonly stripped: readonly string[] }
  /** Nothing in the text shows, which clears the stored one; `stripped` as above. */
  | { readonly kind: 'empty'; readonly stripped: readonly string[] }
  /** `reason` is a short English phrase, with line and column where there is a place. */
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'tooLong' };

/** Bytes of UTF-8, of the text as sent and as stored. */
export const RICH_TEXT_MAX_BYTES = 65_535;

const MAX_STRIPPED_NAMES = 20;

/**
 * Judges and cleans a rich text: an HTML fragment, sent by anyone.
 * Source: docs/rules/custom-activity.md, "Rich content".
 *
 * Three parts, each by the library made for it. parse5 reads the text as the HTML standard does and says whether
 * it is well-formed. sanitize-html takes out what the allow-list does not hold. Then parse5 reads the result,
 * which has to hold exactly the allowed part of what was sent: a text that the two libraries understand
 * differently, as prepared attacks are, is invalid.
 *
 * Well-formed means that every start tag has its own end tag, properly nested, also where HTML could do without
 * (`li`, `p`, `td`). An allowed element that HTML closes on its own before its end tag, as `<p><ul></ul></p>`,
 * counts as crossed. Every parse error of the HTML standard is one here: unknown entities, entities without their
 * semicolon where HTML would replace them, attributes given twice, control characters, CDATA.
 *
 * Browsers would move or drop what stands where HTML does not let it: parts of a table outside one, text between them,
 * a link in a link. So the tree that parse5 builds of the result has to hold every element and text where it is
 * written, apart from the `tbody` and `colgroup` that HTML adds.
 *
 * A text that needs no change comes back byte-equal. `<` and `>` in attributes and `<` as text need one: escaping. One that does comes back as the sanitiser writes it: entities
 * other than `&amp;` `&lt;` `&gt;` `&quot;` as characters, tags in lower case, attributes in double quotes,
 * `<br />`; a link with a target has `rel="noopener noreferrer"`, which alone is not named in `stripped`. Reading
 * that again changes nothing and strips nothing.
 *
 * `stripped` holds tag names (`script`), attributes (`p@onclick`, `a@href`) and `comment`, each once, in order of
 * appearance, at most 20, each at most 40 characters long. What is inside a removed `script`, `svg` and the like
 * is not named.
 *
 * Yields between the parts, of which each takes milliseconds where the text is long: others can have their turn.
 */
export function* readRichText(html: string): Generator<void, RichText> {
  if (isTooLong(html)) return { kind: 'tooLong' };
  if (html.trim() === '') return { kind: 'empty', stripped: [] };

  const sent = readMarkup(html);
  if (sent.kind === 'malformed') return { kind: 'invalid', reason: sent.reason };
  const stripped = namesOfRemoved(sent.pieces);

  yield;
  const sanitised = sanitizeHtml(html, POLICY);
  // Most texts need no change: then there is nothing new to read.
  yield;
  const result = sanitised === html ? sent : readMarkup(sanitised);
  yield;
  if (result.kind === 'malformed' || !isAllowedPartOf(sent.pieces, stripped, result.pieces)) {
    return { kind: 'invalid', reason: 'markup that cannot be read in one way only' };
  }
  yield;
  if (!result.isBuiltAsWritten()) {
    return {
      kind: 'invalid',
      reason:
        'something stands where HTML does not let it, such as a part of a table outside one, text between such parts, or a link in a link',
    };
  }
  yield;
  if (!hasVisibleContent(result.pieces)) {
    if (!sent.dropsContent) return { kind: 'empty', stripped };
    return { kind: 'invalid', reason: 'nothing visible is left of the text' };
  }
  const clean = !sent.isUnescaped && isSame(result.pieces, sent.pieces) ? html : sanitised;
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
    if (piece.kind === 'text') return showsSomething(piece.text);
    if (piece.kind !== 'start') return false;
    if (piece.name === 'hr') return true;
    return (
      piece.name === 'img' &&
      piece.attributes.some(([name, value]) => name === 'src' || (name === 'alt' && showsSomething(value)))
    );
  });
}
