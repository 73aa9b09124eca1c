import { parseSync } from '@swc/core';

/** A part of a source that says something of a field, and can be left out by itself. */
export interface Mention {
  readonly line: number;
  /** Its first line, to show; of a property, without its decorators. */
  readonly text: string;
  /** The whole source without it. */
  readonly without: string;
}

interface Node {
  readonly type: string;
  readonly span?: Span;
  readonly [part: string]: unknown;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * What a source says of a field that has these names: entries of objects and lists, properties of types and classes,
 * decorators, members of unions. Parts of such an entry count as well: `cell: 'score'` in `score: { cell: 'score' }`.
 */
export function mentionsIn(source: string, names: readonly string[]): Mention[] {
  // For swc a file begins where its first statement does, and it counts on from file to file, in bytes.
  const bytes = Buffer.from(`;${source}`);
  const tree = parseSync(bytes.toString(), { syntax: 'typescript', decorators: true, target: 'es2022' });
  const parts: Node[] = [];
  gather(tree as unknown as Node, false, names, parts);
  return parts.map((part) => {
    const { start, end } = spanOf(part);
    const shown = part.type === 'ClassProperty' ? spanOf(keyOf(part)).start : start;
    const textOf = (from: number, to?: number) =>
      bytes.subarray(from - tree.span.start, to === undefined ? to : to - tree.span.start).toString();
    const [before, after] = [textOf(tree.span.start + 1, start), textOf(end)];
    return {
      line: textOf(tree.span.start + 1, shown).split('\n').length,
      text: textOf(shown, end).split('\n')[0] ?? '',
      // A member of a union goes with the bar before it, an entry with its comma.
      without: before.replace(/\|\s*$/, '') + after.replace(/^\s*[,;]/, ''),
    };
  });
}

function gather(node: Node, isInNamed: boolean, names: readonly string[], parts: Node[]): void {
  for (const child of childrenOf(node)) {
    if (!isPart(node, child)) {
      gather(child, isInNamed, names, parts);
      continue;
    }
    const isNamed = isName(keyOf(child), names);
    const isOfNamed = isInNamed && node.type !== 'TsUnionType';
    if (isNamed || isOfNamed || says(child, names)) parts.push(child);
    gather(child, isNamed, names, parts);
  }
}

/** Whether the child can be left out of the node. */
function isPart(node: Node, child: Node): boolean {
  switch (node.type) {
    case 'ObjectExpression':
    case 'ArrayExpression':
    case 'TsTypeLiteral':
    case 'TsInterfaceBody':
    case 'TsUnionType':
      return true;
    case 'ClassDeclaration':
      return child.type === 'ClassProperty';
    case 'ClassProperty':
      return child.type === 'Decorator';
    default:
      return false;
  }
}

/** What a part is named by: its key, or itself where it is nothing but a name or a text. */
function keyOf(part: Node): Node {
  return ((part.type === 'TsLiteralType' ? part.literal : part.key) ?? part) as Node;
}

function isName({ type, value }: Node, names: readonly string[]): boolean {
  return (type === 'Identifier' || type === 'StringLiteral') && names.includes(String(value));
}

/** Whether a name stands in the node, and not in a smaller part of it. */
function says(node: Node, names: readonly string[]): boolean {
  return isName(node, names) || childrenOf(node).some((child) => !isPart(node, child) && says(child, names));
}

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .flatMap((value) => (isNode(value) ? [value] : isListed(value) ? [value.expression] : []));
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** Entries of lists and arguments of calls come in an object of their own. */
function isListed(value: unknown): value is { readonly expression: Node } {
  return typeof value === 'object' && value !== null && 'expression' in value;
}

function spanOf(node: Node): Span {
  if (node.span !== undefined) return node.span;
  const spans = childrenOf(node).map(spanOf);
  return {
    start: Math.min(...spans.map(({ start }) => start)),
    end: Math.max(...spans.map(({ end }) => end)),
  };
}
