/** What the bench asks of the product. */
const SUMMARY = `__typename ... on ImportConsolidatedTrackingOutcome {
  importId dryRun summary { received created replaced unchanged deleted superseded rejected withWarnings }`;
const PROBLEMS = 'problems { code severity message path row hint }';

export type Selection = 'all' | 'summary';

/** `all`: every field of every row. */
export const IMPORT: Readonly<Record<Selection, string>> = {
  summary: `mutation Import($input: ImportConsolidatedTrackingInput!) {
    importConsolidatedTracking(input: $input) { ${SUMMARY} } }
  }`,
  all: `mutation Import($input: ImportConsolidatedTrackingInput!) {
    importConsolidatedTracking(input: $input) { ${SUMMARY}
      rows {
        row outcome
        tracking {
          id registrationId learnerId sessionId trainingId lovId lovCode lovGuid firstAccessDate firstCompletionDate
          lastAccessDate progression score scoreMax timeSpentSeconds status updatedAt
        }
        changes { field before after }
        ${PROBLEMS}
      }
      ${PROBLEMS}
    } }
  }`,
};

/** Of the naive peer, whose schema has what it can tell. */
export const NAIVE_IMPORT = `mutation Import($input: ImportInput!) {
  importConsolidatedTracking(input: $input) {
    __typename summary { created replaced }
    rows {
      row outcome
      tracking {
        registrationId lovId firstAccessDate firstCompletionDate lastAccessDate progression score scoreMax
        timeSpentSeconds status
      }
    }
  }
}`;

const UPDATE_RESULT = `__typename ... on UpdateCustomActivityOutcome {
  dryRun elementId syncKey changes { field before after } ${PROBLEMS} }`;

export const UPDATE = `mutation Update($input: UpdateCustomActivityInput!) {
  updateCustomActivity(input: $input) { ${UPDATE_RESULT} }
}`;

export const UPDATE_LIST = `mutation UpdateList($inputs: [UpdateCustomActivityInput!]!) {
  updateCustomActivities(inputs: $inputs) { results { ${UPDATE_RESULT} } }
}`;

export const TRIVIAL = '{ __typename }';
