import type { Problem } from '../../kernel/problem';

/** The file cannot be read on from a place, which its one problem names. The rows before it were read. */
export class FileUnreadable extends Error {
  override readonly name = 'FileUnreadable';

  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}
