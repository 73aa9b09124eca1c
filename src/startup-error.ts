import { ConfigError } from './config';
import { loggableError } from './http/error-answers';

/** Something outside this program stands in the way; the message is the one line to show. */
export class StartupError extends Error {}

/** Prints why the program cannot run, and ends it with exit code 1. */
export function exitOnFailure(error: unknown): never {
  const known = error instanceof StartupError || error instanceof ConfigError;
  const text = known ? error.message : `Unexpected error: ${JSON.stringify(loggableError(error))}`;
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

/** The code of an error of Node or of a database driver. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
