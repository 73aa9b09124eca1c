import { getOperationAST, parse } from 'graphql';
import { operationLabel } from '../../src/http/operation-label';

function labelOf(source: string, operationName?: string): string {
  const document = parse(source);
  return operationLabel(getOperationAST(document, operationName) ?? undefined, document);
}

describe('the operation of a request', () => {
  it.each([
    ['the root field', 'query Zoe { customActivity { title } }', 'customActivity'],
    ['the field behind an alias', '{ zoe: customActivity { title } }', 'customActivity'],
    ['one field, however often', '{ a: importRun { id } b: importRun { id } }', 'importRun'],
    [
      'one field in fragments',
      '{ ...A ...A ... { importRun { id } } } fragment A on Query { importRun { id } }',
      'importRun',
    ],
    ['different fields', '{ importRun { id } customActivity { title } }', 'several'],
    [
      'different fields, one in a fragment',
      '{ importRun { id } ...A } fragment A on Query { hello }',
      'several',
    ],
    ['introspection', '{ __schema { queryType { name } } __typename }', 'introspection'],
    ['a field beside introspection', '{ __typename importRun { id } }', 'importRun'],
  ])('is %s', (_name, source, label) => {
    expect(labelOf(source)).toBe(label);
  });

  it('is that of the operation that was named', () => {
    const source = 'query A { importRun { id } } query B { customActivity { title } }';
    expect([labelOf(source, 'A'), labelOf(source, 'B'), labelOf(source, 'C')]).toEqual([
      'importRun',
      'customActivity',
      'none',
    ]);
  });

  it('is found in time however fragments are nested', () => {
    const fragments = Array.from(
      { length: 200 },
      (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} ...F${n + 1} }`,
    );
    expect(labelOf(`{ ...F0 } ${fragments.join(' ')} fragment F200 on Query { importRun { id } }`)).toBe(
      'importRun',
    );
  });
});
