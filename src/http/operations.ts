import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A call of the API as it is documented: README shows it, tests run it, the playground opens with it. */
export interface DocumentedOperation {
  readonly name: string;
  readonly query: string;
  /** JSON text, as written by the author. */
  readonly variables?: string;
}

/** `schema/operations` of this project, seen from src/http/ and from dist/src/http/. */
export function operationsDirectory(): string {
  const candidates = ['../..', '../../..'].map((up) => resolve(__dirname, up, 'schema', 'operations'));
  const found = candidates.find((folder) => existsSync(folder));
  if (found === undefined)
    throw new Error(`The folder schema/operations is missing: ${candidates.join(', ')}`);
  return found;
}

/** Every `NAME.graphql` of the folder, in order of names, with `NAME.variables.json` where there is one. */
export function readOperations(directory = operationsDirectory()): readonly DocumentedOperation[] {
  const extension = '.graphql';
  return readdirSync(directory)
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .sort()
    .map((name) => {
      const query = readFileSync(join(directory, `${name}${extension}`), 'utf8');
      const variablesFile = join(directory, `${name}.variables.json`);
      if (!existsSync(variablesFile)) return { name, query };
      return { name, query, variables: readFileSync(variablesFile, 'utf8') };
    });
}
