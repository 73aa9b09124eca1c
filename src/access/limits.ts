/** Every limit that can refuse a request, by the name that the metrics know it by. */
export const LIMITS = [
  'requests_per_minute',
  'rows_per_minute',
  'bad_sign_ins_per_minute',
  'connections',
  'body_bytes',
  'answer_bytes',
  'json_depth',
  'json_values',
  'json_names',
  'list_items',
  'query_characters',
  'query_tokens',
  'query_depth',
  'query_fields',
  'query_aliases',
  'query_directives',
  'query_cost',
  'mutations',
  'bulk_lists',
] as const;

export type Limit = (typeof LIMITS)[number];
