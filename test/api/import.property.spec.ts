import fc from 'fast-check';
import { scenarios, scenariosWithKeys } from '../models/import/arbitrary-requests';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { replay } from '../support/import-replay';
import { MODEL_REQUESTS, MODEL_SEED } from '../support/model-runs';

const drawn = fc.noBias(
  fc.oneof({ weight: 2, arbitrary: scenarios }, { weight: 1, arbitrary: scenariosWithKeys }),
);

describe.each(DATABASE_KINDS)('importConsolidatedTracking against the model on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  afterAll(() => test.drop());

  it('answers and stores what the model does', async () => {
    let sent = 0;
    for (let seed = MODEL_SEED; sent < MODEL_REQUESTS; seed++) {
      // What differs is told with the seed and the smallest requests that still do.
      const property = fc.asyncProperty(drawn, async (scenario) => {
        sent += (await replay(test, scenario)).length;
      });
      await fc.assert(property, { seed, numRuns: 1 });
    }
  }, 3_600_000);
});
