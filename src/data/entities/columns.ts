/**
 * Text compares byte by byte on every database. SQLite does so by itself and ignores the collation named here;
 * MariaDB would otherwise ignore case and accents. What is to match loosely is stored folded (kernel/fold).
 */
export const BINARY = { charset: 'utf8mb4', collation: 'utf8mb4_bin' } as const;

export const MAX_TEXT = 255;
export const MAX_GUID = 40;
export const MAX_SYNC_KEY = 255;
/** Folding can lengthen a text, for example İ becomes two code points. */
export const MAX_FOLDED_TEXT = 512;
export const MAX_IMPORT_ID = 36;

export function text(name: string, length = MAX_TEXT) {
  return { name, type: 'varchar', length, ...BINARY } as const;
}

export function nullableText(name: string, length = MAX_TEXT) {
  return { ...text(name, length), nullable: true } as const;
}

export function integer(name: string) {
  return { name, type: 'integer' } as const;
}

export function nullableInteger(name: string) {
  return { name, type: 'integer', nullable: true } as const;
}

/** An instant in UTC with milliseconds. */
export function instant(name: string) {
  return { name, type: 'datetime', precision: 3 } as const;
}

export function nullableInstant(name: string) {
  return { ...instant(name), nullable: true } as const;
}

export function nullableDouble(name: string) {
  return { name, type: 'double', nullable: true } as const;
}
