import { GRADES, type GradeValues, SCALES, type ScaleValues } from '../data/course-data.repository';
import type { Tx } from '../data/database';
import { findRecords, type Stored } from '../data/reference-data.repository';
import { ACTIVITY_REFERENCES, ACTIVITY_RESULTS } from '../data/referrers.repository';
import { mapInTurns, nextTurn } from '../event-loop/turns';
import { idOf } from './check-records';
import type { StoredReferenceData } from './find-stored';
import type { FoundProblems } from './found-problems';
import { givenCells, isGiven, type LoadedRows } from './given-cells';
import type { GradeInput, ScaleInput } from './input/course-rows.input';
import { hangsOn } from './kinds/hanging';
import { Leaving } from './leaving';
import { refuseHanging } from './removals';
import type { ResolvedRows } from './resolve-references';
import { sentOrKept } from './sent-or-kept';

/** A scale that a row names, and its grades as they are to be, the best first. */
export interface PlannedScale {
  readonly index: number;
  readonly isRemoved: boolean;
  readonly before: Stored<ScaleValues> | undefined;
  /** Key of the course; null: of every course. */
  readonly course: string | null;
  readonly syncKey: string | null;
  readonly title: string;
  readonly grades: readonly PlannedGrade[];
  readonly goneGrades: readonly Stored<GradeValues>[];
}

export interface PlannedGrade {
  readonly before: Stored<GradeValues> | undefined;
  readonly values: Omit<GradeValues, 'scaleId'>;
}

const ON_SCALE = [hangsOn('activities', ACTIVITY_REFERENCES, 'assessmentId')];
const ON_GRADE = [hangsOn('assessments', ACTIVITY_RESULTS, 'gradeId')];

export async function planScales(
  tx: Tx,
  siteId: number,
  rows: LoadedRows,
  stored: StoredReferenceData,
  resolved: ResolvedRows,
  found: FoundProblems,
): Promise<PlannedScale[]> {
  const sent = rows.scales as unknown as readonly ScaleInput[];
  const known = await findScales(tx, siteId, rows, found);
  const all = await mapInTurns([...sent.entries()], ([index, row]) => {
    const course = resolved.scales[index]?.references.course;
    return identify({ row, index, course }, known, stored, found);
  });
  const identified = all.filter((each) => each !== undefined);
  await nextTurn();
  refuseSameScale(identified, found);
  await nextTurn();
  const grades = await gradesOf(tx, siteId, identified);
  const planned = await mapInTurns(identified, (each) => planScale(each, grades, found));
  await nextTurn();
  await refuseScales(tx, siteId, planned, found);
  return planned;
}

interface KnownScales {
  readonly bySyncKey: ReadonlyMap<string, Stored<ScaleValues>>;
  readonly byTitle: ReadonlyMap<string, Stored<ScaleValues>>;
}

async function findScales(
  tx: Tx,
  siteId: number,
  rows: LoadedRows,
  found: FoundProblems,
): Promise<KnownScales> {
  const [syncKeys, titles] = ['syncKey', 'title'].map((field) =>
    givenCells(rows, 'scales', field, found).map(({ value }) => value),
  ) as [string[], string[]];
  const keyed = await findRecords(tx, siteId, SCALES, 'syncKey', syncKeys);
  const titled = await findRecords(tx, siteId, SCALES, 'title', titles);
  // Of several with one title, which older versions let through, the first counts.
  const inOrder = titled.toSorted((a, b) => b.id - a.id);
  return {
    bySyncKey: new Map(keyed.map((scale) => [scale.syncKey ?? '', scale])),
    byTitle: new Map(inOrder.map((scale) => [placeOf(scale.courseId, scale.title), scale])),
  };
}

interface SentScale {
  readonly row: ScaleInput;
  readonly index: number;
  /** Key; undefined: not sent, null: every course. */
  readonly course: string | null | undefined;
}

interface Identified extends Omit<PlannedScale, 'grades' | 'goneGrades'> {
  readonly row: ScaleInput;
  /** What it is after the request. */
  readonly place: string;
}

/** Undefined after a problem, and for one that is to be removed and is not there. */
function identify(
  { row, index, course }: SentScale,
  { bySyncKey, byTitle }: KnownScales,
  stored: StoredReferenceData,
  found: FoundProblems,
): Identified | undefined {
  const path = (field: string) => ['scales', index, field] as const;
  const fields = ['syncKey', 'title', 'courseGuid', 'courseSyncKey'];
  if (fields.some((field) => found.hasFailed(path(field)))) return undefined;
  if (!isGiven(row.syncKey) && !isGiven(row.title)) {
    found.add('VALUE_MISSING', { field: 'title' }, path('title'), 'Send syncKey or title.');
    return undefined;
  }
  const byKey = isGiven(row.syncKey) ? bySyncKey.get(row.syncKey) : undefined;
  const courseId = isGiven(course) ? idOf(stored, 'trainings', course) : null;
  const sameTitle = (ofCourse: number | null | undefined) =>
    ofCourse === undefined || !isGiven(row.title) ? undefined : byTitle.get(placeOf(ofCourse, row.title));
  const namesake = sameTitle(byKey !== undefined && course === undefined ? byKey.courseId : courseId);
  // One that has no key yet gets the one sent.
  const isFound = !isGiven(row.syncKey) || namesake?.syncKey === null;
  const before = byKey ?? (isFound ? namesake : undefined);
  const isRemoved = row.action === 'REMOVE';
  if (isRemoved && before === undefined) return undefined;
  if (namesake !== undefined && namesake.id !== before?.id) {
    found.add('VALUE_TAKEN', { field: 'title' }, path('title'));
  }
  if (before === undefined && row.title === undefined) {
    found.add('VALUE_MISSING', { field: 'title' }, path('title'));
  }
  if (before !== undefined && course !== undefined && before.courseId !== courseId) {
    const field = isGiven(row.courseGuid) ? 'courseGuid' : 'courseSyncKey';
    found.add('VALUE_FIXED', { field }, path(field));
  }
  const title = row.title ?? before?.title ?? '';
  const owner = before?.courseId ?? courseId ?? course ?? null;
  return {
    row,
    index,
    isRemoved,
    before,
    course: course ?? null,
    syncKey: sentOrKept(row.syncKey, before?.syncKey),
    title,
    place: placeOf(owner, title),
  };
}

