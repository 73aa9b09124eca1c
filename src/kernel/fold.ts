/**
 * The one normalising function for what is compared loosely: logins, e-mail addresses, words of statuses.
 * Two texts are the same without regard to case exactly if their folded forms are equal, on every database.
 *
 * Lower case, because upper case would make `ı` equal `i` and `ß` equal `ss`: a login would open two accounts.
 * `toLowerCase` writes the last sigma of a word as ς, so `ΣΑΣ` and `σασ` would differ without the replacement.
 * Accents stay distinct, however they are encoded (NFC). Blanks are kept: trimming is up to the caller.
 */
export function fold(text: string): string {
  // Nothing to normalise; nearly every login and address.
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}

const ASCII = /^[\0-\x7f]*$/;
