/** How far a participant meets a learning objective; not assessed is no status. */
export const OUTCOME_STATUSES = [
  'DOESNT_MEET',
  'PARTIALLY_MEETS',
  'ALMOST_MEETS',
  'MEETS',
  'EXCEEDS',
] as const;
