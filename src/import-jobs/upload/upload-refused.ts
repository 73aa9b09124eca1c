import type { Problem } from '../../kernel/problem';

/** A file that is not taken: nothing of it stays. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused';

  constructor(
    readonly status: 400 | 409 | 413 | 429,
    readonly problems: readonly Problem[],
  ) {
    super(problems.map(({ code }) => code).join(', '));
  }
}
