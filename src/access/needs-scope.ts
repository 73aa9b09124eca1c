import { GraphQLError, type GraphQLSchema } from 'graphql';
import { type AuthChecker, Authorized, Extensions } from 'type-graphql';
import type { RequestContext } from './request-context';
import { SCOPES, type Scope } from './scopes';

/**
 * Marks a query or mutation with the scope that its callers need; of several, with one of which they need. The schema
 * is not built while one has no mark.
 */
export function NeedsScope(...scopes: readonly [Scope, ...Scope[]]): MethodDecorator {
  return marked(scopes, Authorized<Scope>([...scopes]));
}

/** Marks what every caller may ask for, whatever its scopes. */
export function NeedsNoScope(): MethodDecorator {
  return marked(null);
}

const MARK = 'scope';

function marked(scopes: readonly Scope[] | null, ...others: MethodDecorator[]): MethodDecorator {
  return (target, property, descriptor) => {
    for (const decorate of [Extensions({ [MARK]: scopes }) as MethodDecorator, ...others]) {
      decorate(target, property, descriptor);
    }
  };
}

export const checkScope: AuthChecker<RequestContext, Scope> = ({ context, info }, scopes) => {
  const [missing] = scopes;
  if (missing === undefined || scopes.some((scope) => context.caller.scopes.has(scope))) return true;
  throw new GraphQLError(`${info.fieldName} needs the scope ${missing}, which this caller does not have.`, {
    extensions: { code: 'FORBIDDEN', scope: missing },
  });
};

/** One of which a query or mutation of the schema needs; null: it is open to every caller. */
export function scopesOf(schema: GraphQLSchema, field: string): readonly Scope[] | null {
  const found = [schema.getQueryType(), schema.getMutationType()].find((type) => type?.getFields()[field]);
  const { [MARK]: scopes } = found?.getFields()[field]?.extensions ?? {};
  if (scopes === undefined) throw new Error(`${field} has no mark that says which scope it needs`);
  return scopes as readonly Scope[] | null;
}

/** Tells in the description of every query and mutation which scope it needs. */
export function describeScopes(schema: GraphQLSchema): void {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const scopes = scopesOf(schema, field.name);
      const named = scopes?.map((scope) => `\`${scope}\``).join(' or ');
      const needs = named === undefined ? 'Open to every caller.' : `Needs the scope ${named}.`;
      field.description = `${field.description} ${needs}`;
    }
  }
}

/** `TRACKING_IMPORT` for `tracking:import`: names of GraphQL have no colon. */
export const SCOPE_NAMES = Object.fromEntries(
  Object.keys(SCOPES).map((scope) => [scope.replace(':', '_').toUpperCase(), scope]),
) as Readonly<Record<string, Scope>>;
