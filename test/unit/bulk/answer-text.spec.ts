import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { JsonText, stringifyAnswer } from '../../../src/bulk/answer-text';
import { UnsentAnswers } from '../../../src/bulk/unsent-answers';

const MIB = 1_024 * 1_024;
const stringify = (answer: unknown) => stringifyAnswer(answer, new UnsentAnswers(Number.POSITIVE_INFINITY));

async function sent(answer: unknown): Promise<string> {
  const body: unknown = stringify(answer);
  return body instanceof Readable ? text(body) : String(body);
}

/** A list that is appended so many entries at a time. */
function written(entries: readonly unknown[], atOnce: number): JsonText {
  const list = new JsonText();
  for (let start = 0; start < entries.length; start += atOnce) {
    list.append(entries.slice(start, start + atOnce));
  }
  return list;
}

describe('an answer with lists that are JSON already', () => {
  const entries = (count: number) =>
    Array.from({ length: count }, (_, row) => ({ row, text: `“${row}”`.repeat(20) }));

  it.each([
    ['empty', 0, 1],
    ['of one entry', 1, 1],
    ['short', 70, 50],
    ['of several parts', 3_000, 50],
    ['long', 30_000, 50],
    ['of large portions', 30_000, 10_000],
  ])('is what JSON.stringify makes of it: %s', async (_, count, atOnce) => {
    const rows = entries(count);
    const answer = (list: unknown, other: unknown) => ({
      data: { before: 1, list, between: [other], after: 'x' },
    });
    const found = await sent(answer(written(rows, atOnce), written(rows.slice(0, 3), 2)));
    expect(found === `${JSON.stringify(answer(rows, rows.slice(0, 3)))}\n`).toBe(true);
  });

  it('is sent in pieces of at most 64 KiB, cut between characters', async () => {
    // Of two halves each: one character after an odd number of others.
    const long = `a${'\u{1F600}'.repeat(MIB)}`;
    const answer = { list: written([long], 1), rest: long };
    const pieces = await (stringify(answer) as unknown as Readable).toArray();
    const lengths = pieces.map((piece: string | Buffer) => piece.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(64 * 1_024);
    const bytes = pieces.map((piece: string | Buffer) => Buffer.from(piece as string));
    expect(Buffer.concat(bytes).toString() === `${JSON.stringify({ list: [long], rest: long })}\n`).toBe(
      true,
    );
  });

  it('is a stream from 1 MiB on', () => {
    const ofLength = (length: number) => stringify({ list: written(['x'.repeat(length)], 1) }) as unknown;
    expect(ofLength(MIB / 2)).not.toBeInstanceOf(Readable);
    expect(ofLength(MIB)).toBeInstanceOf(Readable);
  });
});
