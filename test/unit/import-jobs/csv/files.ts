/** A stream of these bytes, in pieces of this size. */
export async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

export async function rowsOf<Row>(pieces: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const piece of pieces) rows.push(...piece);
  return rows;
}

/** How often a property is tried; FAST_CHECK_RUNS raises it for a long hunt. */
export function runs(byDefault: number): number {
  return Number(process.env.FAST_CHECK_RUNS ?? byDefault);
}
