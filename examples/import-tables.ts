import { packed, rest, type ShownProblem, shown, tableOf, WIDTH } from './tables';

/** The parts of an import's input that are shown; the documented operations send nothing else. */
export interface SentImport {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly [setting: string]: unknown;
}

/** As the documented operations ask for it. */
export interface ImportAnswer {
  readonly __typename: string;
  readonly importId: string | null;
  readonly dryRun: boolean;
  readonly summary: Readonly<Record<string, number>>;
  readonly rows: readonly {
    readonly row: number;
    readonly outcome: string;
    readonly match?: RowMatch;
    readonly tracking?: Readonly<Record<string, unknown>> | null;
    readonly changes?: readonly {
      readonly field: string;
      readonly before: string | null;
      readonly after: string | null;
    }[];
    readonly problems: readonly ShownProblem[];
  }[];
}

/** Whom and what a row was about, as far as it is known. */
interface RowMatch {
  readonly learner?: Readonly<Record<string, unknown>> | null;
  readonly session?: Readonly<Record<string, unknown>> | null;
  readonly lov?: Readonly<Record<string, unknown>> | null;
  readonly [found: `${string}Found`]: number;
}

const ROW_WIDTH = 5;
const REFERENCES_WIDTH = 36;
const OUTCOME_WIDTH = 12;
const REFERENCE = /^(candidate|session|training(?!Status)|lov)/;

/** What was sent: the settings, then each row with what it is about and its cells. */
export function sentTable({ rows, ...settings }: SentImport): string {
  const table = tableOf({
    '#': ROW_WIDTH,
    'who, where, what': REFERENCES_WIDTH,
    cells: rest(ROW_WIDTH, REFERENCES_WIDTH),
  });
  for (const [index, row] of rows.entries()) {
    const entries = Object.entries(row);
    table.push([
      index + 1,
      entries
        .filter(([name]) => REFERENCE.test(name))
        .map(shown)
        .join('\n'),
      packed(entries.filter(([name]) => !REFERENCE.test(name)).map(shown), rest(ROW_WIDTH, REFERENCES_WIDTH)),
    ]);
  }
  const lines = packed(settingsOf(settings), WIDTH);
  return lines === '' ? table.toString() : `${lines}\n${table}`;
}

/** What came back: each row's outcome with what is stored or would change, and what there is to know about it. */
export function answerTable({ rows }: ImportAnswer): string {
  const width = rest(ROW_WIDTH, OUTCOME_WIDTH);
  const table = tableOf({ '#': ROW_WIDTH, outcome: OUTCOME_WIDTH, 'stored, changed, to know': width });
  for (const { row, outcome, match, tracking, changes, problems } of rows) {
    const stored = Object.entries(tracking ?? {}).filter(([, value]) => value !== null);
    const lines = [
      packed(meant(match), width),
      packed(stored.map(shown), width),
      ...(changes ?? []).map(
        ({ field, before, after }) => `${field}: ${before ?? 'null'} -> ${after ?? 'null'}`,
      ),
      ...problems.map(({ code, severity, message, hint }) =>
        `${severity} ${code}: ${message} ${hint ?? ''}`.trim(),
      ),
    ];
    table.push([row, outcome, lines.filter((line) => line !== '').join('\n')]);
  }
  return table.toString();
}

/** `meant login amelie.dubois, title Spring 2025, code FA-CPR`, and how many were found where it was not one. */
function meant(match: RowMatch | undefined): string[] {
  if (match === undefined) return [];
  const { learner, session, lov, ...found } = match;
  const names = [learner, session, lov].flatMap((named) => {
    const told = Object.entries(named ?? {}).filter(([, value]) => value !== null);
    const words = told.filter(([name]) => !name.endsWith('Id'));
    return (words.length > 0 ? words : told).map(shown);
  });
  const counts = Object.entries(found).filter(([, count]) => count > 1);
  return [`meant ${names.join(', ') || 'nobody'}`, ...counts.map(shown)];
}

/** `5 received, 4 created, 1 rejected, 2 with warnings`: the counts that are not 0. */
export function summaryLine({ summary }: Pick<ImportAnswer, 'summary'>): string {
  const counts = Object.entries(summary).filter(([, count]) => typeof count === 'number' && count > 0);
  return counts.map(([name, count]) => `${count} ${name.replace('withW', 'with w')}`).join(', ');
}

function settingsOf(settings: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(settings).flatMap((entry) => {
    const [, value] = entry;
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isGroup ? Object.entries(value).map(shown) : [shown(entry)];
  });
}
