/** `npm run demo | head` closes the pipe early: whoever reads has seen enough, and nothing went wrong. */
export function endWithTheReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}
