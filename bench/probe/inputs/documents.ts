import { getIntrospectionQuery } from 'graphql';
import { DEFAULT_LIMITS } from '../../../src/http/limits';
import { type BadInput, MIB, series } from './input';

const { queryAliases, queryCharacters, queryTokens } = DEFAULT_LIMITS;

/** A document that repeats a part as often as the limit of tokens allows; `tokens` are those of one part. */
function repeated(
  name: string,
  tokens: number,
  make: (index: number) => string,
  frame: (parts: string, count: number) => string,
): BadInput {
  const count = Math.floor((queryTokens - 60) / tokens);
  return { name, send: (target) => target.query(frame(series(count, make), count)) };
}

function document(name: string, make: () => string): BadInput {
  return { name, send: (target) => target.query(make()) };
}

/** Parts in each other, as deep as the limit of tokens allows. */
function nested(
  name: string,
  tokens: number,
  open: string,
  close: string,
  frame: (inner: string) => string,
): BadInput {
  const count = Math.floor((queryTokens - 60) / tokens);
  return document(name, () => frame(open.repeat(count) + close.repeat(count)));
}

const inQuery = (parts: string) => `{ ${parts} }`;
const inCatalogue = (parts: string) => `{ messageCatalogue { ${parts} } }`;

const INTROSPECTION_FRAGMENTS = getIntrospectionQuery().replace(/^.*?(?=fragment )/s, '');

