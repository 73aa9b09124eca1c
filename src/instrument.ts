import { readTracing } from './config';
import type { Tracing } from './tracing/start-tracing';
import { readVersion } from './version';

/**
 * Tracing, where the environment switches it on. What it traces must be loaded after it, so the program imports this
 * file before anything else. Where it is off, nothing of it is loaded.
 */
export const tracing: Tracing | undefined = start();

function start(): Tracing | undefined {
  const exporter = readTracing();
  if (exporter === undefined) return undefined;
  const { startTracing } = require('./tracing/start-tracing') as typeof import('./tracing/start-tracing');
  return startTracing(exporter, readVersion());
}
