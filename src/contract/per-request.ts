import type { GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../access/request-context';

/** What is made once for each request, where it is asked for first, and goes with the request. */
export function perRequest<Made extends object>(
  make: (context: RequestContext) => Made,
): (context: RequestContext) => Made {
  const made = new WeakMap<RequestContext, Made>();
  return (context) => {
    const found = made.get(context) ?? make(context);
    made.set(context, found);
    return found;
  };
}

/**
 * The same, made anew for each mutation of a request: what it keeps may have been changed by the mutation before. So
 * what an answer needs is read once, however many parts of it ask for it, and when.
 */
export function perAnswer<Made extends object>(
  make: (context: RequestContext) => Made,
): (context: RequestContext, info: GraphQLResolveInfo) => Made {
  const madeFor = perRequest(() => new Map<string | number, Made>());
  return (context, { operation, path }) => {
    const made = madeFor(context);
    const answer = operation.operation === 'mutation' ? rootOf(path) : '';
    const found = made.get(answer) ?? make(context);
    made.set(answer, found);
    return found;
  };
}

function rootOf({ prev, key }: GraphQLResolveInfo['path']): string | number {
  return prev === undefined ? key : rootOf(prev);
}
