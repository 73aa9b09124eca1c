import { DatabaseError } from '../../src/data/database-errors';
import { type Api, apiOn } from '../support/api';
import { storeCourseWorld, storedNotifications, theCourseWorld } from '../support/course-world';
import { DATABASE_KINDS, openTestDatabase, overriding, type TestDatabase } from '../support/databases';
import { present } from '../support/present';
import { sendUpdate, UPDATE, type UpdateAnswer } from '../support/update-activity';

/** Uses scale 1, is in the folder 10 of course 1, and has a description. */
const HOMEWORK = 11939;

interface StoredActivity {
  readonly title: string;
  readonly parentId: number | null;
  readonly position: number;
  readonly description: string | null;
  readonly maxScore: number | null;
}

/**
 * Each sentence of the list "What changed" of the rules of activities, by its own words. `notifications.spec.ts` has
 * "when delivery ends".
 */
describe.each(DATABASE_KINDS)('What changed in the rules of activities, on $kind', (kind) => {
  let test: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    api = apiOn(test);
  });
  beforeEach(() => storeCourseWorld(test, theCourseWorld));
  afterEach(() => test.clear());
  afterAll(() => test.drop());

  function update(input: object, on = api): Promise<UpdateAnswer> {
    const base = { courseId: 1, elementId: HOMEWORK, userId: 2, allowStudentsSetCompletion: null };
    return sendUpdate(on, { ...base, ...input } as Parameters<typeof sendUpdate>[1]);
  }

  const told = ({ __typename, problems }: UpdateAnswer) => [
    __typename.replace('UpdateCustomActivity', ''),
    ...problems.map(({ code, path }) => `${code} ${path.join('.')}`),
  ];

  /** Past the API. */
  async function stored(id = HOMEWORK): Promise<StoredActivity> {
    const [row] = await test.query<StoredActivity>(
      `SELECT e.title, e.parent_id AS parentId, e.position, a.description, a.max_score AS maxScore
       FROM course_element e JOIN custom_activity a ON a.element_id = e.id AND a.site_id = e.site_id
       WHERE e.site_id = 1 AND e.id = ${id}`,
    );
    return present(row);
  }

  const descriptionAfter = async (description: string) => {
    const answer = await update({ description });
    return [...told(answer), (await stored()).description];
  };

  it('Deleted folders above (5, 6)', async () => {
    const before = await stored();
    expect(told(await update({ parentSyncKey: 'far-below-deleted', title: 'New' }))).toEqual([
      'Error',
      'PARENT_DELETED parentSyncKey',
    ]);
    expect(await stored()).toEqual(before);
    const within = { elementId: 11950, title: 'New', sendUpdateNotification: true };
    expect(told(await update(within))).toEqual(['Error', 'ELEMENT_DELETED elementId']);
    expect(await storedNotifications(test)).toEqual([]);
    expect((await stored(11950)).title).toBe('Element 11950');
  });

  it('moved elements go last', async () => {
    await update({ elementId: 11943, parentId: 10 });
    await update({ elementId: 11942, parentId: 10 });
    const [one, two, three] = [await stored(), await stored(11943), await stored(11942)];
    expect([one.position < two.position, two.position < three.position]).toEqual([true, true]);
    expect([two.parentId, three.parentId]).toEqual([10, 10]);
  });

  it('parent given twice', async () => {
    expect(told(await update({ parentId: 11, parentSyncKey: 'folder' }))).toEqual([
      'Error',
      'INVALID_FORMAT parentSyncKey',
    ]);
    expect((await stored()).parentId).toBe(10);
    expect(told(await update({ parentId: 11, parentSyncKey: 'other-folder' }))).toEqual(['Success']);
    expect((await stored()).parentId).toBe(11);
    expect(told(await update({ parentId: 11, parentSyncKey: '' }))).toEqual([
      'Error',
      'INVALID_FORMAT parentSyncKey',
    ]);
  });

  it.each([33.333, 1.1 * 3, 0.01, 99_999.99])('maxScore as sent: %d', async (maxScore) => {
    expect(told(await update({ maxScore }))).toEqual(['Success']);
    expect((await stored()).maxScore).toBe(maxScore);
  });

  it('titles with < and >, titles that only look blank', async () => {
    for (const title of ['Chapter 1 > Part 2', 'x < 5', '3<4']) {
      expect(told(await update({ title }))).toEqual(['Success']);
      expect((await stored()).title).toBe(title);
    }
    for (const title of ['\u3164', '\u115f\u1160', '\u2800\uffa0', 'a <b>', 'a </b', '<!-- ', '<?xml']) {
      expect(told(await update({ title }))).toEqual(['Error', 'TITLE_INVALID title']);
    }
    expect((await stored()).title).toBe('3<4');
  });

  it('emptied editors clear', async () => {
    for (const description of ['<p><br></p>', '<p>&nbsp;</p>', '<div><p> </p></div>']) {
      await update({ description: '<p>Text</p>' });
      const answer = await update({ description, title: `After ${description.length}` });
      expect(told(answer)).toEqual(['Success']);
      expect(await stored()).toMatchObject({ description: null, title: `After ${description.length}` });
    }
    await update({ description: '<p>Text</p>' });
    expect(await descriptionAfter('<p class="x"><br></p>')).toEqual([
      'Warning',
      'RICH_CONTENT_STRIPPED description',
      null,
    ]);
    await update({ description: '<p>Text</p>' });
    expect(await descriptionAfter('<script>x()</script>')).toEqual([
      'Error',
      'RICH_CONTENT_INVALID description',
      '<p>Text</p>',
    ]);
  });

  it('what a browser would move is refused, attribute values escaped, more elements', async () => {
    for (const description of [
      '<tr><td>x</td></tr>',
      '<table>text</table>',
      '<a href="https://example.org"><div><a href="https://example.org">x</a></div></a>',
      '<p>One<div>Two</div></p>',
    ]) {
      expect(await descriptionAfter(description)).toEqual([
        'Error',
        'RICH_CONTENT_INVALID description',
        '<p>Read</p>',
      ]);
    }
    expect(await descriptionAfter('<p><a href="tel:1" title="</noscript><img src=x>">x</a></p>')).toEqual([
      'Success',
      '<p><a href="tel:1" title="&lt;/noscript&gt;&lt;img src=x&gt;">x</a></p>',
    ]);
    const more =
      '<details><summary lang="de">S</summary><figure><figcaption>F</figcaption></figure><mark>m</mark></details>';
    expect(await descriptionAfter(more)).toEqual(['Success', more]);
  });

  it('hints per path', async () => {
    const answer = await update({ vendorId: '', elementSyncKey: 'activity', courseId: null });
    expect(answer.problems.map(({ code, path, hint }) => [code, path.join('.'), hint])).toEqual([
      ['INVALID_FORMAT', 'vendorId', 'Correct this field: it is empty.'],
      [
        'INVALID_FORMAT',
        'courseId',
        'Correct this field: it is missing, and so is courseSyncKey; send one of the two.',
      ],
      [
        'INVALID_FORMAT',
        'elementSyncKey',
        'Correct this field: it is given together with elementId; send one of the two.',
      ],
    ]);
  });

  it('expectedUpdatedAt', async () => {
    const first = await update({ title: 'Theirs' });
    const seen = present(first.element).updatedAt;
    const second = await update({ title: 'Mine', expectedUpdatedAt: seen });
    expect(told(second)).toEqual(['Success']);
    const third = await update({ title: 'Late', expectedUpdatedAt: seen });
    expect(told(third)).toEqual(['Error', 'ELEMENT_CHANGED expectedUpdatedAt']);
    expect(third.problems[0]?.hint).toContain(present(second.element).updatedAt);
    expect((await stored()).title).toBe('Mine');
    expect(told(await update({ title: 'Mine', expectedUpdatedAt: seen }))).toEqual(['Success']);
    expect(Date.parse(String(present(second.element).updatedAt))).toBeGreaterThan(Date.parse(String(seen)));
  });

  it('who is notified, how many', async () => {
    // Session 10 has the learners 1 and 2, session 11 the learners 1 and 3.
    await test.query("UPDATE session SET ends_at = '2020-01-01 00:00:00' WHERE id = 10");
    const change = { title: 'New', sendUpdateNotification: true };
    expect((await update({ ...change, dryRun: true })).notifiedParticipants).toBe(2);
    expect((await update(change)).notifiedParticipants).toBe(2);
    expect((await storedNotifications(test)).map(({ learner_id: id }) => id)).toEqual([1, 3]);
    const inactive = await update({ title: 'Newer', active: false, sendUpdateNotification: true });
    expect(told(inactive)).toEqual(['Warning', 'NOTIFICATION_NOT_SENT sendUpdateNotification']);
    expect(inactive.notifiedParticipants).toBe(0);
    expect(await storedNotifications(test)).toHaveLength(2);
  });

  it('SERVICE_BUSY', async () => {
    const busy = api.as({
      database: overriding(test.database, {
        transaction: () => Promise.reject(new DatabaseError('SERVICE_BUSY', new Error('held'))),
      }),
    });
    const { data, errors } = await busy.execute(UPDATE, {
      input: { courseId: 1, elementId: HOMEWORK, userId: 2, title: 'New' },
    });
    expect(data).toBeNull();
    expect(errors?.map(({ originalError }) => originalError)).toMatchObject([
      { code: 'SERVICE_BUSY', retryable: true },
    ]);
    expect((await stored()).title).toBe('Homework');
  });

  it('vendorText', async () => {
    const { messageCatalogue } = await api.run<{
      messageCatalogue: { code: string; text: string; vendorText: string | null }[];
    }>('{ messageCatalogue { code text vendorText } }');
    const of = (code: string) => present(messageCatalogue.find((message) => message.code === code));
    expect(of('COURSE_DELETED')).toEqual({
      code: 'COURSE_DELETED',
      text: 'Course is deleted.',
      vendorText: 'Course is be deleted.',
    });
    expect(of('ELEMENT_CHANGED').vendorText).toBeNull();
    expect(of('ORGANISATION_ACCESS_DENIED').vendorText).toContain('{HieararchyName}');
    const answer = await update({ courseId: 3 });
    expect(answer.problems[0]).toMatchObject({ code: 'COURSE_DELETED', message: 'Course is deleted.' });
  });
});
