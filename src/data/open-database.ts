import { setTimeout as pause } from 'node:timers/promises';
import { createDataSource } from './data-source';
import type { Database, DatabaseSettings } from './database';
import { isHeldByAnother } from './database-errors';
import type { DatabaseTarget } from './database-url';
import { EmbeddedDatabase } from './embedded-database';
import { isFile, openedFile, prepareEmbeddedFile } from './embedded-file';
import { openSchema } from './migrate';
import { serverDatabase } from './server-database';
import { DEFAULT_LIMITS } from './time-limits';

/** Connects; the embedded database's file and folder are made where they are missing. */
export async function openDatabase(
  target: DatabaseTarget,
  settings: Partial<DatabaseSettings> = {},
): Promise<Database> {
  const all: DatabaseSettings = { limits: DEFAULT_LIMITS, ...settings };
  if (target.kind === 'mysql') return serverDatabase(target, all);
  if (!isFile(target)) return openEmbedded(target, all);
  const giveUpAt = performance.now() + OPEN_WITHIN_MS;
  for (;;) {
    try {
      return await openEmbedded(target, all);
    } catch (error) {
      if (!isHeldByAnother(error) || performance.now() > giveUpAt) throw error;
      await pause(OPEN_AGAIN_MS);
    }
  }
}

/** Whoever opens the file first, or closes it last, holds it for a moment, and SQLite does not wait here. */
const OPEN_WITHIN_MS = 5_000;
const OPEN_AGAIN_MS = 20;

async function openEmbedded(
  target: Extract<DatabaseTarget, { kind: 'sqlite' }>,
  all: DatabaseSettings,
): Promise<Database> {
  if (isFile(target)) prepareEmbeddedFile(target.path);
  const writer = await createDataSource(target, all).initialize();
  const schema = openSchema(target, writer);
  if (!isFile(target)) return new EmbeddedDatabase({ writer, reader: writer, schema }, all);
  const reader = createDataSource(target, { ...all, isReadOnly: true });
  try {
    await reader.initialize();
    await reader.query('SELECT COUNT(*) FROM sqlite_master');
  } catch (error) {
    if (reader.isInitialized) await reader.destroy();
    await writer.destroy();
    throw error;
  }
  return new EmbeddedDatabase({ writer, reader, schema, file: openedFile(target.path) }, all);
}
