import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { type CursorFormat, connectionType, PageArgs } from '../contract/connection';
import { type ApiKeyPosition, countApiKeys, findApiKeyPage } from '../data/api-key.repository';
import { nearestStorableInstant } from '../kernel/dates/instants';
import { ApiKey, toApiKey } from './api-key.type';

const ApiKeyConnection = connectionType(ApiKey, 'A page of API keys, as Relay has it, newest first.');

const CURSOR: CursorFormat<ApiKeyPosition, ApiKeyPosition> = {
  write: ({ createdAt, id }) => `${createdAt}:${id}`,
  pattern: /^(\d{1,15}):([\da-f]{16})$/,
  read: (createdAt, id) => ({ createdAt: nearestStorableInstant(Number(createdAt)), id: String(id) }),
};

@Resolver()
export class ApiKeysResolver {
  @NeedsScope('keys:admin')
  @Query(() => ApiKeyConnection, {
    description:
      'The API keys of the site, as a Relay connection, newest first; revoked and expired ones included.',
  })
  apiKeys(@Args(() => PageArgs) page: PageArgs, @Ctx() { database, siteId }: RequestContext) {
    return ApiKeyConnection.read(page, {
      find: (limit, after) => database.read((tx) => findApiKeyPage(tx, siteId, limit, after)),
      count: () => database.read((tx) => countApiKeys(tx, siteId)),
      toNode: toApiKey,
      cursor: CURSOR,
    });
  }
}
