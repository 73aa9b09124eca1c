import { findLiveKeys, insertApiKey, revokeApiKey } from '../../src/data/api-key.repository';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';

const NOW = Date.UTC(2025, 0, 1);
const DAY = 24 * 60 * 60 * 1_000;

describe.each(DATABASE_KINDS)('live API keys on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  afterAll(() => test.drop());

  it('are those of every site that are neither revoked nor expired, those with the name first', async () => {
    const key = (id: string, siteId: number, name: string, createdAt: number, expiresAt: number | null) => ({
      id,
      siteId,
      name,
      secretHash: 'h',
      scopes: [],
      actsFor: 'anyone' as const,
      createdAt,
      createdBy: 'operator',
      expiresAt,
    });
    await test.database.transaction(async (tx) => {
      await insertApiKey(tx, key('older', 1, 'other', NOW - 2 * DAY, null));
      await insertApiKey(tx, key('newer', 2, 'other', NOW - DAY, NOW + 1));
      await insertApiKey(tx, key('local', 2, 'local', NOW, null));
      await insertApiKey(tx, key('expired', 1, 'local', NOW - DAY, NOW));
      await insertApiKey(tx, key('revoked', 1, 'local', NOW - DAY, null));
      await revokeApiKey(tx, 1, 'revoked', NOW);
    });
    const keys = await test.database.read((tx) => findLiveKeys(tx, 'local', NOW));
    expect(keys.map(({ id }) => id)).toEqual(['local', 'older', 'newer']);
    expect(keys[2]).toMatchObject({ createdAt: NOW - DAY, expiresAt: NOW + 1, revokedAt: null, scopes: [] });
  });
});
