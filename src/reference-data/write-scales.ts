import { GRADES, type GradeValues, SCALES, type ScaleValues } from '../data/course-data.repository';
import type { Tx } from '../data/database';
import {
  findRecords,
  insertRecords,
  removeByIds,
  rewriteRecords,
  type Stored,
} from '../data/reference-data.repository';
import { mapInTurns, nextTurn } from '../event-loop/turns';
import type { ReferenceCounts } from './reference-rows';
import type { PlannedScale } from './scales';
import { present } from './sent-or-kept';
import { type AllIds, countOf, isSame } from './write-records';

/** Writes scales with their grades; `rows` is how many were sent. */
export async function writeScales(
  tx: Tx,
  siteId: number,
  planned: readonly PlannedScale[],
  ids: AllIds,
  rows: number,
): Promise<ReferenceCounts> {
  const gone = planned.filter(({ isRemoved }) => isRemoved);
  const kept = await mapInTurns(
    planned.filter(({ isRemoved }) => !isRemoved),
    (scale) => ({ scale, values: valuesOf(scale, ids) }),
  );
  const made = kept.filter(({ scale }) => scale.before === undefined);
  const changed = kept.flatMap(({ scale: { before }, values }): Stored<ScaleValues>[] =>
    before === undefined || isSame(SCALES, before, values) ? [] : [{ ...values, id: before.id }],
  );
  await insertRecords(
    tx,
    siteId,
    SCALES,
    made.map(({ values }) => values),
  );
  await rewriteRecords(tx, siteId, SCALES, changed);
  const scaleIds = await idsOfMade(
    tx,
    siteId,
    made.map(({ values }) => values),
  );
  await nextTurn();
  const grades = await mapInTurns(kept, ({ scale, values }) =>
    gradesOf(scale, scale.before?.id ?? present(scaleIds.get(placeOf(values)))),
  );
  await nextTurn();
  const goneGrades = planned.flatMap((scale) => scale.goneGrades.map(({ id }) => id));
  await removeByIds(tx, siteId, GRADES, goneGrades);
  await insertRecords(
    tx,
    siteId,
    GRADES,
    grades.flatMap((of) => of.made),
  );
  await rewriteRecords(
    tx,
    siteId,
    GRADES,
    grades.flatMap((of) => of.changed),
  );
  await removeByIds(
    tx,
    siteId,
    SCALES,
    gone.flatMap(({ before }) => before?.id ?? []),
  );

  await nextTurn();
  const rewritten = new Set(changed.map(({ id }) => id));
  const updated = kept.filter(({ scale: { before, goneGrades: lost } }, index) => {
    const of = grades[index];
    const isRegraded = lost.length > 0 || (of !== undefined && of.made.length + of.changed.length > 0);
    return before !== undefined && (rewritten.has(before.id) || isRegraded);
  });
  return countOf({ created: made.length, updated: updated.length, removed: gone.length, all: rows });
}

function valuesOf({ before, course, syncKey, title }: PlannedScale, ids: AllIds): ScaleValues {
  const courseId = course === null ? null : present(ids.trainings.get(course));
  return { courseId: before === undefined ? courseId : before.courseId, syncKey, title };
}

function placeOf({ courseId, title }: ScaleValues): string {
  return JSON.stringify([courseId, title]);
}

async function idsOfMade(tx: Tx, siteId: number, made: readonly ScaleValues[]): Promise<Map<string, number>> {
  const found = await findRecords(
    tx,
    siteId,
    SCALES,
    'title',
    made.map(({ title }) => title),
  );
  return new Map(found.map((scale) => [placeOf(scale), scale.id]));
}

function gradesOf({ grades }: PlannedScale, scaleId: number) {
  const made: GradeValues[] = [];
  const changed: Stored<GradeValues>[] = [];
  for (const { before, values } of grades) {
    const grade = { ...values, scaleId };
    if (before === undefined) made.push(grade);
    else if (!isSame(GRADES, before, grade)) changed.push({ ...grade, id: before.id });
  }
  return { made, changed };
}
