import { AT_START, type ImportJobRecord, saveJob } from '../../data/import-job.repository';
import { removeImportRun } from '../../data/import-run.repository';
import type { JobLease } from '../../data/job-lease.repository';
import { removeSomeResults } from '../../data/remove-job-files';
import type { JobDeps } from './job-deps';
import { type Step, stepOf } from './job-step';

/** What an earlier try has told of its rows is not told again. */
export async function beginAnew(deps: JobDeps, lease: JobLease, job: ImportJobRecord): Promise<Step> {
  for (let isLeft = true; isLeft; ) {
    // One step each: whoever lost the job must not remove what its new holder has told.
    const step = await stepOf(deps, lease, async (tx, _, held) => {
      if (held.phase !== job.phase) return 'next-phase';
      isLeft = await removeSomeResults(tx, held);
      if (isLeft) return 'more';
      // There is one where all that an earlier try has written was taken back.
      await removeImportRun(tx, held.siteId, held.id);
      await saveJob(tx, held, { progress: AT_START });
      return 'more';
    });
    if (step !== 'more') return step;
  }
  return 'more';
}
