import { GraphQLError, type GraphQLSchema } from 'graphql';
import { type AuthChecker, Authorized, Extensions } from 'type-graphql';
import type { RequestContext } from './request-context';
import { SCOPES, type Scope } from './scopes';

/** Marks a query or mutation with the scope that its callers need. The schema is not built while one has no mark. */
export function NeedsScope(scope: Scope): MethodDecorator {
  return marked(scope, Authorized<Scope>(scope));
}

/** Marks what every caller may ask for, whatever its scopes. */
export function NeedsNoScope(): MethodDecorator {
  return marked(null);
}

const MARK = 'scope';

function marked(scope: Scope | null, ...others: MethodDecorator[]): MethodDecorator {
  return (target, property, descriptor) => {
    for (const decorate of [Extensions({ [MARK]: scope }) as MethodDecorator, ...others]) {
      decorate(target, property, descriptor);
    }
  };
}

export const checkScope: AuthChecker<RequestContext, Scope> = ({ context, info }, scopes) => {
  const missing = scopes.find((scope) => !context.caller.scopes.has(scope));
  if (missing === undefined) return true;
  throw new GraphQLError(`${info.fieldName} needs the scope ${missing}, which this caller does not have.`, {
    extensions: { code: 'FORBIDDEN', scope: missing },
  });
};

/** What a query or mutation of the schema needs; null: it is open to every caller. */
export function scopeOf(schema: GraphQLSchema, field: string): Scope | null {
  const found = [schema.getQueryType(), schema.getMutationType()].find((type) => type?.getFields()[field]);
  const { [MARK]: scope } = found?.getFields()[field]?.extensions ?? {};
  if (scope === undefined) throw new Error(`${field} has no mark that says which scope it needs`);
  return scope as Scope | null;
}

/** Tells in the description of every query and mutation which scope it needs. */
export function describeScopes(schema: GraphQLSchema): void {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const scope = scopeOf(schema, field.name);
      const needs = scope === null ? 'Open to every caller.' : `Needs the scope \`${scope}\`.`;
      field.description = `${field.description} ${needs}`;
    }
  }
}

/** `TRACKING_IMPORT` for `tracking:import`: names of GraphQL have no colon. */
export const SCOPE_NAMES = Object.fromEntries(
  Object.keys(SCOPES).map((scope) => [scope.replace(':', '_').toUpperCase(), scope]),
) as Readonly<Record<string, Scope>>;
