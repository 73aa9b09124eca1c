import { GraphQLError } from 'graphql';
import { ERRORS } from '../kernel/errors';

/** What an error tells of the request, besides that its answer is too large. */
export interface CarriedOut {
  /** Whether what was asked has been carried out, so that only the answer is missing. */
  readonly committed: boolean;
  /** Under which what was written can be read. */
  readonly importId?: string | undefined;
}

/** The answer has, or would have, more bytes than this server sends. */
export class AnswerTooLarge extends GraphQLError {
  constructor(limit: number, { committed, importId }: CarriedOut, atLeast?: number) {
    super(committed ? carriedOut(importId) : ERRORS.ANSWER_TOO_LARGE.text, {
      extensions: {
        code: 'ANSWER_TOO_LARGE',
        limit,
        ...(atLeast === undefined ? {} : { actual: atLeast }),
        committed,
        ...(importId === undefined ? {} : { importId }),
      },
    });
  }
}

function carriedOut(importId: string | undefined): string {
  const read =
    importId === undefined
      ? 'Read what is stored'
      : `Read it by consolidatedTracking(filter: { importId: "${importId}" }) and importRun`;
  return `What was asked has been carried out, but the answer is larger than this server sends. ${read}, or send the same again under its idempotency key with fewer fields selected.`;
}

/** What is written has no place in the answer any more; nobody is told, as another error stands for the whole answer. */
class UsedUp extends Error {
  override readonly name = 'UsedUp';
}

/** Whatever is written of an answer takes its bytes from here first. */
export interface Budget {
  /** @throws Error where it has no more */
  take(bytes: number): void;
}

/** The bytes that the answer to one request may have. */
export class AnswerBudget implements Budget {
  #left: number;
  /** Under which what the request has imported can be read. */
  importId: string | undefined;

  constructor(limit: number) {
    this.#left = limit;
  }

  get isUsedUp(): boolean {
    return this.#left < 0;
  }

  take(bytes: number): void {
    this.#left -= bytes;
    this.requireSome();
  }

  /** Where a failure would be of no use: answers whether there was enough. */
  count(bytes: number): boolean {
    this.#left -= bytes;
    return !this.isUsedUp;
  }

  requireSome(): void {
    if (this.isUsedUp) throw new UsedUp();
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
  }
}

/** Part of a budget, for lists of which nobody knows yet whether they will be answered. */
export class Portion implements Budget {
  readonly #budget: AnswerBudget;
  #taken = 0;
  #isGivenBack = false;

  constructor(budget: AnswerBudget) {
    this.#budget = budget;
  }

  take(bytes: number): void {
    if (this.#isGivenBack) throw new UsedUp();
    this.#taken += bytes;
    this.#budget.take(bytes);
  }

  /** The lists are not answered: those that are still being written stop. */
  giveBack(): void {
    this.#isGivenBack = true;
    this.#budget.giveBack(this.#taken);
    this.#taken = 0;
  }
}

const BUDGET = Symbol('budget');
const PORTION = Symbol('portion');

interface Budgeted {
  readonly [BUDGET]?: AnswerBudget;
  readonly [PORTION]?: Portion;
}

export function withBudget(context: unknown, budget: AnswerBudget): object {
  return { ...(context as object), [BUDGET]: budget };
}

export function withPortion(context: object, portion: Portion): object {
  return { ...context, [PORTION]: portion };
}

/** None where graphql-js executes by itself. */
export function budgetIn(context: object): AnswerBudget | undefined {
  return (context as Budgeted)[BUDGET];
}

export function budgetOf(context: unknown): AnswerBudget {
  const budget = budgetIn(context as object);
  if (budget === undefined) throw new Error('Nothing is executed without a budget for its answer');
  return budget;
}

/** What a list is to take its bytes from. */
export function portionOf(context: unknown): Budget {
  return (context as Budgeted)[PORTION] ?? budgetOf(context);
}
