import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TRACKING_FIELDS } from '../../src/tracking-import/fields';
import { mentionsIn } from './mentions';
import { ScratchCopy } from './scratch-copy';

/**
 * `npm run test:omissions [-- FIELD …]`: leaves out whatever the sources say of a stored value, one thing after the
 * other, in a copy of the project. Each time something has to be missed, by the compiler or by a unit test of imports.
 */

const ROOT = join(__dirname, '..', '..', '..');

/** Where rows of tracking are described, read, stored and answered. */
const FILES = [
  ...readdirSync(join(ROOT, 'src/tracking-import'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => `src/tracking-import/${file}`),
  'src/data/consolidated-tracking.repository.ts',
  'src/data/entities/consolidated-tracking.entity.ts',
];

const BY_DEFAULT = ['score', 'timeSpentSeconds'];

function main(): void {
  const asked = process.argv.length > 2 ? process.argv.slice(2) : BY_DEFAULT;
  const fields = asked.map((name) => {
    const found = TRACKING_FIELDS.find(({ field }) => field === name);
    if (found === undefined) throw new Error(`${name} is no stored value`);
    return found;
  });
  const copy = new ScratchCopy(ROOT);
  try {
    if (!copy.compiles()) throw new Error('The project does not compile as it is');
    const failing = copy.failingTest();
    if (failing !== undefined) throw new Error(`A test fails as it is: ${failing}`);
    const silent = fields.flatMap(({ field, cell }) => tryOmissions(copy, [field, cell]));
    process.stdout.write(`\n${silent.length} omissions are silent\n`);
    process.exitCode = silent.length === 0 ? 0 : 1;
  } finally {
    copy.remove();
  }
}

/** Answers the places of those that nobody misses. */
function tryOmissions(copy: ScratchCopy, names: readonly string[]): string[] {
  process.stdout.write(`\n${names[0]}\n`);
  return FILES.flatMap((file) => {
    const source = copy.read(file);
    const silent = mentionsIn(source, names).flatMap(({ line, text, without }) => {
      copy.write(file, without);
      const verdict = verdictOn(copy);
      process.stdout.write(`${file}:${line}\t${text}\t${verdict ?? 'SILENT'}\n`);
      return verdict === undefined ? [`${file}:${line}`] : [];
    });
    copy.write(file, source);
    return silent;
  });
}

function verdictOn(copy: ScratchCopy): string | undefined {
  if (!copy.compiles()) return 'does not compile';
  const failing = copy.failingTest();
  return failing === undefined ? undefined : `fails ${failing}`;
}

main();
