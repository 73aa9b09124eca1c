import { Initial1700000000000 } from './1700000000000-initial';
import { CustomActivity1700000001000 } from './1700000001000-custom-activity';
import { Access1700000002000 } from './1700000002000-access';
import { WrittenLocks1700000005000 } from './1700000005000-written-locks';
import { WriteCheck1700000006000 } from './1700000006000-write-check';
import { NotificationEnd1700000007000 } from './1700000007000-notification-end';
import { ProblemCounts1700000008000 } from './1700000008000-problem-counts';
import { FilterIndexes1700000009000 } from './1700000009000-filter-indexes';
import { ImportRunPages1700000010000 } from './1700000010000-import-run-pages';
import { ReferenceKinds1700000011000 } from './1700000011000-reference-kinds';
import { SearchedTexts1700000012000 } from './1700000012000-searched-texts';
import { DeletedTracking1700000013000 } from './1700000013000-deleted-tracking';
import { WriteMarks1700000013500 } from './1700000013500-write-marks';
import { RunDetails1700000014000 } from './1700000014000-run-details';
import { Webhook1700000015000 } from './1700000015000-webhook';
import { AuditReason1700000016000 } from './1700000016000-audit-reason';
import { DeletedOfLearner1700000016500 } from './1700000016500-deleted-of-learner';
import { Participants1700000017000 } from './1700000017000-participants';
import { ImportJobs1700000018000 } from './1700000018000-import-jobs';

/** In the order in which they run; a released one is never changed. */
export const MIGRATIONS = [
  Initial1700000000000,
  CustomActivity1700000001000,
  Access1700000002000,
  WrittenLocks1700000005000,
  WriteCheck1700000006000,
  NotificationEnd1700000007000,
  ProblemCounts1700000008000,
  FilterIndexes1700000009000,
  ImportRunPages1700000010000,
  ReferenceKinds1700000011000,
  SearchedTexts1700000012000,
  DeletedTracking1700000013000,
  WriteMarks1700000013500,
  RunDetails1700000014000,
  Webhook1700000015000,
  AuditReason1700000016000,
  DeletedOfLearner1700000016500,
  Participants1700000017000,
  ImportJobs1700000018000,
];
