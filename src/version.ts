import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The version in package.json of this project, seen from src/ and from dist/src/. */
export function readVersion(): string {
  const candidates = ['..', '../..'].map((up) => resolve(__dirname, up, 'package.json'));
  const file = candidates.find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`package.json is missing: ${candidates.join(', ')}`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
