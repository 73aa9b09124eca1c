import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACADEMY } from '../../examples/reference-data/academy';
import { ACADEMY_ACTIVITIES } from '../../examples/reference-data/academy-activities';
import { present } from './present';

/** The environment variable with the folder in which logs and masked errors are kept until the run is over. */
export const LOG_FOLDER = 'COURSETRACK_TEST_LOGS';

/** For tests that let something fail: what an error of a database driver could hold. */
export const PLANTED = "Duplicate entry 'planted ada@example.org' of INSERT INTO learner";

/** Names and titles of the academy, of the small world, the classes and the courses of `test/support`. */
const NAMES = [
  ...present(ACADEMY.learners).map(({ login }) => login),
  ...[ACADEMY.trainings, ACADEMY.sessions, ACADEMY.lovs, ACADEMY.courseElements, ACADEMY_ACTIVITIES].flatMap(
    (rows) => present(rows).flatMap(({ title }) => title ?? []),
  ),
  'academy.planner',
  'Homework',
  'Year 2025',
  'planted',
];

/** What is in neither logs nor masked errors, whatever a test does. */
const MARKERS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['an e-mail address', /[\w.+-]@(?:[\w-]+\.)+[a-z]{2,}/i],
  ['a name or title', new RegExp(`(?<!\\w)(?:${NAMES.map(escaped).join('|')})(?!\\w)`, 'i')],
  ['the login of a learner', /\blearner-\d|(?<!\w)(?:ada|bob|zoe|zoë)(?!\w)/i],
  ['a title', /\b(?:Course|Element|Objective|Session) (?:\d|\w*LO)/],
  ['rich text', /<\/?(?:p|b|i|em|ul|li|script)\b/],
  ['SQL', /\b(?:INSERT INTO|SELECT .+ FROM|UPDATE \w+ SET|DELETE FROM)\b/],
  ['the secret of a webhook', /\bwhsec_/],
  ['an API key', /\bct_[\da-f]{16}_/],
  ['an access token', /\beyJ[\w-]{8}/],
];

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** What is in a line that must not be. */
export function markersIn(line: string): string[] {
  return MARKERS.flatMap(([what, pattern]) => (pattern.test(line) ? [what] : []));
}

/** Every line of the folder's files with a marker in it, as `FILE:LINE: what: the line`. */
export function findMarkers(folder: string): string[] {
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const what = markersIn(line).join(', ');
        return what === '' ? [] : [`${join(folder, file)}:${index + 1}: ${what}: ${line}`];
      }),
  );
}
