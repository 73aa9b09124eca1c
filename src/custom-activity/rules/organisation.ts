import { type Problem, problem } from '../../kernel/problem';
import type { SentReference } from './sent-reference';

export interface Hierarchy {
  /** Of the course's organisation. */
  readonly name: string;
  /** The course's organisation and all those above it; none where the course has no organisation. */
  readonly organisationIds: readonly number[];
}

/** Check 4: a right on an organisation covers those below it. */
export function judgeOrganisation(
  user: SentReference,
  hierarchy: Hierarchy,
  mayEdit: (organisationId: number) => boolean,
): Problem[] {
  if (hierarchy.organisationIds.some(mayEdit)) return [];
  return [problem('ORGANISATION_ACCESS_DENIED', { hierarchyName: hierarchy.name }, { path: [user.field] })];
}
