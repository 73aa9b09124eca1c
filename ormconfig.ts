import 'reflect-metadata';
import { readConfig } from './src/config';
import { createDataSource } from './src/data/data-source';
import { knownTarget } from './src/data/server-facts';

/** For the TypeORM command line: the one DataSource, on the database that DATABASE_URL names. */
export default knownTarget(readConfig().database).then((target) => createDataSource(target));
