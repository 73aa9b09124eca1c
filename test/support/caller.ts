import type { Caller } from '../../src/access/caller';
import { createRateLimits } from '../../src/access/rate-limits';
import { ALL_SCOPES } from '../../src/access/scopes';

/** A caller that may do everything on its site, but for what the test says. */
export function testCaller(overrides: Partial<Caller> = {}): Caller {
  return { id: 'test', keyId: null, siteId: 1, scopes: new Set(ALL_SCOPES), actsFor: 'anyone', ...overrides };
}

/** Limits that no test meets by accident. */
export function wideLimits() {
  const wide = 2 ** 31;
  return createRateLimits({
    requestsPerCaller: wide,
    requestsPerSite: wide,
    rowsPerCaller: wide,
    rowsPerSite: wide,
    badSignInsPerAddress: wide,
  });
}
