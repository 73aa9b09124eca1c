import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, type ClassType, Ctx, Field, Info, Query, Resolver } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { badUserInput } from '../contract/bad-user-input';
import { type CursorFormat, connectionType, PageArgs } from '../contract/connection';
import { GivenArguments } from '../contract/given-arguments';
import { idNumber } from '../contract/id-number';
import { exactlyOne } from '../contract/one-reference';
import type { RecordsTold } from '../contract/record-fields';
import { recordsOf } from '../contract/reference-records';
import type { Identified, RecordKind } from '../data/record-kinds';
import {
  countRecords,
  findRecordPage,
  type PlacedRecord,
  type RecordConditions,
  type RecordPosition,
} from '../data/record-page.repository';
import { isBlank, trimmed } from '../kernel/text';

type Sent<Named extends string> = { readonly [Name in Named]?: string | number | null };

/** A kind of records that a query reads page by page. */
interface ReadKind<Row extends Identified, Named extends string, Node extends object> {
  /** The name of the query. */
  readonly name: RecordsTold;
  readonly kind: RecordKind<Row, Named>;
  readonly node: ClassType<Node>;
  readonly filter: ClassType<Sent<NoInfer<Named> | 'search'>>;
  readonly tell: (record: Row) => Node;
  /** What they are, in the plural. */
  readonly what: string;
}

/** The query for the records of a kind, and the type of its pages. */
export function recordsResolver<Row extends Identified, Named extends string, Node extends object>({
  name,
  kind,
  node,
  filter: filterType,
  tell,
  what,
}: ReadKind<Row, Named, Node>) {
  const Connection = connectionType(node, `A page of ${what}, as Relay has it.`);

  @ArgsType()
  class RecordsArgs extends PageArgs {
    @Field(() => filterType, { nullable: true, description: 'Which of them; without it, all.' })
    filter?: Sent<Named | 'search'> | null;
  }

  @Resolver()
  class RecordsResolver {
    @Query(() => Connection, {
      name,
      description: `The ${what} of the site, as a Relay connection, in the order of their ids${kind.searched.length > 0 ? '; with a search, in the order of the texts that were found' : ''}.`,
    })
    @NeedsScope('reference:read')
    page(
      @Args(() => RecordsArgs) { filter, ...page }: RecordsArgs,
      @Ctx() context: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ) {
      const { database, siteId } = context;
      const conditions = conditionsOf(filter ?? {});
      return Connection.read(page, {
        find: (limit, after) => {
          requireSameOrder(conditions, after);
          return database.read((tx) => findRecordPage(tx, siteId, kind, conditions, limit, after));
        },
        count: () => database.read((tx) => countRecords(tx, siteId, kind, conditions)),
        toNode: ({ record }) => {
          const told = tell(record);
          recordsOf(context, info)[name].prime(record.id, told as never);
          return told;
        },
        cursor: CURSOR as CursorFormat<PlacedRecord<Row>, RecordPosition>,
      });
    }
  }
  return { resolver: RecordsResolver, Connection };
}

/** A kind of records of which a query reads one. */
interface FoundKind<Row extends Identified, Named extends string, Node extends object> {
  /** The name of the query. */
  readonly name: string;
  readonly kind: RecordKind<Row, Named>;
  readonly node: ClassType<Node>;
  /** The arguments, each of which names a record. */
  readonly reference: ClassType<Sent<NoInfer<Named>>>;
  readonly tell: (record: Row) => Node;
  /** What it is. */
  readonly what: string;
}

/** The query for one record of a kind. */
export function lookUpResolver<Row extends Identified, Named extends string, Node extends object>({
  name,
  kind,
  node,
  reference: args,
  tell,
  what,
}: FoundKind<Row, Named, Node>) {
  @Resolver()
  class LookUpResolver {
    @Query(() => node, {
      name,
      nullable: true,
      description: `The ${what} with exactly one of its references, compared exactly (none, several or null: BAD_USER_INPUT). Null when there is none.`,
    })
    @NeedsScope('reference:read')
    @GivenArguments()
    async find(
      @Args(() => args) sent: Sent<Named>,
      @Ctx() { database, siteId }: RequestContext,
    ): Promise<Node | null> {
      const { field, value } = exactlyOne(sent);
      const conditions = { ...conditionsOf({ [field]: value }), isExact: true };
      const found = await database.read((tx) => findRecordPage(tx, siteId, kind, conditions, 2, null));
      if (found.length > 1)
        throw badUserInput(`More than one ${what} has this ${field}: read them page by page.`);
      const [only] = found;
      return only === undefined ? null : tell(only.record);
    }
  }
  return LookUpResolver;
}

/** Ids in the order of pages; of a search, the text that was found and its place among those of the kind. */
const CURSOR: CursorFormat<PlacedRecord<unknown>, RecordPosition> = {
  write: ({ position: { id, found } }) =>
    found === undefined ? `${id}` : `${id}:${found.place}:${found.text}`,
  pattern: /^(\d{1,10})(?::(\d):(.{0,1024}))?$/s,
  read: (id, place, text) => ({
    id: Number(id),
    found: place === undefined ? undefined : { place: Number(place), text: text ?? '' },
  }),
};

function requireSameOrder({ search }: RecordConditions, after: RecordPosition | null): void {
  if (after !== null && (after.found === undefined) !== (search === undefined)) {
    throw badUserInput('after is a cursor of another filter: a search has an order of its own.');
  }
}

function conditionsOf({ search, ...sent }: Sent<string>): RecordConditions {
  const given = Object.entries(sent).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, name.endsWith('Id') ? idOf(value) : value] as const],
  );
  return { references: Object.fromEntries(given), search: searchOf(search) };
}

function idOf(value: string | number): number {
  return typeof value === 'number' ? value : idNumber(value);
}

function searchOf(search: string | number | null | undefined): string | undefined {
  if (search === undefined || search === null) return undefined;
  const text = String(search);
  if (isBlank(text)) throw badUserInput('search is blank: leave it out to read all.');
  return trimmed(text);
}
