/** The check of the input: what can be said of it by looking at nothing else. */
import { isGiven, type Problem, problem, type UpdateInput } from './world';

const LONGEST_SYNC_KEY = 128;
const LONGEST_COURSE_SYNC_KEY = 255;
const LONGEST_VENDOR_ID = 36;
const MOST_OBJECTIVES = 1000;

/**
 * The paths that are wrong, in the order of the input type, each told once.
 *
 * Open: the order within this check, and that a path with two faults (given besides the id, and empty) is told once.
 * Open: a character is a code point.
 */
export function problemsOfForm(input: UpdateInput): Problem[] {
  const wrong: (keyof UpdateInput)[] = [];
  const say = (path: keyof UpdateInput, isWrong: boolean) => {
    if (isWrong && !wrong.includes(path)) {
      wrong.push(path);
    }
  };

  say('vendorId', isGiven(input.vendorId) && !hasLength(input.vendorId, 1, LONGEST_VENDOR_ID));

  say('courseId', !isGiven(input.courseId) && !isGiven(input.courseSyncKey));
  say('courseSyncKey', isGiven(input.courseId) && isGiven(input.courseSyncKey));
  say('courseSyncKey', isWrongKey(input.courseSyncKey, LONGEST_COURSE_SYNC_KEY));

  // An empty key names the root. Whether both name the same folder is decided where the parent is looked up.
  say('parentSyncKey', isGiven(input.parentSyncKey) && !hasLength(input.parentSyncKey, 0, LONGEST_SYNC_KEY));

  say('elementId', !isGiven(input.elementId) && !isGiven(input.elementSyncKey));
  say('elementSyncKey', isGiven(input.elementId) && isGiven(input.elementSyncKey));
  say('elementSyncKey', isWrongKey(input.elementSyncKey, LONGEST_SYNC_KEY));

  say('userId', !isGiven(input.userId) && !isGiven(input.userSyncKey));
  say('userSyncKey', isGiven(input.userId) && isGiven(input.userSyncKey));
  say('userSyncKey', isWrongKey(input.userSyncKey, LONGEST_SYNC_KEY));

  say('maxScore', isGiven(input.assessmentId) && isGiven(input.maxScore));

  say('learningObjectives', sentObjectives(input).length > MOST_OBJECTIVES);

  // Open: that these two belong to this check. They need nothing but the input.
  const setsAssessment = isGiven(input.assessmentId) || isGiven(input.maxScore);
  say('clearAssessment', input.clearAssessment === true && setsAssessment);
  say('clearDeadline', input.clearDeadline === true && isGiven(input.deadline));

  return wrong.map((path) => problem('INVALID_FORMAT', path));
}

function isWrongKey(key: string | null | undefined, longest: number): boolean {
  return isGiven(key) && (key.trim() === '' || !hasLength(key, 1, longest));
}

function hasLength(text: string, least: number, most: number): boolean {
  const { length } = [...text];
  return length >= least && length <= most;
}

/** The different objectives of the input, in the order in which they come first. */
export function sentObjectives(input: UpdateInput): string[] {
  const ids = (input.learningObjectives ?? []).map((each) => each.learningObjectiveId);
  return ids.filter((id, index) => ids.indexOf(id) === index);
}
