import { buildSchema } from 'graphql';
import { serveApollo } from './apollo';

/** The least that Apollo on Fastify costs: a schema of one field, no sign-in, no limits, no log, no metrics. */
void serveApollo(buildSchema('type Query { ready: Boolean! }'));
