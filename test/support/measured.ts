import type { Metrics } from '../../src/metrics/metrics';

/**
 * The series of a metric by their labels, such as `{ 'a=1,b=2': 3 }`; those at 0 are left out. Of a histogram, how
 * many values it has seen.
 */
export async function measured({ registry }: Metrics, name: string): Promise<Record<string, number>> {
  const metric = registry.getSingleMetric(name);
  if (metric === undefined) throw new Error(`There is no metric ${name}`);
  const { type, values } = (await metric.get()) as { type: unknown; values: unknown };
  const counted = (values as { value: number; labels: object; metricName?: string }[]).filter(
    ({ value, metricName }) => value !== 0 && (type !== 'histogram' || metricName === `${name}_count`),
  );
  return Object.fromEntries(
    counted.map(({ labels, value }) => [
      Object.entries(labels)
        .map(([label, text]) => `${label}=${text}`)
        .join(),
      value,
    ]),
  );
}
