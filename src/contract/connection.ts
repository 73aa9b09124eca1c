import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql';
import { badUserInput } from './bad-user-input';
import { DateTimeScalar } from './date-time.scalar';
import { PageInfo } from './page-info.type';

const MAX_PAGE_NODES = 200;

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    defaultValue: 50,
    description: `How many nodes at most, 1 to ${MAX_PAGE_NODES}; anything else is refused (BAD_USER_INPUT).`,
  })
  first: number;

  @Field(() => String, { nullable: true, description: 'The endCursor of the page before.' })
  after?: string | null;
}

/** How the pages of a connection are read; `Position` is the key that its rows are sorted by. */
export interface PageSource<Row, Position, Node> {
  /** The first rows after the position, in the order of the connection. */
  find(limit: number, after: Position | null): Promise<readonly Row[]>;
  /** Of all pages together. */
  count(): Promise<number>;
  toNode(row: Row): Node;
  readonly cursor: CursorFormat<Row, Position>;
}

/** The text behind the opaque cursor. */
export interface CursorFormat<Row, Position> {
  write(row: Row): string;
  readonly pattern: RegExp;
  /** Gets the groups of the pattern. */
  read(...groups: string[]): Position;
}

/** The types of a Relay connection, `XConnection` and `XEdge` for a node type of the name `X`. */
export function connectionType<Node extends object>(
  node: ClassType<Node>,
  description: string,
  name: string = node.name,
) {
  @ObjectType(`${name}Edge`, { description: 'A node and its place in the connection.' })
  class Edge {
    @Field(() => String, { description: 'Opaque; to be sent as `after`.' })
    cursor: string;

    @Field(() => node, { description: 'The node.' })
    node: Node;
  }

  @ObjectType(`${name}Connection`, { description })
  class Connection {
    readonly #count: () => Promise<number>;

    constructor(edges: readonly Edge[], pageInfo: PageInfo, count: () => Promise<number>) {
      this.edges = edges;
      this.pageInfo = pageInfo;
      this.#count = count;
    }

    /** Reads one page, keyset-wise. */
    static async read<Row, Position>(
      { first, after }: PageArgs,
      { find, count, toNode, cursor }: PageSource<Row, Position, Node>,
    ): Promise<Connection> {
      if (first < 1 || first > MAX_PAGE_NODES) {
        throw badUserInput(`first must be from 1 to ${MAX_PAGE_NODES}.`);
      }
      const position = after === undefined || after === null ? null : positionOf(after, cursor);
      // One row more than asked for tells whether there is a next page.
      const found = await find(first + 1, position);
      const edges = found
        .slice(0, first)
        .map((row) => ({ cursor: encoded(cursor.write(row)), node: toNode(row) }));
      const pageInfo: PageInfo = {
        hasNextPage: found.length > first,
        hasPreviousPage: position !== null,
        startCursor: edges.at(0)?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      };
      return new Connection(edges, pageInfo, count);
    }

    @Field(() => [Edge], { description: 'The nodes of the page with their cursors.' })
    edges: readonly Edge[];

    @Field(() => [node], { description: 'The nodes of the page.' })
    get nodes(): Node[] {
      return this.edges.map((edge) => edge.node);
    }

    @Field(() => PageInfo, { description: 'Where the page stands.' })
    pageInfo: PageInfo;

    @Field(() => Int, {
      description: 'How many nodes there are on all pages; counted only when it is asked for.',
    })
    totalCount(): Promise<number> {
      return this.#count();
    }
  }
  return Connection;
}

/**
 * The same for what others keep a copy of. Whoever reads a page puts `syncedThrough` beside it where it is asked for,
 * read before the page.
 */
export function syncedConnectionType<Node extends object>(node: ClassType<Node>, description: string) {
  const Connection = connectionType(node, description);
  Field(() => DateTimeScalar, {
    description:
      'What is being written now, or is written later, has this instant or a later one. Keep it from the first page, read all pages, and ask with it the next time: nothing is missed. Rows may come twice.',
  })(Connection.prototype, 'syncedThrough');
  return Connection;
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** No cursor is longer: one may hold a folded text, of 512 characters. */
const MAX_CURSOR = 3_000;

function positionOf<Position>(after: string, { pattern, read }: CursorFormat<never, Position>): Position {
  const text = after.length > MAX_CURSOR ? '' : Buffer.from(after, 'base64url').toString('utf8');
  const [, ...groups] = pattern.exec(text) ?? [];
  if (groups.length === 0) throw badUserInput('after is not a cursor of this connection.');
  return read(...groups);
}
