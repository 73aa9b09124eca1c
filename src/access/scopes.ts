/** What a caller may be allowed to do, each with what it opens. */
export const SCOPES = {
  'tracking:import': 'Import learning records.',
  'jobs:read': 'Read the import jobs of all callers, and their result files.',
  'tracking:read': 'Read stored tracking and the records of imports.',
  'activity:update': 'Create, update and assess custom activities.',
  'activity:read': 'Read courses, activities, scales, learning objectives and notifications.',
  'reference:read': 'Read learners, organisations, trainings, sessions, registrations, LOVs and users.',
  'reference:write': 'Write what the operations refer to: learners, sessions, courses and the like.',
  'learners:erase': 'Erase a learner with everything that is stored of them.',
  'keys:admin': 'List, create and revoke the API keys of the site.',
  'audit:read': 'Read who did what.',
  'webhooks:admin': 'Set, test and read the webhook of the site.',
  'sites:admin': 'Make sites. Only keys of the command line have it.',
} as const;

export type Scope = keyof typeof SCOPES;

/** What reaches beyond one site: neither tokens nor keys have it that callers make. */
export const OPERATOR_SCOPES: ReadonlySet<Scope> = new Set<Scope>(['sites:admin']);

export const ALL_SCOPES = Object.keys(SCOPES) as readonly Scope[];

export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}
