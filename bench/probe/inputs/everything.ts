import { getNamedType, getNullableType, isInputObjectType, isListType } from 'graphql';
import { DEFAULT_LIMITS } from '../../../src/http/limits';
import type { Outcome, Target } from '../target';
import { type BadInput, MIB } from './input';
import {
  API,
  type Arguments,
  documentOf,
  everythingOf,
  isText,
  least,
  leastArguments,
  type Operation,
  type Place,
  placesOf,
} from './places';

const { listItems, mutations, queryAliases, queryCost } = DEFAULT_LIMITS;
/** More than a list takes, as many rows as an import, as many inputs as an operation. */
const ITEMS = [listItems, listItems / 2, 500];
const LONGEST_TEXT = MIB;
const ALL_TEXTS = 14 * MIB;

const ask = (target: Target, asked: Operation, given: Arguments): Promise<Outcome> =>
  target.query(documentOf(asked, given, everythingOf(getNamedType(asked.field.type).name, 2)), given);

/** One request after the other. */
async function inTurn<Item>(
  items: readonly Item[],
  send: (item: Item) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const item of items) outcomes.push(await send(item));
  return outcomes;
}

function texts(asked: Operation): readonly BadInput[] {
  const places = placesOf(asked).filter(({ type }) => isText(type));
  if (places.length === 0) return [];
  const text = 'x'.repeat(LONGEST_TEXT);
  return [
    {
      name: `every text of ${asked.field.name} at its longest`,
      send: (target) => inTurn(places, ({ argumentsWith }) => ask(target, asked, argumentsWith(text))),
    },
  ];
}

function lists(asked: Operation): readonly BadInput[] {
  return placesOf(asked).flatMap(({ path, type, argumentsWith }) => {
    if (!isListType(type)) return [];
    const item = least(type.ofType);
    return {
      name: `${asked.field.name} with long lists of ${path}`,
      send: (target: Target) =>
        inTurn(ITEMS, (count) => ask(target, asked, argumentsWith(Array(count).fill(item)))),
    };
  });
}

/** Lists of objects whose texts fill the largest body. */
function listsOfTexts(asked: Operation): readonly BadInput[] {
  return placesOf(asked).flatMap((place) => {
    const names = textsOfItem(place);
    if (names.length === 0) return [];
    return {
      name: `${asked.field.name} with ${place.path} full of text`,
      send: (target: Target) =>
        inTurn(ITEMS, (count) => {
          const text = 'x'.repeat(Math.floor(ALL_TEXTS / count / names.length));
          const item = { ...itemOf(place), ...Object.fromEntries(names.map((name) => [name, text])) };
          return ask(target, asked, place.argumentsWith(Array(count).fill(item)));
        }),
    };
  });
}

function textsOfItem({ type }: Place): readonly string[] {
  const item = isListType(type) ? getNullableType(type.ofType) : undefined;
  if (!isInputObjectType(item)) return [];
  const fields = Object.values(item.getFields());
  return fields.filter((field) => isText(field.type)).map(({ name }) => name);
}

function itemOf({ type }: Place): object {
  return (isListType(type) ? least(type.ofType) : {}) as object;
}

/** Once with all of its answer, where a page holds as many nodes as its cost allows; once with next to nothing. */
function names(asked: Operation): BadInput {
  const count = asked.kind === 'query' ? queryAliases : mutations;
  // A total costs as much as a page.
  const all = everythingOf(getNamedType(asked.field.type).name, 3).replace('totalCount ', '');
  const first = Math.max(1, Math.floor(queryCost / count / all.split(' ').length));
  const isPaged = asked.field.args.some(({ name }) => name === 'first');
  const given = { ...leastArguments(asked.field), ...(isPaged ? { first } : {}) };
  return {
    name: `${count} names of ${asked.field.name}`,
    send: (target) =>
      inTurn([all, '{ __typename }'], (selection) =>
        target.query(documentOf(asked, given, selection, count), given),
      ),
  };
}

/** Made from the schema, so that an operation or an argument that is added is tried as well. */
export const EVERYTHING: readonly BadInput[] = [
  ...API.flatMap(texts),
  ...API.flatMap(lists),
  ...API.flatMap(listsOfTexts),
  ...API.map(names),
];
