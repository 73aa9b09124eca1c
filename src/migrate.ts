import 'reflect-metadata';
import { readConfig } from './config';
import { databaseLabel } from './data/database-url';
import { reachDatabase } from './reach-database';
import { exitOnFailure } from './startup-error';

async function migrate(): Promise<void> {
  const target = readConfig().database;
  const database = await reachDatabase(target);
  try {
    const pending = await database.hasPendingMigrations();
    await database.migrate();
    process.stdout.write(`${databaseLabel(target)}: ${pending ? 'migrated' : 'already up to date'}\n`);
  } finally {
    await database.close();
  }
}

migrate().catch(exitOnFailure);
