/**
 * What updateCustomActivity must answer and store, written from spec/custom-activity.md alone, for worlds small enough
 * to be searched by hand. It shares no code with the server.
 */

export interface CourseWorld {
  readonly siteId: number;
  readonly siteName: string;
  readonly useScore: boolean;
  readonly organisations: readonly { id: number; parentId: number | null; syncKey: string; name: string }[];
  readonly users: readonly {
    id: number;
    syncKey: string | null;
    isExternal: boolean;
    isDeleted: boolean;
    organisationIds: readonly number[];
  }[];
  readonly courses: readonly {
    id: number;
    syncKey: string | null;
    organisationId: number | null;
    isExternal: boolean;
    isDeleted: boolean;
    isArchived: boolean;
    objectivesEnabled: boolean;
    /** Unique ids. */
    objectives: readonly string[];
    /** Of every session, the learners registered in it. */
    sessions: readonly (readonly number[])[];
  }[];
  readonly elements: readonly ModelElement[];
  readonly scales: readonly { id: number; courseId: number | null; gradeIds: readonly number[] }[];
  readonly objectives: readonly {
    id: number;
    uniqueId: string;
    parentId: number | null;
    isPublished: boolean;
    isLeaf: boolean;
  }[];
}

export interface ModelElement {
  readonly id: number;
  readonly syncKey: string | null;
  readonly courseId: number;
  readonly parentId: number | null;
  readonly kind: 'FOLDER' | 'CUSTOM_ACTIVITY' | 'OTHER';
  readonly title: string;
  readonly active: boolean;
  readonly isDeleted: boolean;
  readonly updatedAt: number;
  /** Of a custom activity only. */
  readonly activity: ModelActivity | null;
  /** A participant has a grade, a score, only a status, or there is no assessment at all. */
  readonly assessed: 'grade' | 'score' | 'status' | 'no';
  readonly objectiveAssessed: boolean;
}

export interface ModelActivity {
  readonly description: string | null;
  readonly deadline: number | null;
  readonly mandatory: boolean;
  readonly assessmentId: number | null;
  readonly maxScore: number | null;
  readonly assessmentVisible: boolean;
  readonly locked: boolean;
  readonly learningObjectiveAssessment: 'DO_NOT_USE' | 'OUTCOME_STATUS' | 'ASSESSMENT_CRITERIA';
  readonly allowStudentsSetCompletion: boolean;
  /** Unique ids, in their order. */
  readonly learningObjectives: readonly string[];
}

/** A key that is not there is absent. */
export interface UpdateInput {
  siteId?: number | null;
  vendorId?: string | null;
  courseId?: number | null;
  courseSyncKey?: string | null;
  parentId?: number | null;
  parentSyncKey?: string | null;
  elementId?: number | null;
  elementSyncKey?: string | null;
  userId?: number | null;
  userSyncKey?: string | null;
  active?: boolean | null;
  title?: string | null;
  description?: string | null;
  deadline?: string | null;
  mandatory?: boolean | null;
  assessmentId?: number | null;
  maxScore?: number | null;
  assessmentVisible?: boolean | null;
  locked?: boolean | null;
  sendUpdateNotification?: boolean | null;
  learningObjectiveAssessment?: ModelActivity['learningObjectiveAssessment'] | null;
  allowStudentsSetCompletion?: boolean | null;
  learningObjectives?: { learningObjectiveId: string }[] | null;
  clearAssessment?: boolean | null;
  clearDeadline?: boolean | null;
  dryRun?: boolean;
  idempotencyKey?: string | null;
}

export interface ModelProblem {
  readonly code: string;
  readonly path: readonly string[];
}

export interface ModelAnswer {
  readonly typename: 'Success' | 'Warning' | 'Error';
  readonly problems: readonly ModelProblem[];
  /** As answered; null on error. */
  readonly element: ModelElement | null;
  readonly changes: readonly { field: string; before: string | null; after: string | null }[];
  readonly after: CourseWorld;
  /** Ids of the learners that get a notification. */
  readonly notified: readonly number[];
}

