import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { isBulk, isReadApart } from './marks';

/** What an operation or a fragment selects, as far as the lists of a mutation are concerned. */
interface Selected {
  readonly isApart: boolean;
  /** A page of records, by its name: anywhere, and in a list. */
  readonly page: string | undefined;
  readonly pageInList: string | undefined;
  readonly spreads: readonly string[];
  readonly spreadsInLists: readonly string[];
}

/** Apollo keeps the documents that it has parsed, so that each is looked at once. */
const LOOKED_AT = new WeakMap<DocumentNode, boolean>();

/** Whether a document selects anything that is read apart, in a list or elsewhere. */
export function selectsApart(schema: GraphQLSchema, document: DocumentNode): boolean {
  const known = LOOKED_AT.get(document);
  if (known !== undefined) return known;
  const found = document.definitions.some(
    (each) =>
      (each.kind === Kind.OPERATION_DEFINITION || each.kind === Kind.FRAGMENT_DEFINITION) &&
      selectedBy(schema, each).isApart,
  );
  LOOKED_AT.set(document, found);
  return found;
}

/**
 * The error for a document that selects pages of records for the entries of a bulk list. An import answers thousands
 * of entries, and each would have a page of its own.
 */
export function pageInList(schema: GraphQLSchema, document: DocumentNode): GraphQLError | undefined {
  const fragments = new Map<string, Selected>();
  const operations: Selected[] = [];
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, selectedBy(schema, each));
    if (each.kind === Kind.OPERATION_DEFINITION) operations.push(selectedBy(schema, each));
  }
  const pageBelow = (names: readonly string[], seen: Set<string>): string | undefined => {
    for (const name of names) {
      if (seen.has(name)) continue;
      seen.add(name);
      const fragment = fragments.get(name);
      const page = fragment?.page ?? pageBelow(fragment?.spreads ?? [], seen);
      if (page !== undefined) return page;
    }
    return undefined;
  };
  for (const selected of [...operations, ...fragments.values()]) {
    const page = selected.pageInList ?? pageBelow(selected.spreadsInLists, new Set());
    if (page !== undefined) {
      return new GraphQLError(`${page} cannot be asked for in the rows of an answer: read it by a query.`, {
        extensions: { code: 'BAD_USER_INPUT' },
      });
    }
  }
  return undefined;
}

function selectedBy(
  schema: GraphQLSchema,
  definition: OperationDefinitionNode | FragmentDefinitionNode,
): Selected {
  const types = new TypeInfo(schema);
  const [spreads, spreadsInLists]: [string[], string[]] = [[], []];
  let [lists, isApart] = [0, false];
  let page: string | undefined;
  let inList: string | undefined;
  const isList = () => isBulk({ extensions: types.getFieldDef()?.extensions ?? {} });
  visit(
    definition,
    visitWithTypeInfo(types, {
      Field: {
        enter: ({ name }) => {
          const field = types.getFieldDef();
          if (field && isReadApart(field)) {
            isApart = true;
            if (field.args.some((arg) => arg.name === 'first')) {
              page ??= name.value;
              if (lists > 0) inList ??= name.value;
            }
          }
          if (isList()) lists += 1;
        },
        leave: () => {
          if (isList()) lists -= 1;
        },
      },
      FragmentSpread: ({ name }) => {
        spreads.push(name.value);
        if (lists > 0) spreadsInLists.push(name.value);
      },
    }),
  );
  return { isApart, page, pageInList: inList, spreads, spreadsInLists };
}
