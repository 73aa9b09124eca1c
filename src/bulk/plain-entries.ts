import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isLeafType,
  isObjectType,
} from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import { isReadApart } from './marks';

/**
 * Makes sure that nothing of a schema is left out when a bulk list is written: the writer reads the properties of an
 * entry, and runs nothing. Walks every type that the list reaches, but for what is marked as read apart.
 * @throws Error with the name of the type and the field that need something run
 */
export function requirePlainEntries(list: string, entry: GraphQLOutputType): void {
  const seen = new Set<GraphQLOutputType>();
  const refused = (name: string, what: string) =>
    new Error(`${name} has ${what}, which the bulk list ${list} would pass over: see docs/bulk.md`);

  function walk(reached: GraphQLOutputType): void {
    const type = getNamedType(reached);
    if (seen.has(type) || isLeafType(type)) return;
    seen.add(type);
    if (!isObjectType(type)) throw refused(type.name, 'members of several types');
    if (type.isTypeOf !== undefined) throw refused(type.name, 'isTypeOf');
    if (hasDirective(type)) throw refused(type.name, 'a directive');
    for (const field of Object.values(type.getFields())) {
      // An operation that selects it has its lists read in another way, whatever is below.
      if (isReadApart(field)) continue;
      const what = passedOver(type, field);
      if (what !== undefined) throw refused(`${type.name}.${field.name}`, what);
      walk(field.type);
    }
  }
  walk(entry);
}

/** What graphql-js, type-graphql or a transformer of schemas would do to read the field, besides reading it. */
function passedOver(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): string | undefined {
  if (field.args.length > 0) return 'arguments';
  if (hasDirective(field)) return 'a directive';
  const { fields, resolvers } = declared(type, field.name);
  const all = [...fields, ...resolvers];
  if (all.some(({ roles }) => roles !== undefined)) return 'an authorisation mark';
  if (all.some(({ middlewares = [] }) => middlewares.length > 0)) return 'middleware';
  if (resolvers.length > 0) return 'a resolver';
  // type-graphql gives one to every field; where it knows of none, this one reads the property.
  const isPlain = fields.length > 0 || field.resolve === undefined || field.resolve === defaultFieldResolver;
  return isPlain ? undefined : 'a resolver';
}

/** What the decorators of type-graphql say about a field, whichever class or interface of the type declares it. */
function declared(type: GraphQLObjectType, name: string) {
  const { objectTypes, interfaceTypes, fields, fieldResolvers } = getMetadataStorage();
  const classes = new Set<unknown>();
  const collect = (declaring: unknown): void => {
    if (typeof declaring !== 'function' || classes.has(declaring)) return;
    classes.add(declaring);
    collect(Object.getPrototypeOf(declaring));
    for (const { target, interfaceClasses } of [...objectTypes, ...interfaceTypes]) {
      if (target === declaring) interfaceClasses?.forEach(collect);
    }
  };
  collect(objectTypes.find((each) => each.name === type.name)?.target);
  return {
    fields: fields.filter(({ target, schemaName }) => schemaName === name && classes.has(target)),
    resolvers: fieldResolvers.filter(
      ({ getObjectType, schemaName }) => schemaName === name && classes.has(getObjectType?.()),
    ),
  };
}

interface Directed {
  readonly astNode?: {
    readonly directives?: readonly { readonly name: { readonly value: string } }[];
  } | null;
}

/** Another one than `deprecated`, which changes no answer. */
function hasDirective({ astNode }: Directed): boolean {
  return astNode?.directives?.some(({ name }) => name.value !== 'deprecated') ?? false;
}
