import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import type { RunDescription } from './machine';
import type { Spread } from './rounds';

export interface ComparisonResult {
  readonly name: string;
  readonly unit: string;
  readonly peer: string;
  /** Of one unit. */
  readonly productMicroseconds: Spread;
  readonly peerMicroseconds: Spread;
  /** The speed of the product over that of the peer: median of the ratios of the rounds. */
  readonly ratio: Spread;
  readonly target: { readonly atLeast: number; readonly aim?: number } | null;
  readonly isReached: boolean | null;
}

/** What must stay below a bound, whatever a peer does. */
export interface LimitResult {
  readonly name: string;
  readonly spread: Spread;
  readonly most: number;
  readonly isReached: boolean;
}

export function printComparisons(
  run: RunDescription,
  comparisons: readonly ComparisonResult[],
  limits: readonly LimitResult[],
): void {
  printRun(run);
  const table = newTable('job', 'product', 'peer', 'peer takes', 'ratio', 'target', '');
  for (const {
    name,
    unit,
    peer,
    productMicroseconds,
    peerMicroseconds,
    ratio,
    target,
    isReached,
  } of comparisons) {
    const goal =
      target === null ? '' : `≥ ${target.atLeast}${target.aim === undefined ? '' : ` (${target.aim})`}`;
    table.push([
      name,
      `${shown(productMicroseconds)} µs/${unit}`,
      peer,
      shown(peerMicroseconds),
      shown(ratio),
      goal,
      verdict(isReached),
    ]);
  }
  for (const { name, spread, most, isReached } of limits) {
    table.push([{ content: name, colSpan: 4 }, shown(spread), `≤ ${most}`, verdict(isReached)]);
  }
  print(
    `${table.toString()}\nMedian (lowest to highest of ${run.rounds} rounds); a ratio is taken within its round.`,
  );
}

export function printRun(run: RunDescription): void {
  const { version, ...settings } = run.database;
  const shownSettings = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  print(`${run.cpu}, ${run.cores} cores, Node ${run.node}, commit ${run.commit ?? 'unknown'}`);
  print(`MariaDB ${version}, ${shownSettings.join(', ')}`);
}

export function newTable(...head: string[]) {
  // No colours: the table looks the same in a terminal, a file and a log.
  return new Table({ head, style: { head: [], border: [], compact: true } });
}

export function shown({ median, min, max }: Spread): string {
  return `${short(median)} (${short(min)} to ${short(max)})`;
}

export function short(value: number): string {
  if (!Number.isFinite(value)) return 'none';
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function verdict(isReached: boolean | null): string {
  if (isReached === null) return '';
  return isReached ? 'reached' : 'MISSED';
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Seen from dist/bench. */
const RESULTS = join(__dirname, '..', '..', 'bench', 'results.json');

/** Each mode has its part of the file; the others keep theirs. */
export function saveResults(mode: 'compare' | 'growth' | 'read' | 'load', results: object): void {
  const before: object = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
  writeFileSync(RESULTS, `${JSON.stringify({ ...before, [mode]: results }, roundedNumbers, 2)}\n`);
  print(`Written to ${RESULTS}.`);
}

function roundedNumbers(_name: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}
