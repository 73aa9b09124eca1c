/**
 * Text compares byte by byte on every database. SQLite does so by itself and ignores the collation named here;
 * MariaDB would otherwise ignore case and accents. What is to match loosely is stored folded (kernel/fold).
 */
export const BINARY = { charset: 'utf8mb4', collation: 'utf8mb4_bin' } as const;

export const MAX_TEXT = 255;
export const MAX_GUID = 40;
export const MAX_SYNC_KEY = 255;
/** Of users and course elements; a course's may be longer. */
export const MAX_ELEMENT_SYNC_KEY = 128;
/** Folding can lengthen a text, for example İ becomes two code points. */
export const MAX_FOLDED_TEXT = 512;
export const MAX_IMPORT_ID = 36;
/** Who did something, as `key:NAME` or the like. */
export const MAX_CALLER = 100;

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

/** Text of up to 65,535 bytes. */
export function longText(name: string) {
  return { name, type: 'text', ...BINARY } as const;
}

export function nullableLongText(name: string) {
  return { ...longText(name), nullable: true } as const;
}

export function boolean(name: string) {
  return { name, type: 'boolean' } as const;
}

/** A flag that came later than its table: what is stored already, and whoever does not name it, has this value. */
export function booleanWithDefault(name: string, value: boolean) {
  return { ...boolean(name), default: value } as const;
}

/** The columns of a reference that stays within the site: (site_id, column) refers to (site_id, id). */
export function withinSite(column: string, foreignKeyConstraintName: string) {
  return [
    { name: 'site_id', referencedColumnName: 'siteId', foreignKeyConstraintName },
    { name: column, referencedColumnName: 'id', foreignKeyConstraintName },
  ];
}
