import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { TestDatabase } from './databases';
import { storedRows } from './stored';

/** Where one of these words or numbers stands in the database, in whatever case and however packed: `table.column`. */
export async function tracesOf(
  { target }: TestDatabase,
  sought: readonly (string | number)[],
): Promise<string[]> {
  const isWord = sought.map((each) => new RegExp(`(?<!\\d)${escaped(String(each))}(?!\\d)`, 'i'));
  const found = new Set<string>();
  for (const [table, rows] of await storedRows(target)) {
    for (const row of rows) {
      for (const [column, cell] of Object.entries(row)) {
        const texts = textsOf(cell);
        if (isWord.some((word) => texts.some((text) => word.test(text)))) found.add(`${table}.${column}`);
      }
    }
  }
  return [...found].sort();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A cell as it is, as the JSON that it holds, and as what was packed in it. */
function textsOf(cell: unknown): string[] {
  if (cell === null) return [];
  if (Buffer.isBuffer(cell)) return [cell.toString('latin1'), ...unpacked(cell)];
  if (typeof cell === 'object') return [JSON.stringify(cell)];
  const text = String(cell);
  const inner: unknown = text.startsWith('"') ? JSON.parse(text) : text;
  return [text, String(inner), ...unpacked(Buffer.from(String(inner), 'base64'))];
}

function unpacked(bytes: Buffer): string[] {
  const isGzip = bytes.length > 18 && bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? [gunzipSync(bytes).toString()] : unpackedBrotli(bytes);
}

/** It begins with nothing that tells it from other bytes. */
function unpackedBrotli(bytes: Buffer): string[] {
  try {
    return [brotliDecompressSync(bytes).toString()];
  } catch (error) {
    if (/^ERR_|^Z_/.test(String((error as NodeJS.ErrnoException).code))) return [];
    throw error;
  }
}
