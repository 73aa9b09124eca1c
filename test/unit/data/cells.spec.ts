import {
  double,
  flag,
  instant,
  json,
  nullable,
  readRow,
  readRows,
  text,
  UnexpectedCell,
  wholeNumber,
  word,
} from '../../../src/data/cells';

const MIDNIGHT = Date.UTC(2024, 0, 1);

describe('a cell is read as what it is', () => {
  it.each([
    ['flag', flag, 0, false],
    ['flag', flag, 1, true],
    ['whole number', wholeNumber, -7, -7],
    ['whole number', wholeNumber, 2 ** 53 - 1, 2 ** 53 - 1],
    ['double', double, 91.66666666666667, 91.66666666666667],
    ['text', text, '', ''],
    ['instant', instant, '2024-01-01 00:00:00.000', MIDNIGHT],
    ['instant', instant, new Date(MIDNIGHT), MIDNIGHT],
    ['JSON', json, '[1]', [1]],
    ['nullable', nullable(flag), null, null],
    ['nullable', nullable(flag), 0, false],
    ['word', word(['A', 'B']), 'B', 'B'],
  ])('%s: %o of %p is %p', (_, read, cell, value) => {
    expect(read(cell)).toEqual(value);
  });
});

describe('a cell is refused that is something else', () => {
  it.each([
    ['flag', flag, ['0', '1', 2, -1, null, undefined, true, 0n, '', Buffer.from([0])]],
    ['whole number', wholeNumber, ['1', 0.5, 2 ** 53, Number.NaN, null, undefined, 1n]],
    ['double', double, ['1.5', Number.POSITIVE_INFINITY, Number.NaN, null, undefined]],
    ['text', text, [1, null, undefined, Buffer.from('x')]],
    ['instant', instant, [0, null, undefined, true]],
    ['word', word(['A', 'B']), ['a', 'C', '', null, undefined, 1]],
    ['nullable', nullable(text), [undefined, 1]],
  ])('%s', (_, read, cells) => {
    for (const cell of cells) expect(() => read(cell)).toThrow(UnexpectedCell);
  });

  it('and its column is named, but never its value', () => {
    const read = () => readRows([{ id: 1, login: 77424242 }], { id: wholeNumber, login: text });
    expect(read).toThrow(/^login: /);
    expect(read).not.toThrow(/77424242/);
  });

  it('and so is a column that the statement does not have', () => {
    expect(() => readRows([{}], { id: wholeNumber })).toThrow(UnexpectedCell);
  });
});

it('rows are read in their place, and parts of a row beside it', () => {
  const rows = [{ id: 1, isLeaf: 0 }];
  expect(readRows(rows, { id: wholeNumber, isLeaf: flag })).toBe(rows);
  expect(rows).toEqual([{ id: 1, isLeaf: false }]);
  const joined = { user_id: 5, user_isDeleted: 1, other: 'x' };
  expect(readRow(joined, { id: wholeNumber, isDeleted: flag }, 'user_')).toEqual({ id: 5, isDeleted: true });
  expect(joined.user_isDeleted).toBe(1);
});
