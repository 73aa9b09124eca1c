import fc from 'fast-check';
import { characterCount, isBlank, isWellFormedText } from '../../../src/kernel/text';

describe('isBlank', () => {
  it.each(['', ' ', '\t\r\n', '\u00a0', '\u3000'])('is true for %j', (text) => {
    expect(isBlank(text)).toBe(true);
  });

  it.each(['0', ' a ', '\0', '.'])('is false for %j', (text) => {
    expect(isBlank(text)).toBe(false);
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
