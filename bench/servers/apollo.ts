import { ApolloServer, type BaseContext } from '@apollo/server';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import Fastify from 'fastify';
import type { GraphQLSchema } from 'graphql';

/** Apollo on Fastify as their own introductions set it up, and nothing else. */
export async function serveApollo(schema: GraphQLSchema, bodyLimit = 1_048_576): Promise<void> {
  const app = Fastify({ bodyLimit });
  const apollo = new ApolloServer<BaseContext>({ schema, plugins: [fastifyApolloDrainPlugin(app)] });
  await apollo.start();
  await app.register(fastifyApollo(apollo));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  process.send?.({ url });
}
