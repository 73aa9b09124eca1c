import { DateTime } from 'luxon';
import type { ReferenceRows } from '../src/reference-data/reference-rows';
import { StartupError } from '../src/startup-error';
import type { OuladFiles, OuladRow } from './oulad-files';

/** The university's own zone, in which its days begin. */
export const OULAD_ZONE = 'Europe/London';
export const OULAD_DATE_FORMAT = 'YYYY-MM-DD';

const PASS_MARK = 40;
const SCORE_MAX = 100;

/** A row of importConsolidatedTracking, as submissions become one. */
export interface SubmissionRow {
  readonly candidateRefNumber: string;
  readonly sessionTitle: string;
  readonly trainingPathCode: string;
  readonly lovCode: string;
  readonly firstAccessDate: string;
  readonly firstCompletionDate?: string;
  readonly lastAccessDate: string;
  readonly score?: number;
  readonly scoreMax: number;
  readonly trackingStatus: 'passed' | 'failed' | 'incomplete';
}

/** Modules become trainings, presentations sessions, students learners, resources and assessments LOVs. */
export function ouladReferenceRows(files: OuladFiles): ReferenceRows {
  const courses = files['courses.csv'];
  const registrations = files['studentRegistration.csv'];
  return {
    trainings: distinct(courses.map(({ code_module }) => code_module)).map((code) => ({
      guid: code,
      pathCode: code,
      title: code,
    })),
    sessions: courses.map((course) => {
      const first = firstDay(course.code_presentation);
      const days = wholeNumber(
        course.module_presentation_length,
        'courses.csv',
        'module_presentation_length',
      );
      return {
        guid: sessionGuid(course),
        title: sessionTitle(course),
        trainingPathCode: course.code_module,
        startsAt: startOfDay(first),
        endsAt: startOfDay(dayAfter(first, days)),
      };
    }),
    lovs: [
      ...lovs(
        'vle',
        files['vle.csv'].map(({ id_site, code_module }) => [id_site, code_module] as const),
      ),
      ...lovs(
        'assessment',
        files['assessments.csv'].map(
          ({ id_assessment, code_module }) => [id_assessment, code_module] as const,
        ),
      ),
    ],
    learners: distinct(registrations.map(({ id_student }) => id_student)).map((id) => ({
      login: `s${id}`,
      refNumber: id,
      email: `s${id}@students.example`,
    })),
    registrations: registrations.map((registration) => ({
      learnerRefNumber: registration.id_student,
      sessionGuid: sessionGuid(registration),
    })),
  };
}

/** One row per submission. A failed or unmarked one is not complete, so it carries no completion date. */
export function ouladSubmissionRows(files: OuladFiles): SubmissionRow[] {
  const assessments = new Map(files['assessments.csv'].map((row) => [row.id_assessment, row]));
  return files['studentAssessment.csv'].map((submission): SubmissionRow => {
    const assessment = assessments.get(submission.id_assessment);
    if (assessment === undefined) {
      throw new StartupError(
        `assessments.csv lacks the assessment ${submission.id_assessment} of studentAssessment.csv.`,
      );
    }
    const days = wholeNumber(submission.date_submitted, 'studentAssessment.csv', 'date_submitted');
    const day = dayAfter(firstDay(assessment.code_presentation), days);
    const score = scoreOf(submission);
    const status = score === undefined ? 'incomplete' : score >= PASS_MARK ? 'passed' : 'failed';
    return {
      candidateRefNumber: submission.id_student,
      sessionTitle: sessionTitle(assessment),
      trainingPathCode: assessment.code_module,
      lovCode: lovCode('assessment', submission.id_assessment),
      firstAccessDate: day,
      ...(status === 'passed' ? { firstCompletionDate: day } : {}),
      lastAccessDate: day,
      ...(score === undefined ? {} : { score }),
      scoreMax: SCORE_MAX,
      trackingStatus: status,
    };
  });
}

interface Presentation {
  readonly code_module: string;
  readonly code_presentation: string;
}

function sessionGuid({ code_module, code_presentation }: Presentation): string {
  return `${code_module}-${code_presentation}`;
}

function sessionTitle({ code_module, code_presentation }: Presentation): string {
  return `${code_module} ${code_presentation}`;
}

function lovCode(kind: 'vle' | 'assessment', id: string): string {
  return `${kind}-${id}`;
}

function lovs(kind: 'vle' | 'assessment', memberships: readonly (readonly [id: string, module: string])[]) {
  const modules = new Map<string, Set<string>>();
  for (const [id, module] of memberships) modules.set(id, (modules.get(id) ?? new Set()).add(module));
  return [...modules].map(([id, codes]) => ({
    code: lovCode(kind, id),
    guid: `${lovCode(kind, id)}-v1`,
    trainingPathCodes: [...codes],
  }));
}

/** `2013J` begins on 1 October 2013, `2013B` on 1 February. */
function firstDay(presentation: string): string {
  const [, year, letter] = /^(\d{4})([BJ])$/.exec(presentation) ?? [];
  if (year === undefined)
    throw new StartupError(`The presentation "${presentation}" is not a year with B or J.`);
  return `${year}-${letter === 'J' ? '10' : '02'}-01`;
}

/** Days are counted on the calendar: in UTC, where every day has 24 hours. */
function dayAfter(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

function startOfDay(day: string): Date {
  return DateTime.fromISO(day, { zone: OULAD_ZONE }).toJSDate();
}

function scoreOf({ score }: OuladRow<'studentAssessment.csv'>): number | undefined {
  // The original writes "?" where a value is missing.
  if (score === '' || score === '?') return undefined;
  const value = Number(score);
  if (!Number.isFinite(value))
    throw new StartupError(`studentAssessment.csv: the score "${score}" is no number.`);
  return value;
}

function wholeNumber(text: string, file: string, column: string): number {
  if (!/^-?\d{1,5}$/.test(text))
    throw new StartupError(`${file}: the ${column} "${text}" is no whole number.`);
  return Number(text);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
