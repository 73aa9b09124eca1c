import 'reflect-metadata';
import {
  buildSchema as buildGraphql,
  type GraphQLFieldResolver,
  GraphQLInt,
  GraphQLObjectType,
  type GraphQLSchema,
  OperationTypeNode,
  parse,
} from 'graphql';
import {
  Arg,
  Authorized,
  buildSchemaSync,
  type ClassType,
  createUnionType,
  Directive,
  Field,
  FieldResolver,
  Int,
  InterfaceType,
  Mutation,
  type NonEmptyArray,
  ObjectType,
  Query,
  Resolver,
  UseMiddleware,
} from 'type-graphql';
import { buildApiSchema } from '../../../src/api-schema';
import { answerParts } from '../../../src/bulk/answer-text';
import { createExecutor } from '../../../src/bulk/executor';
import { BulkList } from '../../../src/bulk/marks';

/** A schema whose mutation answers a bulk list of the type. */
function schemaOf(entry: ClassType | object, ...resolvers: ClassType[]): GraphQLSchema {
  @ObjectType('Answer')
  class Answer {
    @BulkList()
    @Field(() => [entry as ClassType])
    entries: readonly object[];
  }

  @Resolver()
  class Operations {
    @Query(() => Int)
    nothing(): number {
      return 0;
    }

    @Mutation(() => Answer)
    write(): Answer {
      return { entries: [{ row: 1 }, { row: 2 }] };
    }
  }
  const all = [Operations, ...resolvers] as unknown as NonEmptyArray<ClassType>;
  return buildSchemaSync({ resolvers: all, validate: false, authChecker: () => true });
}

