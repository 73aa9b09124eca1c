import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operationsDirectory, readOperations } from '../../src/http/operations';

describe('documented operations', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'coursetrack-operations-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are the .graphql files in order of names, each with its variables where it has some', () => {
    writeFileSync(join(folder, 'b-import.graphql'), 'mutation { b }');
    writeFileSync(join(folder, 'b-import.variables.json'), '{ "x": 1 }');
    writeFileSync(join(folder, 'a-read.graphql'), '{ a }');
    writeFileSync(join(folder, 'a-read-more.graphql'), '{ a }');
    writeFileSync(join(folder, 'README.md'), 'not an operation');
    expect(readOperations(folder)).toEqual([
      { name: 'a-read', query: '{ a }' },
      { name: 'a-read-more', query: '{ a }' },
      { name: 'b-import', query: 'mutation { b }', variables: '{ "x": 1 }' },
    ]);
  });

  it('are found in the project', () => {
    expect(operationsDirectory()).toBe(join(__dirname, '..', '..', 'schema', 'operations'));
  });
});
