/** The closed vocabulary of completion statuses; NOT_ATTEMPTED is never stored: it wipes the row. */
export const TRACKING_STATUSES = [
  'NOT_ATTEMPTED',
  'INCOMPLETE',
  'COMPLETED',
  'PASSED',
  'FAILED',
  'BROWSED',
] as const;

export type TrackingStatus = (typeof TRACKING_STATUSES)[number];

/** Complete means COMPLETED or PASSED (docs/rules/import.md, check 8). */
export function isComplete(status: TrackingStatus): boolean {
  return status === 'COMPLETED' || status === 'PASSED';
}
