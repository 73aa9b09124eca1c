import { openDataSource } from '../../src/data/data-source';
import { knownTarget } from '../../src/data/server-facts';
import { DATABASE_KINDS } from '../support/databases';

describe.each(DATABASE_KINDS)('schema on $kind', (kind) => {
  it('is made by the migrations exactly as the entities describe it, and unmade by them', async () => {
    const { target, drop } = await kind.create();
    const dataSource = await openDataSource(await knownTarget(target));
    try {
      await dataSource.runMigrations();
      const drift = await dataSource.driver.createSchemaBuilder().log();
      expect(drift.upQueries.map((query) => query.query)).toEqual([]);

      for (const _ of dataSource.migrations) await dataSource.undoLastMigration();
      await dataSource.runMigrations();
      const again = await dataSource.driver.createSchemaBuilder().log();
      expect(again.upQueries.map((query) => query.query)).toEqual([]);
    } finally {
      await dataSource.destroy();
      await drop();
    }
  });
});
