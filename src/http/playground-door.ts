import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Lets the browser of whoever started the server see its key in the playground, and no other. */
export interface PlaygroundDoor {
  /** Good for one browser, once. */
  readonly code: string;
  /** What the browser that brings the code is to keep as a cookie; undefined for any other code. */
  open(code: string): string | undefined;
  /** Whether a Cookie header holds it. */
  isOpenTo(cookies: string | undefined): boolean;
}

const NAME = 'coursetrack_playground';
const BYTES = 18;

export function createPlaygroundDoor(): PlaygroundDoor {
  const code = randomBytes(BYTES).toString('base64url');
  const pass = randomBytes(BYTES).toString('base64url');
  let isUsed = false;
  return {
    code,
    open: (given) => {
      if (isUsed || !isSame(given, code)) return undefined;
      isUsed = true;
      // Without a path: the browser takes that of the page, which a proxy may have put elsewhere.
      return `${NAME}=${pass}; HttpOnly; SameSite=Strict`;
    },
    isOpenTo: (cookies = '') =>
      cookies
        .split('; ')
        .some((each) => each.startsWith(`${NAME}=`) && isSame(each.slice(NAME.length + 1), pass)),
  };
}

/** Takes the same time wherever they differ. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
