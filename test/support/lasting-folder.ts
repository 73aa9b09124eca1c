import { existsSync, mkdtempSync, realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, sep } from 'node:path';

const TEMPORARY = [tmpdir(), '/tmp', '/var/tmp', '/dev/shm'].filter(existsSync).map(root);

/**
 * A new folder for a database of a start in production, which is refused in temporary ones: in the folder of the code,
 * or in the home folder where the code itself lies in a temporary one.
 */
export function lastingFolder(code: string): string {
  const place = TEMPORARY.some((folder) => root(code).startsWith(folder)) ? homedir() : code;
  return mkdtempSync(join(place, 'data-test-'));
}

function root(folder: string): string {
  return `${realpathSync(folder)}${sep}`;
}
