import { characterCount } from '../../kernel/text';
import { shortened } from '../file-format';

/**
 * A configuration as it was written, in XML or in JSON: elements in elements. Attributes and comments are not there,
 * because they do not matter.
 */
export interface ConfigElement {
  /** Empty for what holds the root. */
  readonly name: string;
  /** The names around it and its own; numbers where it is an item of a list. */
  readonly path: readonly string[];
  /** Where it begins in the text. */
  readonly offset: number;
  /**
   * The text of an element of XML, without the blanks around it, null where there is none; in JSON what the member
   * holds, undefined where that is an object.
   */
  value: string | number | boolean | null | undefined;
  readonly children: ConfigElement[];
}

/** What a configuration that is read by people never comes near. */
export const MAX_CONFIGURATION_BYTES = 1_048_576;
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 2_000;

/** The text is no configuration that could be judged: neither XML nor JSON, or out of bounds. */
export class MalformedConfiguration extends Error {
  override readonly name = 'MalformedConfiguration';

  constructor(
    /** Completes "The configuration cannot be read: …". */
    readonly reason: string,
    readonly offset: number,
  ) {
    super(reason);
  }
}

/** Puts elements together in the order in which they are read, within the bounds. */
export class ElementStack {
  readonly root: ConfigElement = { name: '', path: [], offset: 0, value: undefined, children: [] };
  private readonly open: ConfigElement[] = [this.root];
  private count = 0;

  get innermost(): ConfigElement {
    return this.open.at(-1) ?? this.root;
  }

  get isInRoot(): boolean {
    return this.open.length > 1;
  }

  /** A new child of the innermost element; `path` where it is not told by its name. */
  add(name: string, offset: number, path = [...this.innermost.path, shortened(name)]): ConfigElement {
    this.count += 1;
    if (this.count > MAX_ELEMENTS) {
      throw new MalformedConfiguration(`it has more than ${MAX_ELEMENTS} elements`, offset);
    }
    const element: ConfigElement = { name, path, offset, value: null, children: [] };
    this.innermost.children.push(element);
    return element;
  }

  enter(element: ConfigElement): void {
    if (this.open.length > MAX_DEPTH) {
      throw new MalformedConfiguration(`it nests deeper than ${MAX_DEPTH} elements`, element.offset);
    }
    this.open.push(element);
  }

  leave(): void {
    this.open.pop();
  }
}

/** A place in a text as people count it: lines and columns from 1, columns in characters. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Tells the places of a text; its lines are looked for once, when the first is asked for. */
export function placesIn(text: string): (offset: number) => TextPlace {
  let starts: readonly number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    // The first line begins at 0, and no place lies before it.
    const line = starts.findLastIndex((start) => start <= offset) + 1;
    return { line, column: characterCount(text.slice(starts[line - 1], offset)) + 1 };
  };
}

/** By hand: a pattern takes half a second for a mebibyte of empty lines. */
function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let place = 0; place < text.length; place++) {
    const unit = text.charCodeAt(place);
    if (unit === LF || (unit === CR && text.charCodeAt(place + 1) !== LF)) starts.push(place + 1);
  }
  return starts;
}

const [LF, CR] = [0x0a, 0x0d];