/** What can be wrong with a document: how long, deep, wide, circular or repetitive it is. */
export const DOCUMENTS: readonly BadInput[] = [
  document('20,000 aliases of messageCatalogue', () =>
    inQuery(series(20_000, (i) => `a${i}: messageCatalogue { code }`)),
  ),
  document('as many full message catalogues as are taken', () =>
    inQuery(
      series(
        queryAliases,
        (i) => `a${i}: messageCatalogue { code severity text explanation hint operations }`,
      ),
    ),
  ),
  document('60 searches for large pages', () =>
    inQuery(
      series(
        queryAliases,
        (i) => `a${i}: learningObjectives(first: 200, search: "%_%_%_%${i}") { totalCount nodes { title } }`,
      ),
    ),
  ),
  document(
    '30 introspections',
    () => `{ ${series(30, (i) => `a${i}: __schema { types { ...FullType } }`)} } ${INTROSPECTION_FRAGMENTS}`,
  ),
  document(
    '30 introspections of fields of fields',
    () =>
      `{ ${series(30, (i) => `a${i}: __schema { types { ...T } }`)} } fragment T on __Type { name fields { name args { name type { name } } type { name fields { name args { name type { name } } } } } }`,
  ),
  document(
    'a deep introspection',
    () => '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
  ),
  document(
    'the limit of characters in comments',
    () => `${'#\n'.repeat((queryCharacters - 20) / 2)}{ __typename }`,
  ),
  document(
    'the limit of characters in one comment',
    () => `#${'a'.repeat(queryCharacters - 20)}\n{ __typename }`,
  ),
  document(
    'the limit of characters in blank lines of a block string',
    () => `{ customActivity(elementSyncKey: """${'\n'.repeat(queryCharacters - 100)}""") { title } }`,
  ),
  document(
    'the limit of characters in indented lines of a block string',
    () =>
      `{ customActivity(elementSyncKey: """${'\n  a'.repeat((queryCharacters - 100) / 4)}""") { title } }`,
  ),
  document(
    'the limit of characters in one string',
    () => `{ customActivity(elementId: "${'a'.repeat(queryCharacters - 100)}") { title } }`,
  ),
  document(
    'the limit of characters in escapes',
    () => `{ customActivity(elementId: "${'\\u0041'.repeat((queryCharacters - 100) / 6)}") { title } }`,
  ),
  document(
    'a literal that looks like suggestions',
    () => `{ customActivity(elementId: "${'Did you mean '.repeat(queryCharacters / 13 - 10)}") { title } }`,
  ),
  document('a name of the limit of characters', () => `{ ${'a'.repeat(queryCharacters - 100)} }`),
  document('16 MiB of document', () => `{ __typename } #${'a'.repeat(15 * MIB)}`),
  document('16 MiB of commas', () => `{ __typename${','.repeat(15 * MIB)} }`),
  document('tokens over the limit', () => inQuery('__typename '.repeat(MIB))),
  repeated('a repeated leaf', 1, () => 'code', inCatalogue),
  repeated('a repeated __typename', 1, () => '__typename', inQuery),
  repeated('a repeated object', 4, () => 'messageCatalogue { code }', inQuery),
  repeated(
    'a repeated tree',
    12,
    () => 'courseElements(courseId: 1) { children { children { title } } }',
    inQuery,
  ),
  repeated(
    'the same field with other arguments',
    9,
    (i) => `customActivity(elementId: ${i}) { title }`,
    inQuery,
  ),
  repeated('one alias of different fields', 3, (i) => (i % 2 ? 'a: code' : 'a: text'), inCatalogue),
  repeated('aliases of __typename', 3, (i) => `a${i}: __typename`, inQuery),
  repeated('unknown fields', 1, (i) => `unknown${i}`, inQuery),
  repeated('fields that are almost known', 1, (i) => `messageCatalog${i}`, inQuery),
  repeated(
    'unknown arguments',
    3,
    (i) => `a${i}: 1`,
    (args) => `{ messageCatalogue(${args}) { code } }`,
  ),
  repeated(
    'a repeated argument',
    3,
    () => 'a: 1',
    (args) => `{ messageCatalogue(${args}) { code } }`,
  ),
  repeated(
    'repeated directives',
    6,
    () => '@skip(if: false)',
    (all) => inCatalogue(`code ${all}`),
  ),
  repeated(
    'unknown directives',
    2,
    (i) => `@d${i}`,
    (all) => inCatalogue(`code ${all}`),
  ),
  repeated('a directive on every field', 7, () => 'code @skip(if: false)', inCatalogue),
  repeated(
    'variables nobody uses',
    4,
    (i) => `$v${i}: Int`,
    (all) => `query(${all}) { __typename }`,
  ),
  repeated(
    'one variable again and again',
    4,
    () => '$v: Int',
    (all) => `query(${all}) { __typename }`,
  ),
  repeated(
    'variables of unknown types',
    4,
    (i) => `$v${i}: T${i}`,
    (all) => `query(${all}) { __typename }`,
  ),
  repeated(
    'fragments nobody uses',
    7,
    (i) => `fragment F${i} on Query { __typename }`,
    (all) => `{ __typename } ${all}`,
  ),
  repeated(
    'a chain of fragments',
    8,
    (i) => `fragment F${i} on Query { ...F${i + 1} }`,
    (all) => `{ ...F0 } ${all}`,
  ),
  repeated(
    'a circle of fragments',
    9,
    (i) => `fragment F${i} on Query { ...F${(i + 1) % 1_600} }`,
    (all) => `{ ...F0 } ${all}`,
  ),
  repeated(
    'fragments that double each other',
    11,
    (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`,
    (all, count) => `{ ...F0 } ${all} fragment F${count} on Query { __typename }`,
  ),
  repeated(
    'fragments that triple each other, with fields',
    20,
    (i) => `fragment F${i} on Query { messageCatalogue { code } ${`...F${i + 1} `.repeat(3)} }`,
    (all, count) => `{ ...F0 } ${all} fragment F${count} on Query { __typename }`,
  ),
  document('every fragment in every fragment', () => {
    const count = Math.floor(Math.sqrt(queryTokens / 2)) - 5;
    const spreads = series(count, (i) => `...F${i}`);
    return `{ ...F0 } ${series(count, (i) => `fragment F${i} on Query { ${spreads} }`)}`;
  }),
  document('many fragments side by side', () => {
    const count = Math.floor(queryTokens / 14);
    const fragments = series(count, (i) => `fragment F${i} on Query { messageCatalogue { code } }`);
    return `{ ${series(count, (i) => `...F${i}`)} } ${fragments}`;
  }),
  repeated('unknown fragments', 2, (i) => `...F${i}`, inQuery),
  nested('fields in each other', 3, 'courseElements {', '}', (inner) => inQuery(inner)),
  nested(
    'children in each other',
    3,
    'children {',
    '}',
    (inner) => `{ courseElements(courseId: 1) { ${inner} } }`,
  ),
  nested('fragments in each other', 5, '... on Query {', '}', (inner) => inQuery(inner)),
  nested('lists in each other', 2, '[', ']', (inner) => `{ customActivity(elementId: ${inner}) { title } }`),
  nested(
    'objects in each other',
    4,
    '{ a:',
    '}',
    (inner) => `{ customActivity(elementId: ${inner}) { title } }`,
  ),
  nested(
    'list types in each other',
    2,
    '[',
    ']',
    (inner) => `query($v: ${inner.replace('[]', '[Int]')}) { __typename }`,
  ),
  repeated(
    'a long list literal',
    1,
    () => '1',
    (all) => `{ customActivity(elementId: [${all}]) { title } }`,
  ),
  repeated(
    'rows as literals',
    5,
    () => '{ score: "x" }',
    (all) => `mutation { importConsolidatedTracking(input: { rows: [${all}] }) { __typename } }`,
  ),
  repeated(
    'many operations',
    5,
    (i) => `query Q${i} { __typename }`,
    (all) => all,
  ),
  repeated(
    'many operations of one name',
    5,
    () => 'query Q { __typename }',
    (all) => all,
  ),
  repeated(
    'definitions of types',
    7,
    (i) => `type T${i} { a: Int }`,
    (all) => `{ __typename } ${all}`,
  ),
];
