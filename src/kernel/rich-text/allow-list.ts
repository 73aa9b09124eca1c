import type { Attributes, IOptions } from 'sanitize-html';

/** What a rich text may hold. Source: docs/rules/custom-activity.md, "Rich content". */

const SAFE_REL = 'noopener noreferrer';
const LINK_SCHEMES = ['http', 'https', 'mailto', 'tel'];
const IMAGE_SCHEMES = ['https'];

export const ALLOWED_TAGS = new Set(
  (
    'p br div span h1 h2 h3 h4 h5 h6 strong b em i u s sub sup ul ol li dl dt dd blockquote pre code hr ' +
    'table caption colgroup col thead tbody tfoot tr th td a img figure figcaption mark del ins kbd samp var small ' +
    'abbr cite q details summary'
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

/** Removed together with what is inside: it is code, drawings, fallbacks or choices, not text of the author. */
export const DROPPED_WITH_CONTENT = new Set(
  (
    'script style iframe object embed applet svg template noscript noembed noframes frameset xmp plaintext ' +
    'title textarea select option optgroup datalist audio video canvas'
  ).split(' '),
);
/** Of these, what shows something although nothing is inside. */
export const EMBEDDED = new Set('iframe object embed applet svg audio video canvas'.split(' '));
export const VOID_TAGS = new Set(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr'.split(
    ' ',
  ),
);

/** The same, as sanitize-html wants to be told. */
export const POLICY: IOptions & { allowedEmptyAttributes: string[] } = {
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

export function isKeptAttribute(tag: string, name: string, value: string): boolean {
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

function keptAttributes(tag: string, attributes: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(([name, value]) => isKeptAttribute(tag, name, value)),
  );
}

function keptLinkAttributes(attributes: Attributes): Attributes {
  if (attributes.target === undefined) return keptAttributes('a', attributes);
  const { rel: _, ...others } = attributes;
  return { ...keptAttributes('a', others), rel: SAFE_REL };
}
