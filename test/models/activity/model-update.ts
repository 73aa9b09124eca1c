/**
 * The oracle of updateCustomActivity: the whole of one update. Slow on purpose; it is to be read next to the rules.
 *
 * Where the rules leave something open, a comment beginning with "Open:" says what was chosen.
 */
import { judgeAssessment } from './assessment';
import { changesBetween, objectivesOfCourse, shown } from './changes';
import { problemsOfForm } from './input-form';
import { judgeObjectives } from './objectives';
import { deadlineOf, isTitle, trimmed } from './plain-fields';
import { elementOf, type References, resolve } from './references';
import { keep, problemOfKey, replayOf } from './replay';
import { type Content, judgeDescription } from './rich-content';
import {
  type Activity,
  type Answer,
  type Element,
  isGiven,
  type Problem,
  problem,
  type Stored,
  type Updated,
  type UpdateInput,
  type World,
} from './world';

/**
 * @param clock Epoch milliseconds: what the update takes for now.
 * @param content What the description of the input is, where it has one that is not empty.
 */
export function modelUpdate(
  world: World,
  stored: Stored,
  input: UpdateInput,
  clock: number,
  content: Content | null = null,
): Updated {
  // Open: an unusable key is told together with the other problems of the input, after them.
  const ofForm = [...problemsOfForm(input), ...problemOfKey(input)];
  if (ofForm.length > 0) {
    // Open: of what needs no database nothing is judged but the three fields that the rules name.
    return refused(stored, input, [...ofForm, ...problemsOfText(input, null, content)]);
  }
  const references = resolve(world, stored, input);
  // Whoever may not act for the user of an input is not given its answer, and learns nothing of its key.
  const replay = references.user === null ? null : replayOf(stored, input, clock);
  if (replay === 'REUSED') {
    // Open: it is told alone, whatever could be said of title, description and deadline.
    return refused(stored, input, [problem('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey')]);
  }
  if (replay !== null) {
    return { answer: { ...replay, replayed: true }, stored, notifications: [] };
  }

  const { element } = references;
  if (element === null || element.activity === null) {
    // Open: all fields but these three need the stored element, if only to see that nothing would change.
    return refused(stored, input, [...references.problems, ...problemsOfText(input, null, content)]);
  }
  return updateElement(world, stored, input, clock, content, references, element, element.activity);
}

function updateElement(
  world: World,
  stored: Stored,
  input: UpdateInput,
  clock: number,
  content: Content | null,
  references: References,
  element: Element,
  before: Activity,
): Updated {
  const { course } = references;
  const assessment = judgeAssessment(world, course, element.id, before, input);
  const objectives = judgeObjectives(world, course, element.id, before, input);
  const after: Activity = {
    ...before,
    description: valueOr(judgeDescription(input.description, content).value, before.description),
    deadline: deadlineAfter(input, before),
    mandatory: input.mandatory ?? before.mandatory,
    ...assessment.value,
    assessmentVisible: input.assessmentVisible ?? before.assessmentVisible,
    locked: input.locked ?? before.locked,
    ...objectives.value,
    allowStudentsSetCompletion: completionAfter(input, before),
  };
  const wanted: Element = {
    ...element,
    ...placeAfter(stored, references, element),
    active: input.active ?? element.active,
    title: titleAfter(input, element),
    activity: after,
  };
  const moved = write(stored, { ...wanted, updatedAt: Math.max(clock, element.updatedAt + 1) });
  const changes = changesBetween(stored, moved, element.id);

  const problems = [
    ...references.problems,
    ...problemsOfText(input, element, content),
    ...assessment.problems,
    ...objectives.problems,
    ...problemsOfCompletion(input, before, after),
  ];
  // Open: what is refused for what is stored (a lock, a folder, a list) would change something, beside other errors
  // too; a title, description or deadline with an error would not.
  if (isGiven(input.expectedUpdatedAt) && changes.length > 0) {
    const isExpected = Date.parse(input.expectedUpdatedAt) === element.updatedAt;
    if (!isExpected) problems.push(problem('ELEMENT_CHANGED', 'expectedUpdatedAt'));
  }
  if (problems.some((each) => each.severity === 'ERROR')) {
    // Open: what would be told of a change that an error prevents (NOTIFICATION_NOT_SENT) is not told.
    return refused(stored, input, problems);
  }

  const tells = input.sendUpdateNotification === true && changes.length > 0;
  if (tells && !wanted.active) {
    problems.push(problem('NOTIFICATION_NOT_SENT', 'sendUpdateNotification'));
  }
  const told = tells && wanted.active ? participantsToTell(world, element.courseId, clock) : [];
  const result = changes.length > 0 ? moved : stored;
  const current = result.elements.find((each) => each.id === element.id) as Element;
  const isDryRun = input.dryRun === true;
  const answer: Answer = {
    typename: problems.length > 0 ? 'Warning' : 'Success',
    dryRun: isDryRun,
    replayed: false,
    notifiedParticipants: told.length,
    elementId: element.id,
    syncKey: element.syncKey,
    element: shown(world, result, current),
    changes,
    problems,
  };
  if (isDryRun) return { answer, stored, notifications: [] };
  return {
    answer,
    stored: keep(result, input, answer, clock),
    notifications: told.map((learnerId) => ({ elementId: element.id, learnerId })),
  };
}

