import 'reflect-metadata';
import { readConfig } from './src/config';
import { createDataSource } from './src/data/data-source';

/** For the TypeORM command line: the one DataSource, on the database that DATABASE_URL names. */
export default createDataSource(readConfig().database);