/** What the texts that tests send come to: the model does not read HTML. */
export const DESCRIPTIONS: Readonly<
  Record<string, { stored: string | null; stripped?: boolean } | { error: string }>
> = {
  '': { stored: null },
  ' \n ': { stored: null },
  'Plain & simple': { stored: 'Plain & simple' },
  '<p>One</p>': { stored: '<p>One</p>' },
  '<p onclick="steal()">One</p>': { stored: '<p>One</p>', stripped: true },
  '<p>Two</p><script>steal()</script>': { stored: '<p>Two</p>', stripped: true },
  '<script>steal()</script>': { error: 'RICH_CONTENT_INVALID' },
  '<p>One': { error: 'RICH_CONTENT_INVALID' },
};

/** What the deadlines that tests send come to, in epoch milliseconds. */
export const DEADLINES: Readonly<Record<string, number | null>> = {
  '2013-08-28T18:50:01+04:00': Date.UTC(2013, 7, 28, 14, 50, 1),
  '2013-08-28T14:50:01Z': Date.UTC(2013, 7, 28, 14, 50, 1),
  '2031-01-02T03:04:05.678Z': Date.UTC(2031, 0, 2, 3, 4, 5, 678),
  '2031-01-02T03:04:05': null,
  '2031-02-30T03:04:05Z': null,
  tomorrow: null,
  '': null,
};

const KEY_LIMITS = { courseSyncKey: 255, elementSyncKey: 128, userSyncKey: 128 } as const;

