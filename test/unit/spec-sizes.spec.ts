import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const TEST = join(__dirname, '..');

/** What a reader still takes in: a longer one is split by its subjects. */
const MAX_LINES = 800;

it('no spec file is too long to be read', () => {
  const specs = readdirSync(TEST, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.spec.ts'),
  );
  expect(specs.length).toBeGreaterThan(100);
  const long = specs.filter((file) => linesOf(file) > MAX_LINES);
  expect(long).toEqual([]);
});

function linesOf(file: string): number {
  return readFileSync(join(TEST, file), 'utf8').trimEnd().split('\n').length;
}
