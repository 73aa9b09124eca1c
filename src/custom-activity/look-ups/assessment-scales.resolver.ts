import { Args, ArgsType, Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { NeedsScope } from '../../access/needs-scope';
import type { RequestContext } from '../../access/request-context';
import { GivenArguments } from '../../contract/given-arguments';
import { atMostOne } from '../../contract/one-reference';
import { findGrades, findUsableScales } from '../../data/assessment-scale.repository';
import { groupBy } from '../../kernel/group-by';
import { findCourse } from './course-query';

@ObjectType({ description: 'One grade of a scale.' })
class AssessmentGrade {
  @Field(() => Int, { description: 'Id of the grade.' })
  gradeId: number;

  @Field(() => String, { description: 'Its name.' })
  title: string;
}

@ObjectType({ description: 'A named list of grades.' })
class AssessmentScale {
  @Field(() => Int, { description: 'Id of the scale, the assessmentId of activities.' })
  assessmentId: number;

  @Field(() => String, { description: 'Its name.' })
  title: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The one course whose activities may use it; null: those of every course of the site.',
  })
  courseId: number | null;

  @Field(() => [AssessmentGrade], { description: 'Its grades, the best one first.' })
  grades: AssessmentGrade[];
}

@ArgsType()
class AssessmentScalesArgs {
  @Field(() => Int, { nullable: true, description: 'Id of a course.' })
  courseId?: number | null;

  @Field(() => String, { nullable: true, description: 'Sync key of a course, compared exactly.' })
  courseSyncKey?: string | null;
}

@Resolver()
export class AssessmentScalesResolver {
  @Query(() => [AssessmentScale], {
    nullable: true,
    description:
      "The assessment scales that activities can use: the site's, and the course's where one is named (by both references, or by null: BAD_USER_INPUT). Null when there is no such course that the caller may see.",
  })
  @NeedsScope('activity:read')
  @GivenArguments()
  async assessmentScales(
    @Args(() => AssessmentScalesArgs) { courseId, courseSyncKey }: AssessmentScalesArgs,
    @Ctx() { database, siteId }: RequestContext,
  ): Promise<AssessmentScale[] | null> {
    const reference = atMostOne({ courseId, courseSyncKey });
    return database.read(async (tx) => {
      const course = reference === null ? null : await findCourse(tx, siteId, reference);
      if (course === undefined) return null;
      const scales = await findUsableScales(tx, siteId, course?.id ?? null);
      const grades = await findGrades(
        tx,
        siteId,
        scales.map(({ id }) => id),
      );
      const byScale = groupBy(grades, ({ scaleId }) => scaleId);
      return scales.map((scale) => ({
        assessmentId: scale.id,
        title: scale.title,
        courseId: scale.courseId,
        grades: (byScale.get(scale.id) ?? []).map(({ id, title }) => ({ gradeId: id, title })),
      }));
    });
  }
}
