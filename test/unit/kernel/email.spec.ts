import { isEmail } from 'class-validator';
import fc from 'fast-check';
import { isEmailAddress } from '../../../src/kernel/email';

describe('isEmailAddress', () => {
  const piece = fc.oneof(
    { weight: 5, arbitrary: fc.stringMatching(/^[a-zA-Z0-9]{1,9}$/) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('x'.repeat(63), 'x'.repeat(64), '7', 'xn--a', 'é', 'ſ', 'K', ' ', '"', ''),
    },
  );
  const mark = fc.constantFrom('.', '.', '-', '_', '+', '..', '--', '@', "'", '/', ',');
  const part = fc.array(fc.tuple(piece, mark), { minLength: 1, maxLength: 5 }).chain((pairs) =>
    fc.boolean().map((trailing) =>
      pairs
        .flat()
        .slice(0, trailing ? undefined : -1)
        .join(''),
    ),
  );
  const address = fc.tuple(part, fc.constantFrom('@', '@', '@', ''), part).map((parts) => parts.join(''));

  it('is what class-validator says', () => {
    fc.assert(
      fc.property(fc.oneof(address, fc.emailAddress(), fc.string()), (text) => {
        expect(isEmailAddress(text)).toBe(isEmail(text, { require_tld: false }));
      }),
      { numRuns: 5000 },
    );
  });

  it.each(['ada@example.org', 'ada@intranet', 'a.b-c_d+e@x-y.z'])('accepts %s', (text) => {
    expect(isEmailAddress(text)).toBe(true);
  });

  it.each([
    '',
    'ada',
    'ada@',
    '@example.org',
    'ada@example.1',
    'a..b@c.de',
    'ada@-example.org',
    'ada@ex_ample.org',
    'ada@ex-.org',
    'ada@x.-y.org',
  ])('refuses %j', (text) => {
    expect(isEmailAddress(text)).toBe(false);
  });
});
