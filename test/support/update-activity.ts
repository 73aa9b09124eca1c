import type { UpdateInput } from '../models/activity/world';
import type { Api } from './api';

/** An answer to updateCustomActivity as tests ask for it. */
export interface UpdateAnswer {
  readonly __typename: string;
  readonly dryRun: boolean;
  readonly replayed: boolean;
  readonly notifiedParticipants: number;
  readonly elementId: number | null;
  readonly syncKey: string | null;
  readonly element: Record<string, unknown> | null;
  readonly changes: readonly { field: string; before: string | null; after: string | null }[];
  readonly problems: readonly {
    code: string;
    severity: string;
    message: string;
    path: string[];
    row: number | null;
    hint: string | null;
  }[];
}

const RESULT = /* GraphQL */ `
  fragment Answer on UpdateCustomActivityOutcome {
    dryRun
    replayed
    notifiedParticipants
    elementId
    syncKey
    element {
      elementId syncKey courseId courseSyncKey parentId parentSyncKey active title description deadline mandatory
      assessmentId maxScore assessmentVisible locked learningObjectiveAssessment allowStudentsSetCompletion
      learningObjectives { learningObjectiveId title }
      updatedAt
    }
    changes { field before after }
    problems { code severity message path row hint }
  }
`;

export const UPDATE = /* GraphQL */ `
  mutation UpdateCustomActivity($input: UpdateCustomActivityInput!) {
    updateCustomActivity(input: $input) { __typename ...Answer }
  }
  ${RESULT}
`;

export const UPDATE_MANY = /* GraphQL */ `
  mutation UpdateCustomActivities($inputs: [UpdateCustomActivityInput!]!) {
    updateCustomActivities(inputs: $inputs) { results { __typename ...Answer } }
  }
  ${RESULT}
`;

export async function sendUpdate(api: Api, input: UpdateInput): Promise<UpdateAnswer> {
  const data = await api.run<{ updateCustomActivity: UpdateAnswer }>(UPDATE, { input });
  return data.updateCustomActivity;
}

export async function sendUpdates(api: Api, inputs: readonly UpdateInput[]): Promise<UpdateAnswer[]> {
  const data = await api.run<{ updateCustomActivities: { results: UpdateAnswer[] } }>(UPDATE_MANY, {
    inputs,
  });
  return data.updateCustomActivities.results;
}
