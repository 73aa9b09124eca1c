import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOG_FOLDER } from './markers';

/** The workers inherit the environment. */
export default function makeLogFolder(): void {
  process.env[LOG_FOLDER] = mkdtempSync(join(tmpdir(), 'coursetrack-logs-'));
}
