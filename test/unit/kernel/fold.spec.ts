import fc from 'fast-check';
import { fold } from '../../../src/kernel/fold';

describe('fold', () => {
  it.each([
    ['case', 'Ada.LOVELACE@Example.ORG', 'ada.lovelace@example.org'],
    ['case beyond ASCII', 'ÉCOLE ÇA', 'école ça'],
    ['composed and decomposed accents', 'e\u0301cole', 'école'],
    ['Greek with a final sigma', 'ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['Greek with a final sigma before more text', 'ΣΑΣ@a', 'σας@A'],
    ['a final sigma against an inner one', 'σας', 'σασ'],
    ['Cyrillic', 'ИВАН', 'иван'],
    ['letters outside the basic plane', '𐐀', '𐐨'],
    ['an accent that composes only in one case', 'J\u030c', 'ǰ'],
    ['capital sharp s', 'STRAẞE', 'straße'],
    ['the Kelvin sign', '\u212a', 'k'],
  ])('makes equal: %s', (_, left, right) => {
    expect(fold(left)).toBe(fold(right));
  });

  it.each([
    ['dotless i', 'ı', 'i'],
    ['dotted capital I', 'İ', 'I'],
    ['sharp s', 'ß', 'ss'],
    ['accents', 'é', 'e'],
    ['a ligature', 'ﬁ', 'fi'],
    ['full width letters', 'ａ', 'a'],
    ['blanks', ' a', 'a'],
    ['Greek tonos', 'ά', 'α'],
  ])('keeps distinct: %s', (_, left, right) => {
    expect(fold(left)).not.toBe(fold(right));
  });

  it('is stable for every character', () => {
    const unstable: string[] = [];
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
      const character = String.fromCodePoint(codePoint);
      const folded = fold(character);
      if (fold(folded) !== folded || fold(character.toLowerCase()) !== folded) unstable.push(character);
    }
    expect(unstable).toEqual([]);
  });

  it('does not depend on case or normal form, whatever the text', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, (given) => {
        const folded = fold(given);
        expect(fold(folded)).toBe(folded);
        expect(fold(given.toLowerCase())).toBe(folded);
        expect(fold(given.normalize('NFD'))).toBe(folded);
        expect(fold(given.normalize('NFC'))).toBe(folded);
      }),
    );
  });
});
