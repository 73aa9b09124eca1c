import { compileDateFormat, type DateFormat } from '../../src/kernel/dates/date-format';
import { compileDateReader, type DateReader, parseTimeOfDay } from '../../src/kernel/dates/date-reader';

export const DEFAULT_FORMAT = 'YYYY-MM-DD hh:ii:ss';

function compiled(format: string): DateFormat {
  const result = compileDateFormat(format);
  if (!result.ok) throw new Error(result.reason);
  return result.format;
}

export function reader(timeZone = 'UTC', format = DEFAULT_FORMAT, defaultTime = '00:00:00'): DateReader {
  const time = parseTimeOfDay(defaultTime);
  if (time === undefined) throw new Error('default time');
  return compileDateReader({ format: compiled(format), timeZone, defaultTime: time });
}

/** What a reader answers for a cell that means the instant. */
export function at(iso: string, adjusted?: 'SKIPPED' | 'AMBIGUOUS') {
  return { ok: true, instant: Date.parse(iso), ...(adjusted === undefined ? {} : { adjusted }) };
}
