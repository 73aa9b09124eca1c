import { ConfigError } from './config';
import { type DatabaseError, databaseErrorOf } from './data/database-errors';
import { loggableError } from './http/error-answers';
import { ERRORS } from './kernel/errors';

/** Something outside this program stands in the way; the message is the one line to show. */
export class StartupError extends Error {}

/** Prints why the program cannot run, and ends it with exit code 1. */
export function exitOnFailure(error: unknown): never {
  tell(reasonOf(error));
  process.exit(1);
}

function reasonOf(error: unknown): string {
  if (error instanceof StartupError || error instanceof ConfigError) return error.message;
  const trouble = databaseErrorOf(error);
  if (trouble !== undefined) return troubleLine(trouble);
  return `Unexpected error: ${JSON.stringify(loggableError(error))}`;
}

/** With the codes of the database itself: whoever runs this program runs the database as well. */
function troubleLine(trouble: DatabaseError): string {
  const codes = new Set<string>();
  for (let cause = trouble.cause; cause instanceof Error; cause = cause.cause) {
    const code = errorCode(cause);
    if (code !== undefined) codes.add(code);
  }
  const { text } = ERRORS[trouble.code];
  return codes.size === 0 ? text : `${text} (${[...codes].join(', ')})`;
}

let isListenedTo = false;

/** Says something on standard error. Whether anybody can read it there stops nothing. */
export function tell(text: string): void {
  if (!isListenedTo) process.stderr.on('error', () => {});
  isListenedTo = true;
  process.stderr.write(`${text}\n`);
}

/** The code of an error of Node or of a database driver. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
