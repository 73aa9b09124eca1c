/**
 * Compares the mutants that no test found with those of `equivalent.json`, which none can find: fails on any other, and
 * on one that is listed and found, or gone. Mutants are named by their texts, so that code may move.
 */
const { readdirSync, readFileSync } = require('node:fs');
const { basename, join } = require('node:path');

const ROOT = join(__dirname, '..', '..');
// Where a RuntimeError is answered, the mutant could not even be loaded.
const FOUND = ['Killed', 'Timeout', 'RuntimeError'];

/** Every mutant of Stryker's report, with the text that it replaces and the line that it stands on. */
function mutantsOf(report) {
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants.map(({ mutatorName, replacement, location: { start, end }, status }) => {
      const text = lines.slice(start.line - 1, end.line);
      text[text.length - 1] = text.at(-1).slice(0, end.column - 1);
      text[0] = text[0].slice(start.column - 1);
      return {
        file: basename(file),
        mutator: mutatorName,
        line: lines[start.line - 1].trim(),
        original: oneLine(text.join('\n')),
        replacement: oneLine(replacement),
        place: `${file}:${start.line}`,
        status,
      };
    });
  });
}

function oneLine(text) {
  return text.replace(/\s+/g, ' ');
}

function isSame(one, other) {
  return ['file', 'mutator', 'line', 'original', 'replacement'].every((part) => one[part] === other[part]);
}

const read = (file) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
const mutants = mutantsOf(read('reports/mutation.json'));
const listed = read('test/mutation/equivalent.json');
const survivors = mutants.filter(({ status }) => !FOUND.includes(status));
const sources = new Set(readdirSync(join(ROOT, 'src'), { recursive: true }).map((file) => basename(file)));
// Where only some files were mutated, nothing is known of the others.
const isJudged = ({ file }) => !sources.has(file) || mutants.some((mutant) => mutant.file === file);

const missed = survivors.filter((survivor) => !listed.some((entry) => isSame(entry, survivor)));
const outdated = listed.filter(
  (entry) => isJudged(entry) && !survivors.some((survivor) => isSame(entry, survivor)),
);
const unexplained = listed.filter(({ reason }) => !reason);

const show = ({ mutator, original, replacement }) => `${mutator}: ${original}\n    → ${replacement}`;
for (const mutant of missed) console.log(`${mutant.status} ${mutant.place} ${show(mutant)}`);
for (const entry of outdated) console.log(`Listed, and found or gone: ${entry.file} ${show(entry)}`);
for (const entry of unexplained) console.log(`Listed without a reason: ${entry.file} ${show(entry)}`);
console.log(`${mutants.length} mutants, ${missed.length} that no test finds, ${listed.length} equivalent`);
process.exitCode = missed.length + outdated.length + unexplained.length > 0 ? 1 : 0;
