import { cancelled } from './cancelled';
import { databaseEnds } from './database-ends';
import { kills } from './kills';
import { lockWaits } from './lock-waits';
import { lostCommits } from './lost-commits';
import type { Scenario } from './scenario';
import { fullDisk, lockedFile, replacedFile } from './sqlite-file';
import { stalls } from './stalls';
import { connections, full, readOnly } from './unavailable';
import { victims } from './victims';

/** Those that need the same servers stand together: they are not started anew. */
export const SCENARIOS: readonly Scenario[] = [
  kills,
  databaseEnds,
  victims,
  cancelled,
  readOnly,
  connections,
  lostCommits,
  stalls,
  lockWaits,
  full,
  replacedFile,
  lockedFile,
  fullDisk,
];
