import {
  type FieldNode,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields';
import { inTurns } from '../event-loop/turns';
import { chunksOf } from '../kernel/chunks';
import type { Budget } from './answer-budget';
import { JsonText } from './answer-text';

/** What is to be answered of a value, as plain data. */
type Write = (value: unknown) => unknown;

/** Entries that are made JSON at once: enough that each call of JSON.stringify counts for little. */
const SLICE_ENTRIES = 50;
/** Fewer, where the names that the caller gives to what is selected are long: each entry repeats them all. */
const SLICE_NAME_CHARACTERS = 256 * 1_024;

/**
 * Writes what is selected of a list of plain objects, as JSON: what graphql-js does value by value, compiled for the
 * selection. The schema is the one that the types are of. Stops where the budget of the answer is used up.
 */
export async function writeList(
  value: unknown,
  type: GraphQLOutputType,
  info: GraphQLResolveInfo,
  budget: Budget,
): Promise<JsonText> {
  const entries = value as readonly unknown[];
  const selection = { ...info, nameCharacters: 0 };
  const write = compile(type, info.fieldNodes, selection);
  const atOnce = Math.floor(SLICE_NAME_CHARACTERS / Math.max(selection.nameCharacters, 1));
  const text = new JsonText();
  await inTurns(chunksOf(entries, Math.min(SLICE_ENTRIES, Math.max(atOnce, 1))), (slice) => {
    budget.take(text.append(slice.map(write)));
  });
  return text;
}

interface Selection extends GraphQLResolveInfo {
  /** Of all that is selected, added up while the writer is compiled. */
  nameCharacters: number;
}

function compile(type: GraphQLOutputType, nodes: readonly FieldNode[], info: Selection): Write {
  if (isNonNullType(type)) return notNull(compile(type.ofType, nodes, info), info);
  if (isListType(type)) return nullable(list(compile(type.ofType, nodes, info)));
  if (isLeafType(type)) return nullable(leaf(type));
  if (isObjectType(type)) return nullable(object(type, nodes, info));
  throw new Error(`${String(type)} has no place in a bulk list`);
}

function notNull(write: Write, { parentType, fieldName }: GraphQLResolveInfo): Write {
  return (value) => {
    const written = write(value);
    if (written === null) throw new Error(`Null within ${parentType.name}.${fieldName}, where it cannot be`);
    return written;
  };
}

function nullable(write: Write): Write {
  return (value) => (value === null || value === undefined ? null : write(value));
}

function list(writeEntry: Write): Write {
  return (value) => (value as readonly unknown[]).map(writeEntry);
}

/** From one entry to the next many values stay the same. */
function leaf(type: GraphQLLeafType): Write {
  let [last, written]: unknown[] = [];
  return (value) => {
    if (value !== last) {
      written = type.serialize(value);
      last = value;
    }
    return written;
  };
}

function object(type: GraphQLObjectType, nodes: readonly FieldNode[], info: Selection): Write {
  const { schema, fragments, variableValues } = info;
  const selected = collectSubfields(schema, fragments, variableValues, type, nodes);
  const fields = type.getFields();
  const members = [...selected].map(([key, fieldNodes]) => {
    const name = fieldNodes[0]?.name.value ?? '';
    info.nameCharacters += key.length;
    if (name === '__typename') return { key, name, write: () => type.name };
    const field = fields[name];
    if (field === undefined || field.args.length > 0) {
      throw new Error(`${type.name}.${name} is no property, as a bulk list needs`);
    }
    return { key, name, write: compile(field.type, fieldNodes, info) };
  });
  return (value) => {
    const written: Record<string, unknown> = {};
    for (const { key, name, write } of members) {
      written[key] = write((value as Readonly<Record<string, unknown>>)[name]);
    }
    return written;
  };
}
