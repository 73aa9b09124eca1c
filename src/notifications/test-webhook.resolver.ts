import { Ctx, createUnionType, Field, ID, InterfaceType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { NeedsScope } from '../access/needs-scope';
import type { RequestContext } from '../access/request-context';
import { ProblemType } from '../contract/problem.type';
import type { Problem } from '../kernel/problem';
import { testWebhook, type WebhookTest } from './test-webhook';

@InterfaceType({ description: 'Implemented by both members: one fragment serves every client.' })
export abstract class TestWebhookOutcome {
  constructor(test: WebhookTest) {
    const posted = test.kind === 'success' ? test : null;
    this.testId = posted?.testId ?? null;
    this.delivered = posted && posted.failure === null;
    this.failure = posted?.failure ?? null;
    this.problems = test.kind === 'success' ? [] : test.problems;
  }

  @Field(() => ID, { nullable: true, description: 'UUID, the webhook-id of the test; null on Error.' })
  testId: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the receiver answered 2xx within 10 seconds; null on Error.',
  })
  delivered: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why it was not delivered, as a code such as HTTP_500, TIMEOUT, ENOTFOUND or ADDRESS_REFUSED; else null.',
  })
  failure: string | null;

  @Field(() => [ProblemType], { description: 'Why nothing was posted.' })
  problems: readonly Problem[];
}

@ObjectType({
  implements: TestWebhookOutcome,
  description: 'A test was posted; `delivered` tells what came of it.',
})
class TestWebhookSuccess extends TestWebhookOutcome {}

@ObjectType({ implements: TestWebhookOutcome, description: 'Nothing was posted.' })
class TestWebhookError extends TestWebhookOutcome {}

const TestWebhookResult = createUnionType({
  name: 'TestWebhookResult',
  description: 'The answer to a test of the webhook: success or error.',
  types: () => [TestWebhookSuccess, TestWebhookError] as const,
});

@Resolver()
export class TestWebhookResolver {
  @NeedsScope('webhooks:admin')
  @Mutation(() => TestWebhookResult, {
    description:
      'Posts a test of the type `webhook.test` to the webhook of the site, signed like any notification, and tells what came of it.',
  })
  async testWebhook(@Ctx() context: RequestContext): Promise<TestWebhookOutcome> {
    const test = await testWebhook(context);
    context.observer.answered('testWebhook', test.kind);
    return test.kind === 'success' ? new TestWebhookSuccess(test) : new TestWebhookError(test);
  }
}
