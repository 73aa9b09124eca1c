import type { Logger } from 'pino';
import type { Config } from './config';
import { forgetOldAuditEntries } from './data/audit.repository';
import type { Database, Tx } from './data/database';
import { forgetOldDeletions } from './data/deletion-query.repository';
import { forgetExpiredKeys } from './data/idempotency.repository';
import { forgetOldRunDetails, forgetOldRuns } from './data/import-run.repository';
import { forgetOldNotifications } from './data/notification.repository';
import { loggableError } from './http/error-answers';
import { forgetOldFiles, forgetOldJobs, forgetOldResults, forgetOldUploads } from './import-jobs/forget-jobs';

const INTERVAL_MS = 60 * 60 * 1_000;

/** Removes a little of what is old, and answers whether there may be more. */
type Step = (tx: Tx) => Promise<boolean>;

/** What is kept for a while only, with the settings that say how long. */
function stepsOf(config: Config): Readonly<Record<string, Step>> {
  const { importDetailsKeepDays, importRunKeepDays, auditKeepDays, notificationKeepDays, deletionKeepDays } =
    config;
  return {
    keys: forgetExpiredKeys,
    notifications: (tx) => forgetOldNotifications(tx, notificationKeepDays),
    'details of imports': (tx) => forgetOldRunDetails(tx, importDetailsKeepDays),
    deletions: (tx) => forgetOldDeletions(tx, deletionKeepDays),
    imports: (tx) => forgetOldRuns(tx, importRunKeepDays),
    'entries of the audit log': (tx) => forgetOldAuditEntries(tx, auditKeepDays),
  };
}

/**
 * Removes what is old, now and every hour, each step in a transaction of its own; what fails is tried again in an hour.
 * Answers what ends it.
 */
export function forgetWhatIsOld(config: Config, database: Database, logger: Logger): () => void {
  const steps = Object.entries(stepsOf(config));
  const { uploadKeepDays, jobResultsKeepDays, importRunKeepDays } = config;
  const filesOfJobs: Readonly<Record<string, () => Promise<boolean>>> = {
    uploads: () => forgetOldUploads(database),
    'files of jobs': () => forgetOldFiles(database, uploadKeepDays),
    'results of jobs': () => forgetOldResults(database, jobResultsKeepDays),
    jobs: () => forgetOldJobs(database, importRunKeepDays),
  };
  let hasEnded = false;
  const forgetAll = async (step: Step) => {
    while (!hasEnded && (await database.transaction(step, { isRepeatable: true })));
  };
  const logged = (what: string) => (error: unknown) =>
    logger.error({ err: loggableError(error) }, `old ${what} cannot be forgotten`);
  const forget = async () => {
    for (const [what, step] of steps) await forgetAll(step).catch(logged(what));
    for (const [what, step] of Object.entries(filesOfJobs)) {
      while (!hasEnded && (await step().catch(logged(what))) === true);
    }
  };
  void forget();
  const timer = setInterval(() => void forget(), INTERVAL_MS).unref();
  return () => {
    hasEnded = true;
    clearInterval(timer);
  };
}
