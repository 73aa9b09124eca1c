import type { Api } from './api';
import type { ModelAnswer, ModelElement, UpdateInput } from './custom-activity-model';

/** An answer to updateCustomActivity as tests ask for it. */
export interface UpdateAnswer {
  readonly __typename: string;
  readonly dryRun: boolean;
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

/** An answer without its prose, in the shape of the model's. */
export function comparable({ __typename, element, changes, problems }: UpdateAnswer) {
  return {
    typename: __typename.replace('UpdateCustomActivity', ''),
    problems: problems.map(({ code, path }) => ({ code, path })),
    element,
    changes,
  };
}

/** A model's answer as the API gives it. */
export function asAnswered({ typename, problems, element, changes, after }: ModelAnswer) {
  const keyOf = (rows: readonly { id: number; syncKey: string | null }[], id: number | null) =>
    rows.find((row) => row.id === id)?.syncKey ?? null;
  const shown = (of: ModelElement) => ({
    elementId: of.id,
    syncKey: of.syncKey,
    courseId: of.courseId,
    courseSyncKey: keyOf(after.courses, of.courseId),
    parentId: of.parentId,
    parentSyncKey: keyOf(after.elements, of.parentId),
    active: of.active,
    title: of.title,
    ...of.activity,
    deadline: typeof of.activity?.deadline === 'number' ? new Date(of.activity.deadline).toISOString() : null,
    learningObjectives: of.activity?.learningObjectives.map((learningObjectiveId) => ({
      learningObjectiveId,
      title: `Objective ${learningObjectiveId}`,
    })),
    updatedAt: new Date(of.updatedAt).toISOString(),
  });
  return { typename, problems, element: element === null ? null : shown(element), changes };
}
