import { fold } from '../../src/kernel/fold';
import { type Api, apiOn } from '../support/api';
import { type CourseWorld, storeCourseWorld, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';
import { present } from '../support/present';

type Arguments = Record<string, unknown>;

interface TreeNode {
  readonly elementId: number;
  readonly children?: readonly TreeNode[];
  readonly customActivity?: { readonly elementId: number; readonly learningObjectives: object[] } | null;
}

const TYPES: Readonly<Record<string, string>> = {
  elementId: 'Int',
  elementSyncKey: 'String',
  courseId: 'Int',
  courseSyncKey: 'String',
  search: 'String',
  leaf: 'Boolean',
  first: 'Int',
  after: 'String',
};

/** The head of a query for these arguments: one that is declared and not sent would be refused as forgotten. */
function asking(query: string, args: Arguments): string {
  const names = Object.keys(args);
  if (names.length === 0) return `query { ${query}`;
  const declared = names.map((name) => `$${name}: ${TYPES[name]}`).join(', ');
  return `query (${declared}) { ${query}(${names.map((name) => `${name}: $${name}`).join(', ')})`;
}

const ACTIVITY = (args: Arguments) => `${asking('customActivity', args)} {
    elementId syncKey courseId courseSyncKey parentId parentSyncKey active title description deadline mandatory
    assessmentId maxScore assessmentVisible locked learningObjectiveAssessment allowStudentsSetCompletion
    learningObjectives { learningObjectiveId title }
    updatedAt
  }
}`;

const TREE = (
  args: Arguments,
) => `${asking('courseElements', args)} { ...Node children { ...Node children { ...Node children { ...Node } } } }
}
fragment Node on CourseElement {
  elementId syncKey kind title active parentId parentSyncKey
  customActivity { elementId learningObjectives { learningObjectiveId } }
}`;

const SCALES = (args: Arguments) => `${asking('assessmentScales', args)} {
    assessmentId title courseId grades { gradeId title }
  }
}`;

const OBJECTIVES = (args: Arguments) => `${asking('learningObjectives', args)} {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { learningObjectiveId } }
    nodes { learningObjectiveId title leaf parentId }
  }
}`;

interface ObjectivePage {
  readonly totalCount: number;
  readonly pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
  readonly nodes: readonly { readonly learningObjectiveId: string; readonly title: string }[];
}

/** Ids and keys are not to meet those of the other site. */
const OTHER_SITE: CourseWorld = {
  ...theCourseWorld,
  siteId: 2,
  organisations: [],
  users: [],
  courses: [
    {
      ...(theCourseWorld.courses[0] as CourseWorld['courses'][0]),
      id: 71,
      organisationId: null,
      objectives: [],
      sessions: [],
    },
  ],
  elements: [
    {
      ...(theCourseWorld.elements.find(({ id }) => id === 11939) as CourseWorld['elements'][0]),
      id: 710,
      courseId: 71,
      parentId: null,
      activity: null,
      kind: 'FOLDER',
      syncKey: 'of-another-site',
    },
  ],
  scales: [{ id: 71, courseId: null, gradeIds: [71] }],
  objectives: [{ id: 71, uniqueId: 'LO-OTHER-SITE', parentId: null, isPublished: true, isLeaf: true }],
};

describe.each(DATABASE_KINDS)('queries on courses on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(async () => {
    await storeCourseWorld(test, theCourseWorld);
    await storeCourseWorld(test, OTHER_SITE);
  });
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  async function refusal(operation: (args: Arguments) => string, args: Arguments): Promise<unknown> {
    const { errors } = await api.execute(operation(args), args);
    return errors?.map((error) => error.extensions.code);
  }

  describe('customActivity', () => {
    const find = async (args: Arguments, on = api) =>
      (await on.run<{ customActivity: { elementId: number } | null }>(ACTIVITY(args), args)).customActivity;

    it('shows all there is, by id or sync key', async () => {
      const shown = await find({ elementId: 11939 });
      expect(shown).toEqual({
        elementId: 11939,
        syncKey: 'activity',
        courseId: 1,
        courseSyncKey: 'course',
        parentId: 10,
        parentSyncKey: 'folder',
        active: true,
        title: 'Homework',
        description: '<p>Read</p>',
        deadline: '2024-05-05T06:07:08.900Z',
        mandatory: false,
        assessmentId: 1,
        maxScore: null,
        assessmentVisible: false,
        locked: false,
        learningObjectiveAssessment: 'OUTCOME_STATUS',
        allowStudentsSetCompletion: false,
        learningObjectives: [
          { learningObjectiveId: 'CustomActivityLO1', title: 'Objective CustomActivityLO1' },
        ],
        updatedAt: '2025-01-01T00:00:00.000Z',
      });
      expect(await find({ elementSyncKey: 'activity' })).toEqual(shown);
    });

    it.each([
      ['an unknown id', { elementId: 7 }],
      ['an id that is none', { elementId: -1 }],
      ['an unknown sync key', { elementSyncKey: 'unknown' }],
      ['a sync key in another case', { elementSyncKey: 'ACTIVITY' }],
      ['a sync key with a blank', { elementSyncKey: 'activity ' }],
      ['an empty sync key', { elementSyncKey: '' }],
      ['a sync key of megabytes', { elementSyncKey: 'x'.repeat(20_000_000) }],
      ['a folder', { elementId: 10 }],
      ['a deleted activity', { elementId: 11940 }],
      ['one in a deleted folder', { elementId: 11947 }],
      ['one below a deleted folder, however deep', { elementSyncKey: 'far-below-deleted-folder' }],
    ])('finds none by %s', async (_name, args) => {
      expect(await find(args)).toBeNull();
    });

    it('finds none of a deleted course, and those of an archived one', async () => {
      await test.query('UPDATE training SET is_deleted = 1 WHERE id = 1');
      await test.query('UPDATE training SET is_archived = 1 WHERE id = 5');
      expect(await find({ elementId: 11939 })).toBeNull();
      expect(await find({ elementId: 11941 })).toMatchObject({ elementId: 11941 });
    });

    it('finds none of another site', async () => {
      expect(await find({ elementId: 11939 }, api.as({ siteId: 2 }))).toBeNull();
      expect(await find({ elementSyncKey: 'activity' }, api.as({ siteId: 2 }))).toBeNull();
    });

    it.each([
      {},
      { elementId: null },
      { elementSyncKey: 'activity', elementId: null },
      { elementId: 11939, elementSyncKey: 'activity' },
    ])('refuses %j', async (args) => expect(await refusal(ACTIVITY, args)).toEqual(['BAD_USER_INPUT']));
  });

  describe('courseElements', () => {
    const tree = async (args: Arguments, on = api) =>
      (await on.run<{ courseElements: TreeNode[] | null }>(TREE(args), args)).courseElements;
    const ids = (nodes: readonly TreeNode[] | undefined) => nodes?.map(({ elementId }) => elementId);
    const move = (id: number, parentId: number | null, position: number) =>
      test.query(
        `UPDATE course_element SET parent_id = ${parentId}, position = ${position} WHERE id = ${id}`,
      );

    it('are the tree under a course, in order, without deleted ones', async () => {
      await move(11, 10, 1);
      await move(11942, 11, 9);
      await move(11943, 11, 3);
      await move(11944, 11, 3);
      await move(13, null, 0);
      const nodes = present(await tree({ courseId: 1 }));
      const others = theCourseWorld.elements.filter(
        ({ id, courseId, parentId, isDeleted }) =>
          courseId === 1 && parentId === null && !isDeleted && ![13, 11, 11942, 11943, 11944].includes(id),
      );
      expect(ids(nodes)).toEqual([13, ...others.map(({ id }) => id)]);
      expect(ids(nodes)?.slice(0, 2)).toEqual([13, 10]);
      expect(nodes[0]).toEqual({
        elementId: 13,
        syncKey: 'page',
        kind: 'OTHER',
        title: 'Element 13',
        active: true,
        parentId: null,
        parentSyncKey: null,
        customActivity: null,
        children: [],
      });
      expect(ids(nodes[1]?.children)).toEqual([11, 11939]);
      expect(ids(nodes[1]?.children?.[0]?.children)).toEqual([11943, 11944, 11942]);
      expect(nodes[1]?.children?.[1]).toMatchObject({
        parentId: 10,
        parentSyncKey: 'folder',
        kind: 'CUSTOM_ACTIVITY',
        active: true,
        customActivity: {
          elementId: 11939,
          learningObjectives: [{ learningObjectiveId: 'CustomActivityLO1' }],
        },
      });
      expect(await tree({ courseSyncKey: 'course' })).toEqual(nodes);
    });

    it('are none in a course without elements', async () => {
      expect(await tree({ courseId: 2 })).toEqual([]);
    });

    it.each([
      { courseId: 7 },
      { courseId: 3 },
      { courseSyncKey: 'Course' },
      { courseSyncKey: '' },
      { courseId: 71 },
    ])('are null for %j', async (args) => expect(await tree(args)).toBeNull());

    it.each([{}, { courseSyncKey: null }, { courseId: 1, courseSyncKey: 'course' }])(
      'refuse %j',
      async (args) => expect(await refusal(TREE, args)).toEqual(['BAD_USER_INPUT']),
    );

    describe('of trainings', () => {
      interface Elements {
        readonly totalCount: number;
        readonly nodes: readonly TreeNode[];
        readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
      }
      const elements = async (trainingId: number, page = 'first: 200', on = api) =>
        (
          await on.run<{ training: { elements: Elements | null } | null }>(
            `{ training(trainingId: ${trainingId}) { elements(${page}) {
              totalCount pageInfo { endCursor hasNextPage }
              nodes { elementId syncKey kind title active parentId parentSyncKey children { elementId } }
            } } }`,
          )
        ).training?.elements;

      it('are those at its root, with what is below, as courseElements has them', async () => {
        await move(13, null, -5);
        await move(11942, null, -5);
        const nodes = present(await tree({ courseId: 1 }));
        const page = present(await elements(1));
        expect(ids(page.nodes)).toEqual(ids(nodes));
        expect(ids(page.nodes)?.slice(0, 2)).toEqual([13, 11942]);
        expect(page.totalCount).toBe(nodes.length);
        const folder = nodes.find(({ elementId }) => elementId === 10);
        expect(page.nodes.find(({ elementId }) => elementId === 10)).toEqual({
          elementId: 10,
          syncKey: 'folder',
          kind: 'FOLDER',
          title: 'Element 10',
          active: true,
          parentId: null,
          parentSyncKey: null,
          children: folder?.children?.map(({ elementId }) => ({ elementId })),
        });
      });

      it('come page by page, also where several have one position', async () => {
        await test.query('UPDATE course_element SET position = 3 WHERE id <> 13');
        const seen: number[] = [];
        for (let after: string | null = null, more = true; more; ) {
          const page: Elements = present(
            await elements(1, after === null ? 'first: 2' : `first: 2, after: "${after}"`),
          );
          seen.push(...page.nodes.map(({ elementId }) => elementId));
          ({ endCursor: after, hasNextPage: more } = page.pageInfo);
        }
        expect(seen.length).toBeGreaterThan(4);
        expect(seen).toEqual(ids(present(await tree({ courseId: 1 }))));
      });

      it('are none in a course without any, and null in a deleted one', async () => {
        expect(await elements(2)).toMatchObject({ totalCount: 0, nodes: [] });
        expect(await elements(3)).toBeNull();
      });

      it('of another site stay there', async () => {
        expect(ids(present(await elements(71, 'first: 5', api.as({ siteId: 2 }))).nodes)).toEqual([710]);
        expect(await elements(71)).toBeUndefined();
      });

      it('take as many statements for many trainings as for one', async () => {
        const statements = async (first: number) => {
          const watched = test.watch();
          await api.run(
            `{ trainings(first: ${first}) { nodes { elements(first: 50) { totalCount nodes { title children { title } } } } } }`,
          );
          return watched.length;
        };
        await test.query('UPDATE course_element SET course_id = 4 WHERE id = 13');
        expect(await statements(6)).toBe(await statements(1));
      });
    });

    it('of another site stay there', async () => {
      const there = api.as({ siteId: 2 });
      expect(await tree({ courseId: 1 }, there)).toBeNull();
      expect(ids(present(await tree({ courseSyncKey: 'course' }, there)))).toEqual([710]);
    });

    it('take as many statements for many elements as for few', async () => {
      await move(11, 10, 1);
      const statements = async () => {
        const watched = test.watch();
        await tree({ courseId: 1 });
        return watched.length;
      };
      await move(11942, 11, 1);
      const few = await statements();
      const insert = (id: number, parentId: number, elementKind: string) =>
        test.query(
          `INSERT INTO course_element (id, site_id, course_id, parent_id, kind, title, active, position, is_deleted, updated_at)
           VALUES (${id}, 1, 1, ${parentId}, '${elementKind}', 'Many', 1, ${id}, 0, '2025-01-01 00:00:00.000')`,
        );
      for (let id = 20_000; id < 20_020; id++) {
        await insert(id, 10, 'FOLDER');
        await insert(id + 100, id, 'CUSTOM_ACTIVITY');
        await test.query(
          `INSERT INTO custom_activity (site_id, element_id, mandatory, assessment_visible, locked, learning_objective_assessment, allow_students_set_completion)
           VALUES (1, ${id + 100}, 0, 0, 0, 'DO_NOT_USE', 0)`,
        );
      }
      const nodes = present(await tree({ courseId: 1 }));
      const many = present(nodes[0]?.children).filter(({ elementId }) => elementId >= 20_000);
      expect(many.map(({ children }) => children?.length)).toEqual(Array(20).fill(1));
      expect(many[0]?.children?.[0]?.customActivity).toMatchObject({ elementId: 20_100 });
      expect(await statements()).toBe(few);
    });
  });

  describe('assessmentScales', () => {
    const scales = async (args: Arguments = {}, on = api) =>
      (await on.run<{ assessmentScales: { assessmentId: number }[] | null }>(SCALES(args), args))
        .assessmentScales;
    const ids = async (args: Arguments, on = api) =>
      (await scales(args, on))?.map(({ assessmentId }) => assessmentId);

    it("are the site's with their grades, the best one first", async () => {
      await test.query('UPDATE assessment_grade SET position = 7 WHERE id = 1');
      expect(await scales()).toEqual([
        {
          assessmentId: 1,
          title: 'Scale 1',
          courseId: null,
          grades: [
            { gradeId: 2, title: 'Grade 2' },
            { gradeId: 1, title: 'Grade 1' },
          ],
        },
        { assessmentId: 2, title: 'Scale 2', courseId: null, grades: [{ gradeId: 3, title: 'Grade 3' }] },
      ]);
    });

    it("are the site's and the course's where one is named", async () => {
      expect(await ids({ courseId: 1 })).toEqual([1, 2, 3]);
      expect(await ids({ courseSyncKey: 'plain' })).toEqual([1, 2, 4]);
      expect(await ids({ courseId: 2 })).toEqual([1, 2]);
    });

    it.each([{ courseId: 7 }, { courseId: 3 }, { courseSyncKey: '' }, { courseId: 71 }])(
      'are null for %j',
      async (args) => expect(await scales(args)).toBeNull(),
    );

    it.each([{ courseId: 1, courseSyncKey: 'course' }, { courseId: null }])('refuse %j', async (args) =>
      expect(await refusal(SCALES, args)).toEqual(['BAD_USER_INPUT']),
    );

    it('of another site stay there', async () => {
      expect(await ids({}, api.as({ siteId: 2 }))).toEqual([71]);
    });

    it('take as many statements for many scales as for few', async () => {
      const watched = test.watch();
      await scales({ courseId: 1 });
      expect(watched).toHaveLength(3);
    });
  });

  describe('learningObjectives', () => {
    const page = async (args: Arguments = {}, on = api) =>
      (await on.run<{ learningObjectives: ObjectivePage }>(OBJECTIVES(args), args)).learningObjectives;
    const found = async (args: Arguments, on = api) =>
      (await page(args, on)).nodes.map(({ learningObjectiveId }) => learningObjectiveId);

    async function add(id: number, uniqueId: string, title: string): Promise<void> {
      await test.database.transaction(({ manager }) =>
        manager.query(
          `INSERT INTO learning_objective (id, site_id, unique_id, unique_id_folded, title, title_folded, is_published, is_leaf)
           VALUES (?, 1, ?, ?, ?, ?, 1, 1)`,
          [id, uniqueId, fold(uniqueId), title, fold(title)],
        ),
      );
    }

    it('are the published ones in the order of their titles', async () => {
      await add(20, 'LO-A', 'a first one');
      const { nodes, totalCount, pageInfo } = await page();
      expect(totalCount).toBe(5);
      expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
      expect(nodes).toEqual([
        { learningObjectiveId: 'LO-A', title: 'a first one', leaf: true, parentId: null },
        {
          learningObjectiveId: 'CustomActivityLO1',
          title: 'Objective CustomActivityLO1',
          leaf: true,
          parentId: 'LO-SUBJECT',
        },
        expect.objectContaining({ learningObjectiveId: 'CustomActivityLO2' }),
        expect.objectContaining({ learningObjectiveId: 'LO-3' }),
        { learningObjectiveId: 'LO-SUBJECT', title: 'Objective LO-SUBJECT', leaf: false, parentId: null },
      ]);
    });

    it('hide a parent that is not published', async () => {
      await test.query('UPDATE learning_objective SET is_published = 0 WHERE id = 1');
      expect((await page()).nodes).toMatchObject(Array(3).fill({ parentId: null }));
    });

    it('are found by text in title or id, without regard to case', async () => {
      await add(20, 'CD124102-76D8', 'Énergie et CHALEUR');
      await add(21, 'unrelated', 'STRASSE ΣΑΣ');
      expect(await found({ search: 'énergie' })).toEqual(['CD124102-76D8']);
      expect(await found({ search: '  ÉNERGIE ET chaleur ' })).toEqual(['CD124102-76D8']);
      expect(await found({ search: 'E\u0301NERGIE' })).toEqual(['CD124102-76D8']);
      expect(await found({ search: 'energie' })).toEqual([]);
      expect(await found({ search: 'cd124102' })).toEqual(['CD124102-76D8']);
      expect(await found({ search: 'σας' })).toEqual(['unrelated']);
      expect(await found({ search: 'customACTIVITY' })).toEqual(['CustomActivityLO1', 'CustomActivityLO2']);
      expect(await found({ search: ' ' })).toHaveLength(6);
      expect(await found({ search: 'x'.repeat(20_000_000) })).toEqual([]);
      expect(await found({ search: '\0' })).toEqual([]);
      expect(await found({ search: '\ud800' })).toEqual([]);
      expect((await page({ search: 'objective' })).totalCount).toBe(4);
    });

    it('take every character of the search as itself', async () => {
      const titles = ['100% sure', '100 sure', 'a_b', 'aXb', 'back\\slash', "quote'd", 'stars **', 'x!y'];
      for (const [index, title] of titles.entries()) await add(20 + index, `T${index}`, title);
      for (const [search, expected] of [
        ['0%', ['T0']],
        ['%', ['T0']],
        ['_', ['T2']],
        ['a_b', ['T2']],
        ['\\', ['T4']],
        ["'", ['T5']],
        ['*', ['T6']],
        ['!', ['T7']],
      ] as const) {
        expect({ search, ids: await found({ search }) }).toEqual({ search, ids: expected });
      }
    });

    it('are found by the leaf flag', async () => {
      expect(await found({ leaf: true })).toEqual(['CustomActivityLO1', 'CustomActivityLO2', 'LO-3']);
      expect(await found({ leaf: false })).toEqual(['LO-SUBJECT']);
      expect(await found({ leaf: true, search: 'lo-' })).toEqual(['LO-3']);
    });

    it('come page by page, those of one title too', async () => {
      for (let id = 20; id < 25; id++) await add(id, `SAME-${id}`, 'Same: "ünï\ncode"');
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { nodes, pageInfo, totalCount }: ObjectivePage = await page({ first: 2, after });
        expect({ totalCount, back: pageInfo.hasPreviousPage }).toEqual({
          totalCount: 9,
          back: after !== null,
        });
        seen.push(...nodes.map(({ learningObjectiveId }) => learningObjectiveId));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after !== null);
      expect(seen).toEqual(await found({}));
      expect(seen.slice(4)).toEqual(['SAME-20', 'SAME-21', 'SAME-22', 'SAME-23', 'SAME-24']);
    });

    it('of another site stay there', async () => {
      expect(await found({}, api.as({ siteId: 2 }))).toEqual(['LO-OTHER-SITE']);
    });

    it.each([
      { first: 0 },
      { first: -1 },
      { first: 201 },
      { after: 'nonsense' },
      { leaf: null },
      { search: null },
    ])('refuse %j', async (args) => expect(await refusal(OBJECTIVES, args)).toEqual(['BAD_USER_INPUT']));
  });
});
