import fc from 'fast-check';
import { characterCount, hasAtMost, isBlank, isWellFormedText } from '../../../src/kernel/text';

describe('isBlank', () => {
  it.each(['', ' ', '\t\r\n', '\u00a0', '\u3000'])('is true for %j', (text) => {
    expect(isBlank(text)).toBe(true);
  });

  it.each(['0', ' a ', '\0', '.'])('is false for %j', (text) => {
    expect(isBlank(text)).toBe(false);
  });
});

describe('a blank text', () => {
  it('is one that trimming leaves empty', () => {
    const blank = fc.constantFrom(
      ' ',
      '\t',
      '\u00a0',
      '\u3000',
      '\ufeff',
      '\u0085',
      '\u200b',
      '\x7f',
      '!',
      'a',
      '~',
    );
    fc.assert(
      fc.property(fc.array(blank, { maxLength: 3 }), (units) => {
        expect(isBlank(units.join(''))).toBe(/^[\p{White_Space}\ufeff]*$/u.test(units.join('')));
      }),
    );
  });
});

describe('characterCount', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 2],
    ['😀', 1],
    ['👩‍🚀', 3],
    ['אב', 2],
    ['\ud800', 1],
  ])('of %j is %d', (text, count) => {
    expect(characterCount(text)).toBe(count);
  });

  it('counts code points', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(characterCount(text)).toBe([...text].length);
      }),
    );
  });
});

describe('hasAtMost', () => {
  it('counts code points', () => {
    const text = fc.array(fc.constantFrom('a', '😀', '\ud800', '\udc00')).map((units) => units.join(''));
    fc.assert(
      fc.property(text, fc.nat(12), (value, max) => {
        expect(hasAtMost(max, value)).toBe([...value].length <= max);
      }),
      { numRuns: 500 },
    );
  });
});

describe('isWellFormedText', () => {
  it.each(['', 'abc', '😀', 'e\u0301', '\u200f', '\ufffd', '\t\n', '\u0001'])('accepts %j', (text) => {
    expect(isWellFormedText(text)).toBe(true);
  });

  it.each(['\0', 'a\0b', '\ud83d', '\ude00', '\ude00\ud83d', 'a\ud800', '\udc00b', '😀\ud83d'])(
    'refuses %j',
    (text) => {
      expect(isWellFormedText(text)).toBe(false);
    },
  );

  it('is what survives UTF-8 and back, NUL aside', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 0xffff })).map((units) => String.fromCharCode(...units)),
        (text) => {
          expect(isWellFormedText(text)).toBe(Buffer.from(text, 'utf8').toString('utf8') === text);
        },
      ),
    );
  });
});
