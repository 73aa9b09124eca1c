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