export function modelUpdate(world: CourseWorld, input: UpdateInput, now: number): ModelAnswer {
  const problems: ModelProblem[] = [];
  const say = (code: string, ...path: string[]) => problems.push({ code, path });
  const refusal = (): ModelAnswer => ({
    typename: 'Error',
    problems,
    element: null,
    changes: [],
    after: world,
    notified: [],
  });

  // ---------- 1 ----------
  for (const path of malformedFields(input)) say('INVALID_FORMAT', path);
  const isRefused = problems.length > 0;

  const userRef = input.userId ?? input.userSyncKey;
  const user = isRefused
    ? undefined
    : world.users.find(({ id, syncKey }) => userRef === id || userRef === syncKey);
  const courseRef = input.courseId ?? input.courseSyncKey;
  const ownSite = (input.siteId ?? world.siteId) === world.siteId;
  const course = isRefused
    ? undefined
    : world.courses.find(({ id, syncKey }) => ownSite && (courseRef === id || courseRef === syncKey));
  const elementRef = input.elementId ?? input.elementSyncKey;
  const element = isRefused
    ? undefined
    : world.elements.find(({ id, syncKey }) => elementRef === id || elementRef === syncKey);
  const stored = element?.activity ?? null;

  const at = (id: string, key: string) => (given((input as Record<string, unknown>)[id]) ? id : key);
  let parentId = element?.parentId ?? null;
  if (!isRefused) {
    // ---------- 2 ----------
    const userField = at('userId', 'userSyncKey');
    if (user === undefined) say('USER_NOT_VALID', userField);
    if (user?.isExternal) say('USER_EXTERNAL', userField);
    if (user?.isDeleted) say('USER_DELETED', userField);
    // ---------- 3 ----------
    const courseField = at('courseId', 'courseSyncKey');
    if (course === undefined) say('COURSE_NOT_FOUND', courseField);
    if (course?.isExternal) say('COURSE_EXTERNAL', courseField);
    if (course?.isDeleted) say('COURSE_DELETED', courseField);
    if (course?.isArchived) say('COURSE_ARCHIVED', courseField);
    // ---------- 4 ----------
    if (user !== undefined && course !== undefined) {
      const above = chainOf(world, course.organisationId);
      if (!above.some((id) => user.organisationIds.includes(id)))
        say('ORGANISATION_ACCESS_DENIED', userField);
    }
    // ---------- 5 ----------
    const parentRef = input.parentId ?? input.parentSyncKey;
    if (parentRef === '') parentId = null;
    else if (given(parentRef)) {
      const field = at('parentId', 'parentSyncKey');
      const parent = world.elements.find(({ id, syncKey }) => parentRef === id || parentRef === syncKey);
      const isThere = element !== undefined && parent !== undefined && parent.id === element.parentId;
      if (typeof parentRef === 'number' && parentRef <= 0) say('PARENT_ID_INVALID', field);
      else if (typeof parentRef === 'string' && parent === undefined) say('PARENT_SYNC_KEY_UNKNOWN', field);
      else if (!isThere) {
        if (course !== undefined && parent?.courseId !== course.id) say('PARENT_NOT_IN_COURSE', field);
        if (parent !== undefined && parent.kind !== 'FOLDER') say('PARENT_NOT_FOLDER', field);
        if (parent?.isDeleted) say('PARENT_DELETED', field);
      }
      parentId = parent?.id ?? null;
    }
    // ---------- 6 ----------
    const elementField = at('elementId', 'elementSyncKey');
    if (element === undefined) say('ELEMENT_NOT_FOUND', elementField);
    if (element?.isDeleted) say('ELEMENT_DELETED', elementField);
    if (element !== undefined && course !== undefined && element.courseId !== course.id) {
      say('ELEMENT_NOT_IN_COURSE', elementField);
    }
    if (element !== undefined && element.kind !== 'CUSTOM_ACTIVITY') {
      say('ELEMENT_NOT_CUSTOM_ACTIVITY', elementField);
    }
  }

  // ---------- 7: what needs nothing stored ----------
  let title = element?.title ?? '';
  if (given(input.title)) {
    const trimmed = input.title.trim();
    const isFine = trimmed.length >= 1 && [...trimmed].length <= 255 && !/[<>\p{Cc}]/u.test(trimmed);
    if (trimmed !== element?.title && !isFine) say('TITLE_INVALID', 'title');
    title = trimmed;
  }
  let description = stored?.description ?? null;
  if (given(input.description) && input.description !== stored?.description) {
    const read = DESCRIPTIONS[input.description];
    if (read === undefined) throw new Error(`The model does not know what ${input.description} comes to`);
    if ('error' in read) say(read.error, 'description');
    else {
      if (read.stripped) say('RICH_CONTENT_STRIPPED', 'description');
      description = read.stored;
    }
  }
  let deadline = input.clearDeadline === true ? null : (stored?.deadline ?? null);
  if (given(input.deadline)) {
    const read = DEADLINES[input.deadline];
    if (read === undefined) throw new Error(`The model does not know what ${input.deadline} comes to`);
    if (read === null) say('DEADLINE_INVALID', 'deadline');
    deadline = read;
  }
  if (isRefused || element === undefined || stored === null) return refusal();

  // ---------- 7: scale and score ----------
  let { assessmentId, maxScore } = stored;
  const isGraded = element.assessed === 'grade' || element.assessed === 'score';
  const setUp = (field: string, scale: number | null, score: number | null) => {
    if (isGraded) say('ASSESSMENT_SCALE_LOCKED', field);
    assessmentId = scale;
    maxScore = score;
  };
  if (given(input.assessmentId) && input.assessmentId !== stored.assessmentId && course !== undefined) {
    const scale = world.scales.find(({ id }) => id === input.assessmentId);
    const isUsable = scale !== undefined && (scale.courseId ?? course.id) === course.id;
    if (isUsable) setUp('assessmentId', input.assessmentId, null);
    else say('ASSESSMENT_UNKNOWN', 'assessmentId');
  }
  if (given(input.maxScore) && input.maxScore !== stored.maxScore) {
    const isScore = /^\d+(\.\d{1,2})?$/.test(String(input.maxScore)) && input.maxScore >= 0.01;
    const fits = isScore && input.maxScore <= 99999.99;
    if (!fits) say('MAX_SCORE_OUT_OF_RANGE', 'maxScore');
    if (!world.useScore) say('SCORE_NOT_ALLOWED', 'maxScore');
    if (fits && world.useScore) setUp('maxScore', null, input.maxScore);
  }
  if (input.clearAssessment === true && (stored.assessmentId !== null || stored.maxScore !== null)) {
    setUp('clearAssessment', null, null);
  }

  // ---------- 7: learning objectives ----------
  let learningObjectives = stored.learningObjectives;
  if (given(input.learningObjectives)) {
    const sent = input.learningObjectives.map((each) => each.learningObjectiveId);
    const wanted = sent.filter((id, index) => sent.indexOf(id) === index);
    const isSame = [...wanted].sort().join('\n') === [...stored.learningObjectives].sort().join('\n');
    if (!isSame) {
      learningObjectives = wanted;
      if (course !== undefined && !course.objectivesEnabled && wanted.length > 0) {
        say('COURSE_HAS_NO_OBJECTIVES', 'learningObjectives');
      }
      for (const id of wanted.filter((each) => !stored.learningObjectives.includes(each))) {
        const path = ['learningObjectives', String(sent.indexOf(id)), 'learningObjectiveId'];
        const objective = world.objectives.find((each) => each.uniqueId === id && each.isPublished);
        if (objective === undefined) say('OBJECTIVE_NOT_IN_REPOSITORY', ...path);
        else if (!objective.isLeaf) say('OBJECTIVE_NOT_LEAF', ...path);
      }
      if (element.objectiveAssessed) say('OBJECTIVES_LOCKED', 'learningObjectives');
    }
  }
  const sentMode = input.learningObjectiveAssessment;
  const wantedMode = sentMode ?? stored.learningObjectiveAssessment;
  const isUnconnected = wantedMode !== 'DO_NOT_USE' && learningObjectives.length === 0;
  const mode = isUnconnected ? 'DO_NOT_USE' : wantedMode;
  if (given(sentMode) && mode !== stored.learningObjectiveAssessment && element.objectiveAssessed) {
    const isOwnChange = sentMode !== stored.learningObjectiveAssessment;
    if (isOwnChange) say('OBJECTIVE_ASSESSMENT_LOCKED', 'learningObjectiveAssessment');
  }
  if (isUnconnected) {
    const cause = given(sentMode) ? ['learningObjectiveAssessment'] : [];
    const other = given(input.learningObjectives) ? ['learningObjectives'] : [];
    say('NO_OBJECTIVES_CONNECTED', ...(cause.length > 0 ? cause : other));
  }

  // ---------- 7: completion ----------
  let completion = stored.allowStudentsSetCompletion;
  if (!('allowStudentsSetCompletion' in input)) {
    if (completion) say('COMPLETION_RESET', 'allowStudentsSetCompletion');
    completion = false;
  } else if (given(input.allowStudentsSetCompletion)) {
    completion = input.allowStudentsSetCompletion;
    const usesAssessment = assessmentId !== null || maxScore !== null;
    if (completion && usesAssessment) say('COMPLETION_NOT_USED', 'allowStudentsSetCompletion');
  }

  const warnings = [
    'RICH_CONTENT_STRIPPED',
    'ASSESSMENT_UNKNOWN',
    'MAX_SCORE_OUT_OF_RANGE',
    'SCORE_NOT_ALLOWED',
    'NO_OBJECTIVES_CONNECTED',
    'COMPLETION_RESET',
    'COMPLETION_NOT_USED',
  ];
  if (problems.some(({ code }) => !warnings.includes(code))) return refusal();

  // ---------- what is stored ----------
  const after: ModelElement = {
    ...element,
    parentId,
    title,
    active: input.active ?? element.active,
    activity: {
      description,
      deadline,
      mandatory: input.mandatory ?? stored.mandatory,
      assessmentId,
      maxScore,
      assessmentVisible: input.assessmentVisible ?? stored.assessmentVisible,
      locked: input.locked ?? stored.locked,
      learningObjectiveAssessment: mode,
      allowStudentsSetCompletion: completion,
      learningObjectives,
    },
  };
  const ownCourse = world.courses.find(({ id }) => id === element.courseId);
  if (ownCourse === undefined) throw new Error('A world without the course of an element');
  const added =
    learningObjectives === stored.learningObjectives
      ? []
      : learningObjectives.filter((id) => !ownCourse.objectives.includes(id));
  const changes = [
    ...changesOf(flat(element), flat(after)),
    ...(added.length === 0
      ? []
      : [
          {
            field: 'courseLearningObjectives',
            before: JSON.stringify(ownCourse.objectives),
            after: JSON.stringify([...ownCourse.objectives, ...added]),
          },
        ]),
  ];
  const isChanged = changes.length > 0;
  const answered = isChanged ? { ...after, updatedAt: now } : element;
  const isWritten = isChanged && input.dryRun !== true;
  return {
    typename: problems.length > 0 ? 'Warning' : 'Success',
    problems,
    element: answered,
    changes,
    after: isWritten
      ? {
          ...world,
          elements: world.elements.map((each) => (each.id === element.id ? answered : each)),
          courses: world.courses.map((each) =>
            each.id === ownCourse.id ? { ...each, objectives: [...each.objectives, ...added].sort() } : each,
          ),
        }
      : world,
    notified:
      isWritten && input.sendUpdateNotification === true
        ? [...new Set(ownCourse.sessions.flat())].sort((a, b) => a - b)
        : [],
  };
}

