import {
  Args,
  Ctx,
  createUnionType,
  Field,
  Int,
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
import { createSite, type SiteCreation } from './create-site';
import { CreateSiteArgs } from './create-site.input';

@InterfaceType({ description: 'Implemented by both members: one fragment serves every client.' })
export abstract class CreateSiteOutcome {
  constructor(creation: SiteCreation) {
    const made = creation.kind === 'success' ? creation : null;
    this.siteId = made?.siteId ?? null;
    this.apiKey = made && toApiKey(made.key);
    this.key = made?.text ?? null;
    this.problems = creation.kind === 'success' ? [] : creation.problems;
  }

  @Field(() => Int, { nullable: true, description: 'Id of the new site; null on Error.' })
  siteId: number | null;

  @Field(() => ApiKey, { nullable: true, description: 'Its first key; null on Error.' })
  apiKey: ApiKey | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What to send as `Authorization: Bearer` to call on the new site. Shown this once: it is not stored. Null on Error.',
  })
  key: string | null;

  @Field(() => [ProblemType], { description: 'What is wrong with the input.' })
  problems: readonly Problem[];
}

@ObjectType({ implements: CreateSiteOutcome, description: 'The site and its first key are created.' })
class CreateSiteSuccess extends CreateSiteOutcome {}

@ObjectType({
  implements: CreateSiteOutcome,
  description: 'Nothing is created. All problems are told together.',
})
class CreateSiteError extends CreateSiteOutcome {}

const CreateSiteResult = createUnionType({
  name: 'CreateSiteResult',
  description: 'The answer to the creation of a site: success or error.',
  types: () => [CreateSiteSuccess, CreateSiteError] as const,
});

@Resolver()
export class CreateSiteResolver {
  @NeedsScope('sites:admin')
  @Mutation(() => CreateSiteResult, {
    description:
      'Creates a site with its first key. Everything else on it is done with that key. Two calls create two sites.',
  })
  async createSite(
    @Args(() => CreateSiteArgs) request: CreateSiteArgs,
    @Ctx() context: RequestContext,
  ): Promise<CreateSiteOutcome> {
    const creation = await createSite(context, request);
    context.observer.answered('createSite', creation.kind);
    return creation.kind === 'success' ? new CreateSiteSuccess(creation) : new CreateSiteError(creation);
  }
}
