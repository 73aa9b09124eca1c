import Table from 'cli-table3';

/** What a line of the demo may take. */
export const WIDTH = 100;

export interface ShownProblem {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly hint: string | null;
}

/** A table with these columns, each with its width. */
export function tableOf(columns: Readonly<Record<string, number>>) {
  return new Table({
    head: Object.keys(columns),
    colWidths: Object.values(columns),
    wordWrap: true,
    // No colours: the table looks the same in a terminal, a file and a log.
    style: { head: [], border: [] },
  });
}

/** What is left of the line beside the other columns, each with its border. */
export function rest(...widths: number[]): number {
  return WIDTH - widths.reduce((sum, width) => sum + width + 1, 0) - 2;
}

export function shown([name, value]: [string, unknown]): string {
  return `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

/** As many items on a line as fit: a name and its value stay together. */
export function packed(items: readonly string[], width: number): string {
  const lines: string[] = [];
  for (const item of items) {
    const line = lines.at(-1);
    const joined = `${line}, ${item}`;
    // Two columns are the padding of a table cell.
    if (line !== undefined && joined.length <= width - 2) lines[lines.length - 1] = joined;
    else lines.push(item);
  }
  return lines.join('\n');
}