/** A scale, its key and its place stand in a request once. */
function refuseSameScale(scales: readonly Identified[], found: FoundProblems): void {
  const firsts = new Map<string, number>();
  for (const { before, syncKey, place, index } of scales) {
    const names = [place, ...(syncKey === null ? [] : [`key ${syncKey}`])];
    if (before !== undefined) names.push(`id ${before.id}`);
    const first = names.map((name) => firsts.get(name)).find(isGiven);
    for (const name of names) firsts.set(name, first ?? index);
    if (first === undefined) continue;
    found.add('KEY_DUPLICATED', { field: 'The scale', first: `scales[${first}]` }, [
      'scales',
      index,
      'title',
    ]);
  }
}

/** What a scale is known by; it belongs to a course by its id or, where that is new, its key. */
function placeOf(course: number | string | null, title: string): string {
  return JSON.stringify([course, title]);
}

type Grades = ReadonlyMap<number, ReadonlyMap<string, Stored<GradeValues>>>;

async function gradesOf(tx: Tx, siteId: number, scales: readonly Identified[]): Promise<Grades> {
  const ids = scales.flatMap(({ before }) => before?.id ?? []);
  const grades = new Map(ids.map((id) => [id, new Map<string, Stored<GradeValues>>()]));
  const found = await findRecords(tx, siteId, GRADES, 'scaleId', ids);
  for (const grade of found) grades.get(grade.scaleId)?.set(grade.title, grade);
  return grades;
}

function planScale(
  { row, place: _, ...scale }: Identified,
  grades: Grades,
  found: FoundProblems,
): PlannedScale {
  const path = ['scales', scale.index, 'grades'] as const;
  const before = new Map(scale.before === undefined ? [] : grades.get(scale.before.id));
  if (scale.isRemoved) return { ...scale, grades: [], goneGrades: [...before.values()] };
  const sent = row.grades;
  if (!isGiven(sent) || found.hasFailed(path)) {
    if (scale.before === undefined && !found.hasFailed(path)) {
      found.add('VALUE_MISSING', { field: 'grades' }, path);
    }
    return { ...scale, grades: [], goneGrades: [] };
  }
  if (sent.length === 0) found.add('VALUE_MISSING', { field: 'grades' }, path);
  const planned = sent.map((grade, position) => planGrade(grade, position, before));
  refuseGrades(planned, path, found);
  for (const { title } of sent) before.delete(title);
  return { ...scale, grades: planned, goneGrades: [...before.values()] };
}

function planGrade(
  grade: GradeInput,
  position: number,
  stored: ReadonlyMap<string, Stored<GradeValues>>,
): PlannedGrade {
  const before = stored.get(grade.title);
  const minPercent = sentOrKept(grade.minPercent, before?.minPercent);
  const maxPercent = sentOrKept(grade.maxPercent, before?.maxPercent);
  return { before, values: { title: grade.title, position, minPercent, maxPercent } };
}

/** A title stands in a scale once; a range is whole, and ends where that of the grade before begins, or lower. */
function refuseGrades(
  grades: readonly PlannedGrade[],
  list: readonly ['scales', number, 'grades'],
  found: FoundProblems,
): void {
  const firsts = new Map<string, number>();
  let ceiling = 100;
  for (const [item, { values }] of grades.entries()) {
    const { title, minPercent, maxPercent } = values;
    const path = [...list, item] as const;
    const first = firsts.get(title);
    firsts.set(title, first ?? item);
    if (first !== undefined) {
      const named = `${list.slice(0, 2).join('.')}.grades[${first}]`;
      found.add('KEY_DUPLICATED', { field: 'title', first: named }, [...path, 'title']);
    }
    if (['minPercent', 'maxPercent'].some((field) => found.hasFailed([...path, field]))) continue;
    if (minPercent === null && maxPercent === null) continue;
    if (minPercent === null || maxPercent === null) {
      const field = minPercent === null ? 'minPercent' : 'maxPercent';
      found.add(
        'VALUE_MISSING',
        { field },
        [...path, field],
        'Send both minPercent and maxPercent, or neither.',
      );
    } else if (minPercent > maxPercent || maxPercent > ceiling) {
      found.add('GRADE_RANGES_OVERLAP', {}, [...path, 'maxPercent']);
    } else ceiling = minPercent;
  }
}

async function refuseScales(
  tx: Tx,
  siteId: number,
  planned: readonly PlannedScale[],
  found: FoundProblems,
): Promise<void> {
  const nothingLeaves = new Leaving();
  const gone = planned.flatMap(({ isRemoved, before, index }) =>
    isRemoved && before !== undefined ? [{ id: before.id, path: ['scales', index, 'action'] as const }] : [],
  );
  await refuseHanging(tx, siteId, SCALES, ON_SCALE, gone, nothingLeaves, found);
  const grades = planned.flatMap(({ index, goneGrades }) =>
    found.hasFailed(['scales', index, 'action'])
      ? []
      : goneGrades.map(({ id }) => ({ id, path: ['scales', index, 'grades'] as const })),
  );
  await refuseHanging(tx, siteId, GRADES, ON_GRADE, grades, nothingLeaves, found);
}
