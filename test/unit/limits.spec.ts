import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../src/config';
import { LIMITS } from '../../src/http/limits';

const ROOT = join(__dirname, '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs', 'limits.md'), 'utf8');
const COMPOSE = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');

describe('docs/limits.md', () => {
  const documented = new Map(
    [...PAGE.matchAll(/^\| `([A-Z_]+)` \| `(\d+)` \|/gm)].map(([, variable, byDefault]) => [
      variable,
      byDefault,
    ]),
  );

  it('tells the default of every limit of a request', () => {
    for (const { variable, byDefault } of Object.values(LIMITS)) {
      expect([variable, documented.get(variable)]).toEqual([variable, String(byDefault)]);
    }
  });

  it('names no variable that does not exist, and no other default', () => {
    const before = readConfig({});
    for (const [variable = '', byDefault] of documented) {
      expect([variable, readConfig({ [variable]: byDefault })]).toEqual([variable, before]);
      const other = String(Number(byDefault) + 1);
      expect([variable, readConfig({ [variable]: other })]).not.toEqual([variable, before]);
    }
  });

  it('tells of no limit that docker-compose.yml would not hand on', () => {
    expect(documented.size).toBeGreaterThan(0);
    for (const variable of documented.keys())
      expect(COMPOSE).toContain(`\n    ${variable}: \${${variable}:-}\n`);
  });
});
