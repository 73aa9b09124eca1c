import { rest, type ShownProblem, tableOf } from './tables';

/** The input of an update, field by field. */
export type SentUpdate = Readonly<Record<string, unknown>>;

/** As the documented operations ask for it. */
export interface UpdateAnswer {
  readonly __typename: string;
  readonly dryRun: boolean;
  readonly changes: readonly {
    readonly field: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly problems: readonly ShownProblem[];
}

/** Takes the longest names of fields and codes. */
const NAME_WIDTH = 32;
const BEFORE_WIDTH = 33;
const SEVERITY_WIDTH = 10;
/** What a cell keeps free on its left and right. */
const PADDING = 2;

/** What was sent, a field on each line. */
export function sentUpdateTable(input: SentUpdate): string {
  const width = rest(NAME_WIDTH);
  const table = tableOf({ field: NAME_WIDTH, value: width });
  for (const [field, value] of Object.entries(input)) table.push([field, fitted(asText(value), width)]);
  return table.toString();
}

/** What came back: each field that changed, and then what there is to know; nothing where there is neither. */
export function updateAnswerTables({ changes, problems }: UpdateAnswer): string {
  return [changesTable(changes), problemsTable(problems)].filter((table) => table !== '').join('\n');
}

/** `8 fields changed, 1 problem`. */
export function updateSummaryLine({ changes, problems }: UpdateAnswer): string {
  return [
    changes.length === 0 ? 'nothing changed' : `${counted(changes.length, 'field')} changed`,
    ...(problems.length === 0 ? [] : [counted(problems.length, 'problem')]),
  ].join(', ');
}

function changesTable(changes: UpdateAnswer['changes']): string {
  if (changes.length === 0) return '';
  const width = rest(NAME_WIDTH, BEFORE_WIDTH);
  const table = tableOf({ changed: NAME_WIDTH, before: BEFORE_WIDTH, after: width });
  for (const { field, before, after } of changes) {
    table.push([field, fitted(storedText(before), BEFORE_WIDTH), fitted(storedText(after), width)]);
  }
  return table.toString();
}

function problemsTable(problems: readonly ShownProblem[]): string {
  if (problems.length === 0) return '';
  const width = rest(SEVERITY_WIDTH, NAME_WIDTH);
  const table = tableOf({ severity: SEVERITY_WIDTH, code: NAME_WIDTH, 'message, and what to do': width });
  for (const { severity, code, message, hint } of problems) {
    table.push([severity, code, fitted([message, ...(hint === null ? [] : [hint])].join('\n'), width)]);
  }
  return table.toString();
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(asText).join(', ');
  const isObjective = typeof value === 'object' && value !== null && 'learningObjectiveId' in value;
  return isObjective ? String(value.learningObjectiveId) : JSON.stringify(value);
}

/** Lists come as JSON, which has no blank to break a line at. */
function storedText(value: string | null): string {
  return value?.startsWith('["') ? asText(JSON.parse(value)) : (value ?? 'null');
}

/** The table breaks lines between words only, so a word that is longer than its column is broken here. */
function fitted(text: string, width: number): string {
  const longest = width - PADDING;
  return text.replace(new RegExp(`\\S{${longest}}(?=\\S)`, 'gu'), '$&\n');
}
