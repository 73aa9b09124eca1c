import { DEFAULT_LIMITS } from '../../../src/http/limits';
import { type BadInput, MIB, series } from './input';

const { bodyBytes, jsonDepth, jsonValues, listItems, listItemsTotal } = DEFAULT_LIMITS;

const QUERY = '{ __typename }';
/** Takes a list of a type that nothing fits, so that every item is an error. */
const BAD_LIST =
  'query($ids: [TrackingStatus!]) { consolidatedTracking(filter: { status: $ids }) { totalCount } }';
const IMPORT =
  'mutation($input: ImportConsolidatedTrackingInput!) { importConsolidatedTracking(input: $input) { __typename } }';

/** A body with this JSON text as its variable `v`, which the query does not even use. */
const carrying = (json: string, query = QUERY) =>
  `{"query":${JSON.stringify(query)},"variables":{"v":${json}}}`;
/** As often as it fits into the largest body. */
const filled = (text: string, spare = 200) => text.repeat(Math.floor((bodyBytes - spare) / text.length));
const filledList = (item: string) => `[${filled(`${item},`)}${item}]`;
/** Names that are all different are what JSON.parse takes longest for. */
const distinct = (count: number, prefix: string) => `{${series(count, (i) => `"${prefix}${i}":0`, ',')}}`;

function body(
  name: string,
  make: () => string | Buffer,
  headers?: Readonly<Record<string, string>>,
): BadInput {
  return { name, send: (target) => target.post(make(), headers) };
}

/** What can be wrong with a body before anybody looks at the document in it. */
export const BODIES: readonly BadInput[] = [
  body('16 MiB of open lists', () => filled('[')),
  body('8 Mi lists in each other', () => carrying('['.repeat(8 * MIB - 100) + ']'.repeat(8 * MIB - 100))),
  body('2.7 Mi objects in each other', () =>
    carrying(`${filled('{"a":', 3 * MIB)}0${'}'.repeat(2.6 * MIB)}`),
  ),
  body('lists just within the depth', () =>
    carrying(`[${series(1_500, () => '['.repeat(jsonDepth - 4) + ']'.repeat(jsonDepth - 4), ',')}]`),
  ),
  body('5 Mi empty lists', () => carrying(filledList('[]'))),
  body('5 Mi empty objects', () => carrying(filledList('{}'))),
  body('8 Mi numbers in a list', () => carrying(filledList('0'))),
  body('a list of one item too many', () => carrying(`[${'0,'.repeat(listItems)}0]`)),
  body('a long list of wrong values', () =>
    JSON.stringify({ query: BAD_LIST, variables: { ids: Array(listItems).fill('NOT_A_STATUS') } }),
  ),
  body('as many list items as are taken', () =>
    carrying(`[${series(listItemsTotal / listItems, () => `[${'0,'.repeat(listItems - 10)}0]`, ',')}]`),
  ),
  body('as many different names as are taken', () => carrying(distinct(jsonValues - 10, 'k'))),
  body('different names in objects of their own', () =>
    carrying(`{${series(jsonValues / 3 - 10, (i) => `"a${i}":{"b${i}":0}`, ',')}}`),
  ),
  body('rows of different, unknown cells', () =>
    JSON.stringify({
      query: IMPORT,
      variables: {
        input: {
          rows: Array.from({ length: 19_000 }, (_, row) =>
            Object.fromEntries(Array.from({ length: 24 }, (_, cell) => [`c${row}_${cell}`, 0])),
          ),
        },
      },
    }),
  ),
  body('1.2 Mi different names', () => carrying(distinct(1.2 * MIB, 'k'))),
  body('the same name 2.7 Mi times', () => carrying(`{${filled('"a":0,')}"a":0}`)),
  body('one text of 16 MiB', () => carrying(`"${filled('a')}"`)),
  body('16 MiB of escapes', () => carrying(`"${filled('\\u0041')}"`)),
  body('16 MiB of backslashes', () => carrying(`"${filled('\\\\')}"`)),
  body('5 Mi empty texts', () => carrying(filledList('""'))),
  body('a number of 16 Mi digits', () => carrying(filled('1'))),
  body('16 MiB of white space', () => carrying(`${filled(' ')}0`)),
  body('16 MiB that are no JSON', () => filled('x')),
  body('16 MiB that are no UTF-8', () => Buffer.alloc(bodyBytes, 0xff)),
  body('poisoned prototypes', () =>
    carrying(`[${series(19_000, () => '{"constructor":{"prototype":1}}', ',')}]`),
  ),
  body('names that look like a poisoned prototype', () =>
    carrying(`[${series(19_000, () => '"__proto__" :', ',')}]`),
  ),
  body('a batch of 10,000 operations', () => JSON.stringify(Array(10_000).fill({ query: QUERY }))),
  body('a body over the limit', () => 'a'.repeat(bodyBytes + 1)),
  {
    name: 'a body over the limit, of unknown length',
    send: (target) => target.post(Buffer.alloc(bodyBytes + MIB, 0x20), { 'transfer-encoding': 'chunked' }),
  },
  body('a form of 16 MiB', () => filled('a=1&'), { 'content-type': 'application/x-www-form-urlencoded' }),
  body('a multipart form of 16 MiB', () => filled('--x\r\n\r\n'), {
    'content-type': 'multipart/form-data; boundary=x',
  }),
  body('16 MiB said to be compressed', () => filled('x'), { 'content-encoding': 'gzip' }),
  body('the longest document, of white space', () => JSON.stringify({ query: filled(' ') })),
];
