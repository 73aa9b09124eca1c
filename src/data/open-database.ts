import { openDataSource } from './data-source';
import type { Database, DatabaseSettings } from './database';
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
  return openEmbedded(target, all);
}

async function openEmbedded(
  target: Extract<DatabaseTarget, { kind: 'sqlite' }>,
  all: DatabaseSettings,
): Promise<Database> {
  if (isFile(target)) prepareEmbeddedFile(target.path);
  const writer = await openDataSource(target, all);
  const schema = openSchema(target, writer);
  if (!isFile(target)) return new EmbeddedDatabase({ writer, reader: writer, schema }, all);
  try {
    const reader = await openDataSource(target, { ...all, isReadOnly: true });
    return new EmbeddedDatabase({ writer, reader, schema, file: openedFile(target.path) }, all);
  } catch (error) {
    await writer.destroy();
    throw error;
  }
}
