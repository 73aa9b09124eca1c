import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';
import { type ConfigElement, ElementStack, MalformedConfiguration } from './element';

/** Members that a list of names can be written for: their order counts, or nothing but the names. */
const TAKES_NAMES = ['columnsMapping', 'fields'];

/** What the items of a list become. */
interface OpenList {
  readonly kind: 'names' | 'repeated';
  readonly name: string;
  readonly path: readonly string[];
  items: number;
}

/**
 * Reads a configuration written in JSON: a member is an element, an object its children, a list its repetitions. Not
 * by JSON.parse, which tells no place and keeps the last of two members of one name.
 */
export function readJson(text: string): ConfigElement {
  const stack = new ElementStack();
  const lists: (OpenList | undefined)[] = [];
  /** The element whose value comes next. */
  let awaiting: ConfigElement | undefined;

  /** The element that the value at this place belongs to. */
  const elementFor = (offset: number): ConfigElement => {
    const list = lists.at(-1);
    if (list === undefined) {
      if (awaiting === undefined) throw new MalformedConfiguration('it is no object', offset);
      return awaiting;
    }
    if (list.kind === 'names') throw new MalformedConfiguration(`${list.name} lists names`, offset);
    const element = stack.add(list.name, offset, [...list.path, String(list.items)]);
    list.items += 1;
    return element;
  };

  visit(
    text,
    {
      onObjectBegin: (offset) => {
        if (awaiting === undefined && lists.length === 0) {
          lists.push(undefined);
          return;
        }
        const element = elementFor(offset);
        element.value = undefined;
        stack.enter(element);
        lists.push(undefined);
      },
      onObjectProperty: (name, offset) => {
        awaiting = stack.add(name, offset);
      },
      onObjectEnd: () => {
        lists.pop();
        if (stack.isInRoot) stack.leave();
      },
      onArrayBegin: (offset) => {
        const parent = stack.innermost;
        if (awaiting === undefined || lists.at(-1) !== undefined) {
          throw new MalformedConfiguration('a list does not belong here', offset);
        }
        const { name, path } = awaiting;
        if (TAKES_NAMES.includes(name)) {
          awaiting.value = undefined;
          stack.enter(awaiting);
          lists.push({ kind: 'names', name, path, items: 0 });
        } else if (name === 'import' || parent.name === 'trackingStatus') {
          parent.children.pop();
          lists.push({ kind: 'repeated', name, path, items: 0 });
        } else {
          throw new MalformedConfiguration(`${name} takes no list`, offset);
        }
      },
      onArrayEnd: () => {
        if (lists.pop()?.kind === 'names') stack.leave();
      },
      onLiteralValue: (value: string | number | boolean | null, offset) => {
        const list = lists.at(-1);
        if (list?.kind === 'names' && typeof value === 'string') {
          stack.add(value, offset, [...list.path, String(list.items)]);
          list.items += 1;
        } else {
          elementFor(offset).value = value;
        }
      },
      onError: (error, offset) => {
        throw new MalformedConfiguration(reasonOf(error), offset);
      },
    },
    { disallowComments: true },
  );
  return stack.root;
}

/** `CloseBraceExpected`: close brace expected. */
function reasonOf(error: ParseErrorCode): string {
  return printParseErrorCode(error)
    .replace(/(?!^)[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase();
}
