import {
  judgeLearningObjectives,
  type ObjectiveFacts,
} from '../../../../src/custom-activity/rules/learning-objectives';

const COURSE = {
  id: 1,
  syncKey: null,
  organisationId: null,
  isExternal: false,
  isDeleted: false,
  isArchived: false,
  objectivesEnabled: true,
};
const objective = (id: number, uniqueId: string, isPublished = true, isLeaf = true) => ({
  id,
  uniqueId,
  title: `Title ${uniqueId}`,
  isPublished,
  isLeaf,
});
const REPOSITORY = new Map(
  [
    objective(1, 'A'),
    objective(2, 'B'),
    objective(3, 'draft', false),
    objective(4, 'folder', true, false),
    objective(5, 'draft-folder', false, false),
  ].map((each) => [each.uniqueId, each]),
);
const BEFORE = [
  { id: 1, learningObjectiveId: 'A', title: 'Title A' },
  { id: 3, learningObjectiveId: 'draft', title: 'Title draft' },
];

function judge(sent: string[] | null | undefined, facts: Partial<ObjectiveFacts> = {}) {
  const list = sent?.map((learningObjectiveId) => ({ learningObjectiveId })) ?? (sent as null | undefined);
  const { value, problems } = judgeLearningObjectives(list, BEFORE, {
    course: COURSE,
    repository: REPOSITORY,
    isAssessed: false,
    ...facts,
  });
  return {
    value,
    ids: value.map((each) => each.learningObjectiveId),
    codes: problems.map(({ code, path }) => [code, ...path]),
  };
}

const withoutObjectives = { ...COURSE, objectivesEnabled: false };

describe('judgeLearningObjectives', () => {
  it.each([undefined, null, ['A', 'draft'], ['draft', 'A'], ['A', 'draft', 'A']])(
    'keeps the very list on %j, whatever locks or is missing',
    (sent) => {
      const facts = { isAssessed: true, course: withoutObjectives, repository: new Map() };
      expect(judge(sent, facts).value).toBe(BEFORE);
      expect(judge(sent, facts).codes).toEqual([]);
    },
  );

  it('replaces the set, in the order sent', () => {
    expect(judge(['B', 'A', 'B'])).toMatchObject({ ids: ['B', 'A'], codes: [] });
    expect(judge(['B']).value).toEqual([{ id: 2, learningObjectiveId: 'B', title: 'Title B' }]);
  });

  it('removes all, in a course without objectives, too', () => {
    expect(judge([], { course: withoutObjectives })).toMatchObject({ ids: [], codes: [] });
  });

  it('asks nothing more of those the element has already', () => {
    expect(judge(['draft'])).toMatchObject({ ids: ['draft'], codes: [] });
  });

  it('answers what the list would be, also where any of it is refused', () => {
    expect(judge(['B', 'x']).ids).toEqual(['B']);
    expect(judge(['B'], { isAssessed: true }).ids).toEqual(['B']);
    expect(judge(['draft', 'A'], { isAssessed: true }).value).toBe(BEFORE);
  });

  it('judges each new one, where it stands first', () => {
    expect(judge(['x', 'A', 'folder', 'x', 'draft-folder', 'a']).codes).toEqual([
      ['OBJECTIVE_NOT_IN_REPOSITORY', 'learningObjectives', '0', 'learningObjectiveId'],
      ['OBJECTIVE_NOT_LEAF', 'learningObjectives', '2', 'learningObjectiveId'],
      ['OBJECTIVE_NOT_IN_REPOSITORY', 'learningObjectives', '4', 'learningObjectiveId'],
      ['OBJECTIVE_NOT_IN_REPOSITORY', 'learningObjectives', '5', 'learningObjectiveId'],
    ]);
  });

  it('names the id, at no more than the length that ids have', () => {
    const messages = judgeLearningObjectives([{ learningObjectiveId: 'x'.repeat(10_000) }], [], {
      course: COURSE,
      repository: REPOSITORY,
      isAssessed: false,
    }).problems.map(({ message }) => message);
    expect(messages[0]).toContain(`UniqueId='${'x'.repeat(255)}'`);
  });

  it('reports course, ids and lock together', () => {
    expect(judge(['A', 'x'], { course: withoutObjectives, isAssessed: true }).codes).toEqual([
      ['COURSE_HAS_NO_OBJECTIVES', 'learningObjectives'],
      ['OBJECTIVE_NOT_IN_REPOSITORY', 'learningObjectives', '1', 'learningObjectiveId'],
      ['OBJECTIVES_LOCKED', 'learningObjectives'],
    ]);
  });

  it('judges ids and lock without a known course', () => {
    expect(judge(['x'], { course: undefined, isAssessed: true }).codes).toEqual([
      ['OBJECTIVE_NOT_IN_REPOSITORY', 'learningObjectives', '0', 'learningObjectiveId'],
      ['OBJECTIVES_LOCKED', 'learningObjectives'],
    ]);
  });
});
