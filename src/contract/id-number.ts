/** No row has it. */
const NO_ID = 0;

/** The number behind an ID as callers send it; for text that is no id, one that nothing has. */
export function idNumber(id: string): number {
  return /^[1-9]\d{0,9}$/.test(id) ? Number(id) : NO_ID;
}
