import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { nextTurn } from '../event-loop/turns';
import { chunksOf } from '../kernel/chunks';
import { type AnswerBudget, budgetOf } from './answer-budget';

/** Quotes, colon and comma. */
const AROUND_KEY = 4;
/** A number, a boolean or null, about. */
const SHORT_VALUE = 4;
/** No longer than a value of an enum may be, which must stay what it is. */
const LONG_TEXT = 100;

/** Of a list, by graphql-js. */
const ITEMS_AT_ONCE = 200;

/**
 * The schema with fields that take from the budget of their request what they add to the answer. Once it is used up,
 * long texts and lists are left out: something else will be answered, and nothing is kept for it.
 */
export function countingSchema(schema: GraphQLSchema): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field) => ({ ...field, resolve: counting(field.resolve) }),
  });
}

function counting(
  resolve: GraphQLFieldResolver<unknown, unknown> = defaultFieldResolver,
): GraphQLFieldResolver<unknown, unknown> {
  return (source, args, context, info) => {
    const budget = budgetOf(context);
    const keyBytes = String(info.path.key).length + AROUND_KEY;
    const value = resolve(source, args, context, info);
    return isPromise(value)
      ? value.then((settled) => counted(settled, keyBytes, budget))
      : counted(value, keyBytes, budget);
  };
}

function counted(value: unknown, keyBytes: number, budget: AnswerBudget): unknown {
  if (typeof value === 'string') {
    const isWithin = budget.count(keyBytes + bytesOf(value));
    return isWithin || value.length < LONG_TEXT ? value : '';
  }
  if (!Array.isArray(value)) {
    budget.count(keyBytes + SHORT_VALUE);
    return value;
  }
  let bytes = keyBytes;
  for (const item of value) bytes += typeof item === 'string' ? bytesOf(item) : 1;
  return budget.count(bytes) ? givingWay(value) : [];
}

/** Of a long list graphql-js puts all items into the answer at once, unless each is promised for a turn. */
function givingWay(items: readonly unknown[]): readonly unknown[] {
  if (items.length <= ITEMS_AT_ONCE || typeof items[0] !== 'object') return items;
  let turn: Promise<void> = Promise.resolve();
  return [...chunksOf(items, ITEMS_AT_ONCE)].flatMap((chunk) => {
    const itsTurn = turn;
    turn = turn.then(nextTurn);
    return chunk.map((item) => itsTurn.then(() => item));
  });
}

/** Of its JSON, but for what has to be escaped in it. */
function bytesOf(text: string): number {
  return text.length < LONG_TEXT ? text.length : Buffer.byteLength(text);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<Promise<unknown>>).then === 'function'
  );
}
