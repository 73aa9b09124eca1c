import { readOptions, UsageError } from './options';
import { type Outcome, runScenarios } from './run';

/** `npm run test:faults`: makes faults on real servers and compares what is stored with a replay. See test/faults/README.md. */
async function main(): Promise<void> {
  const { seed, engines, only, sizes } = readOptions();
  process.stdout.write(`seed ${seed}\n`);
  let failed = 0;
  for (const engine of engines) {
    await runScenarios(
      { seed, engine, only, sizes },
      (outcome) => {
        if (outcome.counts.findings.size > 0) failed += 1;
        process.stdout.write(linesOf(outcome));
      },
      (what) => process.stdout.write(`NOT RUN ${what}\n`),
    );
  }
  process.stdout.write(`${failed === 0 ? 'nothing found' : `${failed} failed`}, seed ${seed}\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function linesOf({ label, scenario, faults, seconds, counts }: Outcome): string {
  const { requests, openAndStored, openAndNotStored, cut, cutAndStored, told, recoveriesMs, findings } =
    counts;
  const answers = [...told].map(([what, count]) => `${what} ${count}`).join(', ');
  const verdict = findings.size === 0 ? 'ok    ' : 'FAILED';
  const lines = [`${verdict} ${label}: ${scenario}, ${faults} faults in ${seconds} s`];
  lines.push(`  ${requests} requests; told: ${answers}`);
  if (openAndStored + openAndNotStored > 0) {
    lines.push(
      `  callers could not know of ${openAndStored} that were stored and ${openAndNotStored} that were not`,
    );
  }
  if (cut > 0) lines.push(`  ${cut} imports were cut off; ${cutAndStored} of them were stored by then`);
  if (recoveriesMs.length > 0) {
    lines.push(
      `  back by itself ${recoveriesMs.length} times, within ${Math.round(Math.max(...recoveriesMs))} ms`,
    );
  }
  for (const [text, count] of findings) lines.push(`  ! ${text}${count === 1 ? '' : ` (${count} times)`}`);
  return `${lines.join('\n')}\n`;
}

main().catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