/** Check 1: one field for everything that contradicts the schema. */
function malformedFields(input: UpdateInput): string[] {
  const fields: string[] = [];
  for (const name of ['course', 'element', 'user'] as const) {
    const id = given(input[`${name}Id`]);
    const key = given(input[`${name}SyncKey`]);
    if (id && key) fields.push(`${name}SyncKey`);
    if (!id && !key) fields.push(`${name}Id`);
  }
  if (given(input.parentId) && given(input.parentSyncKey)) fields.push('parentSyncKey');
  if (given(input.assessmentId) && given(input.maxScore)) fields.push('maxScore');
  const isSet = given(input.assessmentId) || given(input.maxScore);
  if (input.clearAssessment === true && isSet) fields.push('clearAssessment');
  if (input.clearDeadline === true && given(input.deadline)) fields.push('clearDeadline');
  for (const [field, max] of Object.entries(KEY_LIMITS)) {
    const key = input[field as keyof typeof KEY_LIMITS];
    if (given(key) && (key.trim() === '' || [...key].length > max)) fields.push(field);
  }
  if (given(input.parentSyncKey) && [...input.parentSyncKey].length > 128) fields.push('parentSyncKey');
  if (given(input.vendorId) && (input.vendorId === '' || [...input.vendorId].length > 36))
    fields.push('vendorId');
  const order = [
    'vendorId',
    'course',
    'parent',
    'element',
    'user',
    'maxScore',
    'clearAssessment',
    'clearDeadline',
  ];
  const place = (field: string) =>
    order.findIndex((name) => field.startsWith(name)) * 2 + Number(field.endsWith('SyncKey'));
  return [...new Set(fields)].sort((a, b) => place(a) - place(b));
}

function chainOf(world: CourseWorld, organisationId: number | null): number[] {
  const own = world.organisations.find(({ id }) => id === organisationId);
  return own === undefined ? [] : [own.id, ...chainOf(world, own.parentId)];
}

function flat({ activity, parentId, active, title }: ModelElement) {
  const fields = { parentId, active, title, ...activity };
  const { parentId: _, active: __, title: ___, ...rest } = fields;
  // The order in which changes are told.
  return { parentId, active, title, ...rest };
}

function changesOf(before: Record<string, unknown>, after: Record<string, unknown>) {
  const text = (field: string, value: unknown) => {
    if (value === null || value === undefined) return null;
    if (Array.isArray(value)) return JSON.stringify(value);
    return field === 'deadline' ? new Date(Number(value)).toISOString() : String(value);
  };
  return Object.keys(before).flatMap((field) => {
    const [from, to] = [text(field, before[field]), text(field, after[field])];
    return from === to ? [] : [{ field, before: from, after: to }];
  });
}

function given<Value>(value: Value | null | undefined): value is Value {
  return value !== undefined && value !== null;
}
