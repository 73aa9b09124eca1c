import { isEmail } from 'class-validator';

/** Nothing but letters, digits and single marks between them: `isEmail` accepts every such text, and takes longer. */
const PLAIN_EMAIL = /^[a-z\d]+(?:[._+-][a-z\d]+)*@(?:[a-z\d]+(?:-[a-z\d]+)*\.)*[a-z]+$/i;
/** Within this length no part of an address is too long. */
const MAX_PLAIN_LENGTH = 64;

/** True for an e-mail address; internal ones count, so a domain needs no dot. */
export function isEmailAddress(text: string): boolean {
  return (text.length <= MAX_PLAIN_LENGTH && PLAIN_EMAIL.test(text)) || isEmail(text, { require_tld: false });
}
