/**
 * The one message catalogue. The `ProblemCode` enum, docs/messages.md, the query `messageCatalogue` and the
 * tests all come from it. A code is never renamed after release; texts may be improved.
 */

export type Severity = 'WARNING' | 'ERROR';

export interface MessageSpec {
  readonly severity: Severity;
  /** What is said, placeholders in braces: the vendor's sentence, its misprints corrected, where the vendor has one. */
  readonly text: string;
  /** The sentence of the vendor's page, letter for letter. */
  readonly vendorText?: string;
  /** When it is said and what it means for the stored data. */
  readonly explanation: string;
  /** What to do about it, in one sentence; placeholders as in `text`. */
  readonly hint: string;
  /** The operations that can answer with it. */
  readonly operations: readonly string[];
}

const IMPORT_REQUEST = ['importConsolidatedTracking'] as const;
/** What tells of an import job, and of the upload that orders it: the problems of both stand with the job. */
const IMPORT_JOB = ['importJob'] as const;
const IMPORT = [...IMPORT_REQUEST, ...IMPORT_JOB] as const;
const UNDO = ['undoImport'] as const;
/** What becomes of a row that is taken back. */
const UNDONE_ROWS = [...UNDO, ...IMPORT_JOB] as const;
const UNDO_JOB = ['undoImportJob'] as const;
const CANCEL_JOB = ['cancelImportJob'] as const;
const RETRY_JOB = ['retryImportJob'] as const;
const REFERENCE_DATA = ['loadReferenceData'] as const;
const IMPORT_AND_REFERENCE_DATA = [...IMPORT, ...REFERENCE_DATA] as const;
const UPDATE_ACTIVITY = ['updateCustomActivity', 'updateCustomActivities'] as const;
const CREATE_ACTIVITY = ['createCustomActivity'] as const;
const ASSESS_ACTIVITY = ['assessCustomActivity'] as const;
const DELETE_ACTIVITY = ['deleteCustomActivity'] as const;
const RESTORE_ACTIVITY = ['restoreCustomActivity'] as const;
/** Every operation that writes a custom activity. */
const WRITE_ACTIVITY = [...UPDATE_ACTIVITY, ...CREATE_ACTIVITY] as const;
const WRITE_ACTIVITY_OR_LOAD = [...WRITE_ACTIVITY, ...REFERENCE_DATA] as const;
/** Every operation on a custom activity that is there and not deleted. */
const ON_LIVE_ACTIVITY = [...UPDATE_ACTIVITY, ...ASSESS_ACTIVITY, ...DELETE_ACTIVITY] as const;
/** Every operation on a custom activity that is there already. */
const ON_ACTIVITY = [...ON_LIVE_ACTIVITY, ...RESTORE_ACTIVITY] as const;
/** Every operation of a user on a course. */
const ON_COURSE = [...CREATE_ACTIVITY, ...ON_ACTIVITY] as const;
const ERASE_LEARNER = ['eraseLearner'] as const;
const CREATE_SITE = ['createSite'] as const;
const CREATE_KEY = ['createApiKey', ...CREATE_SITE] as const;
const REVOKE_KEY = ['revokeApiKey'] as const;
const SET_WEBHOOK = ['setWebhook'] as const;
const TEST_WEBHOOK = ['testWebhook'] as const;
/** Every operation that takes an idempotency key. */
const UNDER_KEY = [...IMPORT, ...UNDO, ...ON_COURSE] as const;

