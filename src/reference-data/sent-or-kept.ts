/** Absent keeps, null clears, a value sets. */
export function sentOrKept<Value>(
  sent: Value | null | undefined,
  before: Value | null | undefined,
): Value | null {
  return sent === undefined ? (before ?? null) : sent;
}

/** A flag that a row leaves out keeps what is stored. */
export function flagOrKept(
  sent: boolean | null | undefined,
  before: boolean | undefined,
  byDefault = false,
): boolean {
  return sent ?? before ?? byDefault;
}

export function instantOf(date: Date | null | undefined): number | null | undefined {
  return date === null || date === undefined ? date : date.getTime();
}

/** The checks have made sure of it. */
export function present<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('A checked row lacks a value');
  return value;
}
