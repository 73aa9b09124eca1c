import { appendFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import pino, { type Logger } from 'pino';
import { errorForCaller, loggableError, maskedError } from '../../src/http/error-answers';
import { LOG_FOLDER } from './markers';

/** Keeps lines that a server wrote into its log, to be searched for markers after the run. */
export function keepLog(text: string): void {
  const folder = process.env[LOG_FOLDER];
  if (folder === undefined)
    throw new Error('Tests run by the configuration of the project, which keeps logs');
  const spec = relative(process.cwd(), expect.getState().testPath ?? '');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const file = join(folder, `${process.env.JEST_WORKER_ID ?? 'x'}.log`);
  appendFileSync(file, lines.map((line) => `${spec}: ${line}\n`).join(''));
}

/** The one logger of tests: it writes everything, into the lines of the test where it gives some. */
export function testLogger(lines?: string[]): Logger {
  const write = (line: string) => {
    keepLog(line);
    lines?.push(line);
  };
  return pino({ level: 'trace' }, { write });
}

/** Keeps what the server would answer and log where an operation fails for no fault of the caller. */
export function keepMasked(errors: readonly GraphQLError[], requestId: string): void {
  for (const error of errors) {
    if (errorForCaller(error.toJSON(), error) !== undefined) continue;
    keepLog(JSON.stringify(withoutPath(maskedError(error.toJSON(), requestId, error))));
    keepLog(JSON.stringify(loggableError(error.originalError ?? error)));
  }
}

/** Keeps the masked errors of an answer over HTTP: they are the ones that carry a request id. */
export function keepMaskedAnswers(body: string): void {
  if (!body.includes('"requestId"')) return;
  const { errors = [] } = JSON.parse(body) as { errors?: GraphQLFormattedError[] };
  for (const error of errors) {
    if (error.extensions?.requestId !== undefined) keepLog(JSON.stringify(withoutPath(error)));
  }
}

/** A path has the names that the caller itself gave to what it asked for. */
function withoutPath({ path: _, ...error }: GraphQLFormattedError): GraphQLFormattedError {
  return error;
}
