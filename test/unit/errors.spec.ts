import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { DATABASE_ERROR_CODES } from '../../src/data/database-errors';
import { httpRefusal } from '../../src/http/error-answers';
import { ERROR_CODES, ERRORS, type ErrorSpec } from '../../src/kernel/errors';
import { PROBLEM_CODES } from '../../src/kernel/messages';

const DOCS = join(__dirname, '..', '..', 'docs');

/** The codes in the first column of a table. */
function documented(page: string): string[] {
  const text = readFileSync(join(DOCS, page), 'utf8');
  return [...text.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code = '']) => code);
}

describe('the codes of errors', () => {
  it('are all in docs/errors.md, those of problems in docs/messages.md, and none in both', () => {
    expect(documented('errors.md')).toEqual(ERROR_CODES);
    expect(documented('messages.md')).toEqual(PROBLEM_CODES);
    expect(ERROR_CODES.filter((code) => (PROBLEM_CODES as string[]).includes(code))).toEqual([]);
  });

  it('hold those of Apollo, of HTTP and of the database', () => {
    // Only a server that keeps documents can miss one.
    const { PERSISTED_QUERY_NOT_FOUND: _, ...apollo } = ApolloServerErrorCode;
    const http = [400, 401, 404, 405, 406, 408, 413, 415, 429, 431, 418].map(
      (status) => httpRefusal(status).code,
    );
    expect(ERROR_CODES).toEqual(
      expect.arrayContaining([...Object.values(apollo), ...http, ...DATABASE_ERROR_CODES]),
    );
  });

  it('each say what it means and what to do', () => {
    for (const code of ERROR_CODES) {
      const { statuses, text, explanation, hint }: ErrorSpec = ERRORS[code];
      expect([code, statuses.length > 0]).toEqual([code, true]);
      expect([text, explanation, hint].map((each) => each.trim())).not.toContain('');
    }
  });
});