// ---------- title, description, deadline ----------

/**
 * Of these three an error needs no database; the stored title, sent again, is never one.
 *
 * Open: where the element is not resolved, nobody can tell that a title is the stored one.
 */
function problemsOfText(input: UpdateInput, element: Element | null, content: Content | null): Problem[] {
  const problems: Problem[] = [];
  if (isGiven(input.title)) {
    const isStored = element !== null && trimmed(input.title) === element.title;
    if (!isStored && !isTitle(input.title)) problems.push(problem('TITLE_INVALID', 'title'));
  }
  problems.push(...judgeDescription(input.description, content).problems);
  if (isGiven(input.deadline) && deadlineOf(input.deadline) === null) {
    problems.push(problem('DEADLINE_INVALID', 'deadline'));
  }
  return problems;
}

function titleAfter(input: UpdateInput, element: Element): string {
  return isGiven(input.title) && isTitle(input.title) ? trimmed(input.title) : element.title;
}

function deadlineAfter(input: UpdateInput, before: Activity): number | null {
  if (input.clearDeadline === true) return null;
  const sent = isGiven(input.deadline) ? deadlineOf(input.deadline) : null;
  return sent ?? before.deadline;
}

// ---------- allowStudentsSetCompletion ----------

/** The one field where absent is not keep. */
function completionAfter(input: UpdateInput, before: Activity): boolean {
  if (input.allowStudentsSetCompletion === undefined) return false;
  return input.allowStudentsSetCompletion ?? before.allowStudentsSetCompletion;
}

/** Open: COMPLETION_RESET is told beside an error too, where nothing is reset after all. */
function problemsOfCompletion(input: UpdateInput, before: Activity, after: Activity): Problem[] {
  const { allowStudentsSetCompletion } = input;
  const isAssessed = after.assessmentId !== null || after.maxScore !== null;
  if (allowStudentsSetCompletion === undefined && before.allowStudentsSetCompletion) {
    return [problem('COMPLETION_RESET', 'allowStudentsSetCompletion')];
  }
  if (allowStudentsSetCompletion === true && isAssessed) {
    return [problem('COMPLETION_NOT_USED', 'allowStudentsSetCompletion')];
  }
  return [];
}

// ---------- place, objectives of the course, participants ----------

/** Put last in another folder; the folder that it is in already changes nothing. */
function placeAfter(
  stored: Stored,
  { target }: References,
  element: Element,
): Pick<Element, 'parentId' | 'position'> {
  if (typeof target === 'string' || target.folderId === element.parentId) {
    return { parentId: element.parentId, position: element.position };
  }
  // Open: deleted elements keep their place, as they may come back.
  const inFolder = stored.elements.filter(
    (each) => each.courseId === element.courseId && each.parentId === target.folderId,
  );
  const position = 1 + Math.max(0, ...inFolder.map((each) => each.position));
  return { parentId: target.folderId, position };
}

/** The element as it is now, and what a new set of objectives adds to the course. */
function write(stored: Stored, element: Element): Stored {
  const { courseId } = element;
  const before = elementOf(stored, element.id)?.activity?.learningObjectives;
  const after = element.activity?.learningObjectives ?? [];
  const inCourse = objectivesOfCourse(stored, courseId);
  const added = after === before ? [] : after.filter((id) => !inCourse.includes(id));
  const elements = stored.elements.map((each) => (each.id === element.id ? element : each));
  if (added.length === 0) return { ...stored, elements };
  const others = stored.courseObjectives.filter((each) => each.courseId !== courseId);
  const courseObjectives = [...others, { courseId, uniqueIds: [...inCourse, ...added] }];
  return { ...stored, elements, courseObjectives };
}

/** Each learner once, by id: those registered in sessions of the course that have not ended. */
function participantsToTell(world: World, courseId: number, clock: number): number[] {
  const learnerIds = world.sessions
    .filter((session) => session.courseId === courseId && (session.endsAt === null || session.endsAt > clock))
    .flatMap((session) => session.learnerIds);
  return [...new Set(learnerIds)].sort((left, right) => left - right);
}

// ---------- the answer ----------

function refused(stored: Stored, input: UpdateInput, problems: readonly Problem[]): Updated {
  const answer: Answer = {
    typename: 'Error',
    dryRun: input.dryRun === true,
    replayed: false,
    notifiedParticipants: 0,
    elementId: null,
    syncKey: null,
    element: null,
    changes: [],
    problems,
  };
  return { answer, stored, notifications: [] };
}

function valueOr<Value>(value: Value | undefined, kept: Value): Value {
  return value === undefined ? kept : value;
}

/** The ids of a folder's elements in their order, to compare places by; null is the root. */
export function orderIn(elements: readonly Element[], courseId: number, folderId: number | null): number[] {
  return elements
    .filter((each) => each.courseId === courseId && each.parentId === folderId)
    .sort((left, right) => left.position - right.position || left.id - right.id)
    .map((each) => each.id);
}
