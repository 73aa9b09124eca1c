/**
 * The assignment of an UPDATE that makes a lock on a row of this table a write, which other nodes of a cluster see.
 * Any new value would do; nobody reads it.
 */
export function writtenLock(table: string): string {
  return `${table}.lock_count = ${table}.lock_count + 1`;
}
