import { type AuditResult, auditServer } from 'graphql-http';
import { buildApiSchema } from '../../src/api-schema';
import { rig } from '../support/http-rig';

/** What callers send besides what the suite does. */
const HEADERS: Readonly<Record<string, string>> = {};

const fetchAsCaller: typeof fetch = (url, init) =>
  fetch(url, { ...init, headers: { ...HEADERS, ...(init?.headers as Record<string, string> | undefined) } });

/** GET is refused: a page of any origin could send it without asking. */
const LEFT_OUT = [
  '5A70 MAY accept application/x-www-form-urlencoded formatted GET requests',
  'D6D5 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  '6A70 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
];

describe('GraphQL over HTTP', () => {
  let results: readonly AuditResult[];

  beforeEach(async () => {
    const { url } = await rig({ schema: buildApiSchema() });
    results = await auditServer({ url: `${url}/graphql`, fetchFn: fetchAsCaller });
    await Promise.all(results.map((result) => ('response' in result ? result.response.text() : '')));
  });

  it('holds in everything that must, should or may be so, but for queries by GET', () => {
    const failed = results.filter(({ status }) => status !== 'ok').map(({ id, name }) => `${id} ${name}`);
    expect(failed).toEqual(LEFT_OUT);
    const passed = (word: string) =>
      results.filter(({ name, status }) => name.startsWith(word) && status === 'ok').length;
    expect({ must: passed('MUST'), should: passed('SHOULD'), may: passed('MAY') }).toEqual({
      must: 13,
      should: 23,
      may: 22,
    });
  });
});
