import type { Problem } from '../../kernel/problem';

/** A row that was not stored, as it was sent, and why. */
export interface RejectedRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly problems: readonly Pick<Problem, 'code' | 'message'>[];
}

type Packed = readonly [
  line: number,
  cells: readonly string[],
  problems: readonly (readonly [code: string, message: string])[],
];

export function packRejected(rows: readonly RejectedRow[]): Buffer {
  const packed = rows.map(
    ({ line, cells, problems }): Packed => [
      line,
      cells,
      problems.map(({ code, message }) => [code, message]),
    ],
  );
  return Buffer.from(JSON.stringify(packed));
}

/** What is told of a rejected row, in one cell each. */
export interface RejectedLine {
  readonly line: number;
  readonly cells: readonly string[];
  readonly codes: string;
  readonly messages: string;
}

export function unpackRejected(bytes: Buffer): RejectedLine[] {
  const packed = JSON.parse(bytes.toString('utf8')) as readonly Packed[];
  return packed.map(([line, cells, problems]) => ({
    line,
    cells,
    codes: [...new Set(problems.map(([code]) => code))].join(' '),
    messages: problems.map(([, message]) => message).join(' '),
  }));
}
