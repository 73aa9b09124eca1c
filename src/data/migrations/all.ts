import { Initial1700000000000 } from './1700000000000-initial';
import { CustomActivity1700000001000 } from './1700000001000-custom-activity';
import { Access1700000002000 } from './1700000002000-access';

/** In the order in which they run; a released one is never changed. */
export const MIGRATIONS = [Initial1700000000000, CustomActivity1700000001000, Access1700000002000];
