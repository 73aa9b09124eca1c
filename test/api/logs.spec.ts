import { buildApiSchema } from '../../src/api-schema';
import { DEFAULT_LIMITS } from '../../src/http/limits';
import { CALLS } from '../support/calls';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { rootFields } from '../support/every-operation';
import { type HttpApi, serveApi } from '../support/http-api';
import { markersIn } from '../support/markers';
import { present } from '../support/present';
import { storeTwoSites, type TwoSites } from '../support/two-sites';

/** Every operation but the catalogue of messages needs one of them. */
const NEEDED = [
  'api_key',
  'assessment_scale',
  'audit_entry',
  'consolidated_tracking',
  'course_element',
  'deleted_tracking',
  'training',
  'import_job',
  'import_run',
  'learner',
  'learning_object_version',
  'learning_objective',
  'organisation',
  'registration',
  'session',
  'user',
  'webhook',
];

/** Errors of a driver hold the statement and its values: here of every operation, with everything that it names. */
describe.each(DATABASE_KINDS)('where a table of $kind is lost', (kind) => {
  const log: string[] = [];
  let test: TestDatabase;
  let api: HttpApi;
  let sites: TwoSites;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    sites = await storeTwoSites(test);
    for (const table of NEEDED) await test.query(`ALTER TABLE ${table} RENAME TO lost_${table}`);
    // What asks for everything there is costs more than callers may spend.
    const limits = { ...DEFAULT_LIMITS, queryCost: 10_000_000 };
    api = await serveApi(test.database, { limits }, log);
  });
  afterAll(async () => {
    await api.stop();
    await test.drop();
  });

  it.each(rootFields(buildApiSchema()).filter(({ name }) => name !== 'messageCatalogue'))(
    '$name fails without a word of what it was about, in the answer and in the log',
    async ({ name, documentFor }) => {
      log.length = 0;
      const { body, requestId } = await api.post({
        query: documentFor(present(CALLS[name])(sites.own)),
        variables: present(CALLS[name])(sites.own),
      });
      expect(body.data?.[name] ?? null).toBeNull();
      expect(body.errors?.map(({ extensions }) => extensions)).toEqual([
        { code: expect.stringMatching(/^INTERNAL_SERVER_ERROR$|_FAILED$/), requestId },
      ]);
      const lines = log.map((line) => JSON.parse(line) as { msg: string; requestId: string; err?: object });
      expect(lines).toContainEqual(expect.objectContaining({ msg: 'unexpected error', requestId }));
      expect(JSON.stringify(lines)).toMatch(/"code":"(?:SQLITE_ERROR|ER_NO_SUCH_TABLE)"/);
      expect([...log, JSON.stringify(body)].flatMap(markersIn)).toEqual([]);
    },
  );
});