describe('a bulk list', () => {
  it('is written where reading properties is all there is to do', async () => {
    @InterfaceType()
    abstract class Numbered {
      @Field(() => Int)
      row: number;
    }

    @ObjectType({ implements: Numbered })
    class PlainEntry extends Numbered {
      @Field(() => Int, { nullable: true, deprecationReason: 'Ask for row.' })
      line?: number;

      // A type may refer to itself.
      @Field(() => [PlainEntry], { nullable: true })
      parts?: PlainEntry[];
    }

    const execute = createExecutor(schemaOf(PlainEntry));
    const { data } = await execute({
      document: parse('mutation { write { entries { row line parts { row } } } }'),
      kind: OperationTypeNode.MUTATION,
      operationName: null,
      variables: {},
      context: {},
    });
    const entry = { line: null, parts: null };
    expect(JSON.parse(answerParts(data).join(''))).toEqual({
      write: {
        entries: [
          { row: 1, ...entry },
          { row: 2, ...entry },
        ],
      },
    });
  });

  it('is refused at start where a resolver class resolves a field of its entries', () => {
    @ObjectType()
    class ResolvedEntry {
      @Field(() => Int)
      row: number;
    }

    @Resolver(() => ResolvedEntry)
    class NoteResolver {
      @FieldResolver(() => String)
      note(): string {
        return 'never asked';
      }
    }
    expectRefusal(schemaOf(ResolvedEntry, NoteResolver), 'ResolvedEntry.note has a resolver,');
  });

  it('is refused at start for a method and for a getter of the class: entries are plain objects', () => {
    @ObjectType()
    class MethodEntry {
      @Field(() => Int)
      row(): number {
        return 1;
      }
    }

    @ObjectType()
    class GetterEntry {
      @Field(() => Int)
      get row(): number {
        return 1;
      }
    }
    expectRefusal(schemaOf(MethodEntry), 'MethodEntry.row has a resolver,');
    expectRefusal(schemaOf(GetterEntry), 'GetterEntry.row has a resolver,');
  });

  it('is refused at start for arguments', () => {
    @ObjectType()
    class AskedEntry {
      @Field(() => Int)
      row(@Arg('from', () => Int) from: number): number {
        return from;
      }
    }
    expectRefusal(schemaOf(AskedEntry), 'AskedEntry.row has arguments,');
  });

  it('is refused at start for an authorisation mark, and for one without a role', () => {
    @ObjectType()
    class MarkedEntry {
      @Authorized('admin')
      @Field(() => Int)
      row: number;
    }

    @ObjectType()
    class SignedInEntry {
      @Authorized()
      @Field(() => Int, { simple: true })
      row: number;
    }
    expectRefusal(schemaOf(MarkedEntry), 'MarkedEntry.row has an authorisation mark,');
    expectRefusal(schemaOf(SignedInEntry), 'SignedInEntry.row has an authorisation mark,');
  });

  it('is refused at start for middleware', () => {
    @ObjectType()
    class WatchedEntry {
      @UseMiddleware(async (_action, next) => next())
      @Field(() => Int)
      row: number;
    }
    expectRefusal(schemaOf(WatchedEntry), 'WatchedEntry.row has middleware,');
  });

  it('is refused at start for a directive, which a transformer may give a meaning to', () => {
    @ObjectType()
    class DirectedEntry {
      @Directive('@upper')
      @Field(() => Int)
      row: number;
    }

    @Directive('@upper')
    @ObjectType()
    class DirectedType {
      @Field(() => Int)
      row: number;
    }
    expectRefusal(schemaOf(DirectedEntry), 'DirectedEntry.row has a directive,');
    expectRefusal(schemaOf(DirectedType), 'DirectedType has a directive,');
  });

  it('is refused at start for what an interface or a class above declares', () => {
    @InterfaceType()
    abstract class Guarded {
      @Authorized('admin')
      @Field(() => Int)
      secret: number;
    }

    @ObjectType({ implements: Guarded })
    class ImplementingEntry extends Guarded {}

    @ObjectType()
    class Base {
      @UseMiddleware(async (_action, next) => next())
      @Field(() => Int)
      row: number;
    }

    @ObjectType()
    class DerivedEntry extends Base {
      @Field(() => Int)
      other: number;
    }
    expectRefusal(schemaOf(ImplementingEntry), 'ImplementingEntry.secret has an authorisation mark,');
    expectRefusal(schemaOf(DerivedEntry), 'DerivedEntry.row has middleware,');
  });

  it('is refused at start for interfaces and unions', () => {
    @InterfaceType()
    abstract class AnyEntry {
      @Field(() => Int)
      row: number;
    }

    @ObjectType({ implements: AnyEntry })
    class OneEntry extends AnyEntry {}

    const UnionEntry = createUnionType({ name: 'UnionEntry', types: () => [OneEntry] as const });
    expectRefusal(schemaOf(AnyEntry), 'AnyEntry has members of several types,');
    expectRefusal(schemaOf(UnionEntry), 'UnionEntry has members of several types,');
  });

  it('is refused at start for what stands deep within its entries', () => {
    @ObjectType()
    class Deep {
      @Authorized('admin')
      @Field(() => Int)
      row: number;
    }

    @ObjectType()
    class Middle {
      @Field(() => [Deep], { nullable: true })
      deep?: Deep[];
    }

    @ObjectType()
    class OuterEntry {
      @Field(() => Middle)
      middle: Middle;
    }
    expectRefusal(schemaOf(OuterEntry), 'Deep.row has an authorisation mark,');
  });

  it('is refused at start for resolvers and isTypeOf of schemas that type-graphql did not build', () => {
    expectRefusal(
      ofGraphqlJs({ fields: { row: { type: GraphQLInt, resolve: () => 1 } } }),
      'Entry.row has a resolver,',
    );
    expectRefusal(
      ofGraphqlJs({ fields: { row: { type: GraphQLInt } }, isTypeOf: () => true }),
      'Entry has isTypeOf,',
    );
  });

  it('is refused at start where it is no list', () => {
    const schema = buildGraphql(
      'type Query { nothing: Int } type Mutation { write: Answer } type Answer { entries: Int }',
    );
    marked(schema);
    expect(() => createExecutor(schema)).toThrow('Answer.entries is marked as a bulk list, and is no list');
  });

  it('is nowhere refused in the schema of the API', () => {
    expect(() => createExecutor(buildApiSchema())).not.toThrow();
  });
});

function expectRefusal(schema: GraphQLSchema, start: string): void {
  expect(() => createExecutor(schema)).toThrow(`${start} which the bulk list Answer.entries would pass over`);
}

/** The same with an entry of graphql-js. */
function ofGraphqlJs(entry: {
  readonly fields: Record<
    string,
    { type: typeof GraphQLInt; resolve?: GraphQLFieldResolver<unknown, unknown> }
  >;
  readonly isTypeOf?: () => boolean;
}): GraphQLSchema {
  const sdl =
    'type Query { nothing: Int } type Mutation { write: Answer } type Answer { entries: [Entry] } type Entry { row: Int }';
  const schema = buildGraphql(sdl);
  const type = schema.getType('Entry') as GraphQLObjectType;
  const { row } = new GraphQLObjectType({ name: 'Entry', ...entry }).getFields();
  Object.assign(type.getFields().row ?? {}, { resolve: row?.resolve });
  type.isTypeOf = entry.isTypeOf;
  return marked(schema);
}

/** As `BulkList` marks it. */
function marked(schema: GraphQLSchema): GraphQLSchema {
  const answer = schema.getType('Answer') as GraphQLObjectType;
  Object.assign(answer.getFields().entries ?? {}, { extensions: { bulk: true } });
  return schema;
}
