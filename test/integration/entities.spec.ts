/** What TypeORM reads and writes on each engine: it passes the same way as all other statements, and is as strict. */

import { UnexpectedCell } from '../../src/data/cells';
import { CourseElementEntity } from '../../src/data/entities/course-element.entity';
import { CustomActivityEntity } from '../../src/data/entities/custom-activity.entity';
import { SessionEntity } from '../../src/data/entities/session.entity';
import { SiteEntity } from '../../src/data/entities/site.entity';
import { TrainingEntity } from '../../src/data/entities/training.entity';
import { DATABASE_KINDS, openTestDatabase, type TestDatabase } from '../support/databases';

/** Drivers read the last digits of these wrongly where they read them by themselves. */
const DOUBLE = 91.66666666666667;
const AT = Date.UTC(2024, 1, 29, 12, 34, 56, 789);

describe.each(DATABASE_KINDS)('entities on $kind', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  beforeEach(async () => {
    await test.clear();
    await test.database.transaction(async ({ manager }) => {
      await manager.insert(SiteEntity, { id: 1, name: 'One', useScore: false });
      await manager.insert(TrainingEntity, { id: 2, siteId: 1, guid: 'g', title: 'Course' });
      await manager.insert(SessionEntity, {
        id: 3,
        siteId: 1,
        trainingId: 2,
        guid: 's',
        title: 'Run',
        startsAt: new Date(AT),
      });
      await manager.insert(CourseElementEntity, {
        id: 4,
        siteId: 1,
        courseId: 2,
        kind: 'CUSTOM_ACTIVITY',
        title: 'Activity',
        active: true,
        position: 0,
        isDeleted: false,
        updatedAt: new Date(AT),
      });
      await manager.insert(CustomActivityEntity, {
        siteId: 1,
        elementId: 4,
        mandatory: true,
        maxScore: DOUBLE,
        assessmentVisible: false,
        locked: false,
        learningObjectiveAssessment: 'DO_NOT_USE',
        allowStudentsSetCompletion: false,
      });
    });
  });
  afterAll(() => test.drop());

  it('say of every column how its cells are read', async () => {
    const silent = await test.database.read(async ({ manager }) =>
      manager.connection.entityMetadatas.flatMap(({ columns, tableName }) =>
        columns
          .filter(({ transformer }) => !transformer || !('read' in transformer))
          .map(({ databaseName }) => `${tableName}.${databaseName}`),
      ),
    );
    expect(silent).toEqual([]);
  });

  it('are read as they were written: flags, instants, doubles, words and what is not there', async () => {
    const activity = await test.database.read((tx) =>
      tx.manager
        .createQueryBuilder(CustomActivityEntity, 'a')
        .innerJoinAndSelect('a.element', 'e')
        .leftJoinAndSelect('e.parent', 'p')
        .getOneOrFail(),
    );
    expect(activity).toMatchObject({
      mandatory: true,
      locked: false,
      maxScore: DOUBLE,
      deadline: null,
      description: null,
      learningObjectiveAssessment: 'DO_NOT_USE',
    });
    expect(activity.element).toMatchObject({
      kind: 'CUSTOM_ACTIVITY',
      active: true,
      isDeleted: false,
      updatedAt: new Date(AT),
      syncKey: null,
      lockCount: 0,
      parent: null,
    });
    const session = await test.database.read((tx) => tx.manager.findOneBy(SessionEntity, { siteId: 1 }));
    expect(session).toMatchObject({ startsAt: new Date(AT), endsAt: null });
  });

  it('are found by instants and flags', async () => {
    const found = await test.database.read((tx) =>
      Promise.all([
        tx.manager.countBy(SessionEntity, { siteId: 1, startsAt: new Date(AT) }),
        tx.manager.countBy(SessionEntity, { siteId: 1, startsAt: new Date(AT + 1) }),
        tx.manager.countBy(SiteEntity, { useScore: false }),
        tx.manager.countBy(SiteEntity, { useScore: true }),
      ]),
    );
    expect(found).toEqual([1, 0, 1, 0]);
  });

  it('a cell that is something else than its column says is refused, and the column is named', async () => {
    await test.query('UPDATE site SET use_score = 2');
    const read = test.database.read((tx) => tx.manager.findOneBy(SiteEntity, { id: 1 }));
    await expect(read).rejects.toThrow(UnexpectedCell);
    await expect(read).rejects.toThrow(/^useScore: /);

    await test.query("UPDATE course_element SET kind = 'SECRET'");
    const element = test.database.read((tx) => tx.manager.findOneBy(CourseElementEntity, { id: 4 }));
    await expect(element).rejects.toThrow(/^kind: (?!.*SECRET)/);
  });

  it('each statement is told once, without its values', async () => {
    const statements = test.watch();
    await test.database.read((tx) => tx.manager.findBy(SiteEntity, { id: 1, name: 'One' }));
    await test.database.transaction((tx) => tx.manager.update(SiteEntity, { id: 1 }, { name: 'Uno' }));
    const ours = statements.filter((sql) => sql.includes('site'));
    expect(ours).toHaveLength(2);
    expect(ours.join()).not.toMatch(/One|Uno|\d/);
  });

  it('one statement that failed ends the transaction, even where nobody looked', async () => {
    const work = test.database.transaction(async ({ manager }) => {
      await manager.update(SiteEntity, { id: 1 }, { name: 'Uno' });
      await manager.insert(SiteEntity, { id: 1, name: 'Again' }).catch(() => {});
    });
    await expect(work).rejects.toThrow();
    const site = await test.database.read((tx) => tx.manager.findOneBy(SiteEntity, { id: 1 }));
    expect(site?.name).toBe('One');
  });

  it('a transaction of TypeORM sees what the statements before it have written', async () => {
    const name = await test.database.transaction(async ({ manager, query }) => {
      await query("UPDATE site SET name = 'Uno' WHERE id = 1");
      return (await manager.findOneByOrFail(SiteEntity, { id: 1 })).name;
    });
    expect(name).toBe('Uno');
  });
});
