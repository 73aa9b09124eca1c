import {
  Arg,
  Ctx,
  createUnionType,
  Field,
  ID,
  InterfaceType,
  Mutation,
  ObjectType,
  Resolver,
} from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { ProblemType } from '../contract/problem.type';
import type { Problem } from '../kernel/problem';
import { ApiKey, toApiKey } from './api-key.type';
import { type KeyRevocation, revokeApiKey } from './revoke-api-key';

@InterfaceType({ description: 'Implemented by both members: one fragment serves every client.' })
export abstract class RevokeApiKeyOutcome {
  constructor(revocation: KeyRevocation) {
    this.apiKey = revocation.kind === 'success' ? toApiKey(revocation.key) : null;
    this.problems = revocation.kind === 'success' ? [] : revocation.problems;
  }

  @Field(() => ApiKey, { nullable: true, description: 'The key; null on Error.' })
  apiKey: ApiKey | null;

  @Field(() => [ProblemType], { description: 'What is wrong with the input.' })
  problems: readonly Problem[];
}

@ObjectType({ implements: RevokeApiKeyOutcome, description: 'Revoked, now or before.' })
class RevokeApiKeySuccess extends RevokeApiKeyOutcome {}

@ObjectType({
  implements: RevokeApiKeyOutcome,
  description: 'There is no such key on the site of the caller.',
})
class RevokeApiKeyError extends RevokeApiKeyOutcome {}

const RevokeApiKeyResult = createUnionType({
  name: 'RevokeApiKeyResult',
  description: 'The answer to a revocation: success or error.',
  types: () => [RevokeApiKeySuccess, RevokeApiKeyError] as const,
});

@Resolver()
export class RevokeApiKeyResolver {
  @NeedsScope('keys:admin')
  @Mutation(() => RevokeApiKeyResult, {
    description: 'Ends an API key of the site of the caller: within a second it opens nothing any more.',
  })
  async revokeApiKey(
    @Arg('id', () => ID, { description: 'The public part of the key.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<RevokeApiKeyOutcome> {
    const revocation = await revokeApiKey(context, id);
    context.observer.answered('revokeApiKey', revocation.kind);
    return revocation.kind === 'success'
      ? new RevokeApiKeySuccess(revocation)
      : new RevokeApiKeyError(revocation);
  }
}
