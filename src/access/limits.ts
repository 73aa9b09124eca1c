/** Every limit that can refuse a request, by the name that the metrics know it by. */
export const LIMITS = [
  'requests_per_minute',
  'rows_per_minute',
  'bad_sign_ins_per_minute',
  'body_size',
  'tokens',
  'depth',
  'aliases',
  'directives',
  'cost',
  'list_size',
] as const;

export type Limit = (typeof LIMITS)[number];