export const MESSAGES = {
  // ---------- a request refused as a whole ----------
  ROWS_MISSING: {
    severity: 'ERROR',
    text: 'The request holds no row.',
    explanation: 'An import needs at least one row. Nothing was read or written.',
    hint: 'Send between 1 and 10000 rows.',
    operations: IMPORT_REQUEST,
  },
  ROWS_TOO_MANY: {
    severity: 'ERROR',
    text: 'The request holds {count} rows; at most {max} are accepted.',
    explanation:
      'The number of rows of one request is limited, so that it stays one transaction of bounded size.',
    hint: 'Split the rows into requests of at most {max} rows.',
    operations: [...IMPORT_REQUEST, ...REFERENCE_DATA],
  },
  TIME_ZONE_UNKNOWN: {
    severity: 'ERROR',
    text: 'The time zone is not a name of the IANA time zone database.',
    explanation:
      'parameters.timeZone must be a name such as America/Sao_Paulo or UTC, at most 50 characters long.',
    hint: 'Use a name of the IANA time zone database, for example Europe/Paris.',
    operations: IMPORT,
  },
  DATE_FORMAT_INVALID: {
    severity: 'ERROR',
    text: 'The given date format is not valid: {reason}.',
    explanation:
      'parameters.dateTimeFormat needs YYYY, MM and DD exactly once each, followed by hh, ii, ss in that order as far as wanted, in any case, with separators out of space / _ . : ; , - and T.',
    hint: 'Use for example YYYY-MM-DD hh:ii:ss or DD/MM/YYYY.',
    operations: IMPORT,
  },
  DEFAULT_TIME_INVALID: {
    severity: 'ERROR',
    text: 'The default time is not a time of day in the form hh:ii:ss.',
    explanation:
      'parameters.defaultTime completes cells that hold a date only; it runs from 00:00:00 to 23:59:59.',
    hint: 'Use for example 00:00:00 or 23:59:59.',
    operations: IMPORT,
  },
  DEFAULT_SCORE_MAX_NEGATIVE: {
    severity: 'ERROR',
    text: 'The default maximum score must not be negative.',
    explanation: 'options.defaultScoreMax stands in where a row sends no scoreMax.',
    hint: 'Send 0 or more, or leave it out.',
    operations: IMPORT,
  },
  STATUS_ALIAS_INVALID: {
    severity: 'ERROR',
    text: 'The alias is longer than {max} characters or holds a character that cannot be stored.',
    explanation: 'An alias of parameters.trackingStatus is a word as it stands in the trackingStatus cells.',
    hint: 'Use at most {max} characters, without NUL.',
    operations: IMPORT,
  },
  STATUS_ALIASES_TOO_MANY: {
    severity: 'ERROR',
    text: 'There are more than {max} status aliases.',
    explanation: 'parameters.trackingStatus takes several words per status, within reason.',
    hint: 'Send at most {max} aliases.',
    operations: IMPORT,
  },
  STATUS_ALIAS_AMBIGUOUS: {
    severity: 'ERROR',
    text: 'The word "{word}" would mean both {first} and {second}.',
    explanation:
      'The words of the statuses must be distinct without regard to case; a status without an alias answers to its own name.',
    hint: 'Give one of the two statuses another alias.',
    operations: IMPORT,
  },
  IDEMPOTENCY_KEY_INVALID: {
    severity: 'ERROR',
    text: 'The idempotency key must have 1 to 255 characters and no control characters.',
    explanation:
      'The key names this request among all of the caller, so that a retry answers the first result again.',
    hint: 'Use a fresh random value, such as a UUID, for every new request.',
    operations: UNDER_KEY,
  },
  IDEMPOTENCY_KEY_REUSED: {
    severity: 'ERROR',
    text: 'The idempotency key was used with another input.',
    explanation: 'A key belongs to one input for 24 hours. Nothing was written.',
    hint: 'Send the same input again to get the first answer, or use a fresh key for a new input.',
    operations: UNDER_KEY,
  },

  ANSWER_ERASED: {
    severity: 'ERROR',
    text: 'The first answer under the idempotency key named a learner who was erased since.',
    explanation:
      'What the first request wrote stays written, but for what was about that learner. Its answer was removed with the learner. Nothing was written now.',
    hint: 'Take the first request as done; use a fresh key for a new input.',
    operations: [...IMPORT_REQUEST, ...UNDO, ...ASSESS_ACTIVITY],
  },

  // ---------- rows: what must be given (docs/rules/import.md, checks 1 to 3) ----------
  LOV_REFERENCE_MISSING: {
    severity: 'ERROR',
    text: 'At least one of these element must be present: learning object version code or GUID.',
    explanation: 'A tracking row belongs to a learning object version.',
    hint: 'Send lovCode or lovGuid.',
    operations: IMPORT,
  },
  LEARNER_REFERENCE_MISSING: {
    severity: 'ERROR',
    text: 'At least one of these element must be present: learner login, reference number or email.',
    explanation: 'A tracking row belongs to a learner.',
    hint: 'Send candidateLogin, candidateRefNumber or candidateEmail.',
    operations: IMPORT,
  },
  CONTEXT_MISSING: {
    severity: 'ERROR',
    text: 'At least one of the following to provide a precise context : "session GUID" or the couple "session title" & "training code".',
    explanation: 'A tracking row belongs to a session; a title is not unique without its training.',
    hint: 'Send sessionGuid, or sessionId, or sessionTitle together with trainingPathCode, trainingId or trainingGuid.',
    operations: IMPORT,
  },

  // ---------- rows: cells (docs/rules/import.md, check 4) ----------
  TEXT_TOO_LONG: {
    severity: 'ERROR',
    text: '{field} must have at most {max} characters.',
    explanation: 'The cell is longer than its type allows (text 255, GUIDs 40 characters).',
    hint: 'Send at most {max} characters.',
    operations: [...IMPORT_AND_REFERENCE_DATA, ...CREATE_SITE],
  },
  TEXT_INVALID: {
    severity: 'ERROR',
    text: '{field} is no text: {reason}.',
    explanation:
      'NUL and halves of surrogate pairs cannot be stored. A text cell of an import also takes a whole number up to 2^53, as its text; true, false and numbers with a fraction are refused, as their text may not be what stood in the source.',
    hint: 'Send text, without NUL characters and in a sound encoding.',
    operations: [...IMPORT_AND_REFERENCE_DATA, ...CREATE_SITE],
  },
  EMAIL_INVALID: {
    severity: 'ERROR',
    text: '{field} does not have the shape of an e-mail address.',
    explanation: 'The cell cannot be the e-mail address of a learner.',
    hint: 'Send an address such as ada@example.org, or leave the cell out.',
    operations: IMPORT_AND_REFERENCE_DATA,
  },
  DATE_INVALID: {
    severity: 'ERROR',
    text: '{field} is not a date in the format {format}: {reason}.',
    explanation:
      'The cell must follow parameters.dateTimeFormat (it may stop after the date) or be ISO-8601 with an offset or Z, and the date must exist, in the years 1000 to 9999. A date is never shifted.',
    hint: 'Correct the cell, or the dateTimeFormat of the request.',
    operations: IMPORT_AND_REFERENCE_DATA,
  },
  NUMBER_INVALID: {
    severity: 'ERROR',
    text: '{field} does not take {value}: {reason}.',
    explanation:
      'A number cell takes a number, or its text with a decimal point or comma. One to three digits, a comma and three digits may be a thousand, and are refused. Whole-number cells take no fraction but zeros. The row is rejected, the others go on.',
    hint: 'Send a number, such as 12.5, or null where there is none.',
    operations: IMPORT,
  },
  NUMBER_NOT_FINITE: {
    severity: 'ERROR',
    text: '{field} is not a finite number.',
    explanation: 'The number is too large to be represented.',
    hint: 'Send a number within the range of the field.',
    operations: IMPORT,
  },
  PROGRESSION_OUT_OF_RANGE: {
    severity: 'ERROR',
    text: '{field} must be from 0 to 100.',
    explanation: 'Progression is a percentage.',
    hint: 'Send a percentage from 0 to 100.',
    operations: IMPORT,
  },
  SCORE_NEGATIVE: {
    severity: 'ERROR',
    text: '{field} must not be negative.',
    explanation: 'Scores and maximum scores start at 0.',
    hint: 'Send 0 or more.',
    operations: IMPORT,
  },
  SCORE_EXCEEDS_MAX: {
    severity: 'ERROR',
    text: 'The score {score} is higher than the maximum score {scoreMax}.',
    explanation:
      'A score is at most the maximum score that holds for the row: the one sent, stored (MERGE), given by options.defaultScoreMax, or else assumed to be 100.',
    hint: 'Send the scoreMax that belongs to the score.',
    operations: IMPORT,
  },
  TIME_SPENT_INVALID: {
    severity: 'ERROR',
    text: '{field} is not a time span in the format {format}: {reason}.',
    explanation:
      'The cell must follow parameters.timeSpentFormat: RAW_SECONDS 5115, RAW_MINUTES 85.25, ISO_8601 PT1H25M15S, PADDED 001:25, PADDED_HH 01:25 (hours and minutes). It comes to 0 to 2147483647 seconds; fractions are rounded half up to whole ones.',
    hint: 'Correct the cell, or the timeSpentFormat of the request.',
    operations: IMPORT,
  },
  TRACKING_STATUS_UNKNOWN: {
    severity: 'ERROR',
    text: '{field} is not one of: {accepted}.',
    explanation:
      'The cell must be the name of a status, or its alias when parameters.trackingStatus gives one.',
    hint: 'Send one of the accepted words, or add the word to parameters.trackingStatus.',
    operations: IMPORT,
  },
  TIME_SKIPPED: {
    severity: 'WARNING',
    text: '{field} does not exist in {timeZone}, where clocks were put forward; {instant} is stored.',
    explanation: 'A local time inside the gap of a clock change moves forward by the gap.',
    hint: 'Send the instant with its offset, for example 2024-03-10T03:30:00-04:00, to be exact.',
    operations: IMPORT,
  },
  TIME_AMBIGUOUS: {
    severity: 'WARNING',
    text: '{field} exists twice in {timeZone}, where clocks were put back; the earlier instant {instant} is stored.',
    explanation:
      'A local time that exists twice is read as the earlier of the two instants, on every day of the year.',
    hint: 'Send the instant with its offset, for example 2024-11-03T01:30:00-05:00, to be exact.',
    operations: IMPORT,
  },

  // ---------- rows: references and guards (docs/rules/import.md, checks 5 to 7) ----------
  LOV_NOT_FOUND: {
    severity: 'ERROR',
    text: 'No learning object version found for the given code or GUID.',
    explanation:
      'No learning object version of the site carries the references given; code and GUID must name the same one.',
    hint: 'Check lovCode and lovGuid, case included.',
    operations: IMPORT_AND_REFERENCE_DATA,
  },
  LOV_AMBIGUOUS: {
    severity: 'ERROR',
    text: 'The learning object version code names more than one learning object version of the training.',
    explanation: 'Codes are not unique; the GUID is.',
    hint: 'Send lovGuid as well.',
    operations: IMPORT,
  },
  LOV_NOT_IN_TRAINING: {
    severity: 'ERROR',
    text: "The learning object version is not part of the session's training.",
    explanation: 'Tracking exists only for the learning objects of the training that the session runs.',
    hint: 'Check the session, or add the learning object version to the training first.',
    operations: IMPORT,
  },
  LOV_PROVIDED_BY_CROSSKNOWLEDGE: {
    severity: 'ERROR',
    text: 'This learning object is provided by CrossKnowledge, and this report cannot be updated.',
    explanation: 'Reports for CrossKnowledge learning objects cannot be modified by the import process.',
    hint: 'Leave this row out.',
    operations: IMPORT,
  },
  LOV_IS_EASYQUIZZ: {
    severity: 'ERROR',
    text: 'This learning object is an EasyQuizz, and this report cannot be updated.',
    explanation: 'Reports for EasyQuizz learning objects cannot be modified by the import process.',
    hint: 'Leave this row out.',
    operations: IMPORT,
  },
  REGISTRATION_NOT_FOUND: {
    severity: 'ERROR',
    text: 'No registration found for given parameters.',
    explanation:
      'Given the learner and session information, no registration could be identified: something is unknown, the references disagree, or the learner is not registered in the session.',
    hint: 'Check that all references name the same learner, session and training, and that the learner is registered there.',
    operations: IMPORT,
  },
  SESSION_AMBIGUOUS: {
    severity: 'ERROR',
    text: 'The learner is registered in more than one session of the training with this title.',
    explanation: 'Titles are not unique; session GUID and id are.',
    hint: 'Send sessionGuid or sessionId.',
    operations: IMPORT,
  },
  LEARNER_AMBIGUOUS: {
    severity: 'WARNING',
    text: 'More than one learner matches; {consequence}.',
    explanation:
      'Of a row: several accounts that match the given references are registered in the session, and none or several of them are written as sent; the oldest is used, and the hint names a cell that was not sent. Of eraseLearner: several learners have the e-mail address; nobody is erased, and the problem is an ERROR.',
    hint: 'Send a further reference of the learner to name one account.',
    operations: [...IMPORT, ...ERASE_LEARNER],
  },

  // ---------- rows: the row as a whole (docs/rules/import.md, "Write modes", checks 8 to 11) ----------
  COMPLETION_DATE_WITHOUT_COMPLETION: {
    severity: 'ERROR',
    text: 'You cannot set a first completion date if the LO is not completed.',
    explanation:
      'If the row is not completed and a first completion date is set, the row is rejected. In MERGE mode the date may be a stored one.',
    hint: 'Send trackingStatus COMPLETED or PASSED, or send firstCompletionDate as null.',
    operations: IMPORT,
  },
  COMPLETION_DATE_DEFAULTED: {
    severity: 'WARNING',
    text: 'The row is complete and has no first completion date; {instant} was set.',
    explanation:
      "A completed row always has a first completion date; where none is known, it is the import's clock.",
    hint: 'Send firstCompletionDate to record when it really happened.',
    operations: IMPORT,
  },
  DATES_OUT_OF_ORDER: {
    severity: 'WARNING',
    text: '{earlier} is after {later}.',
    explanation: 'The dates are stored as sent, although their order is odd.',
    hint: 'Check the dates of the row and the timeZone of the request.',
    operations: IMPORT,
  },
  DATE_IN_FUTURE: {
    severity: 'WARNING',
    text: '{field} is in the future.',
    explanation: 'The date is stored as sent, although it has not come yet.',
    hint: 'Check the date, and the dateTimeFormat and timeZone of the request.',
    operations: IMPORT,
  },
  STATUS_CONTRADICTS_PROGRESSION: {
    severity: 'WARNING',
    text: 'The status {status} contradicts the progression {progression}.',
    explanation: 'Both are stored as sent; the status decides what is complete.',
    hint: 'Send COMPLETED with 100 or without a progression, and INCOMPLETE and BROWSED below 100.',
    operations: IMPORT,
  },
  SCORE_MAX_ASSUMED: {
    severity: 'WARNING',
    text: 'The row has a score and no maximum score; {scoreMax} was assumed.',
    explanation:
      'A score of 8 out of 10 points is stored as 8 out of 100 where nobody says what the maximum is.',
    hint: 'Send scoreMax, or options.defaultScoreMax; send scoreMax null where there is no maximum.',
    operations: IMPORT,
  },
  VALUE_RESET: {
    severity: 'WARNING',
    text: 'Stored values were reset because the row does not send them: {fields}.',
    explanation:
      'In REPLACE mode a row overwrites the stored one; a cell that is absent resets its value. In MERGE mode a status that is not complete, sent without a completion date, clears the stored one.',
    hint: 'Send every cell, or use writeMode MERGE; send null to reset a value knowingly.',
    operations: IMPORT,
  },
  NOTHING_SENT: {
    severity: 'WARNING',
    text: 'The row holds references only, and no value.',
    explanation:
      'In REPLACE mode INCOMPLETE is stored, and every stored value is reset. In MERGE mode what is stored stays, but for what null resets. Often a mapping has lost its columns.',
    hint: 'Check the names of the cells, or leave the row out.',
    operations: IMPORT,
  },
  ROW_OLDER_THAN_STORED: {
    severity: 'WARNING',
    text: 'The last access of the row is before the stored one.',
    explanation:
      'An older event came after a newer one. With options.olderRows OVERWRITE the row is stored nevertheless; with SKIP it acts on nothing.',
    hint: 'Send events in their order, or options.olderRows SKIP.',
    operations: IMPORT,
  },
  VALUES_IGNORED: {
    severity: 'WARNING',
    text: 'These cells have no effect: {fields}.',
    explanation:
      'A row that was not attempted wipes the stored row, and has no values. In MERGE mode firstCompletionDate null does not remove the date of a row that stays complete.',
    hint: 'Leave these cells out, or send another status.',
    operations: IMPORT,
  },
  ROW_SUPERSEDED: {
    severity: 'WARNING',
    text: 'Row {by} has the same learner, session and learning object version and supersedes this row.',
    explanation: 'Rows with one key act in order; the last accepted one decides the outcome.',
    hint: 'Send one row per learner, session and learning object version.',
    operations: IMPORT,
  },
  NOT_APPLIED: {
    severity: 'ERROR',
    text: 'The row was not applied because another row of the request was rejected.',
    explanation: 'With errorPolicy REJECT_EVERYTHING one rejected row stops the whole request.',
    hint: 'Correct the rejected rows, or use errorPolicy REJECT_FAILED_ROWS.',
    operations: IMPORT,
  },

  // ---------- undo ----------
  IMPORT_NOT_FOUND: {
    severity: 'ERROR',
    text: 'There is no import with this id.',
    explanation:
      'The site has no record of an import with this importId. A dry run leaves none. Nothing was written.',
    hint: 'Take the importId of the answer to the import, or of importRuns.',
    operations: UNDO,
  },
  IMPORT_TOO_OLD: {
    severity: 'ERROR',
    text: 'This import is too old to be undone.',
    explanation:
      'What an import changed is kept for 30 days, or as long as the server is set to; of imports of versions before, it never was. Nothing was written.',
    hint: 'Import the rows anew, as they should be.',
    operations: [...UNDO, ...UNDO_JOB],
  },
  OPTION_UNKNOWN: {
    severity: 'ERROR',
    text: 'There is no option {name}.',
    explanation: 'A parameter of the address, or a part of the form, that nobody knows. Nothing was begun.',
    hint: 'Known are {known}.',
    operations: IMPORT_JOB,
  },
  OPTION_INVALID: {
    severity: 'ERROR',
    text: 'The option {name} is not {expected}.',
    explanation: 'The value cannot be read. Nothing was begun.',
    hint: 'Send it as {expected}, or leave it out.',
    operations: IMPORT_JOB,
  },
  UPLOAD_TOO_LARGE: {
    severity: 'ERROR',
    text: 'The file has more than {max} bytes, unpacked.',
    explanation: 'It was not taken. Nothing of it is stored.',
    hint: 'Split it: each part is a job of its own.',
    operations: IMPORT_JOB,
  },
  UPLOAD_UNREADABLE: {
    severity: 'ERROR',
    text: 'The file cannot be unpacked: {reason}.',
    explanation: 'It was not taken. Nothing of it is stored.',
    hint: 'Send it as it is (text/csv), by gzip (application/gzip), or as a zip with one file (application/zip).',
    operations: IMPORT_JOB,
  },
  UPLOADS_TOO_MANY: {
    severity: 'ERROR',
    text: 'The files of this site that are kept have {bytes} bytes; at most {max} are accepted.',
    explanation: 'Files are kept for some days after their job has ended. Nothing was begun.',
    hint: 'Wait until older files are removed, or ask whoever runs the server for more room.',
    operations: IMPORT_JOB,
  },
  JOB_NOT_FOUND: {
    severity: 'ERROR',
    text: 'There is no such job.',
    explanation:
      'This caller has ordered no job with this id. Only who ordered a job steers it. Nothing was written.',
    hint: 'Take the id from the answer to the upload, or from importJobs.',
    operations: [...UNDO_JOB, ...CANCEL_JOB, ...RETRY_JOB],
  },
  JOB_ENDED: {
    severity: 'ERROR',
    text: 'The job has ended: {state}.',
    explanation: 'A job that has ended cannot be cancelled. Nothing was changed.',
    hint: 'To take back what it wrote, send undoImportJob.',
    operations: CANCEL_JOB,
  },
  JOB_NOT_STOPPED: {
    severity: 'ERROR',
    text: 'The job is {state}: there is nothing to go on with.',
    explanation: 'Only a job that failed or was cancelled goes on. Nothing was changed.',
    hint: 'To import the file again, upload it again.',
    operations: RETRY_JOB,
  },
  JOB_BROKEN: {
    severity: 'ERROR',
    text: 'The job cannot be run by a fault of this server.',
    explanation: 'It was tried three times, and failed each time in the same way. What was committed stays.',
    hint: 'Tell whoever runs the server: its log says more. Afterwards send retryImportJob.',
    operations: IMPORT_JOB,
  },
  JOB_FILE_GONE: {
    severity: 'ERROR',
    text: 'The file of the job is not kept any more.',
    explanation: 'Files are removed some days after their job has ended. Nothing was changed.',
    hint: 'Upload the file again.',
    operations: [...RETRY_JOB, ...IMPORT_JOB],
  },
  JOB_WROTE_NOTHING: {
    severity: 'ERROR',
    text: 'The job wrote nothing that could be taken back.',
    explanation: 'It was a dry run, or ended before its first row was written. Nothing was changed.',
    hint: 'Nothing is to be done.',
    operations: UNDO_JOB,
  },
  JOB_BEING_UNDONE: {
    severity: 'ERROR',
    text: 'The job {undoJobId} is taking this one back.',
    explanation: 'One undo of a job runs at a time. Nothing was changed.',
    hint: 'Wait until it has ended.',
    operations: [...UNDO_JOB, ...RETRY_JOB],
  },
  JOBS_TOO_MANY: {
    severity: 'ERROR',
    text: 'This caller has {count} jobs that have not ended; at most {max} are accepted.',
    explanation: 'The job was not begun. Nothing was written.',
    hint: 'Wait until one of them has ended, or cancel it.',
    operations: [...IMPORT_JOB, ...UNDO_JOB, ...RETRY_JOB],
  },
  CREDENTIAL_ENDED: {
    severity: 'ERROR',
    text: 'The key that the job was sent with is not good any more.',
    explanation:
      'It was revoked, or has expired, or lost the scope tracking:import. The job stopped before its next window; what was committed stays.',
    hint: 'Send retryImportJob with a good key: the job goes on under it.',
    operations: IMPORT_JOB,
  },
  CHANGE_THRESHOLD_EXCEEDED: {
    severity: 'ERROR',
    text: '{losses} of {rows} rows would delete or reset stored progress, completion or score; at most {percent} % may.',
    explanation: 'All rows were judged, and nothing was written.',
    hint: 'Look at the problems and at summary.resetByEmpty; if that is what you want, upload the file again without changeThreshold.',
    operations: IMPORT_JOB,
  },
  ROWS_REJECTED: {
    severity: 'ERROR',
    text: '{rejected} rows were rejected, and the whole file with them.',
    explanation:
      'The policy is REJECT_EVERYTHING: nothing of the file stays, but for rows that are named as not taken back.',
    hint: 'Correct the rejected rows (rejected.csv has them), and upload the whole file again.',
    operations: IMPORT_JOB,
  },
  EARLIER_WINDOW: {
    severity: 'WARNING',
    text: 'Another row of the file is about the same: what becomes of this one is not promised.',
    explanation:
      'Rows are judged against what is stored now. The other row is in a window that comes before this one, and would have changed that.',
    hint: 'Send each learner, session and learning object version once.',
    operations: [...IMPORT_JOB, ...UNDO_JOB],
  },
  FILE_EMPTY: {
    severity: 'ERROR',
    text: 'The file holds no row.',
    explanation: 'There is nothing behind its header, if it has one. Nothing was written.',
    hint: 'Send a file with at least one row.',
    operations: IMPORT_JOB,
  },
  IMPORT_ALREADY_UNDONE: {
    severity: 'ERROR',
    text: 'This import was undone already, by {undoneBy}.',
    explanation: 'An import can be undone once. Nothing was written.',
    hint: 'To put back what the undo took away, undo the undo: {undoneBy}.',
    operations: [...UNDO, ...UNDO_JOB, ...RETRY_JOB],
  },
  IMPORT_RUNNING: {
    severity: 'ERROR',
    text: 'This import is still running.',
    explanation: 'It is the run of a job that is not at its end. Nothing was written.',
    hint: 'Wait until importJob tells that it has ended, or cancel it.',
    operations: [...UNDO, ...UNDO_JOB],
  },
  IMPORT_IS_A_JOB: {
    severity: 'ERROR',
    text: 'This is the run of a job.',
    explanation: 'What a file changed may be more than one request can take back. Nothing was written.',
    hint: 'Send undoImportJob with the same id: it is undone by a job.',
    operations: UNDO,
  },
  CHANGED_SINCE: {
    severity: 'ERROR',
    text: 'What is stored is not what this import left.',
    explanation:
      'Another import or undo has changed the row since, and its values differ from those that this import left. The row stays as it is.',
    hint: 'Undo the later import first, or import the row as it should be.',
    operations: UNDONE_ROWS,
  },
  REGISTRATION_GONE: {
    severity: 'ERROR',
    text: 'The registration of this row is no longer there.',
    explanation:
      'It was removed since the import, with its tracking. There is nothing to put back the row under.',
    hint: 'Nothing needs to be done; to store the row all the same, register the learner and import it.',
    operations: UNDONE_ROWS,
  },
  LOV_GONE: {
    severity: 'ERROR',
    text: 'The learning object version of this row is no longer there.',
    explanation: 'It was removed since the import wiped the row. There is nothing to put back the row under.',
    hint: 'Nothing needs to be done; to store the row all the same, load the learning object version and import it.',
    operations: UNDONE_ROWS,
  },

  // ---------- reference data ----------
  STILL_REFERENCED: {
    severity: 'ERROR',
    text: 'It cannot be removed: there is still {references}.',
    explanation:
      'Other records refer to what was to be removed. What the same request removes or changes is not counted.',
    hint: 'Remove these first, or in the same request, or let them refer to something else.',
    operations: REFERENCE_DATA,
  },
  TRACKING_TOO_MUCH: {
    severity: 'ERROR',
    text: 'The registrations to be removed have {count} tracking rows; at most {max} are removed at once.',
    explanation:
      'The number of rows that one request removes is limited, so that it stays one transaction of bounded size.',
    hint: 'Remove fewer registrations in a request.',
    operations: REFERENCE_DATA,
  },
  LOGIN_DIFFERS_IN_CASE: {
    severity: 'WARNING',
    text: 'The login differs from that of another learner only in case.',
    explanation:
      'The learner was created. Imports compare logins without regard to case, so that both are found by either.',
    hint: 'Remove the learner again if the other one was meant.',
    operations: REFERENCE_DATA,
  },
  VALUE_FIXED: {
    severity: 'ERROR',
    text: '{field} cannot be changed.',
    explanation: 'The field is set when the record is created.',
    hint: 'Leave the field out, or make a new record with another key.',
    operations: REFERENCE_DATA,
  },
  NUMBER_OUT_OF_RANGE: {
    severity: 'ERROR',
    text: '{field} must be from {min} to {max}.',
    explanation: 'The number is outside the range of the field.',
    hint: 'Send a number from {min} to {max}.',
    operations: REFERENCE_DATA,
  },
  ITEMS_TOO_MANY: {
    severity: 'ERROR',
    text: '{field} holds {count} items; at most {max} are accepted.',
    explanation: 'The number of items of a list within a row is limited.',
    hint: 'Send at most {max} items.',
    operations: REFERENCE_DATA,
  },
  GRADE_RANGES_OVERLAP: {
    severity: 'ERROR',
    text: 'The percentage range of the grade is empty, or overlaps that of a better grade.',
    explanation:
      'Grades are sent the best first. The range of each begins at minPercent and ends at maxPercent, which is not above the minPercent of the better one.',
    hint: 'Correct the range, or the order of the grades.',
    operations: REFERENCE_DATA,
  },
  OBJECTIVE_NOT_FOUND: {
    severity: 'ERROR',
    text: '{field} names no learning objective.',
    explanation: 'Neither the site nor the request holds a learning objective with this unique id.',
    hint: 'Check the unique id, case included, or send the learning objective along.',
    operations: REFERENCE_DATA,
  },
  OBJECTIVE_CYCLE: {
    severity: 'ERROR',
    text: '{field} would make the learning objective its own ancestor.',
    explanation: 'Learning objectives form a tree.',
    hint: 'Name a learning objective that is not below this one, or null for the top.',
    operations: REFERENCE_DATA,
  },
  ELEMENT_CYCLE: {
    severity: 'ERROR',
    text: '{field} would put the element into itself.',
    explanation: 'The elements of a course form a tree.',
    hint: 'Name a folder that is not within this one, or null for the root of the course.',
    operations: REFERENCE_DATA,
  },
  VALUE_MISSING: {
    severity: 'ERROR',
    text: '{field} must have a value.',
    explanation:
      'The field is the key of its record, or is needed to create it, or cannot be cleared; a blank text is no value.',
    hint: 'Send a value; where the field may be empty, clear it with null, not with a blank text.',
    operations: [...REFERENCE_DATA, ...CREATE_SITE],
  },
  TEXT_PADDED: {
    severity: 'ERROR',
    text: '{field} must not begin or end with a blank.',
    explanation:
      'Databases disagree on whether blanks at the end of a text count, so keys and names carry none.',
    hint: 'Remove the blanks at the beginning and the end.',
    operations: [...REFERENCE_DATA, ...CREATE_SITE],
  },
  VALUE_UNKNOWN: {
    severity: 'ERROR',
    text: '{field} is not one of: {accepted}.',
    explanation: 'The field has a closed list of values.',
    hint: 'Send one of the accepted values.',
    operations: REFERENCE_DATA,
  },
  KEY_DUPLICATED: {
    severity: 'ERROR',
    text: '{field} repeats {first}.',
    explanation: 'A key names one record, so a request holds it once.',
    hint: 'Leave one of the two rows out, or correct the value.',
    operations: REFERENCE_DATA,
  },
  VALUE_TAKEN: {
    severity: 'ERROR',
    text: '{field} belongs to another record already.',
    explanation:
      'The value is unique within the site. A value that another record gives up can be used from the next request on.',
    hint: 'Correct the value, or take it away from the other record first, in a request of its own.',
    operations: REFERENCE_DATA,
  },
  REFERENCES_DISAGREE: {
    severity: 'ERROR',
    text: '{first} and {second} name different records.',
    explanation: 'All references given for one thing must name the same record.',
    hint: 'Correct one of the two, or leave it out.',
    operations: REFERENCE_DATA,
  },
  ORGANISATION_NOT_FOUND: {
    severity: 'ERROR',
    text: '{field} names no organisation.',
    explanation: 'Neither the site nor the request holds an organisation with this sync key.',
    hint: 'Check the sync key, case included, or send the organisation along.',
    operations: REFERENCE_DATA,
  },
  ORGANISATION_CYCLE: {
    severity: 'ERROR',
    text: '{field} would make the organisation its own ancestor.',
    explanation: 'Organisations form a tree.',
    hint: 'Name an organisation that is not below this one, or null for the top.',
    operations: REFERENCE_DATA,
  },
  LEARNER_NOT_FOUND: {
    severity: 'ERROR',
    text: '{field} names no learner.',
    explanation: 'Neither the site nor the request holds a learner with this reference.',
    hint: 'Check the reference, case included; in a load of reference data the learner can be sent along.',
    operations: [...REFERENCE_DATA, ...ERASE_LEARNER],
  },
  TRAINING_NOT_FOUND: {
    severity: 'ERROR',
    text: '{field} names no training.',
    explanation: 'Neither the site nor the request holds a training with this GUID or path code.',
    hint: 'Check the reference, case included, or send the training along.',
    operations: REFERENCE_DATA,
  },
  SESSION_NOT_FOUND: {
    severity: 'ERROR',
    text: '{field} names no session.',
    explanation: 'Neither the site nor the request holds a session with this GUID.',
    hint: 'Check the GUID, case included, or send the session along.',
    operations: REFERENCE_DATA,
  },

  // ---------- custom activities: input (docs/rules/custom-activity.md, check 1) ----------
  INVALID_FORMAT: {
    severity: 'ERROR',
    text: 'Invalid format / parameters (different to specified schema).',
    vendorText: 'Invalid format / parameters (different to specified schema).',
    explanation:
      'A reference is missing or given twice, a key is empty or too long, or two fields contradict each other; the path tells where, and the hint what.',
    hint: 'Correct this field: {fault}.',
    operations: ON_COURSE,
  },

  // ---------- custom activities: references (docs/rules/custom-activity.md, checks 2 to 6) ----------
  USER_NOT_VALID: {
    severity: 'ERROR',
    text: 'User with specified UserId/UserSyncKey is not valid.',
    vendorText: 'User with specified UserId/UserSyncKey is not valid.',
    explanation: 'No user of the site carries the reference.',
    hint: 'Check userId or userSyncKey, case included.',
    operations: ON_COURSE,
  },
  USER_EXTERNAL: {
    severity: 'ERROR',
    text: 'User with specified UserId/UserSyncKey is external.',
    vendorText: 'User with specified UserId/UserSyncKey is external.',
    explanation: 'Users of other platforms do not edit here.',
    hint: 'Name a user of this platform.',
    operations: ON_COURSE,
  },
  USER_DELETED: {
    severity: 'ERROR',
    text: 'User with specified UserId/UserSyncKey is deleted.',
    vendorText: 'User with specified UserId/UserSyncKey is deleted.',
    explanation: 'A deleted user does not edit anything.',
    hint: 'Name a user who is not deleted.',
    operations: ON_COURSE,
  },
  COURSE_NOT_FOUND: {
    severity: 'ERROR',
    text: 'Course does not exist.',
    vendorText: 'Course does not exist.',
    explanation: "No course of the caller's site carries the reference, or siteId names another site.",
    hint: 'Check courseId or courseSyncKey, case included, and leave siteId out or send the own site.',
    operations: ON_COURSE,
  },
  COURSE_EXTERNAL: {
    severity: 'ERROR',
    text: 'Course is external.',
    vendorText: 'Course is external.',
    explanation: 'Courses of other platforms are not edited here.',
    hint: 'Name a course of this platform.',
    operations: ON_COURSE,
  },
  COURSE_DELETED: {
    severity: 'ERROR',
    text: 'Course is deleted.',
    vendorText: 'Course is be deleted.',
    explanation: 'Nothing in a deleted course is edited.',
    hint: 'Name a course that is not deleted.',
    operations: ON_COURSE,
  },
  COURSE_ARCHIVED: {
    severity: 'ERROR',
    text: 'Course is archived.',
    vendorText: 'Course is archived.',
    explanation: 'Nothing in an archived course is edited.',
    hint: 'Take the course out of the archive first.',
    operations: ON_COURSE,
  },
  ORGANISATION_ACCESS_DENIED: {
    severity: 'ERROR',
    text: "Your security settings doesn't allow you to perform that operation. Please contact administration to grant you an access to {hierarchyName} organization",
    vendorText:
      "Your security settings doesn't allow you to perform that operation. Please contact administration to grant you an access to {HieararchyName} organization",
    explanation:
      'The user needs editing rights on the organisation of the course, or on one above it. A course without an organisation is open to nobody.',
    hint: 'Name a user who may edit there, or have the right granted.',
    operations: ON_COURSE,
  },
  PARENT_ID_INVALID: {
    severity: 'ERROR',
    text: 'Message must contain valid ParentId.',
    vendorText: 'Message must contain valid ParentId.',
    explanation: 'parentId is zero or negative.',
    hint: 'Send the id of a folder of the course; to move to the root, send an empty parentSyncKey.',
    operations: WRITE_ACTIVITY,
  },
  PARENT_SYNC_KEY_UNKNOWN: {
    severity: 'ERROR',
    text: 'ParentSyncKey cannot be found in the identifier map or is invalid.',
    vendorText: 'ParentSyncKey cannot be found in the identifier map or is invalid.',
    explanation: 'No element of the site carries the sync key.',
    hint: 'Check parentSyncKey, case included; to move to the root, send it empty.',
    operations: WRITE_ACTIVITY_OR_LOAD,
  },
  PARENT_NOT_IN_COURSE: {
    severity: 'ERROR',
    text: 'ParentSyncKey/ParentId is not an element within the course.',
    vendorText: 'ParentSyncKey/ParentId is not an element within the course.',
    explanation: 'The parent is an element of another course, or the id is unknown.',
    hint: 'Name a folder of the course.',
    operations: WRITE_ACTIVITY_OR_LOAD,
  },
  PARENT_NOT_FOLDER: {
    severity: 'ERROR',
    text: 'ParentSyncKey/ParentId is not a folder.',
    vendorText: 'ParentSyncKey/ParentId is not a folder.',
    explanation: 'Only folders hold other elements.',
    hint: 'Name a folder of the course.',
    operations: WRITE_ACTIVITY_OR_LOAD,
  },
  PARENT_DELETED: {
    severity: 'ERROR',
    text: 'Folder related to ParentSyncKey/ParentId has been deleted or removed.',
    vendorText: 'Folder related to ParentSyncKey/ParentId has been deleted or removed.',
    explanation: 'Nothing is put into a deleted folder, or below one, and nothing comes back there.',
    hint: 'Name a folder that is not deleted, and lies in none that is, or restore the folder first.',
    operations: [...WRITE_ACTIVITY_OR_LOAD, ...RESTORE_ACTIVITY],
  },
  ELEMENT_NOT_FOUND: {
    severity: 'ERROR',
    text: 'Element does not exist',
    vendorText: 'Element does not exist',
    explanation: "No element of the caller's site carries the reference.",
    hint: 'Check elementId or elementSyncKey, case included.',
    operations: ON_ACTIVITY,
  },
  ELEMENT_DELETED: {
    severity: 'ERROR',
    text: 'Element is deleted',
    vendorText: 'Element is deleted',
    explanation: 'A deleted element is not edited, nor one that lies below a deleted folder.',
    hint: 'Name an element that is not deleted, or restore it, or the folder above it.',
    operations: ON_LIVE_ACTIVITY,
  },
  ELEMENT_NOT_IN_COURSE: {
    severity: 'ERROR',
    text: 'Element is not within the course specified.',
    vendorText: 'Element is not within the course specified.',
    explanation: 'The element belongs to another course.',
    hint: 'Name the course that the element is in.',
    operations: ON_ACTIVITY,
  },
  ELEMENT_NOT_CUSTOM_ACTIVITY: {
    severity: 'ERROR',
    text: 'Could not create/update element Custom Activity.',
    vendorText: 'Could not create/update element Custom Activity.',
    explanation: 'The element is something else, such as a folder.',
    hint: 'Name a custom activity.',
    operations: ON_ACTIVITY,
  },

  // ---------- custom activities: fields (docs/rules/custom-activity.md, check 7) ----------
  TITLE_INVALID: {
    severity: 'ERROR',
    text: 'Title must not be blank or contain invalid characters.',
    vendorText: 'Title must not be blank or contain invalid characters.',
    explanation: 'A title has 1 to 255 characters after trimming, none of them a control character, < or >.',
    hint: 'Send a title of 1 to 255 characters without line breaks, < and >.',
    operations: WRITE_ACTIVITY,
  },
  RICH_CONTENT_INVALID: {
    severity: 'ERROR',
    text: 'Rich content badly formatted or invalid in "Text".',
    vendorText: 'Rich content badly formatted or invalid in “Text”.',
    explanation:
      'The description is no well-formed HTML fragment, holds document structure or what a browser would move or drop, or has nothing left after an element with content was removed.',
    hint: 'Send a fragment in which every tag is closed and every element stands where HTML lets it, without html, head, body and doctype; write < as &lt;.',
    operations: WRITE_ACTIVITY,
  },
  RICH_CONTENT_TOO_LONG: {
    severity: 'ERROR',
    text: 'Rich content in "Text" is longer than {max} bytes.',
    explanation: 'The description has a limit in bytes of UTF-8, as sent and as stored.',
    hint: 'Send at most {max} bytes.',
    operations: WRITE_ACTIVITY,
  },
  RICH_CONTENT_STRIPPED: {
    severity: 'WARNING',
    text: 'Parts of the rich content in "Text" are not allowed and were removed: {removed}.',
    explanation: 'The description is stored without them; the answer shows what is stored.',
    hint: 'Leave out scripts, styles, forms, embedded objects, event handlers and relative or unsafe URLs.',
    operations: WRITE_ACTIVITY,
  },
  DEADLINE_INVALID: {
    severity: 'ERROR',
    text: 'Invalid deadline date or not in UTC format.',
    vendorText: 'Invalid deadline date or not in UTC format.',
    explanation:
      'A deadline is a date and time that exists, in ISO-8601, with Z or an offset. It may lie in the past.',
    hint: 'Send for example 2030-08-28T18:50:01Z or 2030-08-28T18:50:01+04:00.',
    operations: WRITE_ACTIVITY,
  },
  ASSESSMENT_UNKNOWN: {
    severity: 'WARNING',
    text: 'Unknown assessment (grade) ID.',
    vendorText: 'Unknown assessment (grade) ID.',
    explanation: 'assessmentId names no scale of the site or of this course; the field was skipped.',
    hint: 'Kept: {kept}. Send the id of a scale of the site or of the course, or clearAssessment to use none.',
    operations: WRITE_ACTIVITY,
  },
  MAX_SCORE_OUT_OF_RANGE: {
    severity: 'WARNING',
    text: 'Max score should be a valid positive number in range between 0.01 and 99999.99.',
    vendorText: 'Max score should be a valid positive number in range between 0.01 and 99999.99.',
    explanation: 'maxScore is outside the range or has more than two decimals; the field was skipped.',
    hint: 'Kept: {kept}. Send 0.01 to 99999.99 with at most two decimals.',
    operations: WRITE_ACTIVITY,
  },
  SCORE_NOT_ALLOWED: {
    severity: 'WARNING',
    text: "Your settings don't allow you to use score as assessment alternative. Please contact your administrator.",
    vendorText:
      "Your settings don't allow you to use score as assessment alternative. Please contact your administrator.",
    explanation: 'The site\'s setting "use score" is off; maxScore was skipped.',
    hint: 'Kept: {kept}. Use a scale (assessmentId), or have the setting switched on.',
    operations: WRITE_ACTIVITY,
  },
  ASSESSMENT_SCALE_LOCKED: {
    severity: 'ERROR',
    text: '"Assessment set-up for Assessment scale" cannot be changed when participants have already been assessed',
    vendorText:
      '"Assessment set-up for Assessment scale" cannot be changed when participants have already been assessed',
    explanation:
      'A participant has a grade or score on the activity, so scale and maximum score stay as they are. Sending the stored values again is fine.',
    hint: 'Leave assessmentId, maxScore and clearAssessment out.',
    operations: UPDATE_ACTIVITY,
  },
  COURSE_HAS_NO_OBJECTIVES: {
    severity: 'ERROR',
    text: 'Course has no Learning Objectives enabled.',
    vendorText: 'Course has no Learning Objectives enabled.',
    explanation: 'Elements of the course cannot have learning objectives.',
    hint: 'Leave learningObjectives out, send an empty list, or have learning objectives enabled for the course.',
    operations: WRITE_ACTIVITY,
  },
  OBJECTIVE_NOT_IN_REPOSITORY: {
    severity: 'ERROR',
    text: "Learning objective with UniqueId='{learningObjectiveId}' is not in the learning objective repository.",
    vendorText:
      "Learning objective with UniqueId='{LearningObjectiveId}' is not in the learning objective repository.",
    explanation: 'No published learning objective of the site has this id.',
    hint: 'Check the id, case included.',
    operations: WRITE_ACTIVITY,
  },
  OBJECTIVE_NOT_LEAF: {
    severity: 'ERROR',
    text: 'Learning objective is not a leaf. Only most granular learning objective can be assigned to elements.',
    vendorText:
      'Learning objective is not a leaf. Only most granular learning objective can be assigned to elements.',
    explanation: 'The learning objective has others below it.',
    hint: 'Send the ids of the objectives below it.',
    operations: WRITE_ACTIVITY,
  },
  OBJECTIVES_LOCKED: {
    severity: 'ERROR',
    text: 'Learning objectives cannot be changed if they have already been assessed.',
    vendorText: 'Learning objectives cannot be changed if they have already been assessed.',
    explanation:
      'A participant was assessed on an objective of the element, so the set stays as it is. Sending the stored set again is fine.',
    hint: 'Leave learningObjectives out.',
    operations: UPDATE_ACTIVITY,
  },
  OBJECTIVE_ASSESSMENT_LOCKED: {
    severity: 'ERROR',
    text: '"Assessment set-up for Learning objectives" cannot be changed when participants have already been assessed',
    vendorText:
      '"Assessment set-up for Learning objectives" cannot be changed when participants have already been assessed',
    explanation:
      'A participant was assessed on an objective of the element, so learningObjectiveAssessment stays as it is. Sending the stored value again is fine.',
    hint: 'Leave learningObjectiveAssessment out.',
    operations: UPDATE_ACTIVITY,
  },
  NO_OBJECTIVES_CONNECTED: {
    severity: 'WARNING',
    text: 'The element has no learning objectives connected to it. LearningObjectivesAssessment is set to DoNotUse.',
    vendorText:
      'The element has no learning objectives connected to it. LearningObjectivesAssessment is set to DoNotUse.',
    explanation: 'After the request the element has no learning objective to assess; DO_NOT_USE is stored.',
    hint: 'Send learningObjectives along.',
    operations: WRITE_ACTIVITY,
  },
  COMPLETION_RESET: {
    severity: 'WARNING',
    text: 'allowStudentsSetCompletion was not sent, which means not allowed: true became false.',
    explanation: 'For this one field absent does not mean keep.',
    hint: 'Send allowStudentsSetCompletion with every update: true to allow, null to keep.',
    operations: UPDATE_ACTIVITY,
  },
  NOTIFICATION_NOT_SENT: {
    severity: 'WARNING',
    text: 'Nobody was notified, as the activity is not active.',
    explanation:
      'The update is stored. Participants do not see an activity that is not active, so they are not told of it.',
    hint: 'Leave sendUpdateNotification out, or send active as true with it.',
    operations: UPDATE_ACTIVITY,
  },
  ELEMENT_CHANGED: {
    severity: 'ERROR',
    text: 'The element was changed since.',
    explanation:
      'expectedUpdatedAt is not the stored updatedAt, and the update would change something. Nothing is stored.',
    hint: 'Read the element again (its updatedAt is {updatedAt}), and send what you want to change of that.',
    operations: UPDATE_ACTIVITY,
  },
  COMPLETION_NOT_USED: {
    severity: 'WARNING',
    text: 'allowStudentsSetCompletion is stored as true without effect: the activity is assessed by a scale or score.',
    explanation: 'Participants set their completion only where neither scale nor score is used.',
    hint: 'Send clearAssessment as well, or leave allowStudentsSetCompletion out.',
    operations: WRITE_ACTIVITY,
  },

  // ---------- createCustomActivity ----------
  SYNC_KEY_TAKEN: {
    severity: 'ERROR',
    text: 'SyncKey belongs to another element already.',
    explanation: 'Sync keys of elements are unique within the site, those of deleted elements included.',
    hint: 'Send another syncKey, or none to have one made; to change the element that has it, use updateCustomActivity.',
    operations: CREATE_ACTIVITY,
  },

  // ---------- assessCustomActivity ----------
  PARTICIPANT_NOT_FOUND: {
    severity: 'ERROR',
    text: 'No participant of the course has this learnerId/learnerLogin.',
    explanation: 'Participants are the learners registered in a session of the course.',
    hint: 'Check the reference, or register the learner in a session of the course first.',
    operations: ASSESS_ACTIVITY,
  },
  PARTICIPANT_AMBIGUOUS: {
    severity: 'ERROR',
    text: 'More than one participant of the course has this learnerLogin.',
    explanation: 'Their logins differ in case only, and none of them is written as the one sent.',
    hint: 'Send the login exactly as it is stored, or learnerId.',
    operations: ASSESS_ACTIVITY,
  },
  PARTICIPANT_REPEATED: {
    severity: 'ERROR',
    text: 'results/{first} is about the same participant.',
    explanation: 'A participant has one result, so a request holds one for each.',
    hint: 'Send one result for each participant.',
    operations: ASSESS_ACTIVITY,
  },
  GRADE_NOT_IN_SCALE: {
    severity: 'ERROR',
    text: "gradeId is not a grade of the activity's assessment scale.",
    explanation: 'The activity uses another scale, or none.',
    hint: 'Send a grade of the scale, as the query assessmentScales lists them; for an activity that uses a score send score.',
    operations: ASSESS_ACTIVITY,
  },
  SCORE_NOT_USED: {
    severity: 'ERROR',
    text: 'The activity is not assessed by a score.',
    explanation: 'The activity uses an assessment scale, or nothing at all.',
    hint: 'Send gradeId where the activity uses a scale, or set maxScore with updateCustomActivity first.',
    operations: ASSESS_ACTIVITY,
  },
  SCORE_OUT_OF_RANGE: {
    severity: 'ERROR',
    text: 'score is not between 0 and {maxScore}, the maximum score of the activity.',
    explanation: 'A score has the range that the activity sets.',
    hint: 'Send 0 to {maxScore}.',
    operations: ASSESS_ACTIVITY,
  },
  OBJECTIVE_NOT_ON_ELEMENT: {
    severity: 'ERROR',
    text: 'The element does not have this learning objective.',
    explanation: 'Participants are assessed on the learning objectives of the element only.',
    hint: 'Send the id of one of the learningObjectives of the activity, case included.',
    operations: ASSESS_ACTIVITY,
  },
  OBJECTIVE_ASSESSMENT_NOT_USED: {
    severity: 'ERROR',
    text: 'The element does not use assessment of learning objectives.',
    explanation: 'The learningObjectiveAssessment of the activity is DO_NOT_USE.',
    hint: 'Set learningObjectiveAssessment with updateCustomActivity first.',
    operations: ASSESS_ACTIVITY,
  },
  OBJECTIVE_OUTCOME_INVALID: {
    severity: 'ERROR',
    text: 'outcome is not one of: {accepted}.',
    explanation: "What an outcome can be depends on the activity's learningObjectiveAssessment.",
    hint: 'Send one of these, or null to remove the assessment.',
    operations: ASSESS_ACTIVITY,
  },
  STATUS_NOT_COMPLETED: {
    severity: 'WARNING',
    text: 'The participant has a grade or score, but the status is NOT_STARTED.',
    explanation: 'Both are stored as sent; neither changes the other.',
    hint: 'Send status COMPLETED, or remove the grade or score with null.',
    operations: ASSESS_ACTIVITY,
  },

  // ---------- API keys ----------
  API_KEY_NAME_INVALID: {
    severity: 'ERROR',
    text: 'The name must have 1 to 50 characters out of a to z, 0 to 9, dot, hyphen and underscore, beginning with a letter or digit.',
    explanation:
      'The name stands in the records of imports and in the audit log; it names a client, not a person.',
    hint: 'Use a name such as acme-lms.',
    operations: CREATE_KEY,
  },
  API_KEY_NAME_RESERVED: {
    severity: 'ERROR',
    text: 'The name {name} is that of the key which a local start makes.',
    explanation: 'A server in production refuses to start while a key with this name is live.',
    hint: 'Use another name.',
    operations: CREATE_KEY,
  },
  API_KEY_SCOPES_MISSING: {
    severity: 'ERROR',
    text: 'The key has no scope.',
    explanation: 'A key without a scope opens nothing.',
    hint: 'Give at least one scope.',
    operations: CREATE_KEY,
  },
  API_KEY_SCOPE_NOT_HELD: {
    severity: 'ERROR',
    text: 'The caller does not have the scope {scope} and cannot give it.',
    explanation: 'Nobody can give more than they have.',
    hint: 'Leave the scope out, or let a caller create the key that has it.',
    operations: CREATE_KEY,
  },
  API_KEY_SCOPE_OF_OPERATOR: {
    severity: 'ERROR',
    text: 'The scope {scope} is given by the command line only.',
    explanation: 'It reaches beyond one site, so that only the operator of the server gives it.',
    hint: 'Leave the scope out, or ask the operator for a key.',
    operations: CREATE_KEY,
  },
  API_KEY_EXPIRY_PAST: {
    severity: 'ERROR',
    text: 'The key would have expired already.',
    explanation: 'expiresAt must be in the future; null means never, absent means in a year.',
    hint: 'Send an instant in the future.',
    operations: CREATE_KEY,
  },
  API_KEY_USERS_MISSING: {
    severity: 'ERROR',
    text: 'A key with the scope activity:update needs users in whose name it may edit.',
    explanation:
      'Every update of an activity names its editor; a key may name only those that it was made for.',
    hint: 'Give userIds or userSyncKeys, or anyUser for every user of the site.',
    operations: CREATE_KEY,
  },
  API_KEY_USERS_CONTRADICT: {
    severity: 'ERROR',
    text: 'Single users and every user are given together.',
    explanation:
      'With anyUser the key may edit in the name of every user of the site, so a list would say nothing.',
    hint: 'Send anyUser, or the list.',
    operations: CREATE_KEY,
  },
  API_KEY_USERS_NOT_HELD: {
    severity: 'ERROR',
    text: 'The caller may not act for every user and cannot give that.',
    explanation: 'Nobody can give more than they have.',
    hint: 'Name the users, out of those that the caller may act for.',
    operations: CREATE_KEY,
  },
  API_KEY_USERS_TOO_MANY: {
    severity: 'ERROR',
    text: 'There are more than {max} users.',
    explanation: 'The list of users of one key is limited.',
    hint: 'Use anyUser, or several keys.',
    operations: CREATE_KEY,
  },
  API_KEY_USER_UNKNOWN: {
    severity: 'ERROR',
    text: 'There is no such user for whom the caller may act.',
    explanation: 'The user must be one of the site of the caller, and one that the caller may act for.',
    hint: 'Correct the id or sync key.',
    operations: CREATE_KEY,
  },
  API_KEYS_TOO_MANY: {
    severity: 'ERROR',
    text: 'Two live keys have the name {name} already.',
    explanation: 'Two keys of one name can be live at once, so that a new one can replace an old one.',
    hint: 'Revoke one of them first, or use another name.',
    operations: CREATE_KEY,
  },
  API_KEY_NAME_TAKEN: {
    severity: 'ERROR',
    text: 'The name {name} is that of a live key of other scopes.',
    explanation:
      'A name stands for who calls: rates, answers under idempotency keys and the audit log go by it. Nobody takes the name of somebody with other rights.',
    hint: 'Use another name, or send the scopes that the live key has.',
    operations: CREATE_KEY,
  },
  API_KEY_NOT_FOUND: {
    severity: 'ERROR',
    text: 'There is no such key.',
    explanation: 'No key of the site of the caller has this id.',
    hint: 'Find the id with the query apiKeys; it is the part of a key between its underscores.',
    operations: REVOKE_KEY,
  },

  // ---------- the webhook of a site ----------
  WEBHOOK_URL_MISSING: {
    severity: 'ERROR',
    text: 'There is nothing to do: neither a url nor rotate is given.',
    explanation: 'An absent url keeps the stored one, and null ends the webhook.',
    hint: 'Send a url, or rotate true for a new secret.',
    operations: SET_WEBHOOK,
  },
  WEBHOOK_URL_INVALID: {
    severity: 'ERROR',
    text: 'The url cannot be posted to: {reason}.',
    explanation: 'Notifications are posted by https, and signed; a url holds no credentials.',
    hint: 'Send a url such as https://lms.example.org/hooks/coursetrack.',
    operations: SET_WEBHOOK,
  },
  WEBHOOK_ADDRESS_REFUSED: {
    severity: 'ERROR',
    text: 'The address of the url is not one of the public internet.',
    explanation:
      'Addresses of a private network, of this machine and the like are refused. A name is looked up when something is posted, and the delivery fails with ADDRESS_REFUSED where it means such an address.',
    hint: 'Use the public name of the receiver, or ask the operator to allow its address.',
    operations: SET_WEBHOOK,
  },
  WEBHOOK_INPUT_CONTRADICTS: {
    severity: 'ERROR',
    text: 'A webhook that is ended has no secret to rotate.',
    explanation: 'The url null ends the webhook, and rotate makes a new secret for it.',
    hint: 'Send one of the two.',
    operations: SET_WEBHOOK,
  },
  WEBHOOK_NOT_SET: {
    severity: 'ERROR',
    text: 'The site has no webhook.',
    explanation: 'It never had one of its own, or ended it. One of the operator is none of the site.',
    hint: 'Set one by setWebhook with a url.',
    operations: [...SET_WEBHOOK, ...TEST_WEBHOOK],
  },
  WEBHOOK_SECRETS_TOO_MANY: {
    severity: 'ERROR',
    text: 'Five secrets are good already.',
    explanation: 'A secret that was replaced stays good for 24 hours, and each of them signs every delivery.',
    hint: 'Wait until one of them ends, or end the webhook and set it anew.',
    operations: SET_WEBHOOK,
  },
  WEBHOOK_TEST_UNDER_WAY: {
    severity: 'ERROR',
    text: 'A test of the webhook is under way.',
    explanation: 'A site has one test at a time; each waits up to 10 seconds for the receiver.',
    hint: 'Wait for its answer, then test again.',
    operations: TEST_WEBHOOK,
  },

  // ---------- import jobs: the configuration of a partner ----------
  CONFIG_INVALID: {
    severity: 'ERROR',
    text: 'The configuration cannot be read: {reason} (line {line}, column {column}).',
    explanation:
      'It is neither well-formed XML nor JSON, holds a DOCTYPE, or is larger than a configuration can be. Nothing was read or written.',
    hint: 'Correct the configuration where the line and the column point to.',
    operations: IMPORT_JOB,
  },
  CONFIG_ELEMENT_UNKNOWN: {
    severity: 'ERROR',
    text: '{name} is not known in {parent} (line {line}, column {column}).',
    explanation:
      'The configuration has an element, or a member, that does not belong where it stands. Names are compared exactly.',
    hint: 'Known there: {known}.',
    operations: IMPORT_JOB,
  },
  CONFIG_ELEMENT_REPEATED: {
    severity: 'ERROR',
    text: '{name} stands in {parent} more than once (line {line}, column {column}).',
    explanation: 'Only ignoredColumn, and the words of a status, may repeat.',
    hint: 'Keep one of them.',
    operations: IMPORT_JOB,
  },
  CONFIG_VALUE_INVALID: {
    severity: 'ERROR',
    text: '{name} does not take {value}: {reason} (line {line}, column {column}).',
    explanation: 'The value is none that the element, or the member, can have.',
    hint: 'Correct the value.',
    operations: IMPORT_JOB,
  },
  CONFIG_UNSUPPORTED: {
    severity: 'ERROR',
    text: 'The configuration asks for {name}, which this server does not do (line {line}, column {column}).',
    explanation:
      'A job reads one uploaded file and imports consolidated tracking. Other actions, several imports, steps before and after, remote files, mail and backups are not carried out.',
    hint: 'Take {name} out of the configuration, or send the job with ignoreUnsupported.',
    operations: IMPORT_JOB,
  },
  CONFIG_INCOMPLETE: {
    severity: 'ERROR',
    text: 'The configuration lacks {name}: {reason}.',
    explanation: 'What is missing cannot be told from the file.',
    hint: 'Add {name} to the configuration.',
    operations: IMPORT_JOB,
  },

  // ---------- import jobs: a file that cannot be read ----------
  CSV_ENCODING_INVALID: {
    severity: 'ERROR',
    text: 'The row that begins in line {line} is not {encoding}: {reason}.',
    explanation: 'Its bytes are no text in the encoding of the file. The rows before it can be read.',
    hint: 'Save the file in the encoding {encoding}, or name its encoding as fileEncoding in the configuration.',
    operations: IMPORT_JOB,
  },
  CSV_QUOTE_OPEN: {
    severity: 'ERROR',
    text: 'The quotes of the row that begins in line {line} do not match: {reason}.',
    explanation:
      'A quoted cell ends with a quote, before a delimiter or the end of the line; a quote inside of it is doubled. Where the cell ends cannot be told otherwise. The rows before it can be read.',
    hint: 'Close the quote, double the quotes inside of the cell, and enclose a cell that holds quotes in quotes.',
    operations: IMPORT_JOB,
  },
  CSV_LINE_TOO_LONG: {
    severity: 'ERROR',
    text: 'The row that begins in line {line} has more than {max} bytes.',
    explanation: 'No record of tracking comes near that size. The rows before it can be read.',
    hint: 'Look whether the lines of the file end with CR, LF or both.',
    operations: IMPORT_JOB,
  },
  CSV_COLUMNS_TOO_MANY: {
    severity: 'ERROR',
    text: 'The row that begins in line {line} has more than {max} cells.',
    explanation: 'A line of a file has at most 200 cells. The rows before it can be read.',
    hint: 'Look whether the delimiter is the one of the file.',
    operations: IMPORT_JOB,
  },
  CSV_EMPTY: {
    severity: 'ERROR',
    text: 'The file holds no line.',
    explanation: 'Empty lines do not count.',
    hint: 'Send a file with a header line and rows.',
    operations: IMPORT_JOB,
  },
  CSV_COLUMN_UNKNOWN: {
    severity: 'ERROR',
    text: 'The header names a column that is not known: {name}.',
    explanation:
      'Without columnsMapping the header line names the columns; case and surrounding blanks do not count. A column that is not to be read is called ignoredColumn.',
    hint: 'Known columns: {known}.',
    operations: IMPORT_JOB,
  },
  CSV_COLUMN_REPEATED: {
    severity: 'ERROR',
    text: 'The header names {name} more than once.',
    explanation: 'Which of the cells counts cannot be told. Only ignoredColumn may repeat.',
    hint: 'Call all but one of them ignoredColumn.',
    operations: IMPORT_JOB,
  },
  CSV_COLUMN_MISSING: {
    severity: 'ERROR',
    text: 'The file has no column {name}, which the configuration calls mandatory.',
    explanation: 'Every row would be rejected.',
    hint: 'Add the column, or take mandatory out of the configuration.',
    operations: IMPORT_JOB,
  },

  // ---------- import jobs: rows of a file ----------
  COLUMNS_MISMATCH: {
    severity: 'ERROR',
    text: 'The row has {count} cells, and the file {expected} columns.',
    explanation: 'Which cell belongs to which column cannot be told. The row is rejected, the others go on.',
    hint: 'Add the missing delimiters, or enclose a cell that holds the delimiter in quotes.',
    operations: IMPORT_JOB,
  },
  FIELD_EMPTY: {
    severity: 'ERROR',
    text: 'Field [{field}] is empty.',
    explanation: 'The configuration calls the column mandatory. The row is rejected, the others go on.',
    hint: 'Fill the cell, or take mandatory out of the configuration.',
    operations: IMPORT_JOB,
  },
} as const satisfies Record<string, MessageSpec>;

export type ProblemCode = keyof typeof MESSAGES;

export const PROBLEM_CODES = Object.keys(MESSAGES) as ProblemCode[];
