import { getOperationAST, parse, validate } from 'graphql';
import { buildApiSchema } from '../../../src/api-schema';
import { foreseeLists } from '../../../src/bulk/foresee-lists';
import { present } from '../../support/present';

const schema = buildApiSchema();

function foreseen(query: string, variables?: Record<string, unknown>) {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return foreseeLists(schema, document, present(getOperationAST(document)), variables);
}

const importing = (selection: string, more = '') =>
  `mutation ($input: ImportConsolidatedTrackingInput!${more}) { importConsolidatedTracking(input: $input) { ${selection} } }`;
const ofAll = (selection: string) => `... on ImportConsolidatedTrackingOutcome { ${selection} }`;
const input = { rows: [{}, {}, {}] };
/** An entry in its shortest form: a byte for what may be null or a number. */
const ROW = '{"row":1}'.length;
const NUMBER = '{"number":1}'.length;

describe('the lists of an answer are foreseen:', () => {
  it.each<[string, string, number, number]>([
    ['nothing is selected', importing('__typename'), 0, 0],
    ['an entry for each row', importing(ofAll('rows { row }')), 1, 3 * ROW],
    [
      'twice under another name',
      importing(ofAll('rows { row } r: rows { number: row }')),
      2,
      3 * ROW + 3 * NUMBER,
    ],
    [
      'members that are merged',
      importing(ofAll('rows { row } rows { outcome }')),
      1,
      3 * '{"row":1,"outcome":0}'.length,
    ],
    [
      'what may be null, or empty',
      importing(ofAll('rows { tracking { id } changes { field } }')),
      1,
      3 * '{"tracking":0,"changes":[]}'.length,
    ],
    [
      'objects that are never null',
      importing(ofAll('rows { match { __typename } }')),
      1,
      3 * '{"match":{"__typename":"RowMatch"}}'.length,
    ],
    ['nobody knows how many entries', importing(ofAll('problems { code } rows(outcomes: []) { row }')), 1, 0],
    [
      'one of the members that may be answered',
      importing('... on ImportConsolidatedTrackingError { rows { row } }'),
      1,
      0,
    ],
    [
      'each member in its own words',
      importing(
        '... on ImportConsolidatedTrackingError { rows { row } } ... on ImportConsolidatedTrackingWarning { rows { row } a: rows { row } } ... on ImportConsolidatedTrackingSuccess { rows { number: row } }',
      ),
      2,
      3 * ROW,
    ],
    [
      'in fragments, wherever they are spread',
      `${importing('...F ... { ...F }')} fragment F on ImportConsolidatedTrackingOutcome { rows { row } ...G } fragment G on ImportConsolidatedTrackingOutcome { r: rows { row } }`,
      2,
      6 * ROW,
    ],
    ['another mutation', 'mutation { revokeApiKey(id: "") { __typename } __typename }', 0, 0],
  ])('%s', (_name, query, selected, bytes) => {
    expect(foreseen(query, { input })).toEqual({ selected, bytes });
  });

  it('for all mutations together', () => {
    const query =
      'mutation ($input: ImportConsolidatedTrackingInput!) { a: importConsolidatedTracking(input: $input) { ...F } b: importConsolidatedTracking(input: $input) { ...F } } fragment F on ImportConsolidatedTrackingOutcome { rows { row } }';
    expect(foreseen(query, { input })).toEqual({ selected: 2, bytes: 6 * ROW });
  });

  it('with rows that stand in the document, or are a variable of their own', () => {
    const literal = `mutation { importConsolidatedTracking(input: { rows: [{}, {}] }) { ${ofAll('rows { row }')} } }`;
    expect(foreseen(literal)).toEqual({ selected: 1, bytes: 2 * ROW });
    const apart = `mutation ($rows: [ConsolidatedTrackingRowInput!]!) { importConsolidatedTracking(input: { rows: $rows }) { ${ofAll('rows { row }')} } }`;
    expect(foreseen(apart, { rows: [{}, {}] })).toEqual({ selected: 1, bytes: 2 * ROW });
    for (const variables of [{}, { rows: null }, { rows: 'x' }, undefined]) {
      expect(foreseen(apart, variables)).toEqual({ selected: 1, bytes: 0 });
    }
  });

  it('as directives leave them in', () => {
    const query = importing(
      ofAll(
        'a: rows @include(if: $yes) { row } b: rows @skip(if: $yes) { row } c: rows @skip(if: $no) { row }',
      ),
      ', $yes: Boolean!, $no: Boolean! = false',
    );
    expect(foreseen(query, { input, yes: true })).toEqual({ selected: 2, bytes: 6 * ROW });
    expect(foreseen(query, { input, yes: false, no: true })).toEqual({ selected: 1, bytes: 3 * ROW });
  });

  it('whatever flags have no value, or are not right', () => {
    const dry = `mutation ($rows: [ConsolidatedTrackingRowInput!]!, $dry: Boolean) { importConsolidatedTracking(input: { rows: $rows, dryRun: $dry }) { ${ofAll('rows { row }')} } }`;
    for (const flag of [{}, { dry: null }, { dry: true }]) {
      expect(foreseen(dry, { rows: [{}], ...flag })).toEqual({ selected: 1, bytes: ROW });
    }
    expect(foreseen(dry, { rows: [{}], dry: 'yes' })).toEqual({ selected: 0, bytes: 0 });
  });
});
